"""What an evening changes between the houses and the player: dues, debts, favours, what fades."""

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.houses import relations
from bodybroker.world.houses.state import Favour, House, Tie
from bodybroker.world.houses.ties import hunted, stood
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def reckon(state: State, rules: Rules, day: int, stream: Stream) -> tuple[dict[EntityId, Tie], dict[EntityId, int]]:
    """The ties that are different this evening, and the dues that the player pays, in cents."""
    left = state.player.money_cents
    ties: dict[EntityId, Tie] = {}
    dues: dict[EntityId, int] = {}
    for house_id, house in sorted(state.houses.houses.items()):
        before = relations.tie(state, house_id)
        tie, paid = _collect(_sober(before), left, day, rules)
        left -= paid
        if paid:
            dues[house_id] = paid
        tie = _ask(_fade(tie, rules), house, day, rules, stream.substream(house_id))
        if tie != before:
            ties[house_id] = tie
    return ties, dues


def _sober(tie: Tie) -> Tie:
    """No house stays allied with somebody whom it has come to dislike."""
    return replace(tie, allied_until=0) if tie.standing < 0 else tie


def _collect(tie: Tie, left: int, day: int, rules: Rules) -> tuple[Tie, int]:
    """An ally takes its dues and old debts from the player's cash; what is not there is owed and resented."""
    alliance = rules.houses.alliance
    owed = tie.debt_cents + (alliance.dues_cents if tie.allied_until > day else 0)
    paid = min(left, owed)
    tie = replace(tie, debt_cents=owed - paid)
    if tie.debt_cents:
        tie = hunted(stood(tie, -alliance.debt_standing, rules), alliance.debt_hunt)
    return tie, paid


def _fade(tie: Tie, rules: Rules) -> Tie:
    """Standing and hunts fade, a hunt for betrayal not below its floor."""
    fading, floor = rules.houses.standing_fading, tie.betrayals * rules.hunted.betrayal_floor
    towards_nothing = -min(fading, tie.standing) if tie.standing > 0 else min(fading, -tie.standing)
    hunt = max(min(tie.hunt, floor), tie.hunt - rules.hunted.cooling)
    return replace(tie, standing=tie.standing + towards_nothing, hunt=max(0, hunt))


def _ask(tie: Tie, house: House, day: int, rules: Rules, stream: Stream) -> Tie:
    """A favour that nobody did is forgotten; a house without a wish may have one, unless it hunts the player."""
    if tie.favour is not None and tie.favour.until_day > day:
        return tie
    favours, favour = rules.houses.favours, None
    if relations.stage(tie.hunt, rules) is None and stream.chance(favours.per_mille):
        part = stream.choice(rules.houses.houses[house.kind].favours)
        favour = Favour(part, day + favours.days.draw(stream))
    return replace(tie, favour=favour)
