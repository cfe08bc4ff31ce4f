"""Who really answers: the model of a SageMaker endpoint or of a model server, by OpenAI's chat completions."""

import json
from collections.abc import Callable
from typing import Any

import botocore.session
import httpx
from botocore.config import Config

from local_cloud.faults import BEYOND

ANSWER_LIMIT_S = 120.0

Mind = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes a chat completion's request and gives its answer; blocks. Any error means that nobody is there."""


def endpoint_mind(endpoint: str) -> Mind:
    """The model behind a SageMaker endpoint, whatever fault that endpoint is ordered to have."""
    config = Config(read_timeout=ANSWER_LIMIT_S, retries={"total_max_attempts": 1})
    client = botocore.session.get_session().create_client("sagemaker-runtime", config=config)

    def pass_faults(params: dict[str, Any], **_: object) -> None:
        params["headers"][BEYOND] = "yes"

    client.meta.events.register("before-call.sagemaker-runtime.InvokeEndpoint", pass_faults)

    def ask(request: dict[str, Any]) -> dict[str, Any]:
        answer = client.invoke_endpoint(
            EndpointName=endpoint, ContentType="application/json", Body=json.dumps(request).encode()
        )
        return dict(json.loads(answer["Body"].read()))

    return ask


def url_mind(url: str) -> Mind:
    """The model of a server that runs by itself."""
    client = httpx.Client(base_url=url, timeout=ANSWER_LIMIT_S, trust_env=False)

    def ask(request: dict[str, Any]) -> dict[str, Any]:
        answer = client.post("/invocations", json=request)
        if answer.is_error:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:500]}")
        return dict(answer.json())

    return ask
