"""The tiers' endpoints."""

import json
import sys
import tarfile

import aws_cdk
import pytest
from aws_cdk import assertions

from cdk import app as cdk_app
from cdk.settings import OPTIONAL_TIERS, TIERS, Settings, servings
from cdk.stacks.models import ModelsStack
from local_cloud.deploy import clean_environment, run
from scripts import build

REAL_TIME = ("gold", "silver", "guard")


@pytest.fixture(scope="module")
def tier(app):
    """The resources of one tier: the one of a type."""

    def find(name, kind):
        (found,) = [one for one in app.all(kind) if one.stack == "Models" and one.id.startswith(name.capitalize())]
        return found

    return find


def image_of(model):
    return json.dumps(model["PrimaryContainer"]["Image"])


def members_of(app, model):
    asset = model["PrimaryContainer"]["ModelDataUrl"].rsplit("/", 1)[-1].split(".")[0]
    with tarfile.open(app.assembly / f"asset.{asset}.tar.gz") as archive:
        properties = archive.extractfile("serving.properties").read().decode()
        return set(archive.getnames()), dict(line.split("=", 1) for line in properties.splitlines())


@pytest.mark.parametrize("name", TIERS)
def test_every_tier_serves_its_own_configuration_in_the_same_container(app, tier, name):
    model = tier(name, "SageMaker::Model")
    assert "763104351884.dkr.ecr.us-east-1" in image_of(model)
    assert "/djl-inference:" in image_of(model) and "lmi" in image_of(model)
    members, properties = members_of(app, model)
    assert {"serving.properties", "code/serve.py", "code/serving/__init__.py"} <= members
    assert properties["option.entryPoint"] == "djl_python.lmi_vllm.vllm_async_service"
    assert properties["option.enable_prefix_caching"] == "true"
    assert properties["option.scheduling_policy"] == "priority"
    (variant,) = tier(name, "SageMaker::EndpointConfig")["ProductionVariants"]
    assert variant["InstanceType"].startswith("ml.")
    assert variant["InitialInstanceCount"] >= 1
    assert variant["ContainerStartupHealthCheckTimeoutInSeconds"] == int(properties["option.model_loading_timeout"])
    assert tier(name, "SageMaker::Endpoint")["EndpointName"] == f"bodybroker-{name}"
    assert tier(name, "SageMaker::ModelPackageGroup")["ModelPackageGroupName"] == f"bodybroker-{name}"


def test_models_are_quantized_as_their_instances_need(app, tier):
    def properties(name):
        return members_of(app, tier(name, "SageMaker::Model"))[1]

    assert {properties(name)["option.quantize"] for name in REAL_TIME} == {"fp8"}
    assert "option.quantize" not in properties("bronze"), "published in FP8"
    assert properties("bronze")["option.tensor_parallel_degree"] == "8"


@pytest.mark.parametrize(
    ("name", "strategy"),
    [("gold", "PREFIX_AWARE"), ("silver", "PREFIX_AWARE"), ("guard", "LEAST_OUTSTANDING_REQUESTS")],
)
def test_requests_go_where_their_prefix_is_cached(tier, name, strategy):
    (variant,) = tier(name, "SageMaker::EndpointConfig")["ProductionVariants"]
    assert variant["RoutingConfig"]["RoutingStrategy"] == strategy
    if strategy == "PREFIX_AWARE":
        assert 1024 <= variant["RoutingConfig"]["PrefixAwareRoutingConfig"]["PrefixLength"] <= 65536


@pytest.mark.parametrize("name", ["gold", "guard"])
def test_a_real_time_tier_scales_by_the_requests_in_flight(tier, name):
    target, policy = (
        tier(name, "ApplicationAutoScaling::ScalableTarget"),
        tier(name, "ApplicationAutoScaling::ScalingPolicy"),
    )
    assert target["ResourceId"] == f"endpoint/bodybroker-{name}/variant/all"
    assert 1 <= target["MinCapacity"] <= target["MaxCapacity"]
    assert target.document["DependsOn"], "nothing scales before it is there"
    assert policy["ScalingTargetId"] == {"Ref": target.id}
    tracked = policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
    assert "ConcurrentRequestsPerModel" in tracked["PredefinedMetricType"]


