"""What NPCs remember: the search domain, the embedding model, and the function that keeps both up with the log."""

from typing import Any

import aws_cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from cdk.constructs.artifacts import Layers
from cdk.constructs.embedding_endpoint import EmbeddingEndpoint
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.constructs.search_domain import SearchDomain
from cdk.settings import Settings
from cdk.stacks.data import DataStack


class MemoryStack(aws_cdk.Stack):
    """A projection of the log: without it NPCs talk on and remember nothing."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, data: DataStack, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self.search = SearchDomain(self, settings.search)
        self.embedding = EmbeddingEndpoint(self, settings.embedding)
        self.dead_letters = DeadLetters(self, "Unremembered")
        self.function = self._make_function(data)

    def let_recall(self, function: Function) -> None:
        """Let ``function`` ask NPCs' memories."""
        self.search.let_ask(function)
        self.embedding.let_ask(function)

    def let_forget(self, function: Function) -> None:
        """Let ``function`` remove what NPCs remember of a player."""
        self.search.let_forget(function)

    def _make_function(self, data: DataStack) -> Function:
        function = Function(
            self,
            "memories",
            layers=Layers(self),
            uses=("aws",),
            size=Size(memory_mb=1769, timeout_s=300),
            environment={"WORLDS_TABLE": data.worlds.name},
            no_dead_letters="the stream's event source mapping has one for what fails for good",
        )
        data.keys.let_open(function)
        data.worlds.allow(function, "Query", "GetItem")
        self.search.let_write(function)
        self.embedding.let_ask(function)
        lambda_.EventSourceMapping(
            self,
            "WorldsStream",
            target=function.function,
            event_source_arn=data.worlds.let_follow(function),
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            # As for the projector: every commit writes the head, and only a deletion's other rows tell more.
            filters=[lambda_.FilterCriteria.filter({"dynamodb": {"Keys": {"sk": {"S": ["H", {"prefix": "BD#"}]}}}})],
            # What is given up on is not lost: the next event of the world takes up where its memories stop.
            retry_attempts=5,
            on_failure=event_sources.SqsDlq(self.dead_letters.queue),
        )
        return function
