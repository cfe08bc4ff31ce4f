"""An asynchronous endpoint: requests and answers in S3, outcomes by SNS, no instance while nobody asks."""

import aws_cdk
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.alarms import metric
from cdk.constructs.endpoint import VARIANT, TierEndpoint
from cdk.constructs.function import Function
from cdk.constructs.served_model import GPU_AMI, ServedModel
from cdk.settings import TierSettings

QUESTIONS, REQUESTS, ANSWERS, FAILURES = "questions", "requests", "answers", "failures"
"""Folders of the bucket: what callers want to know, how the model is asked, what SageMaker writes."""
KEPT = aws_cdk.Duration.days(7)
WAKE_UP = aws_cdk.Duration.minutes(1)
IDLE = aws_cdk.Duration.minutes(10)
"""How long an instance outlives its last request, so that a burst pays one cold start."""

_Config = sagemaker.CfnEndpointConfig


class AsyncEndpoint(TierEndpoint):
    """One model per instance, from no instance up, scaled by the requests that wait.

    Callers write a request below ``requests/`` of ``bucket`` and name it to `InvokeEndpointAsync`; ``success_topic``
    and ``error_topic`` then tell where the answer is.
    """

    invocations = ("sagemaker:InvokeEndpointAsync",)

    def __init__(self, scope: Construct, tier: str, settings: TierSettings) -> None:
        super().__init__(scope, tier, settings)
        self.bucket = self._make_bucket()
        self.success_topic, self.error_topic = self._make_topic("Succeeded"), self._make_topic("Failed")
        self._served = ServedModel(
            self, tier=tier, serving=settings.serving, log_groups=[f"/aws/sagemaker/Endpoints/{self.name}"]
        )
        self._let_answer(self._served.role)
        self._serve(self._config())
        self._scale()

    def let_write_requests(self, function: Function) -> None:
        """Let ``function`` write requests, which whoever may ask can have answered."""
        function.may(["s3:PutObject"], self.bucket.arn_for_objects(f"{REQUESTS}/*"))
        self._acknowledge_folder(function.role, REQUESTS)

    def let_read(self, function: Function, *folders: str) -> None:
        """Let ``function`` read ``folders``, and see that something is not there."""
        function.may(["s3:ListBucket"], self.bucket.bucket_arn)
        for folder in folders:
            function.may(["s3:GetObject"], self.bucket.arn_for_objects(f"{folder}/*"))
            self._acknowledge_folder(function.role, folder)

    def _make_bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=KEPT, abort_incomplete_multipart_upload_after=aws_cdk.Duration.days(1))
            ],
            # It empties itself; deleting it with what is still inside would fail the stack's deletion.
            removal_policy=aws_cdk.RemovalPolicy.RETAIN,
        )
        acknowledge(bucket, {"S1": "a mailbox whose letters last a week; who wrote and read them is in the ledger"})
        return bucket

    def _make_topic(self, outcome: str) -> sns.Topic:
        key = kms.Alias.from_alias_name(self, f"{outcome}Key", "alias/aws/sns")
        return sns.Topic(self, outcome, master_key=key, enforce_ssl=True)

    def _let_answer(self, role: iam.Role) -> None:
        for action, folder in (("s3:GetObject", REQUESTS), ("s3:PutObject", ANSWERS), ("s3:PutObject", FAILURES)):
            arn = self.bucket.arn_for_objects(f"{folder}/*")
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[arn]))
            self._acknowledge_folder(role, folder)
        topics = [self.success_topic.topic_arn, self.error_topic.topic_arn]
        role.add_to_policy(iam.PolicyStatement(actions=["sns:Publish"], resources=topics))

    def _acknowledge_folder(self, role: iam.Role, folder: str) -> None:
        acknowledge(
            role, {f"IAM5[Resource::{self._seen_from(role)}/{folder}/*]": "one object per call, named when it is made"}
        )

    def _seen_from(self, role: iam.Role) -> str:
        """The bucket's ARN as cdk-nag writes it about a policy of ``role``."""
        stack = aws_cdk.Stack.of(self)
        if aws_cdk.Stack.of(role) is stack:
            bucket = self.bucket.node.default_child
            assert isinstance(bucket, aws_cdk.CfnElement)
            return f"<{stack.get_logical_id(bucket)}.Arn>"
        return str(stack.resolve(stack.export_value(self.bucket.bucket_arn))["Fn::ImportValue"])

    def _config(self) -> sagemaker.CfnEndpointConfig:
        variant = _Config.ProductionVariantProperty(
            variant_name=VARIANT,
            model_name=self._served.model.attr_model_name,
            instance_type=self.settings.instance_type,
            # SageMaker starts no endpoint without an instance; scaling takes it away when nobody asks.
            initial_instance_count=max(1, self.settings.instances_min),
            initial_variant_weight=1,
            inference_ami_version=GPU_AMI,
            container_startup_health_check_timeout_in_seconds=self._served.startup_s,
        )
        answers = _Config.AsyncInferenceConfigProperty(
            client_config=_Config.AsyncInferenceClientConfigProperty(
                max_concurrent_invocations_per_instance=self._served.concurrency
            ),
            output_config=_Config.AsyncInferenceOutputConfigProperty(
                s3_output_path=self.bucket.s3_url_for_object(ANSWERS),
                s3_failure_path=self.bucket.s3_url_for_object(FAILURES),
                notification_config=_Config.AsyncInferenceNotificationConfigProperty(
                    success_topic=self.success_topic.topic_arn, error_topic=self.error_topic.topic_arn
                ),
            ),
        )
        return _Config(self, "Config", production_variants=[variant], async_inference_config=answers)

    def _scale(self) -> None:
        target = self._instances()
        backlog = self._metric("ApproximateBacklogSizePerInstance")
        target.scale_to_track_metric(
            "Backlog",
            custom_metric=backlog,
            target_value=self._served.concurrency,
            scale_in_cooldown=IDLE,
            scale_out_cooldown=WAKE_UP,
        )
        # Without an instance there is no backlog per instance to track: the first request needs a policy of its own.
        wake_up = autoscaling.CfnScalingPolicy(
            self,
            "WakeUp",
            policy_name=f"{self.name}-wake-up",
            policy_type="StepScaling",
            scaling_target_id=target.scalable_target_id,
            step_scaling_policy_configuration=autoscaling.CfnScalingPolicy.StepScalingPolicyConfigurationProperty(
                adjustment_type="ChangeInCapacity",
                metric_aggregation_type="Average",
                cooldown=IDLE.to_seconds(),
                step_adjustments=[
                    autoscaling.CfnScalingPolicy.StepAdjustmentProperty(
                        metric_interval_lower_bound=0, scaling_adjustment=1
                    )
                ],
            ),
        )
        alarm = cloudwatch.Alarm(
            self,
            "Waiting",
            alarm_description=f"A request waits for the {self.tier} endpoint, which has no instance",
            metric=self._metric("HasBacklogWithoutCapacity"),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        resource = alarm.node.default_child
        assert isinstance(resource, cloudwatch.CfnAlarm)
        resource.alarm_actions = [wake_up.ref]

    def _metric(self, name: str) -> cloudwatch.Metric:
        return metric("AWS/SageMaker", name, "Average", EndpointName=self.name).with_(period=WAKE_UP)
