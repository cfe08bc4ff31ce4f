"""Models whose archive says so share one server: started once, restarted for all, ended with its last model."""

import json
import os
import signal
from pathlib import Path

import pytest

MARK = "code/multi-models"
TARGET = "x-amzn-sagemaker-target-model"


@pytest.fixture
def make_tier(cloud, make_name):
    """An endpoint of an archive that may share its server; ``code`` makes servers differ, ``tier`` only models."""

    def make(code, tier, cloud=cloud, **container):
        files = {MARK: b"", "code/version": code.encode(), "serving.properties": tier.encode()}
        return cloud.make_endpoint(cloud.make_config(cloud.make_model(files, **container)))

    return make


@pytest.fixture
def own_code(make_name):
    """Code that no other test shares."""
    return make_name("code")


def test_endpoints_of_the_same_code_share_a_process_and_keep_their_own_models(cloud, make_tier, own_code):
    described = {tier: cloud.describe_server(make_tier(own_code, tier)) for tier in ("gold", "silver", "guard")}
    assert len({server["pid"] for server in described.values()}) == 1
    for tier, server in described.items():
        folder = Path(server["headers"][TARGET])
        assert (folder / "serving.properties").read_text() == tier
        assert "serving.properties" not in server["files"], "the server has nothing of one model"


def test_other_code_or_another_environment_is_another_server(cloud, make_tier, own_code):
    pids = {
        cloud.describe_server(endpoint)["pid"]
        for endpoint in (
            make_tier(own_code, "gold"),
            make_tier(own_code + "b", "gold"),
            make_tier(own_code, "gold", Environment={"WEIGHTS": "others"}),
        )
    }
    assert len(pids) == 3


def test_a_server_outlives_the_model_that_started_it_and_ends_with_its_last(cloud, make_tier, own_code, wait, lives):
    first, second = make_tier(own_code, "gold"), make_tier(own_code, "silver")
    pid = cloud.describe_server(first)["pid"]
    cloud.sagemaker.delete_endpoint(EndpointName=first)
    wait(lambda: first not in str(cloud.sagemaker.list_endpoints(MaxResults=100)))
    assert cloud.describe_server(second)["pid"] == pid
    os.kill(pid, signal.SIGKILL)
    restarted = wait(lambda: described_if_ready(cloud, second))
    assert restarted["pid"] != pid, "from its own folder: that of the first model is gone"
    cloud.sagemaker.delete_endpoint(EndpointName=second)
    wait(lambda: not lives(restarted["pid"]))


def test_a_new_version_of_a_model_needs_no_new_server(cloud, make_tier, own_code):
    endpoint = make_tier(own_code, "gold")
    before = cloud.describe_server(endpoint)
    model = cloud.make_model({MARK: b"", "code/version": own_code.encode(), "serving.properties": b"gold, longer"})
    cloud.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=cloud.make_config(model))
    assert cloud.settled(endpoint)["EndpointStatus"] == "InService"
    after = cloud.describe_server(endpoint)
    assert after["pid"] == before["pid"]
    assert (Path(after["headers"][TARGET]) / "serving.properties").read_text() == "gold, longer"


def test_inference_components_share_too_and_hang_their_adapters_on_the_server(
    cloud, make_tier, own_code, make_name, make_archive, wait
):
    gold = make_tier(own_code, "gold")
    variants = [{"VariantName": "all", "InitialInstanceCount": 1, "InstanceType": "ml.g6.xlarge"}]
    config = cloud.make_config(ProductionVariants=variants, ExecutionRoleArn="arn:aws:iam::000000000000:role/any")
    endpoint = cloud.make_endpoint(config)
    files = {MARK: b"", "code/version": own_code.encode(), "serving.properties": b"silver"}
    base, adapter = make_name("base"), make_name("adapter")

    def make(name, specification, **settings):
        cloud.sagemaker.create_inference_component(
            InferenceComponentName=name,
            EndpointName=endpoint,
            VariantName="all",
            Specification=specification,
            **settings,
        )

        def status():
            found = cloud.sagemaker.describe_inference_component(InferenceComponentName=name)
            return found["InferenceComponentStatus"] == "InService"

        wait(status)

    requirements = {"MinMemoryRequiredInMb": 1024, "NumberOfAcceleratorDevicesRequired": 1}
    make(
        base,
        {"ModelName": cloud.make_model(files), "ComputeResourceRequirements": requirements},
        RuntimeConfig={"CopyCount": 1},
    )
    weights = cloud.put(f"{adapter}/adapter.tar.gz", make_archive({"adapter.gguf": b"weights"}))
    make(adapter, {"BaseInferenceComponentName": base, "Container": {"ArtifactUrl": weights}})
    asked = cloud.describe_server(endpoint, InferenceComponentName=adapter)
    assert asked["pid"] == cloud.describe_server(gold)["pid"]
    assert asked["headers"]["x-amzn-sagemaker-adapter-identifier"] == adapter
    assert (Path(asked["headers"][TARGET]) / "serving.properties").read_text() == "silver"
    assert asked["adapters"] == {adapter: ["adapter.gguf"]}
    for name in (adapter, base):
        cloud.sagemaker.delete_inference_component(InferenceComponentName=name)
        wait(lambda name=name: name not in str(cloud.sagemaker.list_inference_components(MaxResults=100)))
    assert cloud.describe_server(gold)["pid"] == asked["pid"], "gold is still served"


