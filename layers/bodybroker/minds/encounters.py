"""An encounter: all that a turn with one NPC needs, gathered when the player comes near; a turn only reads it."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds import speech, voices

Message = Mapping[str, str]
"""A chat message: its `role` and its `content`."""


class Exchange(Struct, frozen=True):
    """What the player said and what the NPC answered."""

    player: str
    npc: str


class Encounter(Struct, frozen=True):
    """A prepared encounter.

    `prefix` is the stable head of every prompt and `acts` the JSON schema of what the NPC may do; `facts` feed speech
    without a model. `version` is the world's version when it was prepared, `branch_id` the history it belongs to,
    `expires_at` a time in seconds since 1970.
    """

    encounter_id: str
    npc_id: EntityId
    branch_id: BranchId
    version: int
    expires_at: int
    seed: int
    name: str
    race: str
    mood: str
    model: str
    prefix: tuple[Message, ...]
    acts: dict[str, Any]
    facts: dict[str, tuple[str, ...]]
    transcript: tuple[Exchange, ...] = ()


def conversation(encounter: Encounter, text: str, memory: int) -> list[Message]:
    """The prompt for the player's `text`: the prefix, the last `memory` exchanges, the text."""
    messages = list(encounter.prefix)
    for exchange in encounter.transcript[-memory:]:
        messages += [_message("user", exchange.player), _message("assistant", exchange.npc)]
    return [*messages, _message("user", text)]


def question(spoken_so_far: Sequence[Message], line: str, wording: str) -> list[Message]:
    """The prompt that asks what the NPC does, after it has said `line`: the same prefix, so the model has it cached."""
    return [*spoken_so_far, _message("assistant", line), _message("user", wording)]


def procedural_line(encounter: Encounter, version: int) -> str:
    """What the NPC says without a model; the same world at the same version hears the same."""
    stream = Stream(encounter.seed, "speech", encounter.npc_id, str(version))
    facts = {name: stream.choice(values) for name, values in sorted(encounter.facts.items()) if values}
    return speech.speak(voices.load(encounter.race), encounter.mood, facts, stream)


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}
