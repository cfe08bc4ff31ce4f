"""Alarms that all tell one topic."""

from typing import Any

import aws_cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

MINUTES_5 = aws_cdk.Duration.minutes(5)


class Alarms(Construct):
    """An encrypted topic and the alarms that publish to it. Missing data is good news everywhere."""

    def __init__(self, scope: Construct, id: str, *, email: str) -> None:
        """``email``: who is told; empty for nobody."""
        super().__init__(scope, id)
        # CloudWatch cannot publish through the AWS-managed SNS key, so the topic needs one of its own.
        key = kms.Key(
            self,
            "Key",
            description="Encrypts alarms on their way",
            enable_key_rotation=True,
            removal_policy=aws_cdk.RemovalPolicy.DESTROY,
        )
        cloudwatch_service = iam.ServicePrincipal("cloudwatch.amazonaws.com")
        key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[cloudwatch_service], actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=["*"]
            )
        )
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.grant_publish(cloudwatch_service)
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
        self._action = actions.SnsAction(self.topic)

    def watch(self, id: str, what: str, metric: cloudwatch.IMetric, threshold: float, *, periods: int = 1) -> None:
        """Alarm when ``metric`` reaches ``threshold`` in ``periods`` periods in a row."""
        alarm = cloudwatch.Alarm(
            self,
            id,
            alarm_description=what,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)


def metric(namespace: str, name: str, statistic: str, **dimensions: Any) -> cloudwatch.Metric:
    """A metric over five minutes."""
    return cloudwatch.Metric(
        namespace=namespace, metric_name=name, dimensions_map=dimensions, statistic=statistic, period=MINUTES_5
    )
