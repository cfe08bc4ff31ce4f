"""What speaks elsewhere: cloud models behind one function, their keys, and the watch over their registry."""

from typing import Any

import aws_cdk
import yaml
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import ROOT, Layers
from cdk.constructs.function import Function, Size
from cdk.constructs.schedule import Schedule
from cdk.settings import Settings

REGISTRY = ROOT / "configs" / "models.yaml"
PROPOSALS = "proposals/*"
RUNS_AGAIN = "the schedule runs it again; the alarm on its errors tells what it could not do"


def providers() -> list[str]:
    """Whose models the registry names."""
    models = yaml.safe_load(REGISTRY.read_text("utf-8"))["models"]
    return sorted({model["provider"] for model in models.values()})


class CloudStack(aws_cdk.Stack):
    """The one function that owns litellm, a secret per provider, the price watch and where it puts its proposals."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, id, **options)
        keep = aws_cdk.RemovalPolicy.RETAIN if settings.retain_data else aws_cdk.RemovalPolicy.DESTROY
        layers = Layers(self)
        secrets = [self._make_secret(provider, keep) for provider in providers()]
        self.function = self._make_function(layers, secrets)
        self.refresh = self._make_refresh(layers, self._make_bucket(keep), self._make_topic(settings.alarm_email))
        self.functions = {function.name: function for function in (self.function, self.refresh)}
        self._schedule()
        aws_cdk.CfnOutput(self, "CloudFunctionName", value=self.function.function.function_name)
        aws_cdk.CfnOutput(self, "RefreshFunctionName", value=self.refresh.function.function_name)

    def let_ask(self, function: Function) -> None:
        """Let another function ask cloud models; it finds them by its variable CLOUD_FUNCTION."""
        asked = self.function.function
        function.function.add_environment("CLOUD_FUNCTION", asked.function_name)
        function.may(["lambda:InvokeFunction"], asked.function_arn)

    def _make_secret(self, provider: str, keep: aws_cdk.RemovalPolicy) -> secretsmanager.CfnSecret:
        """Without a value: an operator stores `api_key` (docs/operating.md); until then this provider is not asked."""
        secret = secretsmanager.CfnSecret(
            self,
            f"Secret{provider.capitalize()}",
            name=f"bodybroker/{provider}",
            description=f"The key of {provider}'s API: api_key, and api_base where it is not the provider's own",
        )
        secret.apply_removal_policy(keep)
        acknowledge(secret, {"SMG4": "the provider issues its keys by hand: no API could rotate them"})
        return secret

    def _make_function(self, layers: Layers, secrets: list[secretsmanager.CfnSecret]) -> Function:
        function = Function(
            self,
            "cloud_models",
            layers=layers,
            uses=("aws", "litellm"),
            # One core: its start is a long import. The time is a teacher's, whose answers are the longest.
            size=Size(memory_mb=1769, timeout_s=300),
            environment={"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"},
        )
        function.may(["secretsmanager:GetSecretValue"], *(secret.ref for secret in secrets))
        return function

    def _make_refresh(self, layers: Layers, bucket: s3.Bucket, topic: sns.Topic) -> Function:
        function = Function(
            self,
            "refresh_prices",
            layers=layers,
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=60),
            environment={"PROPOSALS_BUCKET": bucket.bucket_name, "PROPOSALS_TOPIC": topic.topic_arn},
            no_dead_letters=RUNS_AGAIN,
        )
        function.may(["s3:PutObject"], bucket.arn_for_objects(PROPOSALS))
        resource = bucket.node.default_child
        assert isinstance(resource, aws_cdk.CfnResource)
        name = self.get_logical_id(resource)
        acknowledge(function.role, {f"IAM5[Resource::<{name}.Arn>/{PROPOSALS}]": "one object a day, below one prefix"})
        function.may(["sns:Publish"], topic.topic_arn)
        return function

    def _make_bucket(self, keep: aws_cdk.RemovalPolicy) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Proposals",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            removal_policy=keep,
            lifecycle_rules=[s3.LifecycleRule(expiration=aws_cdk.Duration.days(365))],
        )
        acknowledge(bucket, {"S1": "it holds public prices beside ours: who reads them is of no interest"})
        return bucket

    def _make_topic(self, email: str) -> sns.Topic:
        managed = kms.Alias.from_alias_name(self, "SnsKey", "alias/aws/sns")
        topic = sns.Topic(self, "ProposalsTopic", master_key=managed, enforce_ssl=True)
        if email:
            topic.add_subscription(subscriptions.EmailSubscription(email))
        return topic

    def _schedule(self) -> None:
        """Every morning a look at what ends soon, on Mondays one at the price list; UTC."""
        for task, when in {"watch": "cron(0 6 * * ? *)", "refresh": "cron(30 6 ? * MON *)"}.items():
            Schedule(
                self,
                f"Schedule{task.capitalize()}",
                function=self.refresh,
                when=when,
                why=f"{task} of the registry of cloud models",
                task={"task": task},
                retries=10,
            )
