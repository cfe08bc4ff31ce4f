"""Use case: pay for a call of the bronze tier: reserve before it, settle after it, once, however often it is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Malformed
from bodybroker.models import bronze, prices
from bodybroker.models.bronze import Asked, BronzeSettings, Inference
from bodybroker.models.bronze_request import Question, RequestDocument, most_usage, read_question, read_request
from bodybroker.models.ledger import Entry, Verdict
from bodybroker.models.prices import Price
from bodybroker.models.usage import Usage
from bodybroker.ports.bronze import Inferences, Objects
from bodybroker.ports.budgets import Budgets, Reservation
from bodybroker.services.ask_bronze import seconds


class Answered(msgspec.Struct, frozen=True):
    """What a task was resumed with."""

    inference_id: str
    location: str
    model: str
    usage: Usage


class Paid(msgspec.Struct, frozen=True):
    """A call with the money that is set aside for it, and how often it may be tried."""

    asked: Asked
    reservation: Reservation
    started_at: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Till:
    """`bucket`: the S3 bucket in which questions are found and bodies for the endpoint are stored."""

    budgets: Budgets
    inferences: Inferences
    objects: Objects
    clock: Clock
    settings: BronzeSettings
    bucket: str

    def reserve(self, document: Mapping[str, object]) -> Paid:
        """Check a question, set the most that it can cost aside and store the body for the endpoint.

        Raises Malformed that lists every fault, or OverBudget.
        """
        question = read_question(document, self.settings)
        request = read_request(self._source(question), self.settings.jobs[question.job].max_tokens)
        location = f"s3://{self.bucket}/requests/{question.call_id}.json"
        payer = question.payer
        asked = Asked(question.call_id, question.job, payer.player, payer.plan, payer.world, location)
        layer = self.settings.jobs[question.job].layer
        most = price(self.settings).cost_nanodollars(most_usage(request))
        # Money last: what is set aside before a failure would have to be given back.
        self.objects.put(location, request.body(stream=False))
        reservation = self.budgets.reserve(
            question.call_id, asked.payer(), question.job, layer, most, lifetime_s=self.settings.call_s
        )
        return Paid(asked, reservation, seconds(self.clock), self.settings.attempts)

    def settle(self, paid: Paid, answered: Answered) -> Mapping[str, object]:
        """Charge what the answer cost; the output of the execution."""
        fate = self.inferences.decide(answered.inference_id, "used")
        # The sweeper has given it up: then the house pays, and the inference stays open until it has.
        cost = price(self.settings).cost_nanodollars(answered.usage) if fate == "used" else 0
        self.budgets.settle(paid.reservation, self._entry(paid, "answered", answered.model, answered.usage, cost))
        if fate == "used":
            self.inferences.close(answered.inference_id)
        return {
            "call_id": paid.asked.call_id,
            "location": answered.location,
            "model": answered.model,
            "usage": msgspec.to_builtins(answered.usage),
            "cost_nanodollars": cost,
        }

    def release(self, paid: Paid) -> None:
        """Give everything back: no answer came. An answer that comes later is the house's to pay."""
        self.budgets.settle(paid.reservation, self._entry(paid, "failed", "", Usage(), 0))

    def _source(self, question: Question) -> bytes | RequestDocument:
        if question.request is not None:
            return question.request
        location = question.request_location
        assert location is not None  # it is one or the other
        is_ours = location.startswith(f"s3://{self.bucket}/")
        body = self.objects.get(location) if is_ours else None
        if body is None:
            raise Malformed(f"There is no request at {location}.", code="invalid_question")
        return body

    def _entry(self, paid: Paid, verdict: Verdict, model: str, usage: Usage, cost: int) -> Entry:
        now = seconds(self.clock)
        spent = _Spent(now, now - paid.started_at, verdict, model, usage, cost, charged=cost)
        return _entry(paid.asked, paid.asked.call_id, self.settings, spent)


def late_entry(inference: Inference, settings: BronzeSettings, now: int) -> Entry:
    """The ledger's entry for an answer that nobody used: the house pays."""
    asked, outcome = inference.asked, inference.outcome
    assert asked is not None and outcome is not None
    cost = price(settings).cost_nanodollars(outcome.usage)
    spent = _Spent(now, now - inference.claimed_at, "late", outcome.model, outcome.usage, cost, charged=0)
    return _entry(asked, f"{asked.call_id}-{inference.inference_id}", settings, spent)


def price(settings: BronzeSettings) -> Price:
    """What the tier's tokens cost."""
    return prices.load()[settings.price]


@dataclass(frozen=True, slots=True)
class _Spent:
    """What a call has come to, `seconds` after it began."""

    at: int
    seconds: int
    verdict: Verdict
    model: str
    usage: Usage
    cost: int
    charged: int


def _entry(asked: Asked, call_id: str, settings: BronzeSettings, spent: _Spent) -> Entry:
    return Entry(
        call_id=call_id,
        at=datetime.fromtimestamp(spent.at, UTC).isoformat().replace("+00:00", "Z"),
        player=asked.player,
        plan=asked.plan,
        world=asked.world,
        job=asked.job,
        layer=settings.jobs[asked.job].layer,
        tier=bronze.TIER,
        model=spent.model,
        adapter=None,
        verdict=spent.verdict,
        usage=spent.usage,
        cost_nanodollars=spent.cost,
        charged_nanodollars=spent.charged,
        latency_ms=spent.seconds * 1000,
    )
