"""Upcasters: an event of an older version is brought up to date, one version at a time, whenever it is read.

What is stored never changes. Whoever changes the fields of an event raises the `VERSION` of its type and registers in
`STEPS` how the version before becomes the new one; steps once written stay as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

Plain = dict[str, Any]
"""An event as decoded JSON: `type`, `v` and its fields, all of them plain data."""
Step = Callable[[Plain], Plain]
"""From the fields of one version to those of the next; `type` and `v` are taken care of."""


class UnknownEvent(ValueError):
    """The bytes hold an event that this code does not know, or of a version that it cannot read."""


def _world_created_1(event: Plain) -> Plain:
    """Worlds had no weather and no houses."""
    return {**event, "city": {}, "houses": {}}


def _without_relations(event: Plain) -> Plain:
    """How customers stood to the player came with the event; now a bond changes by one of its own."""
    return {key: value for key, value in event.items() if key not in ("relation", "relations")}


STEPS: dict[tuple[str, int], Step] = {
    ("world_created", 1): _world_created_1,
    ("deal_settled", 1): _without_relations,
    ("haggled", 1): _without_relations,
    ("intermediary_audited", 1): _without_relations,
    ("intermediary_defected", 1): _without_relations,
    ("order_delivered", 1): _without_relations,
    ("orders_lapsed", 1): _without_relations,
}
"""The step that leaves (type, version)."""


def upcast(event: Plain, version: int, steps: Mapping[tuple[str, int], Step] = STEPS) -> Plain:
    """`event` as of `version` of its type; raises UnknownEvent where a step is missing or the event is newer."""
    kind, found = event["type"], event["v"]
    for old in range(found, max(version, found + 1)):
        step = steps.get((kind, old)) if old < version else None
        if step is None:
            raise UnknownEvent(f"no reader for event {kind!r} of version {found}")
        event = {**step(event), "type": kind, "v": old + 1}
    return event
