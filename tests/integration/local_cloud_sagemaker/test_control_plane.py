"""The control plane's words: lists, tags, the model registry, auto scaling, and every kind of bad input."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]


def post(cloud, target, body):
    """A request as no SDK would send it."""
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    request = urllib.request.Request(cloud.url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def test_every_fault_of_a_request_is_named(cloud):
    body = {
        "EndpointConfigName": "bad name!",
        "ProductionVariants": [{"VariantName": "a", "InitialInstanceCount": 0, "InstanceType": "ml.none"}],
    }
    answer = post(cloud, "SageMaker.CreateEndpointConfig", json.dumps(body).encode())
    assert answer["__type"] == "ValidationException"
    assert answer["message"].startswith("3 validation errors detected: ")
    for words in (
        "at 'endpointConfigName' failed to satisfy constraint: Member must satisfy regular expression pattern",
        "at 'productionVariants.1.member.initialInstanceCount' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
        "at 'productionVariants.1.member.instanceType' failed to satisfy constraint: Member must satisfy enum",
    ):
        assert words in answer["message"]


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("SageMaker.CreateModel", b"{", "SerializationException"),
        ("SageMaker.CreateModel", b"[]", "SerializationException"),
        ("SageMaker.CreateModel", b'{"ModelName": 7}', "SerializationException"),
        ("SageMaker.CreateModel", b"{}", "ValidationException"),
        ("SageMaker.NoSuchThing", b"{}", "UnknownOperationException"),
        ("SageMaker.CreateNotebookInstance", b"{}", "UnknownOperationException"),
        ("AnyScaleFrontendService.PutScheduledAction", b"{}", "UnknownOperationException"),
    ],
)
def test_bad_calls_fail_loudly(cloud, target, body, code):
    assert post(cloud, target, body)["__type"] == code


def test_lists_filter_sort_and_page(cloud, make_name):
    word = make_name("listed")
    for number in range(12):
        cloud.sagemaker.create_model_package_group(ModelPackageGroupName=f"{word}-{number:02}")
    pages = cloud.sagemaker.get_paginator("list_model_package_groups").paginate(
        NameContains=word, SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 5}
    )
    listed = [[one["ModelPackageGroupName"][-2:] for one in page["ModelPackageGroupSummaryList"]] for page in pages]
    assert listed == [["00", "01", "02", "03", "04"], ["05", "06", "07", "08", "09"], ["10", "11"]]
    assert (
        cloud.sagemaker.list_model_package_groups(NameContains=word, CreationTimeBefore=1)[
            "ModelPackageGroupSummaryList"
        ]
        == []
    )


def test_endpoints_are_listed_by_status(cloud, endpoint):
    in_service = cloud.sagemaker.list_endpoints(NameContains=endpoint, StatusEquals="InService")["Endpoints"]
    assert [one["EndpointName"] for one in in_service] == [endpoint]
    assert cloud.sagemaker.list_endpoints(NameContains=endpoint, StatusEquals="Failed")["Endpoints"] == []


def test_names_are_unique_and_must_exist(cloud):
    model = cloud.make_model()
    assert (
        "already existing model"
        in refusal(
            cloud.sagemaker.create_model,
            ModelName=model,
            ExecutionRoleArn="arn:aws:iam::000000000000:role/any",
            PrimaryContainer={"Image": "any"},
        )["Message"]
    )
    assert "Could not find model" in refusal(cloud.sagemaker.describe_model, ModelName="nothing")["Message"]
    cloud.sagemaker.delete_model(ModelName=model)
    assert "Could not find model" in refusal(cloud.sagemaker.delete_model, ModelName=model)["Message"]


def test_tags_are_added_listed_and_taken_away(cloud):
    arn = cloud.sagemaker.describe_model(ModelName=cloud.make_model())["ModelArn"]
    cloud.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    cloud.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "3"}])
    cloud.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["b", "none"])
    assert cloud.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "3"}]
    assert refusal(cloud.sagemaker.list_tags, ResourceArn=f"{arn}x")["Code"] == "ValidationException"


def test_model_packages_are_numbered_approved_and_kept_apart(cloud, make_name):
    group = make_name("group")
    arn = cloud.sagemaker.create_model_package_group(ModelPackageGroupName=group)["ModelPackageGroupArn"]
    first, second = (
        cloud.sagemaker.create_model_package(
            ModelPackageGroupName=group, CustomerMetadataProperties={"score": str(number)}
        )["ModelPackageArn"]
        for number in (1, 2)
    )
    assert (first.rpartition("/")[2], second.rpartition("/")[2]) == ("1", "2")
    assert cloud.sagemaker.describe_model_package(ModelPackageName=second)["ModelApprovalStatus"] == (
        "PendingManualApproval"
    )
    cloud.sagemaker.update_model_package(
        ModelPackageArn=second, ModelApprovalStatus="Approved", CustomerMetadataProperties={"gate": "passed"}
    )
    described = cloud.sagemaker.describe_model_package(ModelPackageName=second)
    assert described["CustomerMetadataProperties"] == {"score": "2", "gate": "passed"}
    assert described["ModelPackageVersion"] == 2
    approved = cloud.sagemaker.list_model_packages(ModelPackageGroupName=arn, ModelApprovalStatus="Approved")
    assert [one["ModelPackageArn"] for one in approved["ModelPackageSummaryList"]] == [second]
    assert refusal(cloud.sagemaker.delete_model_package_group, ModelPackageGroupName=group)
    for package in (first, second):
        cloud.sagemaker.delete_model_package(ModelPackageName=package)
    cloud.sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    assert (
        "does not exist"
        in refusal(cloud.sagemaker.describe_model_package_group, ModelPackageGroupName=group)["Message"]
    )


def test_scaling_is_kept_and_shown(cloud, endpoint):
    scaling = cloud.client("application-autoscaling")
    identity = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{endpoint}/variant/variant-0",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    assert (
        "does not exist"
        in refusal(
            scaling.register_scalable_target,
            **identity | {"ResourceId": "endpoint/no/variant/no"},
            MinCapacity=1,
            MaxCapacity=2,
        )["Message"]
    )
    scaling.register_scalable_target(**identity, MinCapacity=1, MaxCapacity=2)
    scaling.register_scalable_target(**identity, MaxCapacity=4)
    assert refusal(scaling.register_scalable_target, **identity, MaxCapacity=0)["Code"] == "ValidationException"
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="sagemaker", ResourceIds=[identity["ResourceId"]])[
        "ScalableTargets"
    ]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 4)
    tracking = {
        "TargetValue": 8.0,
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "SageMakerVariantConcurrentRequestsPerModelHighResolution"
        },
    }
    policy = {"PolicyName": "requests", **identity}
    assert refusal(scaling.put_scaling_policy, **policy, PolicyType="TargetTrackingScaling")
    scaling.put_scaling_policy(
        **policy, PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=tracking
    )
    (shown,) = scaling.describe_scaling_policies(**identity)["ScalingPolicies"]
    assert shown["TargetTrackingScalingPolicyConfiguration"] == tracking
    scaling.deregister_scalable_target(**identity)
    assert scaling.describe_scaling_policies(**identity)["ScalingPolicies"] == []
    assert refusal(scaling.deregister_scalable_target, **identity)["Code"] == "ObjectNotFoundException"
