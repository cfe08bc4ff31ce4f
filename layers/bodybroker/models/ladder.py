"""The ladder of one call: which rungs are asked, in which order, and the most that each can cost. Pure policy."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from bodybroker.models.calls import Call, Rung, Skip
from bodybroker.models.inference import ChatRequest
from bodybroker.models.prices import Price
from bodybroker.models.tiers import Estimate, Tiers
from bodybroker.models.usage import Usage


@dataclass(frozen=True, slots=True)
class Step:
    """A rung that may be asked, and the most that its answer can cost in nanodollars, a repair included."""

    rung: Rung
    worst_nanodollars: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps in their order, and why the other rungs are left out."""

    steps: tuple[Step, ...]
    skipped: Mapping[Rung, Skip]

    @property
    def amounts(self) -> list[int]:
        """What may be reserved: the worst case, and where a budget cannot pay that, what is left out step by step."""
        return sorted({step.worst_nanodollars for step in self.steps}, reverse=True)

    def within(self, nanodollars: int) -> "Ladder":
        """The ladder without the steps that may cost more."""
        dear: dict[Rung, Skip] = {step.rung: "budget" for step in self.steps if step.worst_nanodollars > nanodollars}
        return Ladder(tuple(step for step in self.steps if step.rung not in dear), {**self.skipped, **dear})


def build(
    call: Call, tiers: Tiers, prices: Mapping[str, Price], present: Container[Rung], ill: Container[Rung]
) -> Ladder:
    """The ladder of a call among the rungs that are `present` and not `ill`; raises UnknownJob."""
    job = tiers.job(call.job)
    worth = tiers.attention.levels[call.attention].rungs
    prompt = prompt_tokens(call.request, tiers.estimate)
    steps: list[Step] = []
    skipped: dict[Rung, Skip] = {}
    for rung in job.rungs(call.payer.plan, is_major=call.is_major):
        tier = tiers.tiers[rung]
        if rung not in worth:
            skipped[rung] = "attention"
        elif rung not in present:
            skipped[rung] = "absent"
        elif prompt + call.request.max_tokens > tier.context_tokens:
            skipped[rung] = "context"
        elif rung in ill:
            skipped[rung] = "breaker"
        else:
            usage = worst_usage(call.request, prompt)
            steps.append(Step(rung, prices[tier.price].cost_nanodollars(usage)))
    return Ladder(tuple(steps), skipped)


def prompt_tokens(request: ChatRequest, estimate: Estimate) -> int:
    """The most tokens that the prompt can have."""
    size = sum(len(message["content"].encode()) for message in request.messages)
    return -(-size // estimate.bytes_per_token) + estimate.tokens_per_message * len(request.messages)


def worst_usage(request: ChatRequest, prompt: int) -> Usage:
    """The most that an answer can use. Under a schema it may take a repair, which reads the prompt and the first
    answer (told with its faults, twice its length at most) and writes once more."""
    written = request.max_tokens
    if request.schema is None:
        return Usage(prompt_tokens=prompt, completion_tokens=written)
    return Usage(prompt_tokens=2 * prompt + 2 * written, completion_tokens=2 * written)
