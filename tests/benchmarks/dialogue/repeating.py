"""How much NPCs repeat themselves without a model: a night of lines and of barks per race.

`repeated` is the share of lines that were heard before in the night, word for word; distinct-n the share of different
word n-grams among all (Li et al. 2016); self-BLEU the mean BLEU-4 of each line against the others (Zhu et al. 2018),
smoothed by adding one to the counts above single words: lower is more varied.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bodybroker.kernel.random import Stream
from bodybroker.minds import barks, speech, voices
from bodybroker.minds.voices import AGAIN, ROOT
from bodybroker.world import rules
from bodybroker.world.talk.said import Said, fingerprint, tonight, with_line

SEED = 20261123
NIGHT = 120
"""Lines of a night: one every few minutes from dusk to dawn, all from NPCs of one race."""
MINUTE = 1300
TALK = 4
"""Lines of one talk, in one mood."""
FACTS = {"name": "Gorm", "place": "the Ash Yard", "carried": "spleen", "wanted": "liver"}
MOST = 4
"""The longest n-gram of BLEU."""


def ngrams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    """How often each run of `n` words comes."""
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))


def distinct(lines: Sequence[str], n: int) -> float:
    """Different n-grams among all n-grams of the lines, in [0, 1]."""
    found: Counter[tuple[str, ...]] = sum((ngrams(words_of(line), n) for line in lines), Counter())
    return len(found) / max(1, found.total())


def self_bleu(lines: Sequence[str]) -> float:
    """The mean BLEU-4 of each line against all the others, in [0, 1]."""
    said = [words_of(line) for line in lines]
    return sum(bleu(words, [*said[:k], *said[k + 1 :]]) for k, words in enumerate(said)) / len(said)


def bleu(words: Sequence[str], others: Sequence[Sequence[str]]) -> float:
    """BLEU-4 of a line with the others as its references."""
    if not words or not others:
        return 0.0
    logs = 0.0
    for n in range(1, MOST + 1):
        most: Counter[tuple[str, ...]] = Counter()
        for other in others:
            most |= ngrams(other, n)
        mine = ngrams(words, n)
        shared, total = (mine & most).total(), mine.total()
        if n == 1 and not shared:
            return 0.0
        logs += math.log(shared / total if n == 1 else (shared + 1) / (total + 1))
    closest = min((len(other) for other in others), key=lambda length: (abs(length - len(words)), length))
    brevity = 1.0 if len(words) >= closest else math.exp(1 - closest / len(words))
    return brevity * math.exp(logs / MOST)


def words_of(line: str) -> list[str]:
    """Its words in lower case."""
    return "".join(c if c.isalnum() or c == "'" else " " for c in line.casefold()).split()


def a_night_of_lines(race: str) -> list[str]:
    """As turns speak without a model: talks of some lines, each talk in a mood, with what was said tonight in mind."""
    moods = sorted(rules.load().market.moods)
    said, lines = Said(), list[str]()
    for nth in range(NIGHT):
        dice = Stream(SEED, "night", race, str(nth))
        of_talk = nth % TALK
        recent = lines[len(lines) - of_talk :] if of_talk else []
        mood, root = moods[nth // TALK % len(moods)], AGAIN if of_talk else ROOT
        spoken = tonight(said, MINUTE)
        line = speech.speak_anew(voices.load(race), mood, FACTS, dice, spoken, recent, root)
        said = with_line(said, MINUTE, line)
        lines.append(line)
    return lines


def a_night_of_drawn_lines(race: str) -> list[str]:
    """The same grammar and dice without a memory: what it would be if lines were only drawn."""
    moods = sorted(rules.load().market.moods)
    return [
        speech.speak(voices.load(race), moods[n // TALK % len(moods)], FACTS, Stream(SEED, "night", race, str(n)))
        for n in range(NIGHT)
    ]


def a_night_of_barks(race: str) -> list[str]:
    """Situations in turn, in a mood that changes as slowly as in a night."""
    voice, moods = voices.load(race), sorted(rules.load().market.moods)
    heard: Counter[tuple[str, str]] = Counter()
    lines = []
    for nth in range(NIGHT):
        situation, mood = sorted(voice.barks)[nth % len(voice.barks)], moods[nth * len(moods) // NIGHT]
        line = barks.bark(voice, mood, situation, FACTS, SEED, 1, heard[situation, mood])
        heard[situation, mood] += 1
        lines.append(line or "")
    return lines


def tables() -> Iterator[str]:
    """A line per race and kind of speech."""
    shares = f"{'distinct-1':>12}{'-2':>6}{'-3':>6}"
    yield f"{'a night without a model':<34}{'lines':>6}{'repeated':>10}{shares}{'self-BLEU':>11}"
    kinds: dict[str, Callable[[str], list[str]]] = {
        "lines": a_night_of_lines,
        "lines, only drawn": a_night_of_drawn_lines,
        "barks": a_night_of_barks,
    }
    for name, night in kinds.items():
        for race in sorted(rules.load().races.races):
            lines = night(race)
            repeated = 1 - len({fingerprint(line) for line in lines}) / len(lines)
            shares = "".join(f"{distinct(lines, n):>{width}.2f}" for n, width in ((1, 12), (2, 6), (3, 6)))
            yield f"{name + ': ' + race:<34}{len(lines):>6}{100 * repeated:>9.1f}%{shares}{self_bleu(lines):>11.2f}"
    yield ""
