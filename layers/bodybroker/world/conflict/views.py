"""Danger through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View
from bodybroker.world.commands import Command
from bodybroker.world.conflict import commands
from bodybroker.world.conflict.standing import asking_price_cents, fighting
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import dollars


def view(state: State, rules: Rules) -> View:
    """Who threatens and who stands by (how strong they are is for the player to find out), and how it ended so far."""
    past = state.conflict
    return {
        "danger": past.danger and _danger(state, rules, past.danger),
        "fights": {"won": past.won, "escaped": past.escaped, "deaths": past.deaths},
    }


def _danger(state: State, rules: Rules, danger: Danger) -> View:
    return {
        "kind": danger.kind,
        "house_id": danger.house_id,
        "foes": [_fighter(foe, danger.kind) for foe in danger.foes],
        "allies": [_fighter(ally, ally.side) for ally in danger.allies],
        "stakes": [item.item_id for item in danger.stakes],
        "stakes_cents": danger.stakes_cents,
        "lead": danger.lead,
        "asking_cents": asking_price_cents(state, rules, danger),
    }


def _fighter(fighter: Fighter, side: str) -> View:
    return {
        "name": fighter.name,
        "npc_id": fighter.npc_id,
        "side": fighter.side or side,
        "standing": fighter.standing,
        "condition": condition(fighter.health),
    }


def condition(health: int) -> str:
    """Health as one sees it from outside."""
    if health <= 0:
        return "dead"
    if health <= 30:
        return "badly hurt"
    return "hurt" if health <= 70 else "unhurt"


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """What one does in danger; nothing of it is worth showing in peace."""
    danger = state.conflict.danger
    if danger is None:
        return
    count = len(fighting(danger.foes))
    yield commands.Fight(type="fight"), f"Fight ({count} against you)"
    yield commands.Flee(type="flee"), "Run"
    yield commands.Hide(type="hide"), "Hide"
    yield commands.Surrender(type="surrender"), "Give in"
    price = asking_price_cents(state, rules, danger)
    if price is not None:
        yield commands.BribeFoes(type="bribe_foes", cents=price), f"Buy yourself free for {dollars(price)}"
