"""Several NPCs in one talk: who answers next, and what they hear of each other. Pure; chance is the world's own."""

import re
from collections.abc import Sequence

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.encounters import Encounter
from bodybroker.minds.gate import let_in
from bodybroker.minds.turns import CompanySettings

_WORDS = re.compile(r"\w+")


class Heard(Struct, frozen=True):
    """What an NPC has said in this turn."""

    npc_id: EntityId
    name: str
    line: str


def next_speaker(
    present: Sequence[Encounter], text: str, said: Sequence[Heard], settings: CompanySettings
) -> Encounter | None:
    """Who of those present answers next; None where nobody does.

    Whom the player addressed (the first) begins. Then who is named by the last speaker or the player speaks, then who
    cannot hold back, by its mood. Nobody speaks twice, and no more than `most_speakers` in all.
    """
    if not said:
        return present[0]
    spoken = {heard.npc_id for heard in said}
    left = [encounter for encounter in present if encounter.npc_id not in spoken]
    if len(said) >= settings.most_speakers:
        return None
    for words in (said[-1].line, text):
        for encounter in left:
            if _is_named(encounter.name, words):
                return encounter
    return next((encounter for encounter in left if _puts_in(encounter, len(said), settings)), None)


def stage(present: Sequence[Encounter], speaker: Encounter) -> tuple[str, ...]:
    """Who else is there, as the speaker is told it."""
    others = [f"{let_in(each.name)}, a {each.race}" for each in present if each.npc_id != speaker.npc_id]
    return (f"Also here: {'; '.join(others)}.",) if others else ()


def account(text: str, said: Sequence[Heard]) -> tuple[str, ...]:
    """What was said so far, as one who stands by hears it."""
    if not said:
        return ()
    asked = f'The broker said to {let_in(said[0].name)}: "{let_in(text)}"'
    return (asked, *(f'{let_in(heard.name)} said: "{let_in(heard.line)}"' for heard in said))


def _is_named(name: str, words: str) -> bool:
    """Whether a word of the name that is long enough to mean somebody stands in the words."""
    called = {word.casefold() for word in _WORDS.findall(words)}
    return any(part.casefold() in called for part in _WORDS.findall(name) if len(part) > 2)


def _puts_in(encounter: Encounter, nth: int, settings: CompanySettings) -> bool:
    stream = Stream(encounter.seed, "company", encounter.npc_id, str(encounter.moment), str(nth))
    return stream.chance(settings.puts_in_per_mille[encounter.mood])
