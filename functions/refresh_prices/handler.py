"""Looks after the registry of cloud models: daily at what ends soon, weekly at a price list."""

import os
from functools import cache
from typing import Any

import msgspec
from bodybroker.adapters import aws
from bodybroker.adapters.price_lists import PublishedProposals, WebPriceList
from bodybroker.doors.log import LOG
from bodybroker.doors.metrics import emit
from bodybroker.kernel.clock import SystemClock
from bodybroker.models import registry
from bodybroker.services.refresh_prices import refresh_prices

CLOCK = SystemClock()


@cache
def proposals() -> PublishedProposals:
    return PublishedProposals(
        aws.client("s3"), os.environ["PROPOSALS_BUCKET"], aws.client("sns"), os.environ["PROPOSALS_TOPIC"]
    )


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """`{"task": "watch"}`, or `{"task": "refresh"}` with the `url` of a list where it is not the registry's.

    Raises Unavailable or BadList, which the alarm on this function's errors tells; nothing is written then.
    """
    match event:
        case {"task": "watch"}:
            return _watch()
        case {"task": "refresh"}:
            source = WebPriceList(event.get("url") or registry.load().price_list_url)
            found = refresh_prices(registry.load(), source, proposals(), CLOCK.now().date(), LOG)
            emit({}, (), {"RegistryChanges": len(found.changes) + len(found.unlisted)})
            return dict(msgspec.to_builtins(found))
    raise ValueError("no such task")


def _watch() -> dict[str, Any]:
    """Tell which models end soon and which have: an alarm stands until the registry no longer names them."""
    today = CLOCK.now().date()
    near, ended = dict(registry.load().near_their_end(today)), registry.load().ended(today)
    for name, days in near.items():
        LOG.warning("model_ends_soon", model=name, days=days)
        emit({"model": name}, [["model"]], {"DaysToEnd": days})
    for name in ended:
        LOG.info("model_has_ended", model=name, asked_instead=registry.load().resolve(name, today).name)
    emit({}, (), {"ModelsNearTheirEnd": len(near), "ModelsEnded": len(ended)})
    return {"near_their_end": near, "ended": ended}
