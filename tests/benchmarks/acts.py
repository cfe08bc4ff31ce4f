"""What NPCs do, asked of the small local model: which answers are valid, which acts hold, and whether words agree.

`python -m tests.benchmarks.acts [--url http://…] [--answers N] [--only SITUATION] [--show]` prints a table with a line
for each situation; without a URL it starts the model server of this repository. NPCs of every race are met by night in
worlds of several seeds, with parts in the bag that they want. `valid`: the answer meets its schema at once. `held`: the
rules accept every act of it, once it agrees with the line. `cut`: the line promised what the rules would not allow, and
a set one took its place. `mended`: acts were added or disowned so that they agree with the line.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

import httpx
from bodybroker.generation.entities import Item
from bodybroker.kernel import schemas
from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds import acts, agreement, encounters, turns
from bodybroker.minds.line import Line
from bodybroker.minds.prompt import acts_prompt, line_prompt
from bodybroker.minds.reading import speech
from bodybroker.models.inference import ChatRequest, Completion, read_completion
from bodybroker.world import apply, decide, rules
from bodybroker.world.bonds.state import BondsState, Shift
from bodybroker.world.events import TurnSpoken
from bodybroker.world.proposals import Unreadable
from bodybroker.world.state import State
from bodybroker.world.talk.commands import RecordTurn
from bodybroker.world.talk.intents import Intent, NamePrice
from msgspec.structs import replace

from tests.benchmarks.model_call import server

RULES = rules.load()
SITUATIONS = {
    "greeting": "Good evening. What do you want tonight?",
    "asked": "I have something for you. What do you pay?",
    "fair price": "",
    "dear price": "",
    "threat": "Listen, I'll hurt you if you talk.",
    "claim": "Be careful with {other}, I saw that one in the police station.",
    "question": "What do you know about {other}?",
    "parting": "Good night. I must go.",
}
"""What the player says, by situation; prices are asked by the rules' own measure."""


