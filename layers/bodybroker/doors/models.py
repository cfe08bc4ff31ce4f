"""Model calls for doors: the router on the endpoints, the function and the tables that the environment names.

`CONTENT_CACHE_TABLE` names where answers lie that may be given again, if any.
Gold is always there; `SILVER_ENDPOINT` (with `SILVER_COMPONENT`), with it `ADAPTERS_TABLE` and `SILVER_BASE`, and
`CLOUD_FUNCTION` where they are deployed. A rung that is not there is left out of every ladder.
"""

import os
from datetime import timedelta
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.cloud_function import CloudFunctionModel
from bodybroker.adapters.content_cache_table import DynamoContentCache
from bodybroker.adapters.lora_table import CachedLineups, LoraTable
from bodybroker.adapters.sagemaker import SageMakerModel, runtime_client
from bodybroker.doors.log import LOG
from bodybroker.doors.metrics import emit
from bodybroker.doors.spending import budgets
from bodybroker.doors.wiring import CLOCK, vault
from bodybroker.kernel import configuration
from bodybroker.kernel.plans import Plan
from bodybroker.models import budget, prices, tiers
from bodybroker.models.calls import Rung
from bodybroker.models.lora import parse_base
from bodybroker.models.tiers import Tiers
from bodybroker.ports.caches import ContentCache
from bodybroker.ports.models import Model
from bodybroker.services.call_model import Adapters, Router
from bodybroker.services.recording import Recorder

SPEAKER = "speaker"
"""The role in which cloud models are asked: a player waits."""


@cache
def router() -> Router:
    """The process's router: its circuit breakers remember from call to call."""
    policy, plans = tiers.load(), budget.load().plans
    lanes: dict[Plan, int] = {
        "free": plans.free.lane,
        "basic": plans.basic.lane,
        "premium": plans.premium.lane,
        "vip": plans.vip.lane,
    }
    return Router(
        models=_models(policy),
        tiers=policy,
        prices=prices.load(),
        budgets=budgets(),
        recorder=Recorder(CLOCK),
        log=LOG,
        lanes=lanes,
        adapters=_adapters(),
        cache=_cache(policy),
        measure=lambda name, value: emit({}, (), {name: value}),
    )


def _cache(policy: Tiers) -> ContentCache | None:
    table = os.environ.get("CONTENT_CACHE_TABLE")
    if table is None:
        return None
    lifetime = timedelta(days=policy.content_cache.days)
    return DynamoContentCache(aws.client("dynamodb"), table, vault(), CLOCK, lifetime)


def _models(policy: Tiers) -> dict[Rung, Model]:
    patience_ms = max(job.deadlines_ms.first_token for job in policy.jobs.values())
    runtime = runtime_client(patience_ms / 1000)
    models: dict[Rung, Model] = {"gold": SageMakerModel(runtime, os.environ["GOLD_ENDPOINT"])}
    if endpoint := os.environ.get("SILVER_ENDPOINT"):
        models["silver"] = SageMakerModel(runtime, endpoint, os.environ.get("SILVER_COMPONENT"))
    if function := os.environ.get("CLOUD_FUNCTION"):
        models["cloud"] = CloudFunctionModel(function, SPEAKER, patience_ms / 1000)
    return models


def _adapters() -> Adapters | None:
    table = os.environ.get("ADAPTERS_TABLE")
    if table is None:
        return None
    seconds = configuration.load("adapters")["cache_s"]
    lineups = CachedLineups(LoraTable(aws.client("dynamodb"), table), CLOCK, seconds)
    return Adapters(lineups, {"silver": parse_base(os.environ["SILVER_BASE"])})
