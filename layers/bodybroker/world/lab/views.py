"""The lab through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.lab import commands
from bodybroker.world.lab.state import Growth
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a, dollars, words


def view(state: State, rules: Rules) -> View:
    """Equipment and growths."""
    lab = {
        "equipment": [
            {"equipment_id": piece.equipment_id, "kind": piece.kind, "growth_id": piece.growth_id}
            for piece in ordered(state.lab.equipment)
        ],
        "growths": [_growth(growth) for growth in ordered(state.lab.growths)],
    }
    return {"lab": lab}


def _growth(growth: Growth) -> View:
    return {
        "growth_id": growth.growth_id,
        "part": growth.part,
        "ready_minute": growth.ready_minute,
        "ready": growth.item is not None,
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for kind, equipment in sorted(rules.equipment.equipment.items()):
        title = f"Buy {a(kind)} for {dollars(equipment.price_cents)}"
        yield commands.BuyEquipment(type="buy_equipment", equipment=kind), title
    for part, rule in sorted(rules.parts.parts.items()):
        if rule.growth is not None:
            title = f"Grow {a(part)} ({rule.growth.minutes} min, {dollars(rule.growth.cost_cents)})"
            yield commands.GrowPart(type="grow_part", part=part), title
    for growth in ordered(state.lab.growths):
        title = f"Collect the {words(growth.part)}"
        yield commands.CollectPart(type="collect_part", growth_id=growth.growth_id), title
