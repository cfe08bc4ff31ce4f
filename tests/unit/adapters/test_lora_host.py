"""Adapters as inference components, and their archives: what SageMaker and S3 answer, played by the test."""

import gzip
import hashlib
import io
import json
import tarfile
from datetime import UTC, datetime, timedelta

import pytest
from bodybroker.adapters.lora_host import ArchivesOnS3, ComponentHost
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Refused, Unavailable
from bodybroker.models.lora import Base
from botocore.exceptions import ClientError

from tests.fakes.adapters import BASE, candidate

ENDPOINT, COMPONENT = "bodybroker-silver", "bodybroker-silver-base"


def client_error(code, message, status=400):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "x"
    )


class PlayedSageMaker:
    """Components that go through the statuses of `becomes`, one at each look."""

    def __init__(self, **components):
        self.components = {f"{ENDPOINT}-{name}": list(statuses) for name, statuses in components.items()}
        self.becomes = ["Creating", "InService"]
        self.refuses = None
        self.calls = []

    def describe_inference_component(self, InferenceComponentName):
        statuses = self.components.get(InferenceComponentName)
        if statuses is None:
            raise client_error("ValidationException", f'Could not find inference component "{InferenceComponentName}".')
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        if status == "gone":
            del self.components[InferenceComponentName]
            return self.describe_inference_component(InferenceComponentName)
        return {"InferenceComponentStatus": status, "FailureReason": "it does not fit"}

    def create_inference_component(self, **request):
        self.calls.append(("create", request))
        if self.refuses:
            raise client_error("ValidationException", self.refuses)
        self.components[request["InferenceComponentName"]] = list(self.becomes)

    def delete_inference_component(self, InferenceComponentName):
        self.calls.append(("delete", InferenceComponentName))
        self.components[InferenceComponentName] = ["Deleting", "gone"]

    def list_inference_components(self, EndpointNameEquals, MaxResults, NextToken="0"):
        names = sorted(self.components)
        start = int(NextToken)
        page = [
            {"InferenceComponentName": name, "InferenceComponentStatus": self.components[name][0]}
            for name in names[start : start + 2]
        ]
        more = {"NextToken": str(start + 2)} if start + 2 < len(names) else {}
        return {"InferenceComponents": page, **more}


def host(client, patience_s=10.0):
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))

    def sleep(seconds):
        clock.instant += timedelta(seconds=seconds)

    return ComponentHost(
        client, endpoint=ENDPOINT, component=COMPONENT, base=BASE, clock=clock, sleep=sleep, patience_s=patience_s
    )


def test_an_adapter_becomes_a_component_of_the_base_and_is_waited_for():
    client = PlayedSageMaker()
    host(client).load(candidate())
    ((_, request),) = client.calls
    assert request == {
        "InferenceComponentName": "bodybroker-silver-ghoul-1",
        "EndpointName": ENDPOINT,
        "Specification": {
            "BaseInferenceComponentName": COMPONENT,
            "Container": {"ArtifactUrl": "s3://adapters/ghoul-1.tar.gz"},
        },
    }
    host(client).load(candidate())
    assert len(client.calls) == 1


def test_one_that_failed_is_removed_and_its_reason_told():
    client = PlayedSageMaker()
    client.becomes = ["Creating", "Failed"]
    with pytest.raises(Refused, match="it does not fit") as caught:
        host(client).load(candidate())
    assert caught.value.code == "adapter_refused"
    assert client.components == {}


@pytest.mark.parametrize("left", [["Failed"], ["Deleting", "gone"]])
def test_what_an_earlier_try_left_is_cleared_away(left):
    client = PlayedSageMaker(**{"ghoul-1": left})
    host(client).load(candidate())
    assert client.components["bodybroker-silver-ghoul-1"] == ["InService"]


def test_a_request_that_sagemaker_refuses_has_its_reason():
    client = PlayedSageMaker()
    client.refuses = "The base component has no room."
    with pytest.raises(Refused, match="no room"):
        host(client).load(candidate())


def test_patience_ends():
    client = PlayedSageMaker(**{"ghoul-1": ["Creating"]})
    with pytest.raises(Unavailable):
        host(client, patience_s=5).load(candidate())


def test_unloading_removes_the_component_and_nothing_where_there_is_none():
    client = PlayedSageMaker(**{"ghoul-1": ["InService"]})
    host(client).unload("ghoul-1")
    host(client).unload("ghoul-1")
    assert client.calls == [("delete", "bodybroker-silver-ghoul-1")]


def test_what_is_loaded_is_listed_by_name_over_all_pages_without_the_base():
    client = PlayedSageMaker(
        **{"base": ["InService"], "a": ["InService"], "b": ["Failed"], "c": ["Creating"], "d": ["Deleting"]}
    )
    assert host(client).loaded() == {"a", "c"}


def archive(config):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in (("adapter.gguf", b"G" * 5000), ("adapter_config.json", config), ("z", b"last")):
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


class PlayedS3:
    def __init__(self, body):
        self.body = body

    def get_object(self, Bucket, Key):
        if (Bucket, Key) != ("adapters", "deep/ghoul.tar.gz"):
            raise client_error("NoSuchKey", "The specified key does not exist.", 404)
        return {"Body": io.BytesIO(self.body)}


def inspect(body, uri="s3://adapters/deep/ghoul.tar.gz"):
    return ArchivesOnS3(PlayedS3(body)).inspect(uri)


def test_an_archive_is_digested_and_says_its_base():
    body = archive(json.dumps({"base_model_name_or_path": "Qwen/Q", "revision": "f" * 40}).encode()) + b"\0" * 3_000_000
    found = inspect(body)
    assert found.digest == hashlib.sha256(body).hexdigest()
    assert found.base == Base("Qwen/Q", "f" * 40)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not an archive",
        gzip.compress(b"neither is this"),
        archive(b"{"),
        archive(b"[]"),
        archive(b'{"base_model_name_or_path": "m", "revision": null}'),
        archive(b'{"base_model_name_or_path": "m"}'),
        archive(b'{"revision": "' + b"f" * 70_000 + b'"}'),
    ],
)
def test_an_archive_that_does_not_say_its_base_is_refused(body):
    with pytest.raises(Refused) as caught:
        inspect(body)
    assert caught.value.code == "artefact_unreadable"


def test_an_archive_that_is_not_there():
    with pytest.raises(Refused) as caught:
        inspect(b"", "s3://adapters/none.tar.gz")
    assert caught.value.code == "artefact_missing"
