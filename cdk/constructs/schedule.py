"""Functions that run by the clock."""

import json
from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from cdk.constructs.function import Function


class Schedule(Construct):
    """Invokes ``function`` with ``task`` whenever ``when`` says (``rate(…)`` or ``cron(…)``, in UTC).

    ``retries``: how often a run that could not be delivered is tried again; 0 where the next one does its work as well.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        function: Function,
        when: str,
        why: str,
        task: Mapping[str, str] | None = None,
        retries: int = 0,
    ) -> None:
        super().__init__(scope, id)
        arn = function.function.function_arn
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[arn]))
        schedule = scheduler.CfnSchedule(
            self,
            "Schedule",
            description=f"The Body Broker: {why}",
            schedule_expression=when,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=arn,
                role_arn=role.role_arn,
                input=json.dumps(task or {}),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_retry_attempts=retries),
            ),
        )
        schedule.node.add_dependency(role)
