"""A world with people in it, and events that could happen there."""

from bodybroker.generation.entities import Item, Provenance
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory import rules as memory_rules
from bodybroker.minds.memory.episodes.base import Episode
from bodybroker.minds.memory.records import Record, place, record_id
from bodybroker.world import apply, decide, rules
from bodybroker.world.market.events import PartSold
from bodybroker.world.state import State
from bodybroker.world.talk.events import TurnSpoken
from msgspec.structs import replace

WORLD = rules.load()
RULES = memory_rules.load()
STATE = apply.fold(decide.create(7, WORLD))
DAY = 1440
DAWN = WORLD.clock.dawn_minute


def by_night(kind: str = "club") -> tuple[State, list[EntityId]]:
    """The world at night, the player where those of a kind of place are, and who is there."""
    place_id = next(place_id for place_id, place in STATE.places.items() if place.site.kind == kind)
    state = replace(STATE, phase="night", minute=DAY * 3 + 1300, player=replace(STATE.player, place_id=place_id))
    return state, sorted(npc_id for npc_id, npc in state.npcs.items() if npc.character.haunt_id == place_id)


def item(part: str = "heart") -> Item:
    return Item(EntityId("an-item"), part, 70, Provenance(1, "test", 1))


def sale(npc_id: EntityId, part: str = "heart", cents: int = 41_000) -> PartSold:
    return PartSold(npc_id, item(part), cents, on_offer=False)


def turn(npc_id: EntityId, text: str, line: str = "Leave me.", heard_by: tuple[EntityId, ...] = ()) -> TurnSpoken:
    return TurnSpoken(npc_id, text, line, "model", "a model", 0, (), heard_by)


def record(seq: int, minute: int, **changes) -> Record:
    """A memory of a sale, but for the changes."""
    npc_id = changes.get("npc_id", EntityId("npc"))
    topic = changes.get("topic", "sale")
    fields = {
        "record_id": record_id(npc_id, place(0, seq), topic, changes.pop("nth", 0)),
        "npc_id": npc_id,
        "place": place(0, seq),
        "minute": minute,
        "first_minute": minute,
        "kind": "present",
        "topic": topic,
        "text": f"Night {(minute - DAWN) // DAY + 1}: the broker sold me a heart for $410 at the club.",
        "slots": {"part": "heart", "cents": "41000", "where": "the club"},
        "about": ("heart",),
        "importance": 45,
        "sources": (seq,),
    }
    return Record(**(fields | changes))


def episode(**changes) -> Episode:
    """Words of the player, but for the changes."""
    fields = {"npc_id": EntityId("npc"), "topic": "talk", "text": "", "slots": {"quote": "Pearl owes Barney money."}}
    return Episode(**(fields | {"trust": 80} | changes))
