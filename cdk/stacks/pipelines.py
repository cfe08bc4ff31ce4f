"""What happens after the fact: projections of committed events and their rebuilding, erasure of deleted accounts."""

import json
from typing import Any

import aws_cdk
import yaml
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import ROOT, Layers
from cdk.constructs.function import LOG_RETENTION, Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.stacks.data import DataStack
from cdk.stacks.erasure import Eraser

DEFINITION = ROOT / "step_functions" / "rebuild_projections.asl.yaml"


class PipelinesStack(aws_cdk.Stack):
    """The projector on the Worlds stream, the state machine that rebuilds projections from the log, the eraser."""

    def __init__(self, scope: Construct, id: str, *, data: DataStack, **options: Any) -> None:
        super().__init__(scope, id, **options)
        layers = Layers(self)
        self.dead_letters = DeadLetters(self, "Unprojected")
        self.projector = self._make_projector(layers, data)
        self.rebuild = self._make_rebuild(layers, data)
        self.state_machine = self._make_state_machine()
        self.eraser = Eraser(self, layers, data)
        self.functions = {function.name: function for function in (self.projector, self.rebuild, self.eraser.function)}

    def _make_projector(self, layers: Layers, data: DataStack) -> Function:
        function = Function(
            self,
            "projector",
            layers=layers,
            uses=("aws",),
            size=Size(memory_mb=1024, timeout_s=60),
            environment={"WORLDS_TABLE": data.worlds.name, "PROJECTIONS_TABLE": data.projections.name},
            no_dead_letters="the stream's event source mapping has one for what fails for good",
        )
        data.keys.let_open(function)
        data.worlds.allow(function, "Query", "GetItem", "PutItem", "BatchWriteItem")
        data.projections.allow(function, "PutItem", "DeleteItem")
        self._consume(function, data)
        return function

    def _consume(self, function: Function, data: DataStack) -> None:
        lambda_.EventSourceMapping(
            self,
            "WorldsStream",
            target=function.function,
            event_source_arn=data.worlds.let_follow(function),
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            # Every commit writes the head, and its other rows tell the projector nothing more, but for a deletion's.
            filters=[lambda_.FilterCriteria.filter({"dynamodb": {"Keys": {"sk": {"S": ["H", {"prefix": "BD#"}]}}}})],
            retry_attempts=5,
            on_failure=event_sources.SqsDlq(self.dead_letters.queue),
        )

    def _make_rebuild(self, layers: Layers, data: DataStack) -> Function:
        function = Function(
            self,
            "rebuild",
            layers=layers,
            uses=("aws",),
            size=Size(memory_mb=1769, timeout_s=300),
            environment={"WORLDS_TABLE": data.worlds.name, "PROJECTIONS_TABLE": data.projections.name},
        )
        data.keys.let_open(function)
        data.worlds.allow(function, "Scan", "Query", "GetItem", "PutItem", "BatchWriteItem")
        data.projections.allow(function, "PutItem", "DeleteItem")
        return function

    def _make_state_machine(self) -> sfn.StateMachine:
        log = logs.LogGroup(
            self,
            "RebuildLog",
            # Step Functions may deliver to this prefix without rewriting the account's log resource policy.
            log_group_name=f"/aws/vendedlogs/states/{self.stack_name}-rebuild",
            retention=LOG_RETENTION,
            removal_policy=aws_cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, "RebuildRole", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[self.rebuild.function.function_arn])
        )
        machine = sfn.StateMachine(
            self,
            "RebuildProjections",
            comment="Rebuilds every projection from the log of events",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(yaml.safe_load(DEFINITION.read_text("utf-8")))),
            definition_substitutions={"RebuildFunctionArn": self.rebuild.function.function_arn},
            role=role,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        acknowledge(role, {"IAM5[Resource::*]": "log delivery and X-Ray take no narrower resource"})
        acknowledge(
            machine, {"CloudFormation-Validate::E1029": "the definition's own placeholders, which Step Functions fills"}
        )
        return machine
