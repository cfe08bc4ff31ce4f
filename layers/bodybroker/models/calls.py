"""One call of a model: what is asked, for whom, and how much it matters."""

from dataclasses import dataclass
from typing import Literal

from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.kernel.plans import Plan
from bodybroker.models.inference import ChatRequest, Completion

Rung = Literal["gold", "silver", "cloud"]
"""A step of the ladder that a model answers on; below the last stands the procedural layer."""

Attention = Literal["full", "bark", "scripted", "dormant"]
"""AI level of detail: how near the player's attention an NPC is."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose budget pays. `world` is None where a call belongs to no world."""

    player: PlayerId
    plan: Plan
    world: WorldId | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A job for a model. `call_id` is unique: the same call is paid for once, however often it is tried.

    `subject` is whom or what it is about (an NPC's or a race's id), by which an adapter is found; `is_major` says that
    the NPC is worth the best rung. `cacheable` allows an answer that was given to the same request before.
    """

    call_id: str
    job: str
    payer: Payer
    request: ChatRequest
    subject: str | None = None
    is_major: bool = False
    attention: Attention = "full"
    cacheable: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: from which rung, by which adapter, at what price; a cached answer costs nothing."""

    completion: Completion
    rung: Rung
    endpoint: str
    adapter: str | None
    cost_nanodollars: int
    cached: bool = False
