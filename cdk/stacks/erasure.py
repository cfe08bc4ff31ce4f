"""The erasure of deleted accounts: a part of the pipelines' stack."""

import aws_cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from cdk.constructs.artifacts import Layers
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.stacks.data import DataStack
from cdk.stacks.memory import MemoryStack
from cdk.stacks.spending import SpendingStack

SWEEP = aws_cdk.Duration.days(1)


class Eraser(Construct):
    """A function that removes the rows of players whose keys were destroyed.

    The keys' table tells it through its stream. What the stream gave up on still stands in the table: a sweep once a
    day carries it out, so no deletion is lost.
    """

    def __init__(
        self, scope: Construct, layers: Layers, data: DataStack, spending: SpendingStack, memory: MemoryStack
    ) -> None:
        super().__init__(scope, "Erasure")
        self.dead_letters = DeadLetters(self, "Unerased")
        self.function = Function(
            self,
            "eraser",
            layers=layers,
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=900),
            environment={
                "ACCOUNTS_TABLE": data.accounts.name,
                "ENCOUNTERS_TABLE": data.encounters.name,
                "KEYS_TABLE": data.keys.table.name,
                "LOCATIONS_TABLE": data.locations.name,
                "WORLDS_TABLE": data.worlds.name,
            },
            no_dead_letters="the stream's event source mapping has one; the daily sweep is repeated by the next",
        )
        data.keys.table.allow(self.function, "GetItem", "Scan", "DeleteItem")
        data.accounts.allow(self.function, "GetItem", "DeleteItem")
        for table in (data.worlds, data.encounters, data.locations):
            table.allow(self.function, "Query", "BatchWriteItem")
        spending.let_close(self.function)
        memory.let_forget(self.function)
        self._follow_destroyed_keys(data)
        events.Rule(
            self,
            "Sweep",
            description="The Body Broker: erase what the stream of keys gave up on",
            schedule=events.Schedule.rate(SWEEP),
            targets=[
                targets.LambdaFunction(
                    self.function.function,
                    event=events.RuleTargetInput.from_object({"task": "sweep"}),
                    dead_letter_queue=self.dead_letters.queue,
                )
            ],
        )

    def _follow_destroyed_keys(self, data: DataStack) -> None:
        lambda_.EventSourceMapping(
            self,
            "KeysStream",
            target=self.function.function,
            event_source_arn=data.keys.table.let_follow(self.function),
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=1,  # an account may hold many rows; a retry goes on where the last try stopped
            # A key appears, is destroyed (which modifies its row) and, once all is erased, disappears.
            filters=[lambda_.FilterCriteria.filter({"eventName": ["MODIFY"]})],
            retry_attempts=10,
            report_batch_item_failures=True,
            on_failure=event_sources.SqsDlq(self.dead_letters.queue),
        )
