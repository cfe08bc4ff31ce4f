"""The ledger: one entry for each call of a model that was paid for, or that was answered without a model."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.plans import Plan
from bodybroker.models.usage import Usage

Verdict = Literal["answered", "cached", "procedural", "failed", "lost", "hedged", "late"]
"""`lost`: nobody came back to settle, so what was reserved is charged; `hedged`: the house paid the slower of two;
`late`: it paid an answer that came when nobody waited any more."""


class Entry(Struct, frozen=True):
    """One call. Money in nanodollars (1e-9 USD), times in milliseconds, `at` ISO 8601 in UTC.

    `charged` is what the player's budget paid: 0 where the house pays, as it does for hedges.
    """

    call_id: str
    at: str
    player: str
    plan: Plan
    world: str | None
    job: str
    layer: int
    tier: str
    model: str
    adapter: str | None
    verdict: Verdict
    usage: Usage
    cost_nanodollars: int
    charged_nanodollars: int
    latency_ms: int
    first_token_ms: int | None = None
