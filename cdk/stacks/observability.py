"""Who notices: alarms and one dashboard over everything below."""

from typing import Any

import aws_cdk
import yaml
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cdk.constructs.alarms import MINUTES_5, Alarms, metric
from cdk.constructs.artifacts import ROOT
from cdk.constructs.endpoint import VARIANT, TierEndpoint
from cdk.constructs.function import METRICS_NAMESPACE, Function
from cdk.constructs.rest_api import STAGE
from cdk.constructs.search_domain import NAME as DOMAIN
from cdk.constructs.table import Table
from cdk.settings import Settings
from cdk.stacks.adapters import AdaptersStack
from cdk.stacks.api import ROUTES, ApiStack
from cdk.stacks.bronze import BronzeStack
from cdk.stacks.cloud import CloudStack
from cdk.stacks.data import DataStack
from cdk.stacks.generation import GenerationStack
from cdk.stacks.memory import MemoryStack
from cdk.stacks.models import ModelsStack
from cdk.stacks.pipelines import PipelinesStack
from cdk.stacks.spending import SpendingStack

SLOW_ROUTE_MS = 500
SLOW_FIRST_TOKEN_MS = {"gold": 2000, "silver": 4000}
"""Of the tiers that speak to players while they wait."""
STALE_PROJECTION_MS = 60_000
"""How old the oldest event in the stream may grow before somebody should look."""
STALE_LEDGER_MS = 15 * 60_000
"""The same for an entry of the ledger, which gathers for a minute."""
FAILED_QUESTIONS = 5
"""To the bronze model, in five minutes."""
BUDGETS = ROOT / "configs" / "budgets.yaml"
LAYERS = ("1", "2", "3", "4")
"""Those of configs/tiers.yaml."""

Row = list[cloudwatch.IMetric]


