"""What makes places: the state machine of layer 2 and its functions, and the webhooks that tell of what it made."""

from typing import Any

import aws_cdk
import yaml
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import ROOT, TARGET, Layers
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import WorkQueue
from cdk.constructs.state_machine import StateMachine
from cdk.constructs.table import Table
from cdk.settings import Settings
from cdk.stacks.asking import Asking
from cdk.stacks.data import DataStack

PIPELINE = ROOT / "configs" / "generation" / "pipeline.yaml"
SPECIALIST_S, CHECK_S, COMMIT_S = 60, 20, 20
"""As long as the machine waits for them (configs/generation/pipeline.yaml)."""
WEBHOOK_SECRET_NAME = "bodybroker/webhooks"  # noqa: S105
WEBHOOK_TIMEOUT_S = 60
"""Of a batch: a receiver that does not answer costs each notice what configs/webhooks.yaml allows."""
NOTICES_AT_ONCE = 5
WEBHOOK_TRIES = 8
"""About three quarters of an hour, since a failed notice stays out of sight for the queue's visibility timeout."""


class GenerationStack(aws_cdk.Stack):
    """A job leaves its place in the table of locations; all that lies here outlives no job."""

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, data: DataStack, asking: Asking, **options: Any
    ) -> None:
        super().__init__(scope, id, **options)
        self._layers, self._data, self._asking = Layers(self), data, asking
        self.deliveries = Table(self, "Deliveries", retain=False)
        self.notices = WorkQueue(self, "Notices", worker_timeout_s=WEBHOOK_TIMEOUT_S, tries=WEBHOOK_TRIES)
        specialist, check, commit = self._make_specialist(), self._make_check(), self._make_commit()
        webhooks = self._make_webhooks(self._make_secret(settings))
        self.functions = {function.name: function for function in (specialist, check, commit, webhooks)}
        self.machine = StateMachine(
            self,
            "generate_location",
            comment="Adds to a place what layer 2 says of it",
            functions={"Specialist": specialist, "Check": check, "Commit": commit},
            express=True,
        )
        # cfn-lint knows MaxConcurrency as a number only; a JSONata expression may stand there, too
        # (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
        resource = self.machine.machine.node.default_child
        assert isinstance(resource, aws_cdk.CfnResource)
        resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["E3601"]}})

    def let_start(self, function: Function) -> None:
        """Let ``function`` have jobs carried out, by the machine that its variable PIPELINE_ARN names."""
        function.function.add_environment("PIPELINE_ARN", self.machine.machine.state_machine_arn)
        function.function.add_environment("PIPELINE_CONCURRENCY", _by_target("concurrency"))
        function.may(["states:StartExecution"], self.machine.machine.state_machine_arn)

    def let_tell(self, function: Function) -> None:
        """Let ``function`` tell the studio's game server; it finds the queue by its variable NOTICES_QUEUE."""
        function.function.add_environment("NOTICES_QUEUE", self.notices.queue.queue_url)
        function.may(["sqs:SendMessage"], self.notices.queue.queue_arn)

    def _make(self, name: str, uses: tuple[str, ...], size: Size) -> Function:
        """A task. All of them know where worlds lie; who may look there is said below."""
        function = Function(
            self,
            name,
            layers=self._layers,
            uses=uses,
            size=size,
            environment={"LOCATIONS_TABLE": self._data.locations.name, "WORLDS_TABLE": self._data.worlds.name},
            no_dead_letters="the state machine sees every failure",
        )
        self._data.keys.let_open(function)
        self._data.locations.allow(function, "GetItem", "PutItem", "Query")
        return function

    def _make_specialist(self) -> Function:
        """It waits for a model most of its time, which memory makes no faster."""
        function = self._make("specialist", ("aws",), Size(memory_mb=512, timeout_s=SPECIALIST_S))
        function.function.add_environment("PIPELINE_ASKED", _by_target("asked"))
        self._asking.let_ask(function)
        self._asking.spending.let_remember(function)
        return function

    def _make_check(self) -> Function:
        function = self._make("check_location", ("aws", "generation"), Size(memory_mb=1769, timeout_s=CHECK_S))
        self._data.worlds.allow(function, "GetItem", "Query")
        return function

    def _make_commit(self) -> Function:
        function = self._make("commit_location", ("aws", "generation"), Size(memory_mb=1769, timeout_s=COMMIT_S))
        self._data.worlds.allow(function, "GetItem", "Query", "PutItem")
        self.let_tell(function)
        return function

    def _make_secret(self, settings: Settings) -> secretsmanager.CfnSecret:
        """Without a value: an operator stores one (docs/operating.md); until then nobody is told."""
        secret = secretsmanager.CfnSecret(
            self,
            "WebhookSecret",
            name=WEBHOOK_SECRET_NAME,
            description="Where the studio's game server hears of things: url, signing_key, previous_signing_key",
        )
        keep = aws_cdk.RemovalPolicy.RETAIN if settings.retain_data else aws_cdk.RemovalPolicy.DESTROY
        secret.apply_removal_policy(keep)
        acknowledge(secret, {"SMG4": "the studio's server must know a new key before we sign with it"})
        return secret

    def _make_webhooks(self, secret: secretsmanager.CfnSecret) -> Function:
        function = Function(
            self,
            "webhooks",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=WEBHOOK_TIMEOUT_S),
            environment={"DELIVERIES_TABLE": self.deliveries.name, "WEBHOOK_SECRET": WEBHOOK_SECRET_NAME},
            no_dead_letters="its queue has one for what fails too often",
        )
        function.may(["secretsmanager:GetSecretValue"], secret.ref)
        self.deliveries.allow(function, "PutItem", "DeleteItem")
        function.may(
            ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            self.notices.queue.queue_arn,
        )
        lambda_.EventSourceMapping(
            self,
            "NoticesQueue",
            target=function.function,
            event_source_arn=self.notices.queue.queue_arn,
            batch_size=NOTICES_AT_ONCE,
            report_batch_item_failures=True,
        )
        return function


def _by_target(key: str) -> str:
    """What pipeline.yaml says for the target of the build."""
    return str(yaml.safe_load(PIPELINE.read_text("utf-8"))[key][TARGET])
