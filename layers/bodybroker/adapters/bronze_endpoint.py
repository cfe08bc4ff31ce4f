"""The bronze tier's asynchronous SageMaker endpoint."""

from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import outages
from bodybroker.models.inference import ModelFailed
from bodybroker.ports.bronze import Accepted

SYSTEM = "The bronze endpoint"


class AsyncEndpoint:
    """`ports.AsyncModel` on one endpoint. `client` must try once: a second try would be a second inference."""

    def __init__(self, client: Any, endpoint: str) -> None:
        self._client = client
        self._endpoint = endpoint

    def ask(self, inference_id: str, request: str, *, queue_s: int, answer_s: int) -> Accepted:
        try:
            with outages(SYSTEM):
                answer = self._client.invoke_endpoint_async(
                    EndpointName=self._endpoint,
                    InferenceId=inference_id,
                    InputLocation=request,
                    ContentType="application/json",
                    RequestTTLSeconds=queue_s,
                    InvocationTimeoutSeconds=answer_s,
                )
        except ClientError as error:
            raise ModelFailed("refused", str(error)) from error
        return Accepted(answer["OutputLocation"], answer.get("FailureLocation"))