class ObservabilityStack(aws_cdk.Stack):
    """Alarms that need a person, and graphs for that person."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Settings,
        data: DataStack,
        spending: SpendingStack,
        models: ModelsStack,
        cloud: CloudStack,
        bronze: BronzeStack | None,
        api: ApiStack,
        adapters: AdaptersStack | None,
        generation: GenerationStack,
        memory: MemoryStack,
        pipelines: PipelinesStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, id, **options)
        self._alarms = Alarms(self, "Alarms", email=settings.alarm_email)
        self._dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name="BodyBroker")
        self._watch_api(api)
        self._watch_functions(
            [
                api.authorizer,
                *api.functions.values(),
                *cloud.functions.values(),
                *generation.functions.values(),
                memory.function,
                *pipelines.functions.values(),
                *spending.functions.values(),
                *([adapters.function] if adapters is not None else []),
                *(bronze.functions.values() if bronze is not None else ()),
            ]
        )
        for tier in models.tiers:
            self._watch_tier(tier)
        self._watch_cloud(cloud)
        self._watch_pipelines(pipelines)
        self._watch_memory(memory)
        self._watch_spending(spending)
        self._watch_generation(generation)
        self._watch_cache(spending)
        tables = data.tables | {
            "budgets": spending.table,
            "content_cache": spending.cache,
            "deliveries": generation.deliveries,
        }
        if adapters is not None:
            tables |= {"adapters": adapters.table}
        if bronze is not None:
            self._watch_bronze(bronze)
            tables |= {"inferences": bronze.table}
        self._watch_tables(tables)
        aws_cdk.CfnOutput(self, "AlarmTopic", value=self._alarms.topic.topic_arn)

    def _watch_api(self, api: ApiStack) -> None:
        def of(name: str, statistic: str, **more: str) -> cloudwatch.Metric:
            return metric("AWS/ApiGateway", name, statistic, ApiName="BodyBroker", Stage=STAGE, **more)

        failures = of("5XXError", "Sum")
        self._alarms.watch("ApiFailures", "The API answers 5xx", failures, 5)
        slow: Row = []
        for route in ROUTES:
            if route.watched:
                latency = of("Latency", "p99", Method=route.method, Resource=route.path)
                self._alarms.watch("SlowApi", f"{route.key} is slow", latency, SLOW_ROUTE_MS, periods=3)
                slow.append(latency)
        self._graph("API", [of("Count", "Sum"), of("4XXError", "Sum"), failures], [*slow])

    def _watch_functions(self, functions: list[Function]) -> None:
        errors: Row = []
        durations: Row = []
        for each in functions:
            function, name = each.function, each.name
            failed = function.metric_errors(period=MINUTES_5)
            # The authorizer refuses a token by raising, which counts as an error; where it fails, the API answers 5xx.
            if name != "authorizer":
                self._alarms.watch(f"{name}Errors", f"The function {name} fails", failed, 1)
            throttled = function.metric_throttles(period=MINUTES_5)
            self._alarms.watch(f"{name}Throttles", f"The function {name} is throttled", throttled, 1)
            errors.append(failed.with_(label=name))
            durations.append(function.metric_duration(period=MINUTES_5, statistic="p99", label=name))
        self._graph("Functions", errors, durations)

    def _watch_tier(self, tier: TierEndpoint) -> None:
        dimensions = {"EndpointName": tier.endpoint.attr_endpoint_name, "VariantName": tier.variant_name}

        def of(name: str, statistic: str) -> cloudwatch.Metric:
            return metric("AWS/SageMaker", name, statistic, **dimensions)

        name, failures = tier.tier, of("Invocation5XXErrors", "Sum")
        self._alarms.watch(f"{name.capitalize()}Failures", f"The {name} endpoint answers 5xx", failures, 1)
        slow: Row = []
        if name in SLOW_FIRST_TOKEN_MS:
            latency = of("FirstChunkLatency", "p99")
            what = f"The {name} endpoint is slow to its first token"
            microseconds = SLOW_FIRST_TOKEN_MS[name] * 1000
            self._alarms.watch(f"{name.capitalize()}Latency", what, latency, microseconds, periods=3)
            slow.append(latency)
        self._graph(
            f"{name.capitalize()} endpoint", [of("Invocations", "Sum"), failures], [*slow, of("ModelLatency", "p99")]
        )

    def _watch_cloud(self, cloud: CloudStack) -> None:
        """What the functions around cloud models measure: per call, and once a day or a week about their registry."""

        def watched(name: str) -> cloudwatch.Metric:
            found = metric(METRICS_NAMESPACE, name, "Maximum", service=cloud.refresh.name)
            return found.with_(period=aws_cdk.Duration.days(1))

        failures = metric(METRICS_NAMESPACE, "CloudFailures", "Sum", service=cloud.function.name)
        near, differs = watched("ModelsNearTheirEnd"), watched("RegistryChanges")
        self._alarms.watch("CloudFailures", "Nobody in a role's chain of cloud models answered", failures, 5)
        self._alarms.watch("ModelsNearTheirEnd", "Cloud models that are in use end soon: configs/models.yaml", near, 1)
        self._alarms.watch("RegistryDiffers", "A price list differs from the registry of cloud models", differs, 1)
        self._graph("Cloud models", [failures, near, differs], [])

    def _watch_pipelines(self, pipelines: PipelinesStack) -> None:
        waiting = pipelines.dead_letters.queue.metric_approximate_number_of_messages_visible(
            period=MINUTES_5, statistic="Maximum"
        )
        self._alarms.watch("Unprojected", "Events could not be projected and wait in the dead-letter queue", waiting, 1)
        unerased = pipelines.eraser.dead_letters.queue.metric_approximate_number_of_messages_visible(
            period=MINUTES_5, statistic="Maximum"
        )
        self._alarms.watch("Unerased", "Rows of deleted accounts could not be removed yet", unerased, 1)
        age = pipelines.projector.function.metric("IteratorAge", period=MINUTES_5, statistic="Maximum")
        self._alarms.watch("StaleProjections", "Projections lag behind the log", age, STALE_PROJECTION_MS)
        failed = pipelines.state_machine.metric_failed(period=MINUTES_5)
        self._alarms.watch("RebuildFailed", "A rebuild of projections failed", failed, 1)
        self._graph("Projections and erasure", [waiting, unerased, failed], [age])

    def _watch_memory(self, memory: MemoryStack) -> None:
        """Without it NPCs forget; nothing is lost, since the next event of a world takes up where its memories stop."""
        waiting = memory.dead_letters.queue.metric_approximate_number_of_messages_visible(
            period=MINUTES_5, statistic="Maximum"
        )
        self._alarms.watch("Unremembered", "Events could not be remembered and wait as dead letters", waiting, 1)
        age = memory.function.function.metric("IteratorAge", period=MINUTES_5, statistic="Maximum")
        self._alarms.watch("StaleMemories", "NPCs' memories lag behind the log", age, STALE_PROJECTION_MS)
        account = aws_cdk.Stack.of(self).account
        red = metric("AWS/ES", "ClusterStatus.red", "Maximum", DomainName=DOMAIN, ClientId=account)
        self._alarms.watch("MemoriesRed", "The domain of memories has lost a part of its index", red, 1)
        endpoint = {"EndpointName": memory.embedding.endpoint.attr_endpoint_name, "VariantName": VARIANT}
        failures = metric("AWS/SageMaker", "Invocation5XXErrors", "Sum", **endpoint)
        self._alarms.watch("EmbeddingFailures", "The embedding endpoint answers 5xx", failures, 1)
        slow = metric("AWS/ES", "SearchLatency", "p99", DomainName=DOMAIN, ClientId=account)
        self._graph("Memory", [waiting, red, failures], [age, slow])

    def _watch_spending(self, spending: SpendingStack) -> None:
        def of(name: str, **more: str) -> cloudwatch.Metric:
            return metric(METRICS_NAMESPACE, name, "Sum", service=spending.ledger.name, **more)

        dollars = of("CostDollars")
        an_hour = yaml.safe_load(BUDGETS.read_text("utf-8"))["alarm_dollars_per_hour"]
        self._alarms.watch("Spending", f"Models cost more than {an_hour:g} US dollars an hour", dollars, an_hour / 12)
        unfiled = spending.dead_letters.queue.metric_approximate_number_of_messages_visible(
            period=MINUTES_5, statistic="Maximum"
        )
        self._alarms.watch("Unfiled", "Entries of the ledger could not be filed and wait to be", unfiled, 1)
        age = spending.ledger.function.metric("IteratorAge", period=MINUTES_5, statistic="Maximum")
        self._alarms.watch("StaleLedger", "The ledger lags behind the calls", age, STALE_LEDGER_MS)
        layers = [of("CostDollars", layer=layer).with_(label=f"layer {layer}") for layer in LAYERS]
        self._graph("Cost of models, US dollars in 5 minutes", [dollars, of("ChargedDollars"), *layers], [of("Calls")])

    def _watch_cache(self, spending: SpendingStack) -> None:
        """A false hit would be one player's answer in another's mouth: none is ever right."""

        def of(function: Function, name: str, statistic: str) -> cloudwatch.Metric:
            return metric(METRICS_NAMESPACE, name, statistic, service=function.name)

        for each in spending.remembering:
            false = of(each, "ContentCacheFalseHit", "Sum")
            what = f"The content cache gave {each.name} an answer that was made for another request"
            self._alarms.watch(f"{each.name}FalseHits", what, false, 1)
        rates: Row = [of(each, "ContentCacheHit", "Average").with_(label=each.name) for each in spending.remembering]
        self._graph("Share of answers out of the content cache", rates, [])

    def _watch_bronze(self, bronze: BronzeStack) -> None:
        """Failures are few by themselves, refused ones among them: many at once mean that the model is gone."""
        machine = bronze.ask.machine
        failed = machine.metric_failed(period=MINUTES_5)
        self._alarms.watch("AskBronzeFailed", "Questions to the bronze model fail", failed, FAILED_QUESTIONS)
        unheard = bronze.dead_letters.queue.metric_approximate_number_of_messages_visible(
            period=MINUTES_5, statistic="Maximum"
        )
        self._alarms.watch("Unheard", "Results of the bronze model could not be handed on", unheard, 1)
        started, took = machine.metric_started(period=MINUTES_5), machine.metric_time(period=MINUTES_5)
        self._graph("Questions to bronze", [started, failed, unheard], [took])

    def _watch_generation(self, generation: GenerationStack) -> None:
        untold = generation.notices.dead_letters.queue.metric_approximate_number_of_messages_visible(
            period=MINUTES_5, statistic="Maximum"
        )
        self._alarms.watch("Untold", "The studio's game server could not be told of something", untold, 1)
        machine = generation.machine.machine
        failed, late = machine.metric_failed(period=MINUTES_5), machine.metric_timed_out(period=MINUTES_5)
        self._alarms.watch("LocationsFailed", "Places could not be settled, not even with fallbacks", failed, 1)
        self._alarms.watch("LocationsLate", "Places were not settled in time", late, 1)
        started, took = machine.metric_started(period=MINUTES_5), machine.metric_time(period=MINUTES_5)
        self._graph("Generation of places", [started, failed, late, untold], [took])

    def _watch_tables(self, tables: dict[str, Table]) -> None:
        throttles: Row = []
        for name, table in tables.items():
            for kind in ("Read", "Write"):
                throttled = metric("AWS/DynamoDB", f"{kind}ThrottleEvents", "Sum", TableName=table.name)
                self._alarms.watch(f"{name}{kind}Throttles", f"{kind}s of the table {name} are throttled", throttled, 1)
                throttles.append(throttled)
        self._graph("Tables", throttles, [])

    def _graph(self, title: str, left: Row, right: Row) -> None:
        self._dashboard.add_widgets(cloudwatch.GraphWidget(title=title, left=left, right=right, width=12))
