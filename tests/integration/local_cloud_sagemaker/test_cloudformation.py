"""Stacks with SageMaker resources: Ref and GetAtt, updates, replacement, rollback with the reason, deletion."""

import json

import pytest

ROLE = "arn:aws:iam::000000000000:role/any"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"


def template(data, version="1", **environment):
    """An endpoint that scales, a group, and one output per reference."""
    container = {"Image": "any", "ModelDataUrl": data, "Environment": {"VERSION": version, **environment}}
    variant = {
        "VariantName": "all",
        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
        "InitialInstanceCount": "1",  # templates may write numbers as strings
        "InstanceType": "ml.m5.large",
    }
    config = {"Fn::GetAtt": ["Config", "EndpointConfigName"]}
    resource_id = {"Fn::Sub": "endpoint/${Endpoint.EndpointName}/variant/all"}
    target = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": resource_id,
        "ScalableDimension": DIMENSION,
        "MinCapacity": 1,
        "MaxCapacity": 2,
    }
    metric = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    policy = {
        "PolicyName": "requests",
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": {"Ref": "Target"},
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 8, "PredefinedMetricSpecification": metric},
    }
    resources = {
        "Model": ("SageMaker::Model", {"ExecutionRoleArn": ROLE, "PrimaryContainer": container}),
        "Config": ("SageMaker::EndpointConfig", {"ProductionVariants": [variant]}),
        "Endpoint": (
            "SageMaker::Endpoint",
            {
                "EndpointConfigName": config,
                "RetainAllVariantProperties": True,
                "Tags": [{"Key": "v", "Value": version}],
            },
        ),
        "Group": ("SageMaker::ModelPackageGroup", {"ModelPackageGroupName": {"Fn::Sub": "${AWS::StackName}-group"}}),
        "Target": ("ApplicationAutoScaling::ScalableTarget", target),
        "Policy": ("ApplicationAutoScaling::ScalingPolicy", policy),
    }
    references = {
        "EndpointArn": {"Ref": "Endpoint"},
        "EndpointName": {"Fn::GetAtt": ["Endpoint", "EndpointName"]},
        "ConfigName": config,
        "ModelArn": {"Ref": "Model"},
        "GroupArn": {"Fn::GetAtt": ["Group", "ModelPackageGroupArn"]},
        "TargetId": {"Ref": "Target"},
        "PolicyArn": {"Ref": "Policy"},
    }
    return json.dumps(
        {
            "Resources": {
                name: {"Type": f"AWS::{kind}", "Properties": properties}
                for name, (kind, properties) in resources.items()
            },
            "Outputs": {name: {"Value": value} for name, value in references.items()},
        }
    )


@pytest.fixture
def data(cloud):
    return cloud.sagemaker.describe_model(ModelName=cloud.make_model())["PrimaryContainer"]["ModelDataUrl"]


@pytest.fixture
def settled(cloud, wait):
    def described(stack):
        (found,) = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return None if found["StackStatus"].endswith("IN_PROGRESS") else found

    return lambda stack: wait(lambda: described(stack), 60)


def outputs(stack):
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def reasons(cloud, stack):
    events = cloud.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return " ".join(event.get("ResourceStatusReason", "") for event in events)


