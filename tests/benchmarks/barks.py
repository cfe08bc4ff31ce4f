"""How often two barks that resemble each other mean something else: `make barks`.

A labelled set is made of situations, each told in several ways with the game's own races, parts and places. Two prompts
mean the same when situation and facts are the same. Every prompt is asked in a random order against what was asked
before; a hit is false where the nearest kept prompt means something else. Printed for several bounds, the configured
one marked, with 95 % confidence bounds for the false hits (Wilson), since a set like this proves no zero.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from bodybroker.kernel import configuration
from bodybroker.kernel.ids import PlayerId
from bodybroker.models import tiers
from bodybroker.models.calls import Call, Payer
from bodybroker.models.inference import ChatRequest
from bodybroker.models.resemblance import Resembling

SEED = 20261123
BOUNDS = (60, 70, 80, 85, 90, 95)
SITUATIONS: dict[str, tuple[str, ...]] = {
    "offers": (
        "The broker holds out a {part} at the {place}.",
        "At the {place} the broker holds a {part} out.",
        "A broker at the {place}, and in his hand a {part}.",
        "the broker holds out the {part} at the {place}",
    ),
    "empty": (
        "The broker comes to the {place} without a {part}.",
        "Without a {part}, the broker comes to the {place}.",
        "the broker comes to a {place}, without any {part}",
        "The broker has no {part} and comes to the {place}.",
    ),
    "flees": (
        "The broker runs from the {place} and drops a {part}.",
        "Running from the {place}, the broker drops a {part}.",
        "the broker runs from the {place}, and drops the {part}",
        "A {part} falls as the broker runs from the {place}.",
    ),
    "watched": (
        "Somebody watches the {place} while the broker hides a {part}.",
        "While the broker hides a {part}, somebody watches the {place}.",
        "somebody watches the {place} while a broker hides the {part}",
        "The {place} is watched by somebody while the broker hides a {part}.",
    ),
    "waits": (
        "The broker waits at the {place} with a {part} in the rain.",
        "In the rain the broker waits at the {place} with a {part}.",
        "the broker waits in the rain at the {place}, with a {part}",
        "With a {part} the broker waits at the {place}, and it rains.",
    ),
    "haggles": (
        "The broker asks {price} dollars for a {part} at the {place}.",
        "At the {place} the broker asks {price} dollars for a {part}.",
        "for a {part} the broker asks {price} dollars, at the {place}",
        "The broker wants {price} dollars for the {part} at the {place}.",
    ),
}
PRICES = (40, 45, 90)


@dataclass(frozen=True)
class Told:
    """A prompt and what it means."""

    text: str
    meaning: tuple[str, ...]


def prompts() -> Iterator[Told]:
    """The labelled set."""
    parts = sorted(configuration.load("world/parts")["parts"])[:6]
    places = ("graveyard", "morgue", "street", "hideout")
    for situation, ways in SITUATIONS.items():
        for part in parts:
            for place in places:
                for price in PRICES if situation == "haggles" else PRICES[:1]:
                    for way in ways:
                        meaning = (situation, part, place, str(price))
                        yield Told(way.format(part=part, place=place, price=price), meaning)


def call(text: str) -> Call:
    request = ChatRequest([{"role": "system", "content": "You are a ghoul."}, {"role": "user", "content": text}], 30)
    return Call("c", "bark", Payer(PlayerId("p"), "free"), request, subjects=("ghoul",), cacheable=True)


def measure(bound: int, told: list[Told]) -> tuple[int, int]:
    """Hits and false hits with a bound."""
    kept = Resembling[tuple[str, ...]](bound, len(told))
    hits = false = 0
    for prompt in told:
        asked = call(prompt.text)
        found = kept.find(asked)
        if found is None:
            kept.put(replace(asked), prompt.meaning)
            continue
        hits += 1
        false += found != prompt.meaning
    return hits, false


def table() -> str:
    """Hit rate and false-hit rate by bound."""
    told = list(prompts())
    Random(SEED).shuffle(told)
    configured = tiers.load().semantic_cache.similarity_percent
    meanings = len({prompt.meaning for prompt in told})
    lines = [f"{len(told)} barks of {meanings} meanings", ""]
    lines.append(f"{'bound %':>8}{'hits':>8}{'hit rate %':>12}{'false':>8}{'false-hit rate %':>18}{'at most %':>11}")
    for bound in sorted({*BOUNDS, configured}):
        hits, false = measure(bound, told)
        rate = 100 * false / hits if hits else 0.0
        share, worst = 100 * hits / len(told), _at_most(false, hits)
        mark = "  configured" if bound == configured else ""
        lines.append(f"{bound:>8}{hits:>8}{share:>12.1f}{false:>8}{rate:>18.2f}{worst:>11.2f}{mark}")
    return "\n".join(lines)


def _at_most(false: int, hits: int) -> float:
    """The upper end of Wilson's 95 % interval, in percent."""
    if hits == 0:
        return 100.0
    z, share = 1.96, false / hits
    centre = share + z * z / (2 * hits)
    spread = z * math.sqrt(share * (1 - share) / hits + z * z / (4 * hits * hits))
    return 100 * (centre + spread) / (1 + z * z / hits)


if __name__ == "__main__":
    print(table())
