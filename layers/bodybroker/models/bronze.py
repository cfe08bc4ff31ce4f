"""The bronze tier's asynchronous calls: what an inference is, what came of it, and what is to be done about it.

An inference has two halves: the task that waits for it, and its outcome. They are written in any order into one row,
and whoever writes the second wakes the task.
"""

import re
from functools import cache
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict, Field

from bodybroker.kernel import configuration
from bodybroker.kernel.errors import Malformed
from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.kernel.plans import Plan
from bodybroker.models.calls import Payer
from bodybroker.models.usage import Usage

Count = Annotated[int, Field(gt=0, strict=True)]
TIER = "bronze"
DAY_S = 86_400
DETAIL_CHARACTERS = 1024

_REFUSED = re.compile(r"client error \((?!408|429)4\d\d\)", re.IGNORECASE)


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JobSettings(_Settings):
    """What one job may ask for."""

    layer: Annotated[int, Field(ge=1, le=4)]
    max_tokens: Count


class BronzeSettings(_Settings):
    """configs/bronze.yaml"""

    jobs: dict[str, JobSettings]
    price: str
    attempts: Count
    queue_s: Annotated[int, Field(ge=60, le=21_600)]
    answer_s: Annotated[int, Field(ge=1, le=3600)]
    accept_s: Count
    notify_s: Count
    sweep_s: Count
    settle_s: Count
    keep_days: Count
    sweep_batch: Count

    @property
    def due_s(self) -> int:
        """Seconds after which an accepted inference has told its outcome, unless it was lost."""
        return self.queue_s + self.answer_s + self.notify_s

    @property
    def task_s(self) -> int:
        """Seconds that a task waits."""
        return self.due_s + self.sweep_s

    @property
    def call_s(self) -> int:
        """Seconds that a call may take with all its tries and its settlement."""
        return self.attempts * self.task_s + self.settle_s

    @property
    def keep_s(self) -> int:
        """Seconds that a row is kept from its last change."""
        return self.task_s + self.settle_s + self.keep_days * DAY_S


@cache
def load() -> BronzeSettings:
    """The settings; raises pydantic.ValidationError with every fault of the document."""
    return BronzeSettings.model_validate(configuration.load("bronze"))


OutcomeKind = Literal["answered", "refused", "failed"]
"""`refused`: the model will never answer this request; `failed`: it may, when it is asked again."""


class Outcome(Struct, frozen=True):
    """What came of an inference. `location` is the completion's S3 URI; `detail` says what went wrong."""

    kind: OutcomeKind
    location: str = ""
    model: str = ""
    usage: Usage = Usage()
    detail: str = ""


class Asked(Struct, frozen=True):
    """One try of a call, as the state machine hands it over. `request` is the S3 URI of the body for the endpoint."""

    call_id: str
    job: str
    player: str
    plan: Plan
    world: str | None
    request: str
    attempt: int = 1

    def payer(self) -> Payer:
        """Whose budget pays."""
        return Payer(PlayerId(self.player), self.plan, None if self.world is None else WorldId(self.world))


Fate = Literal["used", "late"]
"""`used`: the state machine settled it; `late`: nobody waited any more, so the house pays."""


class Inference(Struct, frozen=True):
    """One inference. Times are seconds since 1970; `token` and `asked` are None where only its outcome is known.

    `closes_at`: what nobody has used by then came too late. `output` and `failure`: where the endpoint said it would
    write, None until it has accepted the request.
    """

    inference_id: str
    token: str | None = None
    asked: Asked | None = None
    claimed_at: int = 0
    due_at: int = 0
    closes_at: int = 0
    output: str | None = None
    failure: str | None = None
    outcome: Outcome | None = None
    fate: Fate | None = None


def inference_id(token: str) -> str:
    """The id of the one inference that a task's token may cause."""
    return f"bronze-{sha256(token.encode()).hexdigest()[:40]}"


def claim(token: str, asked: Asked, now: int, settings: BronzeSettings) -> Inference:
    """The task's half of an inference that begins at `now`."""
    closes_at = now + settings.task_s + settings.settle_s
    return Inference(inference_id(token), token, asked, now, now + settings.due_s, closes_at)


def failed_outcome(reason: str) -> Outcome:
    """The outcome that the endpoint's reason tells of: an answer 4xx of the model is final, except 408 and 429."""
    return Outcome("refused" if _REFUSED.search(reason) else "failed", detail=reason[:DETAIL_CHARACTERS])


REFUSED, FAILED, LOST = "BronzeRefused", "BronzeFailed", "BronzeLost"
"""The errors of a task, which the state machine knows by these names."""

Step = Literal["wait", "look", "wake", "pay", "close"]
"""What the sweeper does about an open inference: `wait`, `look` for its answer in S3, `wake` its task, `pay` for an
answer that came too late, or `close` it."""


def next_step(inference: Inference | None, now: int, settings: BronzeSettings) -> Step:
    """What to do about an open inference at `now`."""
    if inference is None or inference.token is None or inference.fate == "used":
        return "close"  # nothing waits for it: a claim that was cut off, somebody else's inference, or all is done
    if inference.fate == "late":
        return "pay"  # decided before; whoever decided did not live to do it
    if inference.outcome is not None:
        if now < inference.closes_at:
            return "wake"
        return "pay" if inference.outcome.kind == "answered" else "close"
    return "look" if now >= look_at(inference, settings) else "wait"


def look_at(inference: Inference, settings: BronzeSettings) -> int:
    """When to look for an outcome that nobody told: soon where the endpoint never said that it took the request."""
    return inference.due_at if inference.output is not None else inference.claimed_at + settings.accept_s


class Notification(Struct, frozen=True):
    """What SageMaker tells a topic about an inference: where the answer is, or why there is none."""

    inference_id: str
    location: str | None
    reason: str


class _Parameters(Struct):
    output_location: str | None = field(default=None, name="outputLocation")


class _Message(Struct, rename="camel"):
    inference_id: str
    invocation_status: Literal["Completed", "Failed"]
    failure_reason: str = ""
    response_parameters: _Parameters = field(default_factory=_Parameters)


_decode = msgspec.json.Decoder(_Message).decode


def read_notification(message: str) -> Notification:
    """A topic's message; raises Malformed."""
    try:
        told = _decode(message)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a notification of an inference: {error}", code="invalid_notification") from error
    if told.invocation_status == "Failed":
        return Notification(told.inference_id, None, told.failure_reason or "the endpoint gave no reason")
    if told.response_parameters.output_location is None:
        raise Malformed("a success without a place of output", code="invalid_notification")
    return Notification(told.inference_id, told.response_parameters.output_location, "")