def test_a_stack_lives_from_creation_through_updates_to_deletion(cloud, data, settled, make_name, wait, lives):
    name, stacks = make_name("stack"), cloud.client("cloudformation")
    stack_id = stacks.create_stack(StackName=name, TemplateBody=template(data))["StackId"]
    created = settled(name)
    assert created["StackStatus"] == "CREATE_COMPLETE", reasons(cloud, name)
    first = outputs(created)
    endpoint = first["EndpointName"]
    arn = "arn:aws:sagemaker:us-east-1:000000000000"
    assert first["EndpointArn"] == f"{arn}:endpoint/{endpoint}"
    assert first["ModelArn"].startswith(f"{arn}:model/{name}-Model-")
    assert first["GroupArn"] == f"{arn}:model-package-group/{name}-group"
    assert first["TargetId"] == f"endpoint/{endpoint}/variant/all|{DIMENSION}|sagemaker"
    assert first["PolicyArn"].startswith("arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:")
    server = cloud.describe_server(endpoint)  # in service as soon as the stack is complete
    assert server["environment"]["VERSION"] == "1"

    stacks.update_stack(StackName=name, TemplateBody=template(data, version="2"))
    updated = settled(name)
    assert updated["StackStatus"] == "UPDATE_COMPLETE", reasons(cloud, name)
    second = outputs(updated)
    assert second["EndpointName"] == endpoint
    assert second["ModelArn"] != first["ModelArn"]  # replaced, for a model never changes
    assert cloud.describe_server(endpoint)["environment"]["VERSION"] == "2"
    assert {"Key": "v", "Value": "2"} in cloud.sagemaker.list_tags(ResourceArn=first["EndpointArn"])["Tags"]
    remaining = cloud.sagemaker.list_models(NameContains=f"{name}-Model-")["Models"]
    assert [model["ModelArn"] for model in remaining] == [second["ModelArn"]]

    stacks.update_stack(StackName=name, TemplateBody=template(data, version="3", FAIL_AT_START="1"))
    failed = settled(name)
    assert failed["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "the weights are missing" in reasons(cloud, name)
    assert cloud.describe_server(endpoint)["environment"]["VERSION"] == "2"

    pid = cloud.describe_server(endpoint)["pid"]
    stacks.delete_stack(StackName=name)
    assert settled(stack_id)["StackStatus"] == "DELETE_COMPLETE"
    assert not lives(pid)
    assert cloud.sagemaker.list_endpoints(NameContains=endpoint)["Endpoints"] == []
    assert cloud.sagemaker.list_endpoint_configs(NameContains=name)["EndpointConfigs"] == []


def test_an_endpoint_that_fails_rolls_its_stack_back_with_the_reason(cloud, data, settled, make_name):
    name = make_name("stack")
    cloud.client("cloudformation").create_stack(StackName=name, TemplateBody=template(data, FAIL_AT_START="1"))
    assert settled(name)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "the weights are missing" in reasons(cloud, name)
    assert cloud.sagemaker.list_endpoints(NameContains=name)["Endpoints"] == []
    assert cloud.sagemaker.list_models(NameContains=name)["Models"] == []


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"ExecutionRoleArn": ROLE, "PrimaryContainer": {"Imagee": "any"}}, "extraneous key [Imagee]"),
        ({"ExecutionRoleArn": "nobody", "PrimaryContainer": {"Image": "any"}}, "Member must"),
    ],
)
def test_a_wrong_property_fails_the_stack(cloud, settled, make_name, properties, reason):
    name = make_name("stack")
    body = json.dumps({"Resources": {"Model": {"Type": "AWS::SageMaker::Model", "Properties": properties}}})
    cloud.client("cloudformation").create_stack(StackName=name, TemplateBody=body)
    assert settled(name)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason in reasons(cloud, name)


def test_a_component_gets_another_model_in_place(cloud, data, settled, make_name):
    """As when a new version of the serving code is deployed on a cloud that is there already."""
    name, stacks = make_name("stack"), cloud.client("cloudformation")
    config = cloud.make_config(
        ProductionVariants=[{"VariantName": "all", "InitialInstanceCount": 1, "InstanceType": "ml.g5.xlarge"}],
        ExecutionRoleArn=ROLE,
    )
    endpoint = cloud.make_endpoint(config)

    def body(version):
        container = {"Image": "any", "ModelDataUrl": data, "Environment": {"VERSION": version}}
        component = {
            "InferenceComponentName": f"{name}-base",
            "EndpointName": endpoint,
            "VariantName": "all",
            "Specification": {
                "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
                "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 256, "NumberOfCpuCoresRequired": 1},
            },
            "RuntimeConfig": {"CopyCount": 1},
        }
        resources = {
            "Model": ("Model", {"ExecutionRoleArn": ROLE, "PrimaryContainer": container}),
            "Base": ("InferenceComponent", component),
        }
        made = {key: {"Type": f"AWS::SageMaker::{kind}", "Properties": what} for key, (kind, what) in resources.items()}
        return json.dumps({"Resources": made})

    stacks.create_stack(StackName=name, TemplateBody=body("1"))
    assert settled(name)["StackStatus"] == "CREATE_COMPLETE", reasons(cloud, name)
    stacks.update_stack(StackName=name, TemplateBody=body("2"))
    assert settled(name)["StackStatus"] == "UPDATE_COMPLETE", reasons(cloud, name)
    server = cloud.describe_server(endpoint, InferenceComponentName=f"{name}-base")
    assert server["environment"]["VERSION"] == "2"
    stacks.delete_stack(StackName=name)
