"""Fork, go back, ask: does anybody remember what has not happened? `python -m tests.trials.rewind --trials 1000`

Bots play worlds; between commands they rewind, fork and take old branches up again, and what is remembered may lag
behind. In every trial an NPC is asked for the very sentences that it, or anybody, remembers on other branches, for
nothing in particular, and for all that it knows. What it should know is worked out by `oracle` from a straight log.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from bodybroker.kernel.ids import EntityId, PlayerId

from tests.trials.night import Night
from tests.trials.oracle import Gist, gist, line_of, remembered
from tests.trials.services import Services, services

TRIALS_PER_WORLD = 25
FIRST_COMMANDS, COMMANDS = 50, 6
ASKED = 4
"""Sentences of other branches that one trial asks for."""
LATE = 0.3
"""How often the memories are not up to date when they are asked for."""


class Trial:
    """One world under trial. `futures` are memories that some branch has, by NPC."""

    def __init__(self, given: Services, seed: int) -> None:
        self.chance = random.Random(seed)
        player = PlayerId(str(UUID(int=self.chance.getrandbits(128), version=4)))
        style = self.chance.choice(["trader", "killer", "grower", "politician"])
        self.night = Night(player, seed, given.memories, given.embeddings, style)
        self.night.play(FIRST_COMMANDS)
        self.night.chronicler.remember(self.night.key)
        self.futures: dict[EntityId, dict[Gist, str]] = {}
        self._note()

    def run(self) -> tuple[Counter[str], list[str]]:
        """One trial: what was asked, and what was remembered that had not happened, or not that had."""
        self._move()
        is_late = self.chance.random() < LATE
        if not is_late:
            self.night.chronicler.remember(self.night.key)
            self.night.memories.settle()
        # Who has not slept on it yet remembers a night as it was before dawn: that has happened, too.
        line = remembered(line_of(self.night), ever=is_late)
        truth = {npc: {gist(record) for record in records} for npc, records in line.items()}
        npc_id = self.chance.choice(sorted(self.futures) or sorted(self.night.loaded.state.npcs))
        faults, counts = self._ask(npc_id, truth.get(npc_id, set()), is_late)
        self.night.chronicler.remember(self.night.key)
        self._note()
        return counts, faults

    def _move(self) -> None:
        night, version = self.night, self.night.loaded.head.version
        kind = self.chance.choice(["rewind", "rewind", "fork", "switch"])
        if kind == "switch":
            branches = dict.fromkeys(stretch.branch_id for stretch in night.store.stretches(night.key))
            others = [branch_id for branch_id in branches if branch_id != night.loaded.head.branch_id]
            if others:
                night.switch(self.chance.choice(others))
        else:
            night.fork(self.chance.randint(max(1, version // 3), version - 1), switch=kind == "rewind")
        if self.chance.random() < 0.7:
            night.play(self.chance.randint(1, COMMANDS))

    def _ask(self, npc_id: EntityId, truth: set[Gist], is_late: bool) -> tuple[list[str], Counter[str]]:
        elsewhere = [text for known, text in self.futures.get(npc_id, {}).items() if known not in truth]
        asked = ["", *self.chance.sample(elsewhere, min(ASKED, len(elsewhere)))]
        found: set[Gist] = set()
        for text in asked:
            hits = self.night.mindful.recall(self.night.key, self.night.loaded, npc_id, text).hits
            found |= {gist(hit.record) for hit in hits}
        mine = self.night.mindful.scope(self.night.key, self.night.loaded.head, npc_id)
        everything = {gist(record) for record in self.night.memories.every(mine)}
        faults = [f"a future: {known}" for known in sorted(found | everything) if known not in truth]
        if not is_late:
            faults += [f"forgotten: {known}" for known in sorted(truth - everything)]
        counts = {"questions": len(asked), "futures asked for": len(elsewhere), "remembered": len(found | everything)}
        return faults, Counter(counts)

    def _note(self) -> None:
        for npc_id, records in remembered(line_of(self.night)).items():
            self.futures.setdefault(npc_id, {}).update({gist(record): record.text for record in records})


def run(given: Services, trials: int, first_seed: int) -> Iterator[tuple[int, Counter[str], list[str]]]:
    """The trials one by one: their number, what was asked, and what was wrong."""
    for start in range(0, trials, TRIALS_PER_WORLD):
        trial = Trial(given, first_seed + start // TRIALS_PER_WORLD)
        for number in range(start, min(trials, start + TRIALS_PER_WORLD)):
            counts, faults = trial.run()
            yield number, counts, faults


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 1 when anybody remembered the future or forgot the past."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.rewind", description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    total, wrong, started = Counter[str](), 0, time.monotonic()
    with services() as given:
        for number, counts, faults in run(given, options.trials, options.seed):
            total += counts
            wrong += bool(faults)
            for fault in faults:
                print(f"trial {number}: {fault}", file=sys.stderr)
    asked = ", ".join(f"{total[name]} {name}" for name in ("questions", "futures asked for", "remembered"))
    print(f"{options.trials} fork and rewind trials, {asked}: {wrong} wrong ({time.monotonic() - started:.0f} s)")
    return 1 if wrong or not total["futures asked for"] else 0


if __name__ == "__main__":
    sys.exit(main())
