"""What happens after the fact: projections of committed events and their rebuilding, erasure of deleted accounts."""

from typing import Any

import aws_cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from cdk.constructs.artifacts import Layers
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.constructs.state_machine import StateMachine
from cdk.stacks.data import DataStack
from cdk.stacks.erasure import Eraser
from cdk.stacks.memory import MemoryStack
from cdk.stacks.spending import SpendingStack


class PipelinesStack(aws_cdk.Stack):
    """The projector on the Worlds stream, the state machine that rebuilds projections from the log, the eraser."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        data: DataStack,
        spending: SpendingStack,
        memory: MemoryStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, id, **options)
        layers = Layers(self)
        self.dead_letters = DeadLetters(self, "Unprojected")
        self.projector = self._make_projector(layers, data)
        self.rebuild = self._make_rebuild(layers, data)
        self.state_machine = StateMachine(
            self,
            "rebuild_projections",
            comment="Rebuilds every projection from the log of events",
            functions={"Rebuild": self.rebuild, "Memories": memory.function},
        ).machine
        self.eraser = Eraser(self, layers, data, spending, memory)
        self.functions = {function.name: function for function in (self.projector, self.rebuild, self.eraser.function)}

    def _make_projector(self, layers: Layers, data: DataStack) -> Function:
        function = Function(
            self,
            "projector",
            layers=layers,
            uses=("aws",),
            size=Size(memory_mb=1024, timeout_s=60),
            environment={
                "LOCATIONS_TABLE": data.locations.name,
                "PROJECTIONS_TABLE": data.projections.name,
                "WORLDS_TABLE": data.worlds.name,
            },
            no_dead_letters="the stream's event source mapping has one for what fails for good",
        )
        data.keys.let_open(function)
        data.worlds.allow(function, "Query", "GetItem", "PutItem", "BatchWriteItem")
        data.projections.allow(function, "PutItem", "DeleteItem")
        data.locations.allow(function, "Query", "BatchWriteItem")
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
