"""A signed JSON client for AWS's REST services on the running event loop.

botocore signs; aiohttp carries. A botocore client would cost two milliseconds and a thread for every authorizer call.
"""

import os
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, ClientSession
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from yarl import URL


class AwsError(Exception):
    """The service refused a call: its HTTP status and error message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


@dataclass(frozen=True)
class AwsClient:
    """Calls the AWS services at one endpoint with one set of credentials."""

    session: ClientSession
    endpoint: URL
    region: str
    credentials: Credentials

    @classmethod
    def from_environment(cls, session: ClientSession, endpoint: URL) -> "AwsClient":
        """Take region and keys from the environment variables that every AWS SDK reads."""
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        access_key = os.environ.get("AWS_ACCESS_KEY_ID", "test")
        secret_key = os.environ.get("AWS_SECRET_ACCESS_KEY", "test")
        return cls(session, endpoint, region, Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN")))

    async def get(self, service: str, path: str, **query: str) -> Any:
        """Return the decoded JSON document at `path`.

        :raises AwsError: when the service answers with a status of 400 or more.
        """
        async with self._request("GET", service, self.endpoint.join(URL(path)).with_query(query), b"") as response:
            await _check(response)
            return await response.json(content_type=None)

    async def invoke(self, function: str, payload: bytes) -> tuple[bytes, bool]:
        """Invoke a Lambda function by name or ARN; return its payload and whether the function raised.

        :raises AwsError: when Lambda itself refuses the call.
        """
        url = self.endpoint.join(URL(f"/2015-03-31/functions/{function}/invocations"))
        async with self._request("POST", "lambda", url, payload) as response:
            await _check(response)
            return await response.read(), "X-Amz-Function-Error" in response.headers

    def _request(self, method: str, service: str, url: URL, body: bytes) -> Any:
        signed = AWSRequest(method=method, url=str(url), data=body)
        SigV4Auth(self.credentials, service, self.region).add_auth(signed)
        return self.session.request(method, url, data=body, headers=dict(signed.headers.items()))


async def _check(response: ClientResponse) -> None:
    if response.status >= 400:
        raise AwsError(response.status, (await response.text())[:500])
