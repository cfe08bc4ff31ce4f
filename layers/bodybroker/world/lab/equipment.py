"""Pieces of equipment: buying them in a grade, choosing the best one for the work."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import entity_id
from bodybroker.world.draft import Draft
from bodybroker.world.lab import commands, craft, events
from bodybroker.world.lab.state import Equipment
from bodybroker.world.passage import pass_time
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import words


def best_free(state: State, kind: str, rules: Rules) -> Equipment | None:
    """The best piece of that kind in which nothing grows and that works, the same one on every machine."""
    free = (
        piece
        for piece in state.lab.equipment.values()
        if piece.kind == kind and piece.growth_id is None and piece.wear < rules.equipment.worn_out
    )
    return min(free, key=lambda piece: (-craft.per_mille(piece, rules), piece.dirt, piece.equipment_id), default=None)


def check_free(state: State, kind: str, rules: Rules) -> None:
    """Raises Refused unless a piece of that kind can be used now."""
    pieces = [piece for piece in state.lab.equipment.values() if piece.kind == kind]
    if not pieces:
        raise Refused("equipment_missing", f"The lab lacks the equipment for that: {words(kind)}.")
    if all(piece.wear >= rules.equipment.worn_out for piece in pieces):
        raise Refused("equipment_worn_out", f"The {words(kind)} is worn out: repair it first.")
    if best_free(state, kind, rules) is None:
        raise Refused("equipment_busy", "Something grows in every piece of that equipment already.")


def price_cents(kind: str, grade: str, rules: Rules) -> int:
    """What a piece costs in a grade."""
    return rules.equipment.equipment[kind].price_cents * rules.equipment.grades[grade].price_per_mille // 1000


def buy(draft: Draft, command: commands.BuyEquipment) -> None:
    """The piece is delivered to the hideout; how good and how worn it is shows then."""
    rule = draft.rules.equipment
    grade, stream = rule.grades[command.grade], draft.stream.substream("equipment")
    bought = Equipment(
        equipment_id=entity_id(stream),
        kind=command.equipment,
        growth_id=None,
        provenance=draft.provenance("shop"),
        quality=grade.quality.draw(stream),
        wear=grade.wear.draw(stream),
    )
    draft.add(events.EquipmentBought(bought, price_cents(command.equipment, command.grade, draft.rules)))
    pass_time(draft, rule.buying_minutes)
