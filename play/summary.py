"""What a night came to: counted while it is played, printed at the end and written to build/play.json."""

import json
import statistics
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.table import Table

NANODOLLARS = 1_000_000_000


@dataclass
class Turn:
    """One utterance and its answer; times in milliseconds as the player met them."""

    npc: str
    said: str
    line: str
    source: str
    model: str
    first_token_ms: float
    per_token_ms: float
    acts: list[dict[str, Any]]
    usage: dict[str, int]


@dataclass
class Seen:
    """A place that the player has seen described: what it was called, how much was told of it and by whom.

    `waited_s` is how long after the arrival its description came; 0 where it was there before the player.
    """

    name: str
    kind: str
    title: str
    told: dict[str, int]
    waited_s: float

    @classmethod
    def of(cls, document: dict[str, Any], waited_s: float) -> Self:
        """What a location's document comes to."""
        site, described = document["site"], document["described"]
        title = next((each["addition"].get("title", "") for each in described if each["entity"]["kind"] == "place"), "")
        told = Counter(each["made"]["source"] for each in described)
        return cls(site["name"], site["kind"], title, dict(told), waited_s)


@dataclass
class Summary:
    """Counts of one night. `phases` in seconds; `to_first_token_s` from the start of the command."""

    night: str
    ok: bool = False
    steps_done: int = 0
    steps_total: int = 0
    phases: dict[str, float] = field(default_factory=dict)
    to_first_token_s: float | None = None
    turns: list[Turn] = field(default_factory=list)
    asked_ahead: int = 0
    places: list[Seen] = field(default_factory=list)
    events: int = 0
    version: int = 0
    world: str = ""
    hash: str = ""
    error: str = ""

    def tokens(self, kind: str) -> int:
        return sum(turn.usage.get(kind, 0) for turn in self.turns)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {
            "turns_spoken": len(self.turns),
            "model_turns": sum(turn.source == "model" for turn in self.turns),
            "first_token_ms_median": _median([turn.first_token_ms for turn in self.turns]),
            "per_token_ms_median": _median([turn.per_token_ms for turn in self.turns if turn.per_token_ms]),
            "prompt_tokens": self.tokens("prompt_tokens"),
            "cached_tokens": self.tokens("cached_tokens"),
            "completion_tokens": self.tokens("completion_tokens"),
            "cost_nanodollars": self.tokens("cost_nanodollars"),
            "places_seen": len(self.places),
            "places_ahead": sum(not place.waited_s for place in self.places),
            "told_of_places": dict(sum((Counter(place.told) for place in self.places), Counter[str]())),
        }

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_dict(), indent=2) + "\n")

    def show(self, console: Console) -> None:
        data = self.as_dict()
        table = Table(title=f"The night: {self.night}", show_header=False, title_justify="left")
        for phase, seconds in self.phases.items():
            table.add_row(phase, f"{seconds:.1f} s")
        if self.to_first_token_s is not None:
            table.add_row("start to first token", f"{self.to_first_token_s:.1f} s")
        table.add_row("steps", f"{self.steps_done} of {self.steps_total}" if self.steps_total else str(self.steps_done))
        table.add_row("turns", f"{data['turns_spoken']} ({data['model_turns']} from the model)")
        table.add_row("first token, median", _ms(data["first_token_ms_median"]))
        table.add_row("per token, median", _ms(data["per_token_ms_median"]))
        table.add_row(
            "tokens", f"{data['prompt_tokens']} in ({data['cached_tokens']} cached), {data['completion_tokens']} out"
        )
        table.add_row("cost of the models", f"${data['cost_nanodollars'] / NANODOLLARS:.6f}")
        told = ", ".join(f"{count} {source}" for source, count in sorted(data["told_of_places"].items())) or "nothing"
        table.add_row(
            "places", f"{data['places_seen']} described ({data['places_ahead']} before the arrival), {told} told"
        )
        table.add_row("events", str(self.events))
        table.add_row("world", f"version {self.version}, hash {self.hash[:16]}…")
        table.add_row("result", "whole" if self.ok else f"broken off: {self.error}")
        console.print(table)


def _median(values: list[float]) -> float | None:
    return round(statistics.median(values), 1) if values else None


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"
