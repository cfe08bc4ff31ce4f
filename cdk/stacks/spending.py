"""What models may cost and have cost: budgets, their sweeper, the ledger; and what they need not be asked again."""

from typing import Any

import aws_cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from cdk.constructs.artifacts import Layers
from cdk.constructs.books import Books
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.constructs.schedule import Schedule
from cdk.constructs.table import Table
from cdk.settings import Settings
from cdk.stacks.data import DataStack

SWEEP_EVERY = "rate(5 minutes)"
GATHER = aws_cdk.Duration.minutes(1)
"""How long the stream gathers entries for one batch: a file is rewritten about as often."""


class SpendingStack(aws_cdk.Stack):
    """The table of budgets, the sweeper on a schedule, the ledger on the table's stream, the content cache."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, data: DataStack, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self._layers = Layers(self)
        self._data = data
        self.table = Table(self, "Budgets", retain=settings.retain_data, stream=dynamodb.StreamViewType.NEW_IMAGE)
        self.cache = Table(
            self, "ContentCache", retain=False, no_recovery="an answer that is lost is asked for once more"
        )
        self.remembering: list[Function] = []
        """Who looks answers up."""
        self.books = Books(self, "Books", retain=settings.retain_data)
        self.dead_letters = DeadLetters(self, "Unfiled")
        self.ledger = self._make_ledger()
        self.sweeper = self._make_sweeper()
        self.functions = {function.name: function for function in (self.ledger, self.sweeper)}
        aws_cdk.CfnOutput(self, "BudgetsTable", value=self.table.name)
        aws_cdk.CfnOutput(self, "LedgerBucket", value=self.books.bucket.bucket_name)

    def let_spend(self, function: Function) -> None:
        """Let ``function`` reserve, settle and note what models cost."""
        self._name(function)
        self.table.allow(function, "GetItem", "PutItem", "UpdateItem")
        self._data.keys.table.allow(function, "ConditionCheckItem")

    def let_look(self, function: Function) -> None:
        """Let ``function`` look at what players have left."""
        self._name(function)
        self.table.allow(function, "GetItem")

    def let_remember(self, function: Function) -> None:
        """Let ``function`` look up the answers that may be given again, and keep new ones.

        It must be able to open what players own, too: some answers belong to one of them.
        """
        function.function.add_environment("CONTENT_CACHE_TABLE", self.cache.name)
        self.cache.allow(function, "BatchGetItem", "PutItem")
        self.remembering.append(function)

    def let_close(self, function: Function) -> None:
        """Let ``function`` close the budgets of players who leave."""
        self._name(function)
        self.table.allow(function, "Query", "UpdateItem", "DeleteItem", "BatchWriteItem")

    def _name(self, function: Function) -> None:
        function.function.add_environment("BUDGETS_TABLE", self.table.name)
        function.function.add_environment("KEYS_TABLE", self._data.keys.table.name)

    def _make_sweeper(self) -> Function:
        function = Function(
            self,
            "budget_sweeper",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=240),
            environment={},
            no_dead_letters="what one run leaves undone the next one does, a few minutes later",
        )
        self._name(function)
        self.table.allow(function, "Scan", "UpdateItem")
        Schedule(self, "Sweep", function=function, when=SWEEP_EVERY, why="settle what nobody came back for")
        return function

    def _make_ledger(self) -> Function:
        function = Function(
            self,
            "ledger",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=1024, timeout_s=120),
            environment={"LEDGER_BUCKET": self.books.bucket.bucket_name},
            no_dead_letters="the stream's event source mapping has one for what fails for a day",
        )
        self.books.let_file(function)
        lambda_.EventSourceMapping(
            self,
            "BudgetsStream",
            target=function.function,
            event_source_arn=self.table.let_follow(function),
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=1000,
            max_batching_window=GATHER,
            bisect_batch_on_error=True,
            # Reserving, drawing and expiring leave no entry; settling and noting do.
            filters=[lambda_.FilterCriteria.filter({"dynamodb": {"NewImage": {"entry": {"S": [{"exists": True}]}}}})],
            # Tried again for as long as the stream remembers: money is not given up on.
            on_failure=event_sources.SqsDlq(self.dead_letters.queue),
        )
        return function
