"""An encounter: all that a turn with one NPC needs, gathered when the player comes near; a turn only reads it."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds import acts, context, prompt, speech, turns, voices
from bodybroker.minds.acts import Choices
from bodybroker.minds.gate import without_brackets
from bodybroker.minds.prompt import Exchange, Message
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.said import fingerprint, tonight


class Encounter(Struct, frozen=True):
    """A prepared encounter, as it is at `version` of the branch `branch_id`; `expires_at` in seconds since 1970.

    `prefix` (who the NPC is) and `transcript` (what was said, oldest first) are what the model has read; `situation` is
    how things stand and what the NPC has in mind, the weightiest first, `told` what of it the transcript tells, and
    `overheard` what others said since the NPC last spoke. `room` is how many bytes of it, with the player's words, may
    be new to the model at a time. `language` is the one in which it answers. `acts` is what the NPC may
    do. `recollections` are what came to its mind when the player came near, and `said` the player's last words to
    it. `facts` feed speech without a model, and `spoken` are fingerprints of what was said tonight; `seed` and
    `moment` are the world's and name its dice. `is_major`: the NPC leads a house; `attention`: what the NPC is worth
    where it stands.
    """

    encounter_id: str
    npc_id: EntityId
    branch_id: BranchId
    version: int
    expires_at: int
    seed: int
    moment: int
    name: str
    race: str
    mood: str
    prefix: tuple[Message, ...]
    situation: tuple[str, ...]
    acts: Choices
    facts: dict[str, tuple[str, ...]]
    room: int
    language: str = "en"
    recollections: tuple[str, ...] = ()
    said: str = ""
    told: tuple[str, ...] = ()
    overheard: tuple[str, ...] = ()
    transcript: tuple[Exchange, ...] = ()
    spoken: tuple[int, ...] = ()
    is_major: bool = False
    attention: Literal["full", "bark", "scripted", "dormant"] = "full"


def begin(
    state: State,
    npc_id: EntityId,
    rules: Rules,
    *,
    encounter_id: str,
    branch_id: BranchId,
    expires_at: int,
    language: str | None = None,
    recollections: Sequence[str] = (),
) -> Encounter:
    """The encounter of the player with an NPC of `state`, which remembers `recollections`, the weightiest first."""
    settings = turns.load()
    npc = state.npcs[npc_id]
    character = npc.character
    spoken = language or settings.language
    return Encounter(
        encounter_id=encounter_id,
        npc_id=npc_id,
        branch_id=branch_id,
        version=state.version,
        expires_at=expires_at,
        seed=state.seed,
        moment=state.moment,
        name=character.name,
        race=character.race,
        mood=npc.mood,
        prefix=prompt.prefix(npc, voices.load(character.race), settings.languages[spoken]),
        situation=context.assemble(state, npc, rules, settings.context, recollections),
        acts=acts.choices(state, npc_id, rules),
        facts=facts(state, npc_id),
        room=settings.context.fresh_bytes,
        language=spoken,
        recollections=tuple(recollections),
        spoken=tonight(state.talk.said, state.minute),
        is_major=any(house.leader_id == npc_id for house in state.houses.houses.values()),
    )


def follow(before: Encounter, now: Encounter, memory: int, *said: Exchange) -> Encounter:
    """`before` as it goes on in the situation of `now`, after what was `said`.

    The prompt only grows, so the model has its beginning cached; with more than twice what is to be remembered it
    begins anew, with the last `memory` exchanges.
    """
    transcript = (*before.transcript, *said)
    now = replace(now, encounter_id=before.encounter_id, transcript=transcript, said=before.said)
    if len(transcript) > 2 * memory:
        return replace(now, transcript=transcript[-memory:])
    if not said:
        return replace(now, told=before.told, overheard=before.overheard)
    told = (each for each in before.situation if each in before.told or each in said[0].player)
    return replace(now, told=tuple(told))


def overhear(encounter: Encounter, account: Sequence[str], memory: int) -> Encounter:
    """The encounter of one who stood by and said nothing: what was said is told when it is spoken to next."""
    return replace(encounter, overheard=(*encounter.overheard, *account)[-2 * memory :])


def heard(encounter: Encounter, text: str, *also: str) -> str:
    """The player's `text` as the model is told it: with what has changed since it was told last, and what `also` is."""
    return prompt.with_news(without_brackets(text), (*also, *_news(encounter, text, *also)))


def procedural_line(encounter: Encounter, *, is_unheard: bool = False, before: Sequence[str] = ()) -> str:
    """What the NPC says without a model: nothing that was said tonight, nor `before` in this turn.

    The same world at the same moment hears the same, also after a rewind. `is_unheard`: the NPC evades what was said.
    """
    stream = Stream(encounter.seed, "speech", encounter.npc_id, str(encounter.moment))
    facts: Mapping[str, str] = {name: stream.choice(values) for name, values in encounter.facts.items() if values}
    root = voices.UNHEARD if is_unheard else voices.AGAIN if encounter.transcript else voices.ROOT
    recent = [*before, *(exchange.npc for exchange in encounter.transcript)]
    spoken = {*encounter.spoken, *map(fingerprint, before)}
    return speech.speak_anew(voices.load(encounter.race), encounter.mood, facts, stream, spoken, recent, root)


def _news(encounter: Encounter, *words: str) -> tuple[str, ...]:
    """What the model has not been told, as far as there is room beside the words."""
    told = set(encounter.told)
    untold = (*encounter.overheard, *(sentence for sentence in encounter.situation if sentence not in told))
    return tuple(context.within(untold, encounter.room - context.size(words)))


def facts(state: State, npc_id: EntityId) -> dict[str, tuple[str, ...]]:
    """What speech without a model may mention, by the names in `voices.FACTS`: any one of the values."""
    character = state.npcs[npc_id].character
    carried = {item.part for item in state.player.inventory.values()}
    wanted = set(character.tastes)
    return {
        "carried": tuple(sorted(wanted & carried)),
        "name": (character.name,),
        "place": (state.places[character.haunt_id].site.name,),
        "wanted": tuple(sorted(wanted - carried)),
    }
