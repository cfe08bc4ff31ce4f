"""What a piece of equipment makes of the work that is done in it."""

from bodybroker.kernel.random import Stream
from bodybroker.world.empire import crew
from bodybroker.world.lab.state import Equipment
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

DIRTIEST = 100
MOST_WORN = 100


def per_mille(piece: Equipment, rules: Rules, chemists: int = 0) -> int:
    """How good its work is, per mille of that of an unworn piece at par; never below 0."""
    craft = rules.equipment.craft
    better = (piece.quality - craft.par) * craft.per_quality_point - piece.wear * craft.per_wear_point
    return max(0, 1000 + better + min(chemists, craft.most_chemists) * craft.per_chemist)


def with_crew(state: State, piece: Equipment, rules: Rules) -> int:
    """The same, with the help of the crew's chemists."""
    return per_mille(piece, rules, crew.count(state, "chemist"))


def quality(drawn: int, work_per_mille: int) -> int:
    """The quality of a result, 1 to 100."""
    return min(100, max(1, drawn * work_per_mille // 1000))


def contaminates(piece: Equipment, rules: Rules, stream: Stream) -> bool:
    """Whether this use of the piece contaminates its work."""
    rule = rules.equipment.contamination
    chance = rule.base + piece.dirt * rule.per_dirt_point + piece.wear * rule.per_wear_point
    return stream.chance(min(rule.high, chance))


def used(piece: Equipment, rules: Rules) -> tuple[int, int]:
    """Wear and dirt of the piece after one more use."""
    rule = rules.equipment.equipment[piece.kind]
    return min(MOST_WORN, piece.wear + rule.wear), min(DIRTIEST, piece.dirt + rule.dirt)


def resale_cents(piece: Equipment, rules: Rules) -> int:
    """What it brings, by how good its work is."""
    new = rules.equipment.equipment[piece.kind].price_cents
    return new * rules.equipment.resale_per_mille * per_mille(piece, rules) // 1_000_000


def repair_cents(piece: Equipment, rules: Rules) -> int:
    """What it costs to take all its wear away."""
    new = rules.equipment.equipment[piece.kind].price_cents
    return new * piece.wear * rules.equipment.repair.price_per_mille_per_point // 1000
