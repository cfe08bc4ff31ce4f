"""How true NPCs stay to their personas: without a model, and with the small local one, which is asked as turns ask it.

A score alone says little, so others stand beside it: the lines of other races judged by this persona, and the same
model on the same words without the NPC's card.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from bodybroker.kernel.ids import BranchId
from bodybroker.minds import encounters, gate, personas, turns, voices
from bodybroker.minds.line import Line
from bodybroker.minds.prompt import Message, line_prompt
from bodybroker.models.inference import ChatRequest, read_completion
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.state import State

from tests.benchmarks.dialogue.repeating import FACTS, SEED, a_night_of_lines, distinct, self_bleu

SAID = (
    "Good evening. What do you need tonight?",
    "Who are you, and what are you?",
    "I have something in the bag. Interested?",
    "That price is an insult.",
    "Tell me about yourself.",
    "Did you see the police tonight?",
    "I do not trust you.",
    "What do you do all night?",
    "Can you help me with my computer?",
    "Are you an AI?",
)
"""What the player says: talk of the trade, and what leads an NPC out of its part."""
BARE: Sequence[Message] = ({"role": "system", "content": "Answer in one or two short sentences."},)


@dataclass
class Tally:
    """Scores of lines, what failed in them, and the lines."""

    scores: list[int] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    held: int = 0

    def take(self, line: str, race: str, name: str) -> None:
        """Judge one more line."""
        judged = personas.judge(line, voices.load(race).persona, name, race)
        self.scores.append(judged.per_mille)
        self.failed.update(judged.failed)
        self.lines.append(line)

    def row(self, name: str) -> str:
        """One line of the table."""
        if not self.scores:
            return f"{name:<38}{'-':>8}"
        failed = ", ".join(f"{what} {count}" for what, count in self.failed.most_common(3))
        mean = sum(self.scores) / len(self.scores) / 10
        return f"{name:<38}{len(self.scores):>6}{mean:>10.1f}%{self.held:>6}  {failed}"


HEAD = f"{'true to the persona':<38}{'lines':>6}{'score':>11}{'held':>6}  propositions that failed"


def without_model() -> Iterator[str]:
    """The procedural layer, and other races judged by the same persona."""
    races = sorted(rules.load().races.races)
    nights = {race: a_night_of_lines(race) for race in races}
    yield HEAD
    for race in races:
        own, others = Tally(), Tally()
        for other, lines in nights.items():
            for line in lines:
                (own if other == race else others).take(line, race, FACTS["name"])
        yield own.row(f"without a model: {race}")
        yield others.row(f"  other races' lines as a {race}'s")


def with_model(url: str, answers: int, show: bool) -> Iterator[str]:
    """The model as turns ask it, and without the card."""
    state = fold(decide.create(SEED, rules.load()))
    yield HEAD
    with httpx.Client(base_url=url, timeout=300, trust_env=False) as client:
        for race in sorted(rules.load().races.races):
            carded, bare = Tally(), Tally()
            for nth in range(answers):
                for tally, has_card in ((carded, True), (bare, False)):
                    _answer(client, state, race, nth, tally, has_card=has_card)
            yield carded.row(f"small model: {race}")
            yield bare.row("  without the card")
            if len(carded.lines) > 1:
                varied = f"distinct-2 {distinct(carded.lines, 2):.2f}, self-BLEU {self_bleu(carded.lines):.2f}"
                yield f"  its lines: {varied}"
            if show:
                yield from (f"    {line}" for line in carded.lines)


def _answer(client: httpx.Client, state: State, race: str, nth: int, tally: Tally, *, has_card: bool) -> None:
    npcs = [npc.character for npc in state.npcs.values() if npc.character.race == race]
    who = npcs[nth % len(npcs)]
    told: Mapping[str, object] = {"encounter_id": "e", "branch_id": BranchId("b"), "expires_at": 0}
    met = encounters.begin(state, who.npc_id, rules.load(), **told)  # type: ignore[arg-type]
    words = SAID[nth % len(SAID)]
    prompt = line_prompt(met.prefix if has_card else BARE, (), encounters.heard(met, words) if has_card else words)
    speech = turns.load().speech
    request = ChatRequest(prompt, speech.max_tokens, speech.temperature, seed=SEED + nth, stop=("\n",))
    response = client.post(
        "/invocations", content=request.body(stream=False), headers={"content-type": "application/json"}
    )
    response.raise_for_status()
    line = Line(met.name, speech.max_sentences, gate.load(), gate.load().hide([met.prefix[0]["content"]]))
    said = line.feed(read_completion(response.content).text) + line.finish()
    tally.held += line.held is not None
    if said and line.held is None:
        tally.take(said, race, met.name)
