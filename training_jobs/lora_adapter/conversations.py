"""Conversations to learn from: the game's own prompts, answered by the grammar of the race's voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bodybroker.kernel.ids import BranchId
from bodybroker.kernel.random import Stream
from bodybroker.minds import encounters, speech, turns, voices
from bodybroker.minds.prompt import Exchange, Message, line_prompt
from bodybroker.minds.voices import Voice
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.rules import Rules
from msgspec.structs import replace

from .settings import Settings

WORLDS = 4
"""Worlds that each of the two sets takes its characters and places from."""


@dataclass(frozen=True)
class Conversation:
    """Messages as a model reads them; the assistant's after `prefix` messages are to be learnt."""

    messages: Sequence[Message]
    prefix: int


def to_learn_from(settings: Settings) -> list[Conversation]:
    """The conversations that the adapter learns."""
    asked = settings.conversations
    voice = part(voices.load(settings.race), settings.held_out_every, held_out=False)
    return list(_converse(settings, voice, settings.race, "train", asked.train, asked.exchanges))


def to_measure_on(settings: Settings, race: str, *, new_phrases: bool) -> list[Conversation]:
    """First answers in other worlds to other words: of phrases that were learnt, or of those held out.

    A second answer would be easier, as a model copies what the first has said.
    """
    voice = part(voices.load(race), settings.held_out_every, held_out=new_phrases)
    return list(_converse(settings, voice, race, "held out", settings.conversations.held_out, 1))


def part(voice: Voice, every: int, *, held_out: bool) -> Voice:
    """A voice with only the alternatives that are held out, or only the others; short lists stay whole in both."""
    symbols: dict[str, list[str] | dict[str, list[str]]] = {}
    for symbol, meaning in voice.speech.items():
        if isinstance(meaning, list):
            symbols[symbol] = meaning if symbol == voices.ROOT else _pick(meaning, every, held_out)
        else:
            symbols[symbol] = {mood: _pick(texts, every, held_out) for mood, texts in meaning.items()}
    return voice.model_copy(update={"speech": symbols})


def _pick(texts: list[str], every: int, held_out: bool) -> list[str]:
    if len(texts) < every:
        return texts
    return [text for number, text in enumerate(texts, 1) if (number % every == 0) is held_out]


def _converse(
    settings: Settings, voice: Voice, race: str, purpose: str, count: int, exchanges: int
) -> Iterator[Conversation]:
    dice = Stream(settings.seed, "conversations", race, purpose)
    book = rules.load()
    last_third = len(settings.player) * 2 // 3
    said = settings.player[:last_third] if purpose == "train" else settings.player[last_third:]
    worlds = [Stream(settings.seed, "worlds", purpose, str(number)).below(2**32) for number in range(WORLDS)]
    for number in range(count):
        yield _conversation(book, worlds[number % WORLDS], race, voice, said, exchanges, dice)


def _conversation(
    book: Rules, world: int, race: str, voice: Voice, said: Sequence[str], exchanges: int, dice: Stream
) -> Conversation:
    state = fold(decide.create(world, book))
    npc = dice.choice([npc for npc in state.npcs.values() if npc.character.race == race])
    npc_id = npc.character.npc_id
    state = replace(state, npcs={**state.npcs, npc_id: replace(npc, mood=dice.choice(list(turns.load().moods)))})
    met = encounters.begin(state, npc_id, book, encounter_id="", branch_id=BranchId(""), expires_at=0)
    transcript: list[Exchange] = []
    for _ in range(exchanges):
        facts = {name: dice.choice(values) for name, values in met.facts.items() if values}
        words = dice.choice(said)
        told = words if transcript else encounters.heard(met, words)
        transcript.append(Exchange(told, speech.speak(voice, met.mood, facts, dice)))
    return Conversation(line_prompt(met.prefix, transcript), len(met.prefix))
