"""Whatever happens in whatever order: a task is told once, a call ends, and each answer is paid for once.

The machine plays Step Functions, SageMaker and SNS around the services. `crash` ends a step at one of its calls of the
outside world, before or after that call has taken effect.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from bodybroker.kernel.clock import FixedClock
from bodybroker.models import bronze, prices
from bodybroker.models.usage import Usage
from bodybroker.services.ask_bronze import Receiver, Submitter
from bodybroker.services.pay_bronze import Answered, Paid, Till
from bodybroker.services.sweep_bronze import Sweeper
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.fakes.bronze import (
    MemoryInferences,
    MemoryObjects,
    QueueingModel,
    WaitingTasks,
    completion,
    failure,
    places,
    success,
)
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.log import MemoryLog
from tests.unit.bronze.conftest import NOON, QUESTION, SETTINGS

PRICE = prices.load()[SETTINGS.price]
USAGE = Usage(20, 0, 7)
CRASH = st.one_of(st.none(), st.integers(0, 16))


class Crash(BaseException):
    """The process is gone: no handler of ours sees this."""


@dataclass
class Chaos:
    """Counts the edges of calls and crashes at the one that was chosen."""

    left: int | None = None

    def edge(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Crash

    def around(self, port: Any) -> Any:
        return _Flaky(port, self)


class _Flaky:
    def __init__(self, port: Any, chaos: Chaos) -> None:
        self._port, self._chaos = port, chaos

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._chaos.edge()
            result = method(*args, **kwargs)
            self._chaos.edge()
            return result

        return call


@dataclass
class Execution:
    """One execution of the state machine."""

    paid: Paid
    number: int
    attempt: int = 0
    token: str | None = None
    token_ends: float = 0
    resumed_with: dict[str, Any] | None = None
    ended: str | None = None
    tokens: list[str] = field(default_factory=list)


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock, self.chaos = FixedClock(NOON), Chaos()
        self.inferences, self.objects = MemoryInferences(), MemoryObjects()
        self.tasks, self.model, self.log = WaitingTasks(), QueueingModel(), MemoryLog()
        self.budgets = MemoryBudgets(clock=self.clock)
        rows, s3, tasks, model, budgets = map(
            self.chaos.around, (self.inferences, self.objects, self.tasks, self.model, self.budgets)
        )
        self.submitter = Submitter(rows, model, tasks, self.clock, SETTINGS)
        self.receiver = Receiver(rows, s3, tasks, self.clock, SETTINGS, self.log)
        self.sweeper = Sweeper(rows, s3, tasks, budgets, self.clock, SETTINGS, self.log)
        self.till = Till(budgets, rows, s3, self.clock, SETTINGS, "bucket")
        self.executions: list[Execution] = []
        self.answered: set[str] = set()
        self.queue: list[tuple[str, float]] = []
        """Inferences that the endpoint has not finished, and when it gives them up."""
        self.messages: list[str] = []
        self.foretold: set[str] = set()

    def run(self, crash: int | None, step: Callable[[], Any]) -> bool:
        """Whether the step came to its end."""
        self.chaos.left = crash
        try:
            step()
        except Crash:
            return False
        finally:
            self.chaos.left = None
        return True

    @initialize(count=st.integers(1, 3))
    def begin(self, count: int) -> None:
        for number in range(count):
            paid = self.till.reserve({**QUESTION, "call_id": f"call-{number}"})
            self.executions.append(Execution(paid, number))

    def pick(self, number: int) -> Execution:
        return self.executions[number % len(self.executions)]

    @rule(number=st.integers(0, 2), crash=CRASH)
    def enter_submit(self, number: int, crash: int | None) -> None:
        """The state machine enters the task: a token, and the function that gets it. If it fails, so does the task."""
        execution = self.pick(number)
        if execution.ended or execution.token or execution.resumed_with:
            return
        execution.attempt += 1
        execution.token = token = f"token-{execution.number}-{execution.attempt}"
        execution.token_ends = self.clock.now().timestamp() + SETTINGS.task_s
        execution.tokens.append(token)
        self.tasks.waiting.add(token)
        if not self.call_submit(token, execution, crash) and token in self.tasks.waiting:
            self.tasks.waiting.remove(token)
            self.tasks.told[token] = "Lambda.Unknown"

    @rule(number=st.integers(0, 2), crash=CRASH)
    def submit_again(self, number: int, crash: int | None) -> None:
        """Lambda runs a function twice with one event."""
        execution = self.pick(number)
        if execution.token is not None:
            self.call_submit(execution.token, execution, crash)

    def call_submit(self, token: str, execution: Execution, crash: int | None) -> bool:
        before = len(self.model.asked)
        done = self.run(crash, lambda: self.submitter.submit(token, execution.paid.asked))
        ends = self.clock.now().timestamp() + SETTINGS.queue_s + SETTINGS.answer_s
        self.queue += [(inference, ends) for inference in self.model.asked[before:]]
        return done

    @rule(number=st.integers(0, 2))
    def result_before_its_task(self, number: int) -> None:
        """An inference with the id of a task that is yet to come: its answer, and the message, come first."""
        execution = self.pick(number)
        inference = bronze.inference_id(f"token-{execution.number}-{execution.attempt + 1}")
        if inference not in self.answered and len(self.foretold) < 2:
            self.foretold.add(inference)
            self.finish(inference, "answer")
            self.receiver.receive(bronze.read_notification(self.messages.pop()))

    def finish(self, inference: str, outcome: str) -> None:
        if outcome == "answer":
            self.objects.put(places(inference).output, completion(usage=USAGE))
            self.answered.add(inference)
            self.messages.append(success(inference))
        elif outcome == "garbage":
            self.objects.put(places(inference).output, b"<html>")
            self.messages.append(success(inference))
        else:
            reason = f"Received {outcome} error from model"
            failed_at = places(inference).failure
            assert failed_at is not None
            self.objects.put(failed_at, reason.encode())
            self.messages.append(failure(inference, reason))

    @precondition(lambda self: self.queue)
    @rule(
        which=st.integers(0, 9),
        outcome=st.sampled_from(["answer", "answer", "answer", "garbage", "client error (400)", "server error (500)"]),
    )
    def endpoint_finishes(self, which: int, outcome: str) -> None:
        inference, ends = self.queue.pop(which % len(self.queue))
        self.finish(inference, outcome if self.clock.now().timestamp() < ends else "expired")

    @precondition(lambda self: self.messages)
    @rule(which=st.integers(0, 9), fate=st.sampled_from(["once", "once", "again", "lost"]), crash=CRASH)
    def message(self, which: int, fate: str, crash: int | None) -> None:
        """SNS delivers a message, or delivers it and keeps it, or loses it. What crashes is delivered again."""
        message = self.messages[which % len(self.messages)]
        done = fate != "lost" and self.run(crash, lambda: self.receiver.receive(bronze.read_notification(message)))
        if fate == "lost" or (done and fate == "once"):
            self.messages.remove(message)

    @rule(crash=CRASH)
    def sweep(self, crash: int | None) -> None:
        self.run(crash, self.sweeper.sweep)

    @rule(seconds=st.sampled_from([1, SETTINGS.accept_s, SETTINGS.due_s, SETTINGS.sweep_s, SETTINGS.task_s]))
    def time_passes(self, seconds: int) -> None:
        self.clock.instant += timedelta(seconds=seconds)
        for execution in self.executions:
            if execution.token in self.tasks.waiting and self.clock.now().timestamp() >= execution.token_ends:
                self.tasks.waiting.remove(execution.token)
                self.tasks.told[execution.token] = "States.Timeout"

    @rule(number=st.integers(0, 2))
    def hears(self, number: int) -> None:
        """The state machine goes on with what its task was told."""
        execution = self.pick(number)
        told = self.tasks.told.get(execution.token or "")
        if told is None:
            return
        execution.token = None
        if not isinstance(told, str):
            execution.resumed_with = dict(told)
        elif told == bronze.REFUSED or execution.attempt >= execution.paid.attempts:
            self.till.release(execution.paid)
            execution.ended = "failed"

    @rule(number=st.integers(0, 2), crash=CRASH)
    def settle(self, number: int, crash: int | None) -> None:
        """Step Functions retries this until it is done."""
        execution = self.pick(number)
        if execution.resumed_with is None or execution.ended:
            return
        answered = Answered(**execution.resumed_with | {"usage": Usage(**execution.resumed_with["usage"])})
        if self.run(crash, lambda: self.till.settle(execution.paid, answered)):
            execution.ended = "succeeded"

    @invariant()
    def one_token_one_inference(self) -> None:
        assert len(set(self.model.asked)) == len(self.model.asked)

    @invariant()
    def nobody_is_charged_twice(self) -> None:
        charged = [entry.call_id for entry in self.budgets.entries if entry.charged_nanodollars]
        assert len(set(charged)) == len(charged)
        assert len({entry.call_id for entry in self.budgets.entries}) == len(self.budgets.entries)

    def teardown(self) -> None:
        """Let everything end; what messages there are are lost."""
        for _ in range(SETTINGS.attempts + 1):
            for number in range(len(self.executions)):
                self.enter_submit(number, None)
                self.settle(number, None)
            while self.queue:
                self.endpoint_finishes(0, "answer")
            self.messages.clear()
            for seconds in (SETTINGS.accept_s, SETTINGS.due_s, SETTINGS.sweep_s + SETTINGS.settle_s):
                self.time_passes(seconds)
                self.sweeper.sweep()
                for number in range(len(self.executions)):
                    self.hears(number)
                    self.settle(number, None)
        self.time_passes(2 * SETTINGS.task_s)
        for _ in range(2):
            self.sweeper.sweep()
        self.check_the_end()

    def check_the_end(self) -> None:
        assert self.inferences.opened == {}
        assert self.budgets.open == {}
        # Out of reach is an answer whose place nobody noted, where the message was lost as well.
        known = {each for each, row in self.inferences.rows.items() if row.token and (row.output or row.outcome)}
        cost = PRICE.cost_nanodollars(USAGE)
        assert sum(entry.cost_nanodollars for entry in self.budgets.entries) == cost * len(self.answered & known)
        for execution in self.executions:
            assert execution.ended, execution
            mine = [entry for entry in self.budgets.entries if entry.call_id == execution.paid.asked.call_id]
            assert [entry.verdict for entry in mine] == ["answered" if execution.ended == "succeeded" else "failed"]
            assert set(execution.tokens) <= set(self.tasks.told)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=250, stateful_step_count=40, deadline=None)
