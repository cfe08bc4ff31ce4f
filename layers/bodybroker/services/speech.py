"""A line in the making: what the listener has heard of it, from which endpoint, and what it has cost."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bodybroker.kernel.ids import EntityId
from bodybroker.minds import gate
from bodybroker.minds.gate import Gate, Hidden
from bodybroker.minds.line import Line
from bodybroker.models.calls import Answer
from bodybroker.models.usage import Usage
from bodybroker.services.turn_events import Bill, Cut, CutReason, Listener, Source, Started, Token
from bodybroker.world.proposals import Proposal

_CLOSES = re.compile(r"[.!?…]")
SILENCE = "…"
"""What is heard where not even a line without a model passes."""


@dataclass
class Speech:
    """One line of the NPC `npc_id`, `speaker` by name, of `max_sentences` at most. `begun` is a reading of
    `perf_counter`.

    Not a word is heard that has not passed the `gate`; `held` is the category for which it holds the line, and
    `hidden` what the line may not repeat. `objection` says why a line must not be said, because the rules would not let
    the NPC do what it promises; `disagreed` is that reason. `proposal` is what a line without a model does.
    """

    listener: Listener
    begun: float
    npc_id: EntityId
    speaker: str
    max_sentences: int
    gate: Gate = field(default_factory=gate.load)
    hidden: Hidden | None = None
    objection: Callable[[str], str | None] = lambda _: None
    text: str = ""
    held: str = ""
    disagreed: str = ""
    proposal: Proposal = Proposal()  # noqa: RUF009 - frozen
    source: Source = "procedural"
    model: str = ""
    first_token_ms: int = 0
    answers: list[Answer] = field(default_factory=list)
    _line: Line = field(init=False)
    _is_begun: bool = False

    def __post_init__(self) -> None:
        self._begin_line()

    @property
    def is_complete(self) -> bool:
        """Whether the line has been said to its end, whatever else the model says."""
        return self._line.over and bool(self.text)

    def begin(self, turn_id: str) -> None:
        """The NPC answers; told once."""
        if not self._is_begun:
            self._is_begun = True
            self.listener.emit(Started(turn_id, self.npc_id, self.source, self.model))

    def by(self, endpoint: str) -> None:
        """From here on this endpoint speaks."""
        self.source, self.model = "model", endpoint

    def hear(self, chunk: str) -> None:
        """The next piece, as it comes from a model."""
        self._say_unless_it_disagrees(self._line.feed(chunk))
        self._void_if_held()

    def end(self) -> bool:
        """The model has said all; whether there was any word in it, also where the gate holds it."""
        self._say_unless_it_disagrees(self._line.finish())
        self._void_if_held()
        return bool(self.text or self.held)

    def cut(self, reason: CutReason) -> None:
        """What was said is void. Who was cut by the gate has been cut already."""
        if not self.held:
            self.listener.emit(Cut(reason, self.npc_id))
        self.text, self.source, self.model = "", "procedural", ""
        self._begin_line()

    def say_without_model(self, line: str, proposal: Proposal | None = None) -> None:
        """A whole line that needs no model, and what it does; it passes the gate as any other."""
        self.source, self.model = "procedural", ""
        passes = self.gate.sentence(line).passes
        self.proposal = proposal if proposal is not None and passes else Proposal()
        self._say(line if passes else SILENCE)

    def add(self, sentence: str) -> None:
        """One more sentence after the line, where it passes the gate."""
        if self.gate.sentence(sentence).passes:
            self._say(f" {sentence}")

    def _void_if_held(self) -> None:
        """A line that the gate holds shows no more; what was shown of it is dropped."""
        if self._line.held and not self.held:
            self.held, self.text = self._line.held.category, ""
            self.listener.emit(Cut("unsafe", self.npc_id))

    def _say_unless_it_disagrees(self, shown: str) -> None:
        """What would close a sentence that promises too much is not shown; what was shown of the line is dropped."""
        why = self.objection(self._line.text) if shown and _CLOSES.search(shown) else None
        if why is None:
            self._say(shown)
            return
        self.disagreed = why
        if self.text:
            self.cut("disagrees")
        self._begin_line()

    def _say(self, text: str) -> None:
        if text:
            self.first_token_ms = self.first_token_ms or max(1, round((perf_counter() - self.begun) * 1000))
            self.text += text
            self.listener.emit(Token(text, self.npc_id))

    def _begin_line(self) -> None:
        self._line, self.held = Line(self.speaker, self.max_sentences, self.gate, self.hidden), ""


def bill(answers: Sequence[Answer]) -> Bill:
    """What the player was charged for."""
    usage = sum((answer.completion.usage for answer in answers), Usage())
    cost = sum(answer.cost_nanodollars for answer in answers)
    return Bill(usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens, cost)
