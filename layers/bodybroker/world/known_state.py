"""The state as the player may know it. What is not listed here is hidden, so a new field is a secret until it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bodybroker.world.diff import Plain
from bodybroker.world.state import State, Tally

SEEN_ITEM = ("part", "quality", "freshness", "contaminated", "treated_for")
KNOWN = {
    "": ("version", "district", "minute", "phase", "rank"),
    "player": ("place_id", "money_cents", "clean_cents", "heat", "health", "humanity"),
    "player/inventory/*": SEEN_ITEM,
    "npcs/*": ("mood",),
    "powers/owned/*": ("level", "active_until", "ready_minute"),
    "city": ("difficulty", "weather"),
    "crime": ("record", "bribed", "tools"),
    "conflict": ("won", "escaped", "deaths"),
    "conflict/danger": ("kind", "place_id", "stakes_cents", "lead"),
    "lab": ("ingredients",),
    "lab/equipment/*": ("kind", "growth_id", "quality", "wear", "dirt"),
    "lab/growths/*": ("part", "equipment_id", "started_minute", "ready_minute"),
    "lab/stores/*": ("tenure", "unpaid_days"),
    "lab/stores/*/items/*": SEEN_ITEM,
    "lab/trips/*": ("runner_id", "from_place", "to_place", "due_minute"),
    "lab/trips/*/items/*": SEEN_ITEM,
    "lab/routes/*": ("from_place", "to_place", "count"),
    "empire": ("exposure", "unpaid_days"),
    "empire/crew/*": ("name", "role", "skill", "wage_cents"),
    "empire/fronts/*": ("kind", "till_cents", "closed_until"),
    "houses": ("home_id",),
    "houses/houses/*": ("name", "race", "leader"),
    "houses/quarters/*": ("name", "house_id"),
    "houses/ties/*": ("standing", "hunt", "allied_until", "spied_until", "debt_cents", "betrayals", "favour"),
    "market": ("reputation",),
    "market/intermediaries/*": ("share_per_mille",),
    "market/intermediaries/*/stock/*": SEEN_ITEM,
    "market/orders/*": ("npc_id", "part", "quality", "treated_for", "price_cents", "deadline_minute", "promised"),
    "bonds/player/*": ("trust", "fear", "respect", "desire", "debt_cents"),
    "market/offers/*": ("part", "price_cents", "expires_minute"),
    "story/objectives/*": ("title", "text", "status"),
    "story/locations/*": ("digest", "kind", "title"),
    "talk/asks/*": ("item_id", "part", "price_cents", "expires_minute"),
    "talk/pledges/*": ("by", "to", "vow", "due_minute", "cents"),
    "talk/quests/*": ("npc_id", "order_id"),
    "tally": tuple(Tally.__struct_fields__),
}
"""Fields by where in the state they lie; `*` stands for every member of a map."""

Tree = dict[str, Any]


def known_state(state: State) -> Plain:
    """What the player may know of a state, as plain data."""
    known: Plain = _pick(state, _TREE)
    return known


def _tree(known: Mapping[str, Sequence[str]]) -> Tree:
    root: Tree = {}
    for path, names in known.items():
        branch = root
        for part in path.split("/") if path else ():
            branch = branch.setdefault(part, {})
        branch |= {name: {} for name in names}
    return root


def _pick(value: Any, tree: Tree) -> Any:
    """The parts of `value` that `tree` lists: all of it where the tree ends."""
    if not tree or value is None:
        return msgspec.to_builtins(value)
    if "*" in tree:
        return {key: _pick(member, tree["*"]) for key, member in value.items()}
    return {name: _pick(getattr(value, name), below) for name, below in tree.items()}


_TREE = _tree(KNOWN)
