"""State machines, whose definitions are files that can be read on their own."""

import json
from collections.abc import Mapping

import aws_cdk
import yaml
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import ROOT
from cdk.constructs.function import LOG_RETENTION, Function


class StateMachine(Construct):
    """A machine from `step_functions/<name>.asl.yaml`; logs tell what happened, not with what data.

    ``functions``: which function stands for each placeholder ``${<key>FunctionArn}`` of the definition.
    ``express``: short and cheap, for work that may be done twice; only the logs remember an execution.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        comment: str,
        functions: Mapping[str, Function],
        express: bool = False,
    ) -> None:
        super().__init__(scope, "".join(word.capitalize() for word in name.split("_")))
        stack = aws_cdk.Stack.of(self)
        self.name = f"bodybroker-{name.replace('_', '-')}"
        log = logs.LogGroup(
            self,
            "Log",
            # Step Functions may deliver to this prefix without rewriting the account's log resource policy.
            log_group_name=f"/aws/vendedlogs/states/{self.name}",
            retention=LOG_RETENTION,
            removal_policy=aws_cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        arns = {f"{key}FunctionArn": function.function.function_arn for key, function in functions.items()}
        role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(arns.values())))
        definition = yaml.safe_load((ROOT / "step_functions" / f"{name}.asl.yaml").read_text("utf-8"))
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=self.name,
            comment=comment,
            state_machine_type=sfn.StateMachineType.EXPRESS if express else sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition)),
            definition_substitutions=arns,
            role=role,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        self.arn = stack.format_arn(
            service="states",
            resource="stateMachine",
            resource_name=self.name,
            arn_format=aws_cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        """Without a reference, so that functions of the machine may be allowed to call it back."""
        acknowledge(role, {"IAM5[Resource::*]": "log delivery and X-Ray take no narrower resource"})
        acknowledge(
            self.machine,
            {"CloudFormation-Validate::E1029": "the definition's own placeholders, which Step Functions fills"},
        )
