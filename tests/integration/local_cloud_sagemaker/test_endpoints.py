"""Endpoints from creation to deletion, their updates and failures, and inference components."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/any"


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]


def test_an_endpoint_reads_back_as_it_was_made_and_goes(cloud, lives, wait):
    config = cloud.make_config(cloud.make_model(Environment={"A": "1"}))
    name = cloud.make_endpoint(config)
    described = cloud.sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointConfigName"] == config
    assert described["EndpointArn"] == f"arn:aws:sagemaker:us-east-1:000000000000:endpoint/{name}"
    assert described["ProductionVariants"] == [
        {
            "VariantName": "variant-0",
            "CurrentWeight": 1.0,
            "DesiredWeight": 1.0,
            "CurrentInstanceCount": 1,
            "DesiredInstanceCount": 1,
        }
    ]
    server = cloud.describe_server(name)
    assert server["environment"]["A"] == "1"
    assert name in (cloud.state_dir / "logs" / f"endpoint-{name}.log").name
    cloud.sagemaker.delete_endpoint(EndpointName=name)
    cloud.sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig={"Delay": 1})
    assert not lives(server["pid"])
    assert not Path(server["directory"]).exists()
    assert "Could not find endpoint" in refusal(cloud.sagemaker.describe_endpoint, EndpointName=name)["Message"]


def test_an_update_serves_the_old_config_until_the_new_one_does(cloud, lives):
    name = cloud.make_endpoint()
    old = cloud.describe_server(name)
    config = cloud.make_config(cloud.make_model(Environment={"VERSION": "2"}))
    cloud.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    assert "in-progress" in refusal(cloud.sagemaker.delete_endpoint, EndpointName=name)["Message"]
    cloud.describe_server(name)  # served without a gap
    assert cloud.settled(name)["EndpointConfigName"] == config
    assert cloud.describe_server(name)["environment"]["VERSION"] == "2"
    assert not lives(old["pid"])
    assert not Path(old["directory"]).exists()


def test_a_failed_update_leaves_the_endpoint_as_it_was(cloud):
    name = cloud.make_endpoint()
    before = cloud.settled(name)["EndpointConfigName"]
    broken = cloud.make_config(cloud.make_model(Environment={"FAIL_AT_START": "1"}))
    cloud.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=broken)
    after = cloud.settled(name)
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", before)
    assert "the weights are missing" in after["FailureReason"]
    assert cloud.invoke(name, {"still": "here"}) == {"still": "here"}
    cloud.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=cloud.make_config(cloud.make_model()))
    assert "FailureReason" not in cloud.settled(name)
    (plan,) = (cloud.state_dir / "endpoints" / name).iterdir()  # the files of both other plans are gone
    assert Path(cloud.describe_server(name)["directory"]).parent == plan


def test_a_server_that_does_not_start_fails_the_endpoint_with_the_reason(cloud, make_name):
    name = make_name("endpoint")
    config = cloud.make_config(cloud.make_model(Environment={"FAIL_AT_START": "1"}))
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    failed = cloud.settled(name)
    assert failed["EndpointStatus"] == "Failed"
    assert "production variant variant-0" in failed["FailureReason"]
    assert "the weights are missing" in failed["FailureReason"]
    cloud.sagemaker.delete_endpoint(EndpointName=name)


@pytest.mark.parametrize("data", ["s3://artifacts/nothing/model.tar.gz", None])
def test_a_model_that_cannot_be_fetched_fails_the_endpoint(cloud, make_name, data):
    name = make_name("endpoint")
    data = data or cloud.put(f"{name}/model.tar.gz", b"not an archive")
    cloud.sagemaker.create_endpoint(
        EndpointName=name, EndpointConfigName=cloud.make_config(cloud.make_model(ModelDataUrl=data))
    )
    assert cloud.settled(name)["EndpointStatus"] == "Failed"


def test_a_model_may_lie_unpacked_in_s3(cloud, make_name):
    prefix = make_name("plain")
    for key, body in {"code/serve.py": None, "weights/a.bin": b"1"}.items():
        server = Path(__file__).parent / "server" / "serve.py"
        cloud.put(f"{prefix}/{key}", body or server.read_bytes())
    model = make_name("model")
    source = {"S3Uri": f"s3://artifacts/{prefix}/", "S3DataType": "S3Prefix", "CompressionType": "None"}
    cloud.sagemaker.create_model(
        ModelName=model,
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": "any", "ModelDataSource": {"S3DataSource": source}},
    )
    served = cloud.describe_server(cloud.make_endpoint(cloud.make_config(model)))
    assert served["files"] == ["code/serve.py", "weights/a.bin"]


def test_a_model_package_can_be_served(cloud, make_name, make_archive):
    group, server = make_name("group"), Path(__file__).parent / "server" / "serve.py"
    data = cloud.put(f"{group}/model.tar.gz", make_archive({"code/serve.py": server.read_bytes()}))
    cloud.sagemaker.create_model_package_group(ModelPackageGroupName=group)
    container = {"Image": "any", "ModelDataUrl": data, "Environment": {"FROM": "package"}}
    package = cloud.sagemaker.create_model_package(
        ModelPackageGroupName=group,
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    model = make_name("model")
    cloud.sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": package})
    name = cloud.make_endpoint(cloud.make_config(model))
    assert cloud.describe_server(name)["environment"]["FROM"] == "package"


def test_inference_components_share_an_endpoint(cloud, make_name, wait, lives, make_archive):
    variants = [{"VariantName": "all", "InitialInstanceCount": 1, "InstanceType": "ml.g5.xlarge"}]
    config = cloud.make_config(ProductionVariants=variants, ExecutionRoleArn=ROLE)
    name = cloud.make_endpoint(config)
    base, adapter = make_name("base"), make_name("adapter")
    resources = {"MinMemoryRequiredInMb": 256, "NumberOfCpuCoresRequired": 1}

    def settled(component):
        def described():
            found = cloud.sagemaker.describe_inference_component(InferenceComponentName=component)
            return found if not found["InferenceComponentStatus"].endswith("ing") else None

        return wait(described)

    def gone(component):
        try:
            cloud.sagemaker.describe_inference_component(InferenceComponentName=component)
        except ClientError:
            return True
        return False

    cloud.sagemaker.create_inference_component(
        InferenceComponentName=base,
        EndpointName=name,
        VariantName="all",
        Specification={"ModelName": cloud.make_model(), "ComputeResourceRequirements": resources},
        RuntimeConfig={"CopyCount": 1},
    )
    assert settled(base)["RuntimeConfig"] == {"DesiredCopyCount": 1, "CurrentCopyCount": 1}
    weights = cloud.put(f"{adapter}/adapter.tar.gz", make_archive({"adapter_model.bin": b"lora"}))
    cloud.sagemaker.create_inference_component(
        InferenceComponentName=adapter,
        EndpointName=name,
        Specification={"BaseInferenceComponentName": base, "Container": {"ArtifactUrl": weights}},
    )
    assert settled(adapter)["InferenceComponentStatus"] == "InService"
    assert (
        "hosts inference components" in refusal(cloud.runtime.invoke_endpoint, EndpointName=name, Body=b"{}")["Message"]
    )
    through_base = cloud.describe_server(name, InferenceComponentName=base)
    through_adapter = cloud.describe_server(name, InferenceComponentName=adapter)
    assert through_adapter["pid"] == through_base["pid"]
    assert through_adapter["headers"]["x-amzn-sagemaker-adapter-identifier"] == adapter
    assert through_adapter["adapters"] == {adapter: ["adapter_model.bin"]}
    assert "still hosts" in refusal(cloud.sagemaker.delete_endpoint, EndpointName=name)["Message"]
    for component in (adapter, base):
        cloud.sagemaker.delete_inference_component(InferenceComponentName=component)
        wait(lambda component=component: gone(component))
    assert not lives(through_base["pid"])
    cloud.sagemaker.delete_endpoint(EndpointName=name)