@dataclass
class Tally:
    """What the answers in one situation came to."""

    answers: int = 0
    valid: int = 0
    held: int = 0
    cut: int = 0
    mended: int = 0
    written: list[int] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Tally) -> Tally:
        """Both together."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def meetings() -> Iterator[tuple[State, EntityId]]:
    """NPCs of every race in turn, each with the player before it and what it wants in the bag."""
    for seed in range(1000):
        made = apply.fold(decide.create(seed, RULES))
        races = sorted({npc.character.race for npc in made.npcs.values()})
        race = races[seed % len(races)]
        npc = next(npc for npc in made.npcs.values() if npc.character.race == race)
        bag = {}
        for n, part in enumerate(sorted(npc.character.tastes)[:2]):
            item_id = EntityId(f"00000000-0000-8000-8000-{n:012d}")
            bag[item_id] = Item(item_id, part, 60, npc.character.provenance)
        player = replace(made.player, inventory=bag, place_id=npc.character.haunt_id)
        npc_id = npc.character.npc_id
        trusting = BondsState(player={npc_id: Shift(trust=30)}) if seed % 2 else made.bonds
        state = replace(made, phase="night", minute=1320, player=player, bonds=trusting)
        yield state, npc_id


def measure(url: str, situations: Iterable[str], answers: int, show: bool) -> Iterator[tuple[str, Tally]]:
    """The tally of each situation after so many answers."""
    with httpx.Client(base_url=url, timeout=300, trust_env=False) as client:
        for situation in situations:
            tally = Tally()
            for _, (state, npc_id) in zip(range(answers), meetings(), strict=False):
                _turn(client, tally, state, npc_id, situation, show)
            yield situation, tally


def _turn(client: httpx.Client, tally: Tally, state: State, npc_id: EntityId, situation: str, show: bool) -> None:
    met = encounters.begin(state, npc_id, RULES, encounter_id="e", branch_id=BranchId("b"), expires_at=0)
    text, intent = _said(state, met, situation)
    settings, words = turns.load(), encounters.heard(met, text)
    prompt = line_prompt(met.prefix, (), words)
    asked = ChatRequest(prompt, settings.speech.max_tokens, settings.speech.temperature, state.seed, ("\n",))
    line = Line(met.name, settings.speech.max_sentences)
    line.feed(_ask(client, asked).text)
    line.finish()
    if agreement.disagrees(line.text, met.acts, intent) is not None:
        tally.cut += 1
        dice = Stream(state.seed, "cut")
        answer = acts.scripted(met.acts, intent, settings.scripted, dice)
        line.text = answer.line if answer else encounters.procedural_line(met)
    question, schema = acts.ask(met.acts, settings.acts, text, intent)
    began = time.perf_counter()
    said = _ask(
        client,
        ChatRequest(
            acts_prompt(prompt, line.text, question),
            settings.acts.max_tokens,
            settings.acts.temperature,
            state.seed,
            schema=schema,
        ),
    )
    tally.seconds.append(time.perf_counter() - began)
    tally.written.append(said.usage.completion_tokens)
    tally.fresh.append(said.usage.prompt_tokens - said.usage.cached_tokens)
    tally.answers += 1
    faults = schemas.faults(said.text, schema)
    tally.valid += not faults
    raw = acts.read(said.text, met.acts, text)
    proposal = agreement.agreed(raw, line.text, met.acts, intent)
    tally.mended += proposal != raw
    command = RecordTurn(npc_id, text, line.text, "model", "m", proposal, (), intent)
    made = decide.decide(state, command, RULES)
    spoken = next(event for event in made if isinstance(event, TurnSpoken))
    refused = [one.code for one in spoken.refused if one.code != "disagrees"]
    tally.held += not refused
    tally.refused.update(refused)
    tally.acts.update(_kind(diff) for diff in proposal.diffs if type(diff).__name__ not in ("SetMood", "Feel"))
    if show:
        print(f"{situation}: {text}\n    {line.text}\n    {said.text}\n    {faults or ''} {refused or ''}", flush=True)


def _kind(diff: object) -> str:
    return "unreadable" if isinstance(diff, Unreadable) else str(type(diff).__struct_config__.tag)  # type: ignore[attr-defined]


def _said(state: State, met: encounters.Encounter, situation: str) -> tuple[str, Intent | None]:
    """What the player says and does."""
    if situation.endswith("price") and met.acts.items:
        item_id, priced = next(iter(met.acts.items.items()))
        cents = priced.most_cents if situation == "fair price" else (priced.most_cents + priced.insult_cents) // 2
        text = f"I want ${cents // 100} for the {priced.part}."
        return text, NamePrice(type="offer", item_id=item_id, price_cents=cents // 100 * 100)
    other = next(npc.character.name for npc in state.npcs.values() if npc.character.npc_id != met.npc_id)
    text = SITUATIONS[situation].format(other=other) or "What would you pay?"
    return text, speech.read(text, met.acts)


def _ask(client: httpx.Client, request: ChatRequest) -> Completion:
    response = client.post(
        "/invocations", content=request.body(stream=False), headers={"content-type": "application/json"}
    )
    response.raise_for_status()
    return read_completion(response.content)


def table(tallies: Iterator[tuple[str, Tally]]) -> Iterator[str]:
    """A line for each situation, and one for all together."""
    yield (
        f"{'situation':<12}{'answers':>8}{'valid %':>9}{'held %':>8}{'cut %':>7}{'mended %':>10}{'fresh':>7}"
        f"{'written':>9}{'s p50':>7}  acts; refused"
    )
    total = Tally()
    for name, tally in tallies:
        total += tally
        yield _row(name, tally)
    yield _row("all", total)


def _row(name: str, tally: Tally) -> str:
    def share(count: int) -> float:
        return 100 * count / max(1, tally.answers)

    done = ", ".join(f"{kind} {count}" for kind, count in tally.acts.most_common(5))
    refused = ", ".join(f"{code} {count}" for code, count in tally.refused.most_common(4))
    return (
        f"{name:<12}{tally.answers:>8}{share(tally.valid):>9.0f}{share(tally.held):>8.0f}{share(tally.cut):>7.0f}"
        f"{share(tally.mended):>10.0f}{statistics.median(tally.fresh):>7.0f}{statistics.median(tally.written):>9.0f}"
        f"{statistics.median(tally.seconds):>7.1f}  {done}; {refused or 'none'}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="base URL of an endpoint that already runs")
    parser.add_argument("--answers", type=int, default=10, help="answers in each situation")
    parser.add_argument("--only", choices=SITUATIONS, action="append", help="situations, all without any")
    parser.add_argument("--show", action="store_true", help="print every answer, too")
    arguments = parser.parse_args()
    with nullcontext(arguments.url.rstrip("/")) if arguments.url else server() as url:
        for line in table(measure(url, arguments.only or SITUATIONS, arguments.answers, arguments.show)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