def test_silver_is_a_base_component_that_adapters_can_be_hung_on(app, tier):
    component, endpoint = tier("silver", "SageMaker::InferenceComponent"), tier("silver", "SageMaker::Endpoint")
    assert component["InferenceComponentName"] == "bodybroker-silver-base"
    assert component["EndpointName"] == {"Fn::GetAtt": [endpoint.id, "EndpointName"]}
    assert component["Specification"]["ComputeResourceRequirements"]["NumberOfAcceleratorDevicesRequired"] == 1
    config = tier("silver", "SageMaker::EndpointConfig")
    (variant,) = config["ProductionVariants"]
    assert "ModelName" not in variant and config["ExecutionRoleArn"]
    assert variant["ManagedInstanceScaling"]["Status"] == "ENABLED"
    _, properties = members_of(app, tier("silver", "SageMaker::Model"))
    assert properties["option.enable_lora"] == "true"
    assert int(properties["option.max_loras"]) <= int(properties["option.max_cpu_loras"])
    assert int(properties["option.max_lora_rank"]) >= 16
    assert properties["option.enable_auto_tool_choice"] == "true" and properties["option.tool_call_parser"]


def test_silvers_copies_scale_between_the_instances_there_may_be(tier):
    target = tier("silver", "ApplicationAutoScaling::ScalableTarget")
    assert target["ResourceId"] == "inference-component/bodybroker-silver-base"
    assert target["ScalableDimension"] == "sagemaker:inference-component:DesiredCopyCount"
    (variant,) = tier("silver", "SageMaker::EndpointConfig")["ProductionVariants"]
    instances = variant["ManagedInstanceScaling"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (
        instances["MinInstanceCount"],
        instances["MaxInstanceCount"],
    )


def test_bronze_answers_into_its_bucket_and_says_so(app, tier):
    config, bucket = tier("bronze", "SageMaker::EndpointConfig"), tier("bronze", "S3::Bucket")
    output = config["AsyncInferenceConfig"]["OutputConfig"]
    topics = {one.id: one for one in app.all("SNS::Topic") if one.id.startswith("Bronze")}
    told = output["NotificationConfig"]
    assert {told["SuccessTopic"]["Ref"], told["ErrorTopic"]["Ref"]} == set(topics)
    assert told["SuccessTopic"] != told["ErrorTopic"]
    assert all("KmsMasterKeyId" in topic.document["Properties"] for topic in topics.values())
    for path, folder in (("S3OutputPath", "answers"), ("S3FailurePath", "failures")):
        assert output[path] == {"Fn::Join": ["", ["s3://", {"Ref": bucket.id}, f"/{folder}"]]}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled" and rule["ExpirationInDays"] > 0
    (variant,) = config["ProductionVariants"]
    assert "RoutingConfig" not in variant


def test_bronzes_role_may_do_what_answering_takes_and_no_more(app, tier):
    bucket = tier("bronze", "S3::Bucket").id
    (role,) = [one.id for one in app.all("IAM::Role") if one.id.startswith("BronzeServedRole")]
    granted = {
        (action, json.dumps(resource))
        for statement in app.statements(role)
        for action in statement.actions
        for resource in statement.resources
    }
    in_bucket = {
        (action, resource.rsplit('"/', 1)[-1].split('"')[0]) for action, resource in granted if bucket in resource
    }
    assert in_bucket == {
        ("s3:GetObject", "requests/*"),
        ("s3:PutObject", "answers/*"),
        ("s3:PutObject", "failures/*"),
    }
    assert {json.loads(resource)["Ref"] for action, resource in granted if action == "sns:Publish"} == {
        one.id for one in app.all("SNS::Topic") if one.id.startswith("Bronze")
    }


def test_bronze_scales_to_nothing_and_wakes_at_the_first_request(app, tier):
    target = tier("bronze", "ApplicationAutoScaling::ScalableTarget")
    assert target["MinCapacity"] == 0 < target["MaxCapacity"]
    policies = {
        one["PolicyType"]: one
        for one in app.all("ApplicationAutoScaling::ScalingPolicy")
        if one.id.startswith("Bronze")
    }
    backlog = policies["TargetTrackingScaling"]["TargetTrackingScalingPolicyConfiguration"]
    assert backlog["CustomizedMetricSpecification"]["MetricName"] == "ApproximateBacklogSizePerInstance"
    wake_up = policies["StepScaling"]
    assert wake_up["ScalingTargetId"] == {"Ref": target.id}
    (step,) = wake_up["StepScalingPolicyConfiguration"]["StepAdjustments"]
    assert step == {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
    alarm = tier("bronze", "CloudWatch::Alarm")
    assert alarm["MetricName"] == "HasBacklogWithoutCapacity"
    assert alarm["Dimensions"] == [{"Name": "EndpointName", "Value": "bodybroker-bronze"}]
    assert alarm["AlarmActions"] == [{"Ref": wake_up.id}]
    assert alarm["Threshold"] == 1 and alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_functions_that_speak_know_the_endpoints_and_may_ask_them(app):
    functions = app.functions()
    for name in ("encounters", "turns"):
        environment = functions[name]["Environment"]["Variables"]
        assert "GoldEndpoint" in str(environment["GOLD_ENDPOINT"])
        assert "SilverEndpoint" in str(environment["SILVER_ENDPOINT"])
        assert environment["SILVER_COMPONENT"] == "bodybroker-silver-base"
        role = functions[name]["Role"]["Fn::GetAtt"][0]
        asked = {
            str(resource).rsplit(":", 1)[-1].strip("]}'")
            for statement in app.statements(role)
            if "sagemaker:InvokeEndpointWithResponseStream" in statement.actions
            for resource in statement.resources
        }
        assert asked == {
            "endpoint/bodybroker-gold",
            "endpoint/bodybroker-silver",
            "inference-component/bodybroker-silver-*",
        }


@pytest.fixture(scope="module")
def synthesise():
    """The models' stack under other choices."""

    def make(**changes):
        context = json.loads((cdk_app.ROOT / "cdk.json").read_text())["context"]
        root = aws_cdk.App(context=context | {f"bodybroker:{key}": value for key, value in changes.items()})
        env = aws_cdk.Environment(account="1" * 12, region="us-east-1")
        stack = ModelsStack(root, "Models", env=env, settings=Settings.of(root))
        return stack, assertions.Template.from_stack(stack)

    build.build(build.TARGETS["local"])
    return make


@pytest.mark.parametrize("name", ["gold", "guard"])
def test_tensorrt_llm_is_a_matter_of_a_setting(synthesise, name):
    assert "tensorrt_llm" in servings(name)
    _, template = synthesise(**{f"{name}_serving": "tensorrt_llm"})
    models = template.find_resources("AWS::SageMaker::Model")
    images = {id: json.dumps(model["Properties"]["PrimaryContainer"]["Image"]) for id, model in models.items()}
    assert [id for id, image in images.items() if "tensorrtllm" in image] == [
        id for id in images if id.startswith(name.capitalize())
    ]
    properties = (build.OUT / "endpoints" / f"{name}-tensorrt_llm" / "serving.properties").read_text()
    settled = dict(line.split("=", 1) for line in properties.splitlines())
    assert settled["option.entryPoint"] == "djl_python.lmi_trtllm.trtllm_async_service"
    assert settled["option.enable_block_reuse"] == "true", "its prefix cache"
    assert not {"option.scheduling_policy", "option.enable_prefix_caching", "option.max_model_len"} & settled.keys()


@pytest.mark.parametrize("name", ["gold", "silver", "bronze"])
def test_four_bit_weights_are_a_matter_of_a_setting(synthesise, name):
    stack, _ = synthesise(**{f"{name}_serving": "int4"})
    assert {tier.tier for tier in stack.tiers} == set(TIERS)
    properties = (build.OUT / "endpoints" / f"{name}-int4" / "serving.properties").read_text()
    settled = dict(line.split("=", 1) for line in properties.splitlines())
    assert settled["option.model_id"].endswith("AWQ")
    assert "option.quantize" not in settled, "vLLM reads it from the weights"


@pytest.mark.parametrize("name", ["silver", "bronze", "guard"])
def test_a_tier_that_is_off_leaves_nothing_behind(synthesise, name):
    stack, template = synthesise(**{f"{name}_enabled": "false"})
    assert getattr(stack, name) is None
    assert f"bodybroker-{name}" not in json.dumps(template.to_json())
    assert len(template.find_resources("AWS::SageMaker::Endpoint")) == len(TIERS) - 1
    assert ("SILVER_ENDPOINT" in stack.spoken) == (name != "silver")


def test_gold_alone_is_a_deployment(synthesise, tmp_path):
    """The whole app without the tiers that may be off: nobody else needs them to be there."""
    off = {f"bodybroker:{name}_enabled": "false" for name in OPTIONAL_TIERS}
    environment = {
        "CDK_CONTEXT_JSON": json.dumps(off),
        "CDK_OUTDIR": str(tmp_path),
        "CDK_VALIDATION": "false",
        "BODYBROKER_TARGET": "local",
    }
    run([sys.executable, "-m", "cdk.app"], clean_environment() | environment, "synth", lambda _: None)
    resources = {}
    for path in tmp_path.glob("*.template.json"):
        template = json.loads(path.read_text())
        resources |= {(path.name, id): resource for id, resource in template["Resources"].items()}
    endpoints = [one for one in resources.values() if one["Type"] == "AWS::SageMaker::Endpoint"]
    assert {one["Properties"]["EndpointName"] for one in endpoints} == {"bodybroker-gold", "bodybroker-embedding"}
    named = ("bodybroker-silver", "bodybroker-bronze", "bodybroker-guard", "SILVER_ENDPOINT")
    assert not [where for where, one in resources.items() if any(name in json.dumps(one) for name in named)]
