"""Cloud models: asks the providers' models in the order that the registry names. Invoked by other functions only."""

import random
import time
from functools import cache
from typing import Any

import msgspec
from bodybroker.adapters import aws
from bodybroker.adapters.cloud_llm import LiteLlmProviders
from bodybroker.adapters.secrets import JsonSecret
from bodybroker.doors.log import LOG
from bodybroker.doors.metrics import emit
from bodybroker.kernel.clock import SystemClock
from bodybroker.models import registry
from bodybroker.models.cloud import Attempt, CloudCall, CloudReply, Failure
from bodybroker.services.ask_cloud_model import CloudDesk, Surroundings

CLOCK = SystemClock()
LAST_WORDS_MS = 500
"""What is kept of Lambda's own time limit to answer in."""


@cache
def desk() -> CloudDesk:
    around = Surroundings(time.monotonic, time.sleep, random.random)
    providers = LiteLlmProviders(lambda name: JsonSecret(aws.client("secretsmanager"), name))
    return CloudDesk(registry.load(), providers, around)


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """A `CloudCall` becomes a `CloudReply`; what cannot be read is refused in one."""
    try:
        call = msgspec.convert(event, CloudCall)
    except msgspec.ValidationError as error:
        return _told("", CloudReply(failure=Failure("refused", str(error))))
    left_ms = context.get_remaining_time_in_millis() - LAST_WORDS_MS
    call = msgspec.structs.replace(call, deadline_ms=min(call.deadline_ms, left_ms))
    return _told(call.role, desk().ask(call, CLOCK.now().date()))


def _told(role: str, reply: CloudReply) -> Any:
    """The reply as JSON's types; what happened goes on record."""
    for attempt in reply.attempts:
        LOG.info("attempt", role=role, **msgspec.to_builtins(attempt))
        _measure(attempt)
    if reply.failure is not None:
        LOG.warning("nobody_answered", role=role, reason=reply.failure.reason, detail=reply.failure.detail)
        emit({}, (), {"CloudFailures": 1})
    return msgspec.to_builtins(reply)


def _measure(attempt: Attempt) -> None:
    """Milliseconds, tokens, and the nanodollars of what was of no use."""
    wasted = 0 if attempt.outcome == "answered" else attempt.cost_nanodollars
    values = {
        "CloudAttempts": 1,
        "CloudLatency": attempt.latency_ms,
        "CloudReasoningTokens": attempt.reasoning_tokens,
        "CloudWaste": wasted,
    }
    emit({"model": attempt.model, "outcome": attempt.outcome}, [["model"], ["model", "outcome"]], values)


desk()
