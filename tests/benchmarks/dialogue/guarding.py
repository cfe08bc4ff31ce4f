"""What the gate catches, what it catches wrongly, what disguises hide from it, and what it costs."""

import csv
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bodybroker.minds import gate
from bodybroker.minds.gate import RuleGate

from tests.benchmarks.dialogue import lines
from tests.benchmarks.dialogue.lines import ALLOWED, Labelled

csv.field_size_limit(sys.maxsize)
ROUNDS = 20
DISTINCT = 200
"""Jailbreak prompts that share so many normalised first characters are one."""
WORST = "kill " * 20_000


def labelled_table(judge: RuleGate) -> Iterator[str]:
    """Recall by label, and lines that may be said and are held, of both of our sets."""
    yield f"{'the gate on our horror lines':<44}{'tuning':>16}{'held out':>16}"
    counts = {name: _held(judge, lines.load(name)) for name in lines.SETS}
    for channel, label in sorted(next(iter(counts.values()))):
        what = "wrongly held" if label == ALLOWED else "held"
        cells = "".join(_share(*counts[name].get((channel, label), (0, 0))) for name in lines.SETS)
        yield f"{f'{channel}: {label}, {what}':<44}{cells}"
    yield ""
    yield f"{'in disguise (tuning set, all that is to be held)':<50}{'held':>10}{'wrongly held':>14}"
    for name in ("plain", *lines.DISGUISES):
        worn = lines.load("tuning")
        worn = worn if name == "plain" else list(lines.disguised(worn, name))
        bad, good = _parted(judge, worn)
        yield f"{name:<50}{100 * sum(bad) / len(bad):>9.1f}%{100 * sum(good) / len(good):>13.1f}%"


def _held(judge: RuleGate, labelled: Sequence[Labelled]) -> dict[tuple[str, str], tuple[int, int]]:
    found: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for line in labelled:
        total[line.channel, line.label] += 1
        found[line.channel, line.label] += _is_held(judge, line)
    return {kind: (found[kind], count) for kind, count in total.items()}


def _parted(judge: RuleGate, labelled: Sequence[Labelled]) -> tuple[list[bool], list[bool]]:
    judged = [(line.label == ALLOWED, _is_held(judge, line)) for line in labelled if line.label != "injection"]
    return [held for allowed, held in judged if not allowed], [held for allowed, held in judged if allowed]


def _is_held(judge: RuleGate, line: Labelled) -> bool:
    return not (judge.player if line.channel == "player" else judge.sentence)(line.text).passes


def _share(found: int, total: int) -> str:
    share = f"{100 * found / total:.0f}%" if total else "-"
    return f"{f'{found}/{total} {share}':>16}"


def cost_table(judge: RuleGate) -> Iterator[str]:
    """Microseconds of CPU per text."""
    spoken = [line.text for line in lines.load("tuning") if line.channel == "sentence" and line.label == ALLOWED]
    said = [line.text for line in lines.load("tuning") if line.channel == "player" and line.label == ALLOWED]
    accents = [text.replace("e", "\u00e9") for text in spoken]
    hidden = judge.hide([" ".join(spoken[:12])])
    yield f"{'CPU of the gate':<50}{'µs a text':>10}"
    yield _cost("a sentence", spoken, judge.sentence)
    yield _cost("a sentence, with what it may not repeat", spoken, lambda text: judge.sentence(text, hidden))
    yield _cost("a sentence that goes on (each piece of a stream)", spoken, lambda t: judge.sentence(t, ended=False))
    yield _cost("a sentence with letters beyond ASCII", accents, judge.sentence)
    yield _cost("what the player says", said, judge.player)
    yield _cost(f"worst case: {len(WORST) // 1000} kB of one trigger", [WORST], judge.player, rounds=1)


def _cost(name: str, texts: Sequence[str], act: Callable[[str], object], rounds: int = ROUNDS) -> str:
    for text in texts:
        act(text)
    begun = time.process_time()
    for _ in range(rounds):
        for text in texts:
            act(text)
    return f"{name:<50}{1e6 * (time.process_time() - begun) / rounds / len(texts):>10.1f}"


def public_table(judge: RuleGate, folder: Path | None) -> Iterator[str]:
    """Public sets by their files, counts only; what is not there is left out with a reason."""
    yield "the gate on public sets (whole texts, as the player's words)"
    if folder is None:
        yield "  left out: no folder was named (--data)"
        return
    for name, read in (
        ("openai_moderation/samples-without-minors.jsonl.gz", _moderation),
        ("jailbreak_llms/jailbreak_prompts.csv", _jailbreaks),
        ("harmbench/harmbench_behaviors_text_all.csv", _harmbench),
        ("naughty_strings/blns.json", _naughty),
    ):
        path = folder / name
        if not path.is_file():
            yield f"  left out: {name} is not there"
            continue
        for what, texts in read(path):
            held = sum(not judge.player(text).passes for text in texts)
            yield f"  {name.partition('/')[0] + ': ' + what:<56}{_share(held, len(texts))} held"


def _moderation(path: Path) -> Iterator[tuple[str, list[str]]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(row) for row in file]
    names = {"SH": "self-harm", "V": "violence", "H2": "hate and threats"}
    for key, name in names.items():
        yield name, [row["prompt"] for row in rows if row.get(key) == 1]
    yield "nothing wrong", [row["prompt"] for row in rows if not any(row.get(k) == 1 for k in row if k != "prompt")]


def _jailbreaks(path: Path) -> Iterator[tuple[str, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        prompts = [row["prompt"] for row in csv.DictReader(file)]
    once = {"".join(c for c in prompt.casefold() if c.isalnum())[:DISTINCT]: prompt for prompt in prompts}
    yield "jailbreaks, each once", list(once.values())


def _harmbench(path: Path) -> Iterator[tuple[str, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["FunctionalCategory"] != "copyright"]
    for category in sorted({row["SemanticCategory"] for row in rows}):
        yield category, [row["Behavior"] for row in rows if row["SemanticCategory"] == category]


def _naughty(path: Path) -> Iterator[tuple[str, list[str]]]:
    yield "strings that break parsers", json.loads(path.read_text("utf-8"))


def tables(folder: Path | None) -> Iterator[str]:
    """All of it."""
    judge = gate.load()
    for table in (labelled_table(judge), cost_table(judge), public_table(judge, folder)):
        yield from table
        yield ""
