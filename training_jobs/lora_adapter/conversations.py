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


def write(settings: Settings, *, held_out: bool) -> list[Conversation]:
    """The set to learn from, or the one to measure on: other worlds, other words, other phrases."""
    return list(_converse(settings, settings.race, held_out))


def write_others(settings: Settings, races: Sequence[str]) -> list[Conversation]:
    """Conversations with other races, whose voices the adapter is not for."""
    return [conversation for race in races for conversation in _converse(settings, race, held_out=True)]


def part(voice: Voice, every: int, *, held_out: bool) -> Voice:
    """A voice with only the alternatives that are held out, or only the others; short lists stay whole in both."""
    symbols = {}
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


def _converse(settings: Settings, race: str, held_out: bool) -> Iterator[Conversation]:
    name = "held out" if held_out else "train"
    dice = Stream(settings.seed, "conversations", race, name)
    book = rules.load()
    voice = part(voices.load(race), settings.held_out_every, held_out=held_out)
    third = len(settings.player) * 2 // 3
    said = settings.player[third:] if held_out else settings.player[:third]
    count = settings.conversations.held_out if held_out else settings.conversations.train
    worlds = [Stream(settings.seed, "worlds", name, str(number)).below(2**32) for number in range(WORLDS)]
    for number in range(count):
        yield _conversation(book, worlds[number % WORLDS], race, voice, said, settings.conversations.exchanges, dice)


def _conversation(
    book: Rules, world: int, race: str, voice: Voice, said: Sequence[str], exchanges: int, dice: Stream
) -> Conversation:
    state = fold(decide.create(world, book))
    npc = dice.choice([npc for npc in state.npcs.values() if npc.character.race == race])
    npc_id = npc.character.npc_id
    state = replace(state, npcs={**state.npcs, npc_id: replace(npc, mood=dice.choice(list(turns.load().moods)))})
    met = encounters.begin(state, npc_id, book, encounter_id="", branch_id=BranchId(""), expires_at=0)
    transcript = []
    for _ in range(exchanges):
        facts = {name: dice.choice(values) for name, values in met.facts.items() if values}
        transcript.append(Exchange(dice.choice(said), speech.speak(voice, met.mood, facts, dice)))
    return Conversation(line_prompt(met.prefix, transcript), len(met.prefix))
