"""Cloud models on the local cloud: the deployed function, its layer, its secrets, and the watch over its registry."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from bodybroker.adapters.cloud_function import CloudFunctionModel
from bodybroker.models import registry
from bodybroker.models.inference import ChatRequest, ModelFailed

pytestmark = pytest.mark.cloud

PRIMARY, NEXT = "claude-haiku-5-5", "gpt-6-luna"
REQUEST = ChatRequest(
    messages=[
        {"role": "system", "content": "You are Grisel, a ghoul who trades in body parts. Answer in one sentence."},
        {"role": "user", "content": "Who are you?"},
    ],
    max_tokens=24,
)
PATIENCE_S = 120.0
"""A cold start loads litellm, on a machine that may be busy."""


@dataclass(frozen=True)
class Deployed:
    """What stands on the local cloud."""

    endpoints: dict[str, Any]

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "bodybroker-local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=self.endpoints["aws"], region_name="us-east-1", **keys)

    def output(self, name: str) -> str:
        (stack,) = self.client("cloudformation").describe_stacks(StackName="BodyBroker-Cloud")["Stacks"]
        return next(each["OutputValue"] for each in stack["Outputs"] if each["OutputKey"] == name)

    def model(self, role: str) -> CloudFunctionModel:
        return CloudFunctionModel(self.output("CloudFunctionName"), role, PATIENCE_S, lambda _: self.client("lambda"))

    def order(self, *faults: dict[str, Any]) -> None:
        url = f"{self.endpoints['providers']}/control/faults"
        httpx.put(url, json={"faults": list(faults)}, trust_env=False).raise_for_status()

    def refresh(self, **event: str) -> tuple[bool, dict[str, Any]]:
        """Invoke the price watch; whether it worked, and what it said."""
        answer = self.client("lambda").invoke(
            FunctionName=self.output("RefreshFunctionName"), Payload=json.dumps(event).encode()
        )
        return "FunctionError" not in answer, json.loads(answer["Payload"].read())

    def proposals(self) -> list[dict[str, Any]]:
        s3 = self.client("s3")
        (bucket,) = (each["Name"] for each in s3.list_buckets()["Buckets"] if "proposals" in each["Name"])
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]


@pytest.fixture
def deployed(cloud):
    found = Deployed(cloud.endpoints)
    found.order()
    yield found
    found.order()
    httpx.put(f"{found.endpoints['providers']}/control/prices", content=b"", trust_env=False)


def test_another_function_asks_and_the_next_answers_when_the_first_is_out(deployed):
    speaker = deployed.model("speaker")
    answer = speaker.complete(REQUEST)
    assert answer.text.strip() and answer.model == PRIMARY
    model = registry.load().models[PRIMARY]
    assert answer.cost_nanodollars == model.price.cost_nanodollars(answer.usage) > 0

    deployed.order({"provider": "anthropic", "kind": "status", "status": 429})
    fallen = speaker.complete(REQUEST)
    assert fallen.model == NEXT
    assert fallen.cost_nanodollars == registry.load().models[NEXT].price.cost_nanodollars(fallen.usage)

    deployed.order({"provider": "*", "kind": "status", "status": 500})
    with pytest.raises(ModelFailed) as failed:
        speaker.complete(REQUEST)
    assert failed.value.reason == "unavailable"


def test_the_watch_proposes_and_never_changes(deployed):
    providers = deployed.endpoints["providers"]
    url = f"{providers}/prices.json"
    before = len(deployed.proposals())
    worked, said = deployed.refresh(task="refresh", url=url)
    assert worked and said["changes"] == [] and len(deployed.proposals()) == before

    for content in (b"<html>nothing to see</html>", b"{}"):
        httpx.put(f"{providers}/control/prices", content=content, trust_env=False).raise_for_status()
        worked, said = deployed.refresh(task="refresh", url=url)
        assert not worked and said["errorType"] == "BadList" and len(deployed.proposals()) == before

    httpx.put(f"{providers}/control/prices", content=b"", trust_env=False)
    entries = httpx.get(url, trust_env=False).json()
    entries["gpt-6-luna"]["output_cost_per_token"] = 6e-07
    httpx.put(f"{providers}/control/prices", content=json.dumps(entries).encode(), trust_env=False)
    worked, said = deployed.refresh(task="refresh", url=url)
    change = {"model": "gpt-6-luna", "member": "output", "ours": 500, "listed": 600}
    assert worked and said["changes"] == [change]
    assert deployed.proposals()[-1]["changes"] == [change]

    worked, said = deployed.refresh(task="watch")
    assert worked and set(said) == {"near_their_end", "ended"}