def test_a_server_that_does_not_start_fails_every_model_that_waits_for_it(cloud, make_name, own_code, wait):
    files = {MARK: b"", "code/version": own_code.encode(), "code/serve.py": b"raise SystemExit('no weights')"}
    name = make_name("endpoint")
    config = cloud.make_config(cloud.make_model(files))
    for _ in range(2):
        cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        settled = cloud.settled(name)
        assert settled["EndpointStatus"] == "Failed"
        assert "no weights" in settled["FailureReason"]
        cloud.sagemaker.delete_endpoint(EndpointName=name)
        wait(lambda: name not in str(cloud.sagemaker.list_endpoints(MaxResults=100)))


def test_after_a_restart_of_the_cloud_they_share_again(own_cloud, make_tier, own_code, wait):
    endpoints = [make_tier(own_code, tier, cloud=own_cloud) for tier in ("gold", "silver")]
    own_cloud.kill()
    own_cloud.start()
    servers = [wait(lambda name=name: described_if_ready(own_cloud, name)) for name in endpoints]
    assert len({server["pid"] for server in servers}) == 1


def described_if_ready(cloud, endpoint):
    try:
        return cloud.describe_server(endpoint)
    except cloud.runtime.exceptions.ClientError:
        return None


def asleep(cloud, endpoint):
    (variant,) = cloud.sagemaker.describe_endpoint(EndpointName=endpoint)["ProductionVariants"]
    assert variant["DesiredInstanceCount"] == 1
    return variant["CurrentInstanceCount"] == 0


@pytest.fixture
def make_bronze(cloud):
    def make(files):
        output = {"S3OutputPath": "s3://artifacts/answers", "S3FailurePath": "s3://artifacts/failures"}
        config = cloud.make_config(cloud.make_model(files), AsyncInferenceConfig={"OutputConfig": output})
        return cloud.make_endpoint(config)

    return make


def ask_later(cloud, endpoint, wait):
    """The answer of an asynchronous endpoint, or None and why it failed."""
    source = cloud.put("questions/describe.json", b'{"mode": "describe"}')
    accepted = cloud.runtime.invoke_endpoint_async(EndpointName=endpoint, InputLocation=source)

    def outcome():
        for place in ("OutputLocation", "FailureLocation"):
            try:
                return place, cloud.get(accepted[place])
            except cloud.client("s3").exceptions.NoSuchKey:
                pass
        return None

    return wait(outcome)


def test_an_asynchronous_endpoint_starts_with_its_first_request(cloud, make_bronze, wait, lives):
    endpoint = make_bronze({})
    log = cloud.state_dir / "logs" / f"endpoint-{endpoint}.log"
    assert asleep(cloud, endpoint) and not log.exists()
    place, answer = ask_later(cloud, endpoint, wait)
    assert place == "OutputLocation"
    assert not asleep(cloud, endpoint) and log.exists()
    pid = json.loads(answer)["pid"]
    assert json.loads(ask_later(cloud, endpoint, wait)[1])["pid"] == pid
    cloud.sagemaker.delete_endpoint(EndpointName=endpoint)
    wait(lambda: not lives(pid))


def test_an_asynchronous_endpoint_shares_a_server_that_is_there(cloud, make_tier, make_bronze, own_code, wait):
    gold = cloud.describe_server(make_tier(own_code, "gold"))
    endpoint = make_bronze({MARK: b"", "code/version": own_code.encode(), "serving.properties": b"bronze"})
    described = json.loads(ask_later(cloud, endpoint, wait)[1])
    assert described["pid"] == gold["pid"]
    assert (Path(described["headers"][TARGET]) / "serving.properties").read_text() == "bronze"


def test_a_model_that_cannot_wake_fails_the_request_and_says_why(cloud, make_bronze, wait):
    endpoint = make_bronze({"code/serve.py": b"raise SystemExit('no weights')"})
    place, reason = ask_later(cloud, endpoint, wait)
    assert place == "FailureLocation"
    assert reason.startswith(b"ModelError: ") and b"no weights" in reason
    assert asleep(cloud, endpoint)
