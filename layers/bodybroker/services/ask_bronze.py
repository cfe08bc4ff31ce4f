"""Use case: have an inference made and wake the task that waits for it.

A task and its outcome meet in one row, whichever comes first, and whoever finds both there wakes the task. Step
Functions wakes a task once: whatever is repeated here is harmless.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.log import Log
from bodybroker.models import bronze
from bodybroker.models.bronze import Asked, BronzeSettings, Inference, Notification, Outcome
from bodybroker.models.inference import ModelFailed, read_completion
from bodybroker.ports.bronze import AsyncModel, Inferences, Objects, Tasks


@dataclass(frozen=True, slots=True)
class Submitter:
    """Has inferences made."""

    inferences: Inferences
    model: AsyncModel
    tasks: Tasks
    clock: Clock
    settings: BronzeSettings

    def submit(self, token: str, asked: Asked) -> str:
        """Have one inference made for the task of `token`; its id. Repeated with the same token, it makes no other.

        Raises ModelFailed or Unavailable: the task fails then, and an answer that comes all the same is late.
        """
        now = seconds(self.clock)
        inference = bronze.claim(token, asked, now, self.settings)
        # Listed before it is stored: an entry without a row does no harm, a row that nobody looks at would.
        self.inferences.open(inference.inference_id, now + self.settings.accept_s)
        known, is_ours = self.inferences.claim(inference, now + self.settings.keep_s)
        if known.outcome is not None:
            wake(self.tasks, known)
        elif is_ours:
            self._ask(inference, asked)
        return inference.inference_id

    def _ask(self, inference: Inference, asked: Asked) -> None:
        queue_s, answer_s = self.settings.queue_s, self.settings.answer_s
        accepted = self.model.ask(inference.inference_id, asked.request, queue_s=queue_s, answer_s=answer_s)
        self.inferences.accept(inference.inference_id, accepted)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Hears what came of inferences."""

    inferences: Inferences
    objects: Objects
    tasks: Tasks
    clock: Clock
    settings: BronzeSettings
    log: Log

    def receive(self, told: Notification) -> None:
        """Store an outcome and wake the task. Told twice, late, or before the task is known: it is all the same."""
        now = seconds(self.clock)
        if told.location is None:
            outcome = bronze.failed_outcome(told.reason)
        else:
            outcome = read_answer(self.objects, told.location)
        inference = self.inferences.tell(told.inference_id, outcome, now + self.settings.keep_s)
        if inference.token is None:
            self.log.warning("unknown_inference", inference=told.inference_id)
            # Its task may yet be stored, and wakes then; if not, the sweeper closes it.
            self.inferences.open(told.inference_id, now + self.settings.accept_s)
        elif not wake(self.tasks, inference) and inference.fate is None:
            self.log.warning("nobody_waits", inference=told.inference_id, call=call_of(inference))
            # When all is settled, the sweeper sees whether the answer had been used or came too late.
            self.inferences.open(told.inference_id, max(now, inference.closes_at))


def wake(tasks: Tasks, inference: Inference) -> bool:
    """Tell the task what came of its inference; False where nobody waits any more."""
    outcome, token = inference.outcome, inference.token
    assert outcome is not None and token is not None
    if outcome.kind == "answered":
        return tasks.succeed(token, answer_document(inference.inference_id, outcome))
    return tasks.fail(token, bronze.REFUSED if outcome.kind == "refused" else bronze.FAILED, outcome.detail)


def read_answer(objects: Objects, location: str) -> Outcome:
    """The outcome that an answer in S3 is: `failed` where it is no completion."""
    body = objects.get(location)
    if body is None:
        return Outcome("failed", detail=f"there is no answer at {location}")
    try:
        completion = read_completion(body)
    except ModelFailed as failure:
        return Outcome("failed", location=location, detail=str(failure))
    return Outcome("answered", location, completion.model, completion.usage)


def answer_document(inference_id: str, outcome: Outcome) -> Mapping[str, object]:
    """What the task resumes with."""
    return {
        "inference_id": inference_id,
        "location": outcome.location,
        "model": outcome.model,
        "usage": msgspec.to_builtins(outcome.usage),
    }


def call_of(inference: Inference) -> str | None:
    """The call that an inference was made for, where it is known."""
    return inference.asked.call_id if inference.asked is not None else None


def seconds(clock: Clock) -> int:
    """Now, in seconds since 1970."""
    return int(clock.now().timestamp())
