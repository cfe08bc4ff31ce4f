"""The money of the state machine `ask_bronze`: reserve for a call, settle it, or release what was reserved."""

import os
from functools import cache
from typing import Any

import msgspec
from bodybroker.doors.bronze import inferences, objects
from bodybroker.doors.log import LOG
from bodybroker.doors.spending import budgets
from bodybroker.doors.wiring import CLOCK
from bodybroker.kernel.errors import Malformed
from bodybroker.models import bronze
from bodybroker.ports.budgets import OverBudget
from bodybroker.services.pay_bronze import Answered, Paid, Till


@cache
def till() -> Till:
    return Till(budgets(), inferences(), objects(), CLOCK, bronze.load(), os.environ["BRONZE_BUCKET"])


def lambda_handler(event: dict[str, Any], context: object) -> Any:
    """`{"task": "reserve", "question"}`, `{"task": "settle", "paid", "answered"}` or `{"task": "release", "paid"}`.

    Raises Unavailable (retried).
    """
    match event:
        case {"task": "reserve", "question": question}:
            return _reserve(question)
        case {"task": "settle", "paid": paid, "answered": answered}:
            output = till().settle(msgspec.convert(paid, Paid), msgspec.convert(answered, Answered))
            LOG.info("settled", **output)
            return output
        case {"task": "release", "paid": paid, "error": error}:
            settled = msgspec.convert(paid, Paid)
            till().release(settled)
            LOG.warning("released", call=settled.asked.call_id, error=error)
            return None
    raise ValueError("no such task")


def _reserve(question: dict[str, object]) -> Any:
    """`{"paid"}`, or `{"refused"}`: a budget that is spent is no failure of ours, and wakes nobody."""
    try:
        paid = till().reserve(question)
    except OverBudget as denied:
        return _refused("OverBudget", f"the budget is spent: {denied.scope}")
    except Malformed as fault:
        return _refused("Malformed", fault.detail)
    LOG.info("reserved", call=paid.asked.call_id, nanodollars=paid.reservation.nanodollars)
    return {"paid": msgspec.to_builtins(paid)}


def _refused(error: str, cause: str) -> Any:
    LOG.warning("refused", error=error, cause=cause)
    return {"refused": {"error": error, "cause": cause}}
