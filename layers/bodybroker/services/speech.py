"""A line in the making: what the listener has heard of it, from which endpoint, and what it has cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.line import Line
from bodybroker.models.calls import Answer
from bodybroker.models.inference import FailureReason
from bodybroker.models.usage import Usage
from bodybroker.services.turn_events import Bill, Cut, Listener, Source, Token


@dataclass
class Speech:
    """One line of the NPC `npc_id`, `speaker` by name, of `max_sentences` at most. `begun` is a reading of
    `perf_counter`."""

    listener: Listener
    begun: float
    npc_id: EntityId
    speaker: str
    max_sentences: int
    text: str = ""
    source: Source = "procedural"
    model: str = ""
    first_token_ms: int = 0
    answers: list[Answer] = field(default_factory=list)
    _line: Line = field(init=False)

    def __post_init__(self) -> None:
        self._begin_line()

    @property
    def is_complete(self) -> bool:
        """Whether the line has been said to its end, whatever else the model says."""
        return self._line.over and bool(self.text)

    def by(self, endpoint: str) -> None:
        """From here on this endpoint speaks."""
        self.source, self.model = "model", endpoint

    def hear(self, chunk: str) -> None:
        """The next piece, as it comes from a model."""
        self._say(self._line.feed(chunk))

    def end(self) -> bool:
        """The model has said all; whether there was any word in it."""
        self._say(self._line.finish())
        return bool(self.text)

    def cut(self, reason: FailureReason) -> None:
        """What was said is void."""
        self.listener.emit(Cut(reason, self.npc_id))
        self.text, self.source, self.model = "", "procedural", ""
        self._begin_line()

    def say_without_model(self, line: str) -> None:
        """A whole line that needs no model."""
        self.source, self.model = "procedural", ""
        self._say(line)

    def _say(self, text: str) -> None:
        if text:
            self.first_token_ms = self.first_token_ms or max(1, round((perf_counter() - self.begun) * 1000))
            self.text += text
            self.listener.emit(Token(text, self.npc_id))

    def _begin_line(self) -> None:
        self._line = Line(self.speaker, self.max_sentences)


def bill(answers: Sequence[Answer]) -> Bill:
    """What the player was charged for."""
    usage = sum((answer.completion.usage for answer in answers), Usage())
    cost = sum(answer.cost_nanodollars for answer in answers)
    return Bill(usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, cost)
