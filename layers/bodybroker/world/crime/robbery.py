"""Robbing a morgue or a hospital: seed and rules decide what is taken and whether anybody notices."""

from bodybroker.world.crime import chances, events, law, tools
from bodybroker.world.crime.commands import RobHospital, RobMorgue
from bodybroker.world.crime.stores import rules_of
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.state import heated


def rob(draft: Draft, command: RobMorgue | RobHospital) -> None:
    """The player grabs what the bag and the nerves hold; time passes; the law answers."""
    state, rules = draft.state, draft.rules
    place, player = state.places[command.place_id], state.player
    rule = rules_of(rules, place.site.kind)
    assert rule is not None
    stream = draft.stream.substream("loot")
    grabbed = rule.loot.draw(stream) + tools.owned(state, rules).loot
    count = min(grabbed, len(place.stock), rules.player.bag_size - len(player.inventory))
    loot = stream.sample(sorted(place.stock), count)
    noticed = draft.stream.substream("notice").chance(chances.noticed(state, rules, place))
    items = tuple(place.stock[item_id] for item_id in loot)
    robbed = events.HospitalRobbed if place.site.kind == "hospital" else events.MorgueRobbed
    draft.add(
        robbed(
            place_id=command.place_id,
            items=items,
            heat=heated(state, rules.police.robbery_heat),
            alarm=min(rule.alarm_limit, place.alarm + rule.alarm_rise),
        )
    )
    response = law.answer(draft, command.place_id, loot, noticed)
    pass_time(draft, rule.robbery_minutes)
    if response.outcome == "arrest":
        pass_time(draft, rules.police.cell_minutes)
    elif response.outcome == "chase":
        law.chase(draft, items)
