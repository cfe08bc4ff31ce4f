"""Crime and the law through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.crime import bribery, commands, hiding, investigation, patrols
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a, dollars, words


def view(state: State, rules: Rules) -> View:
    """What everybody can see of the law, and what somebody on the inside tells."""
    crime = state.crime
    law: View = {
        "patrols": patrols.officers(state, rules),
        "record": crime.record,
        "bribed": list(crime.bribed),
        "hiding_per_mille": hiding.quality(state, rules),
        "rumour": _rumour(state) if investigation.is_overheard(state, rules) else None,
    }
    return {"law": law, "tools": list(crime.tools)}


def _rumour(state: State) -> View:
    case = state.crime.case
    if case is None:
        return {"stage": "none", "raid_is_planned": False}
    return {"stage": case.stage, "raid_is_planned": case.raid_minute is not None}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for place in ordered(state.places):
        place_id, title = place.site.place_id, f"Rob {place.site.name}"
        if place.site.kind == "morgue":
            yield commands.RobMorgue(type="rob_morgue", place_id=place_id), title
        elif place.site.kind == "hospital":
            yield commands.RobHospital(type="rob_hospital", place_id=place_id), title
    yield from _here(state, rules)
    yield commands.LieLow(type="lie_low"), f"Lie low ({rules.player.lie_low_minutes} min)"


def _here(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    site = site_here(state)
    if site.kind in rules.crime.kill.grounds:
        title = f"Kill a passer-by ({rules.crime.kill.minutes} min)"
        yield commands.Kill(type="kill", place_id=site.place_id), title
    if site.kind == "street":
        yield _bribe(state, rules, "officers")
        for name, tool in sorted(rules.crime.tools.items()):
            yield commands.BuyTool(type="buy_tool", tool=name), f"Buy {a(name)} for {dollars(tool.price_cents)}"
    elif site.guards:
        yield _bribe(state, rules, "guards")


def _bribe(state: State, rules: Rules, target: commands.Bribed) -> tuple[Command, str]:
    title = f"Bribe the {words(target)} for {dollars(bribery.price_cents(state, rules, target))}"
    return commands.Bribe(type="bribe", target=target), title
