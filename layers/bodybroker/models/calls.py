"""One call of a model: what is asked, for whom, and how much it matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.kernel.plans import Plan
from bodybroker.models.inference import ChatRequest, Completion, FailureReason

Rung = Literal["gold", "silver", "cloud"]
"""A step of the ladder that a model answers on; below the last stands the procedural layer."""

Attention = Literal["full", "bark", "scripted", "dormant"]
"""AI level of detail: how near the player's attention an NPC is."""

Role = Literal["major", "resident", "crowd"]
"""What an NPC is in the story: one that leads, one with a life of its own, or one of many."""

Skip = Literal["attention", "absent", "context", "breaker", "budget"]
"""Why a rung is not asked: not worth it now, not deployed, too small for the prompt, ill, too dear for the budget."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose budget pays. `world` is None where a call belongs to no world."""

    player: PlayerId
    plan: Plan
    world: WorldId | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A job for a model. `call_id` is unique: the same call is paid for once, however often it is tried.

    `subjects` are whom or what it is about, from the nearest to the most general (an NPC's id, its race), by which an
    adapter is found; `is_major` says that the NPC is worth the best rung. `cacheable` allows an answer that was given
    to the same request before, as far as the job does; `generator` is the version of the code that makes something of
    the answer.
    """

    call_id: str
    job: str
    payer: Payer
    request: ChatRequest
    subjects: tuple[str, ...] = ()
    is_major: bool = False
    attention: Attention = "full"
    cacheable: bool = False
    generator: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: from which rung, by which adapter, at what price; a cached answer costs nothing.

    `cost_nanodollars` is what the player's budget was charged.
    """

    completion: Completion
    rung: Rung
    endpoint: str
    adapter: str | None
    cost_nanodollars: int
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Speaking:
    """From here on this rung is heard."""

    rung: Rung
    endpoint: str
    adapter: str | None = None


@dataclass(frozen=True, slots=True)
class Fell:
    """A rung failed: what it said is void."""

    rung: Rung
    endpoint: str
    reason: FailureReason
    detail: str = ""


class OutOfRungs(Exception):
    """No rung answered. `reasons` says of each why; `unfit` is the last answer that did not meet its schema."""

    def __init__(self, job: str, reasons: Mapping[Rung, Skip | FailureReason], unfit: str | None = None) -> None:
        told = ", ".join(f"{rung} {reason}" for rung, reason in reasons.items()) or "its ladder is empty"
        super().__init__(f"nobody answers {job!r}: {told}")
        self.reasons = dict(reasons)
        self.unfit = unfit
