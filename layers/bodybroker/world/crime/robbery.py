"""Robbing a morgue, and how the law answers: seed and rules decide."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.crime import events
from bodybroker.world.crime.commands import RobMorgue
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.state import State

HOTTEST = 100


def rob(draft: Draft, command: RobMorgue) -> None:
    """The player grabs what the bag and the nerves hold; then the law answers, and time has passed."""
    state, rules = draft.state, draft.rules
    place, player = state.places[command.place_id], state.player
    stream = draft.stream.substream("loot")
    count = min(rules.morgue.loot.draw(stream), len(place.stock), rules.player.bag_size - len(player.inventory))
    loot = stream.sample(sorted(place.stock), count)
    chance = rules.police.notice.per_mille(player.heat, place.site.guards * rules.police.notice.per_guard + place.alarm)
    draft.add(
        events.MorgueRobbed(
            place_id=command.place_id,
            items=tuple(place.stock[item_id] for item_id in loot),
            heat=min(HOTTEST, player.heat + rules.police.robbery_heat),
            alarm=min(rules.morgue.alarm_limit, place.alarm + rules.morgue.alarm_rise),
        )
    )
    response = _respond(draft, command.place_id, loot, draft.stream.substream("notice").chance(chance))
    draft.add(response)
    pass_time(draft, rules.morgue.robbery_minutes)
    if response.outcome == "arrest":
        pass_time(draft, rules.police.cell_minutes)


def _respond(draft: Draft, morgue_id: EntityId, loot: list[EntityId], noticed: bool) -> events.PoliceResponded:
    state, police, player = draft.state, draft.rules.police, draft.state.player
    if not noticed:
        return events.PoliceResponded("unnoticed", morgue_id, (), 0, player.heat, player.health, player.place_id)
    heat = min(HOTTEST, player.heat + police.noticed_heat)
    officers = sum(place.site.guards for place in state.places.values() if place.site.kind == "street")
    stream = draft.stream.substream("police")
    if stream.chance(police.arrest.per_mille(heat, officers * police.arrest.per_officer)):
        fine = min(player.money_cents, police.fine_cents + heat * police.fine_cents_per_heat)
        left = heat * police.heat_left_per_mille // 1000
        return events.PoliceResponded(
            "arrest", morgue_id, tuple(loot), fine, left, player.health, _street(state, morgue_id)
        )
    lost = max(1, len(loot) * police.chase_loss_per_mille.draw(stream) // 1000)
    health = max(1, player.health - police.chase_wounds.draw(stream))
    dropped = tuple(stream.sample(loot, lost))
    return events.PoliceResponded("chase", morgue_id, dropped, 0, heat, health, _street(state, morgue_id))


def _street(state: State, place_id: EntityId) -> EntityId:
    """The street outside a place."""
    exits = state.places[place_id].site.exits
    return next(way.place_id for way in exits if state.places[way.place_id].site.kind == "street")
