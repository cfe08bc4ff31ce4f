"""One request of a cloud model: tried again where that helps, then asked of the next in the role's chain."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from bodybroker.models.cloud import Attempt, CloudCall, CloudReply, Failure, Outcome
from bodybroker.models.inference import ChatRequest, Completion, FailureReason, ModelFailed
from bodybroker.models.registry import ModelEnded, Registry, Resolved, UnknownModel
from bodybroker.ports.cloud import Providers, Spoken

BYTES_PER_TOKEN = 3
"""Prompts have more bytes than this to a token, so what it says of their length is too much rather than too little."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a try needs of the machine: seconds that only grow, waiting, and a number of 0 to 1 by chance."""

    seconds: Callable[[], float]
    wait: Callable[[float], None]
    chance: Callable[[], float]


@dataclass
class CloudDesk:
    """Asks in the order of the registry until somebody answers or the deadline has come."""

    registry: Registry
    providers: Providers
    around: Surroundings

    def ask(self, call: CloudCall, today: date) -> CloudReply:
        """The answer of the first model that gives a usable one; the reply names the failure when none does."""
        try:
            chain = self.registry.chain(call.role, today)
        except (UnknownModel, ModelEnded) as error:
            return CloudReply(failure=Failure("refused", str(error)))
        pursuit = _Pursuit(self, call, self.around.seconds() + call.deadline_ms / 1000)
        for resolved in chain:
            completion = pursuit.ask(resolved)
            if completion is not None:
                return CloudReply(completion=completion, attempts=tuple(pursuit.attempts))
            if pursuit.is_late:
                break
        return CloudReply(failure=pursuit.failure(), attempts=tuple(pursuit.attempts))


@dataclass
class _Pursuit:
    """One call on its way through the chain."""

    desk: CloudDesk
    call: CloudCall
    ends: float
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether the time that is left is not worth a try."""
        return self._left_s() * 1000 < self.desk.registry.least_attempt_ms

    def ask(self, resolved: Resolved) -> Completion | None:
        """Try one model, again after a wait where it was only unavailable; None when it is time for the next."""
        for wait_s in self._waits():
            if wait_s:
                self.desk.around.wait(min(wait_s, max(0.0, self._left_s())))
            if self.is_late:
                return None
            completion, again = self._try(resolved)
            if completion is not None or not again:
                return completion
        return None

    def failure(self) -> Failure:
        """Why nobody answered: a deadline where time ran out, else what the last one said."""
        told = "; ".join(f"{each.model}: {each.outcome} ({each.detail})" for each in self.attempts) or "no time left"
        last = self.attempts[-1].outcome if self.attempts else "deadline"
        reason: FailureReason = "deadline" if self.is_late or last == "answered" else last
        return Failure(reason, told)

    def _waits(self) -> Iterator[float]:
        """Seconds before each try: none, then the back-off, doubled each time, half of it by chance."""
        yield 0.0
        back_off_s = self.desk.registry.back_off_ms / 1000
        for number in range(self.desk.registry.attempts - 1):
            yield back_off_s * 2**number * (1 + self.desk.around.chance()) / 2

    def _try(self, resolved: Resolved) -> tuple[Completion | None, bool]:
        """One try: the answer, or None and whether the same model may be asked again."""
        started = self.desk.around.seconds()
        timeout_s = min(self.desk.registry.role(self.call.role).attempt_ms / 1000, self._left_s())
        request = self.call.request()
        try:
            _check_size(resolved, request)
            spoken = self.desk.providers.ask(resolved.model, request, timeout_s)
        except ModelFailed as failure:
            self._note(resolved, failure.reason, started, detail=_detail(failure))
            return None, failure.reason == "unavailable"
        cost = resolved.model.cost_of(spoken.tokens)
        if fault := _fault(spoken, request):
            self._note(resolved, "garbage", started, spoken, cost, fault)
            return None, False
        self._note(resolved, "answered", started, spoken, cost)
        return Completion(spoken.text, resolved.name, spoken.tokens.usage, cost), False

    def _note(
        self,
        resolved: Resolved,
        outcome: Outcome,
        started: float,
        spoken: Spoken | None = None,
        cost: int = 0,
        detail: str = "",
    ) -> None:
        self.attempts.append(
            Attempt(
                model=resolved.name,
                outcome=outcome,
                latency_ms=int((self.desk.around.seconds() - started) * 1000),
                cost_nanodollars=cost,
                reasoning_tokens=spoken.tokens.reasoning if spoken else 0,
                detail=detail,
            )
        )

    def _left_s(self) -> float:
        return self.ends - self.desk.around.seconds()


def _check_size(resolved: Resolved, request: ChatRequest) -> None:
    """Raises ModelFailed `refused` for what this model cannot hold, before it costs anything."""
    model = resolved.model
    answer = request.max_tokens + model.hidden_tokens
    prompt = sum(len(message["content"].encode()) for message in request.messages) // BYTES_PER_TOKEN
    if answer > model.output_tokens:
        raise ModelFailed("refused", f"{answer} tokens of answer are more than its {model.output_tokens}")
    if prompt + answer > model.context_tokens:
        raise ModelFailed("refused", f"about {prompt} tokens of prompt do not fit into its {model.context_tokens}")


def _fault(spoken: Spoken, request: ChatRequest) -> str:
    """Why an answer is of no use; empty for one that is."""
    if not spoken.tokens.usage.prompt_tokens:
        return "an answer without usage"
    if not spoken.text.strip():
        return "an answer without text"
    if request.schema is not None:
        try:
            json.loads(spoken.text)
        except ValueError:
            return "an answer that is not the JSON that was asked for"
    return ""


def _detail(failure: ModelFailed) -> str:
    return str(failure).removeprefix(f"{failure.reason}: ")
