"""Asking the bronze model: the state machine `ask_bronze`, its functions, and what hears of results."""

from typing import Any

import aws_cdk
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk.constructs.artifacts import Layers
from cdk.constructs.async_endpoint import ANSWERS, FAILURES, QUESTIONS, AsyncEndpoint
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import DeadLetters
from cdk.constructs.schedule import Schedule
from cdk.constructs.state_machine import StateMachine
from cdk.constructs.table import Table
from cdk.stacks.spending import SpendingStack

SWEEP_EVERY = "rate(1 minute)"


class BronzeStack(aws_cdk.Stack):
    """A question waits here for its answer. Nothing in it outlives the call: the ledger keeps what it cost."""

    def __init__(
        self, scope: Construct, id: str, *, endpoint: AsyncEndpoint, spending: SpendingStack, **options: Any
    ) -> None:
        super().__init__(scope, id, **options)
        self._layers, self._endpoint, self._spending = Layers(self), endpoint, spending
        self.table = Table(self, "Inferences", retain=False)
        self.dead_letters = DeadLetters(self, "Unheard")
        budget, submit = self._make_budget(), self._make_submit()
        result, sweeper = self._make_result(), self._make_sweeper()
        self.functions = {function.name: function for function in (budget, submit, result, sweeper)}
        self.ask = StateMachine(
            self,
            "ask_bronze",
            comment="Asks the bronze model one question",
            functions={"Budget": budget, "Submit": submit},
        )
        for function in (submit, result, sweeper):
            function.may(["states:SendTaskSuccess", "states:SendTaskFailure"], self.ask.arn)
        self._hear(result)
        why = "look after inferences that nobody told of"
        Schedule(self, "Sweep", function=sweeper, when=SWEEP_EVERY, why=why)
        aws_cdk.CfnOutput(self, "AskBronzeArn", value=self.ask.machine.state_machine_arn)

    def _make(self, name: str, timeout_s: int, environment: dict[str, str], no_dead_letters: str) -> Function:
        return Function(
            self,
            name,
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=timeout_s),
            environment={"INFERENCES_TABLE": self.table.name, **environment},
            no_dead_letters=no_dead_letters,
        )

    def _make_budget(self) -> Function:
        bucket = {"BRONZE_BUCKET": self._endpoint.bucket.bucket_name}
        function = self._make("bronze_budget", 60, bucket, "the state machine sees every failure")
        self.table.allow(function, "UpdateItem", "DeleteItem")
        self._spending.let_spend(function)
        self._endpoint.let_read(function, QUESTIONS)
        self._endpoint.let_write_requests(function)
        return function

    def _make_submit(self) -> Function:
        endpoint = {"BRONZE_ENDPOINT": self._endpoint.endpoint.attr_endpoint_name}
        function = self._make("bronze_submit", 60, endpoint, "the state machine sees every failure")
        self.table.allow(function, "PutItem", "UpdateItem")
        self._endpoint.let_ask(function)
        return function

    def _make_result(self) -> Function:
        function = self._make("bronze_result", 60, {}, "its asynchronous invocations have one")
        self.table.allow(function, "PutItem", "UpdateItem")
        self._endpoint.let_read(function, ANSWERS)
        function.function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.dead_letters.queue), retry_attempts=2
        )
        return function

    def _make_sweeper(self) -> Function:
        function = self._make("bronze_sweeper", 240, {}, "what one run leaves undone the next one does, in a minute")
        self.table.allow(function, "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        self._spending.let_spend(function)
        self._endpoint.let_read(function, ANSWERS, FAILURES)
        return function

    def _hear(self, result: Function) -> None:
        for topic in (self._endpoint.success_topic, self._endpoint.error_topic):
            topic.add_subscription(
                subscriptions.LambdaSubscription(result.function, dead_letter_queue=self.dead_letters.queue)
            )
