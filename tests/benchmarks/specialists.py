"""What specialists get from the small local model: which answers can be used, at how many tokens and seconds.

`python -m tests.benchmarks.specialists [--url http://…] [--answers N] [--show]` prints a table with a line for each
specialist; without a URL it starts the model server of this repository. Entities come from drafts of every kind of
place. An answer is `used` where `specialists.read` accepts it, at once or `mended` after one repair, as the service
asks for it. `fresh` tokens of the prompt are those that the endpoint had not cached; `alike` is the share of answers
whose text an earlier answer of the same specialist had, too.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

import httpx
from bodybroker.generation import specialists
from bodybroker.generation.locations import Entity
from bodybroker.generation.specialists import NAMES, Specialists, Unfit, Variant
from bodybroker.models.inference import ChatRequest, Completion, read_completion
from bodybroker.services.asking import FAULTS_LENGTH, REPAIR

from tests.benchmarks.coherence.places import RACES, SITES, begun
from tests.benchmarks.model_call import server

STRANGERS = ("hound", "human", "revenant")
"""NPCs of no race of the world."""


@dataclass
class Tally:
    """What one specialist's answers came to."""

    used: int = 0
    mended: int = 0
    answers: int = 0
    prompt: list[int] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Tally) -> Tally:
        """Both together."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def entities() -> dict[str, list[tuple[Entity, Entity]]]:
    """For each specialist entities that it adds to, each with its place, all kinds in turn."""
    found: dict[str, dict[tuple[str, str], tuple[Entity, Entity]]] = {name: {} for name in NAMES}
    for seed, kind in enumerate(sorted(SITES) * 3):
        draft = begun(kind, seed, RACES[seed % len(RACES)], "patient")
        place = draft.entities[0]
        for entity in draft.entities:
            found[entity.specialist].setdefault((place.kind_of, entity.kind_of), (entity, place))
    place = begun("warehouse", 0).entities[0]
    for kind in STRANGERS:
        stranger = Entity(f"n-{kind}", "npc", kind, "monster_customizer", facts=("haunts a warehouse",))
        found["monster_customizer"][kind, kind] = (stranger, place)
    return {name: [*kinds.values()] for name, kinds in found.items()}


def measure(url: str, answers: int, show: bool) -> Iterator[tuple[str, Tally]]:
    """The tally of each specialist after so many answers, as soon as it has given them."""
    guides = specialists.load()
    with httpx.Client(base_url=url, timeout=300, trust_env=False) as client:
        for name, about in entities().items():
            tally = Tally()
            for index, (entity, place) in enumerate(islice(cycle(about), answers)):
                _answer(client, guides, tally, entity, place, Variant(index, index), show)
            yield name, tally


def _answer(
    client: httpx.Client, guides: Specialists, tally: Tally, entity: Entity, place: Entity, variant: Variant, show: bool
) -> None:
    ask = specialists.ask(guides, entity, place, (), variant)
    request = ChatRequest(ask.messages, ask.max_tokens, ask.temperature, ask.seed, schema=ask.schema)
    tally.answers += 1
    said = _ask(client, tally, request)
    faults = _take(guides, tally, entity, said)
    if show:
        print(f"{entity.specialist}: {ask.user}\n    {said.text}\n    {'; '.join(faults) or 'used'}")
    if faults:
        for fault in faults:
            tally.faults[_kind(fault)] += 1
        told = {"role": "user", "content": REPAIR.format(faults="; ".join(faults)[:FAULTS_LENGTH])}
        messages = (*ask.messages, {"role": "assistant", "content": said.text}, told)
        tally.mended += not _take(guides, tally, entity, _ask(client, Tally(), replace(request, messages=messages)))
    else:
        tally.used += 1


def _ask(client: httpx.Client, tally: Tally, request: ChatRequest) -> Completion:
    started = time.perf_counter()
    response = client.post(
        "/invocations", content=request.body(stream=False), headers={"content-type": "application/json"}
    )
    tally.seconds.append(time.perf_counter() - started)
    response.raise_for_status()
    said = read_completion(response.content)
    tally.prompt.append(said.usage.prompt_tokens)
    tally.fresh.append(said.usage.prompt_tokens - said.usage.cached_tokens)
    tally.written.append(said.usage.completion_tokens)
    return said


def _take(guides: Specialists, tally: Tally, entity: Entity, said: Completion) -> list[str]:
    try:
        tally.texts[specialists.read(guides, entity, said.text).text] += 1
    except Unfit as unfit:
        return unfit.faults
    return []


def _kind(fault: str) -> str:
    """What sort of fault it is, without the words that it was found in."""
    for sort in ("JSON", "must match", "breaks off", "in circles", "copies", " says ", "characters"):
        if sort in fault:
            return sort.strip()
    return fault


def table(tallies: Iterable[tuple[str, Tally]]) -> Iterator[str]:
    """A line for each specialist, and one for all answers together."""
    yield (
        f"{'specialist':<20}{'answers':>8}{'used %':>8}{'mended %':>10}{'alike %':>9}{'prompt':>8}{'fresh':>7}"
        f"{'written':>9}{'s p50':>7}{'s most':>8}  faults"
    )
    total = Tally()
    for name, tally in tallies:
        total += tally
        yield _line(name, tally)
    yield _line("all", total)


def _line(name: str, tally: Tally) -> str:
    texts = tally.texts.total()
    alike = 100 * (texts - len(tally.texts)) / max(1, texts)
    faults = ", ".join(f"{sort} {count}" for sort, count in tally.faults.most_common(4))
    return (
        f"{name:<20}{tally.answers:>8}{100 * tally.used / tally.answers:>8.0f}"
        f"{100 * (tally.used + tally.mended) / tally.answers:>10.0f}{alike:>9.0f}"
        f"{statistics.median(tally.prompt):>8.0f}{statistics.median(tally.fresh):>7.0f}"
        f"{statistics.median(tally.written):>9.0f}{statistics.median(tally.seconds):>7.1f}"
        f"{max(tally.seconds):>8.1f}  {faults}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="base URL of an endpoint that already runs")
    parser.add_argument("--answers", type=int, default=12, help="answers of each specialist")
    parser.add_argument("--show", action="store_true", help="print every answer, too")
    arguments = parser.parse_args()
    with nullcontext(arguments.url.rstrip("/")) if arguments.url else server() as url:
        for line in table(measure(url, arguments.answers, arguments.show)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
