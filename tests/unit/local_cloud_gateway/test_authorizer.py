"""Policies as IAM reads them, and the cache of verdicts."""

import asyncio
import json
from typing import Any

import pytest

from local_cloud.gateway.authorizer import TokenAuthorizers
from local_cloud.gateway.aws import AwsError
from local_cloud.gateway.deployment import Authorizer
from local_cloud.gateway.gateway_responses import GatewayError

ARN = "arn:aws:execute-api:eu-west-1:111111111111:api/v1/POST/worlds/w-1/commands"
API = "arn:aws:execute-api:eu-west-1:111111111111:api/v1"
TOKEN = {"Authorization": "Bearer t"}


class Lambda:
    """Answers every invocation with one payload and counts them."""

    def __init__(self, payload: Any, raised: bool = False) -> None:
        self.payload, self.raised, self.invocations = payload, raised, 0

    async def invoke(self, function: str, payload: bytes) -> tuple[bytes, bool]:
        self.invocations += 1
        if isinstance(self.payload, Exception):
            raise self.payload
        return json.dumps(self.payload).encode(), self.raised


def authorizer(ttl_s: int = 300) -> Authorizer:
    return Authorizer(id="a", function="f", header="Authorization", validation=None, ttl_s=ttl_s)


def answer(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"principalId": "p", "policyDocument": {"Statement": list(statements)}, **more}


def statement(effect: str, resource: Any = f"{API}/*", action: Any = "execute-api:Invoke") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def decide(payload: Any, raised: bool = False, arn: str = ARN) -> dict[str, str]:
    return asyncio.run(TokenAuthorizers(Lambda(payload, raised)).authorize(authorizer(), TOKEN, arn))


def refusal(payload: Any, raised: bool = False) -> str:
    with pytest.raises(GatewayError) as caught:
        decide(payload, raised)
    return caught.value.type


@pytest.mark.parametrize(
    "allow",
    [
        statement("Allow"),
        statement("Allow", ["arn:other", f"{API}/POST/worlds/*"]),
        statement("Allow", f"{API}/P?ST/*/commands"),
        statement("Allow", "*", "execute-api:*"),
        statement("Allow", action=["s3:GetObject", "execute-api:invoke"]),
    ],
)
def test_an_allow_that_covers_the_method_lets_it_pass(allow: dict[str, Any]) -> None:
    assert decide(answer(allow)) == {"principalId": "p"}


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [statement("Allow", f"{API}/GET/*")],
        [statement("Allow", f"{API.upper()}/*")],
        [statement("Allow", action="s3:*")],
        [statement("Allow") | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}],
        [statement("Allow"), statement("Deny", f"{API}/POST/worlds/*")],
        [statement("Deny", "*", "*") | {"Condition": {"Bool": {"any": "true"}}}, statement("Allow")],
    ],
)
def test_without_an_allow_or_with_a_deny_it_does_not(statements: list[dict[str, Any]]) -> None:
    assert refusal(answer(*statements)) == "ACCESS_DENIED"


def test_a_single_statement_need_not_be_a_list() -> None:
    assert decide({"principalId": "p", "policyDocument": {"Statement": statement("Allow")}})


def test_the_context_is_flat_text() -> None:
    context = {"plan": "free", "level": 3, "guest": True, "nested": {"dropped": 1}}

    assert decide(answer(statement("Allow"), context=context)) == {
        "plan": "free",
        "level": "3",
        "guest": "true",
        "principalId": "p",
    }


@pytest.mark.parametrize(
    ("payload", "raised", "type_"),
    [
        ({"errorMessage": "Unauthorized"}, True, "UNAUTHORIZED"),
        ({"errorMessage": "KeyError: 'sub'"}, True, "AUTHORIZER_FAILURE"),
        ({"principalId": "p"}, False, "AUTHORIZER_CONFIGURATION_ERROR"),
        (None, False, "AUTHORIZER_CONFIGURATION_ERROR"),
        (AwsError(404, "no such function"), False, "AUTHORIZER_CONFIGURATION_ERROR"),
    ],
)
def test_what_authorizers_do_wrong(payload: Any, raised: bool, type_: str) -> None:
    assert refusal(payload, raised) == type_


def test_verdicts_are_remembered_until_forgotten() -> None:
    async def run() -> list[int]:
        function = Lambda(answer(statement("Allow")))
        authorizers = TokenAuthorizers(function)
        counts = []
        for forget in (False, False, True):
            if forget:
                authorizers.forget()
            await authorizers.authorize(authorizer(), TOKEN, ARN)
            counts.append(function.invocations)
        return counts

    assert asyncio.run(run()) == [1, 1, 2]


def test_a_time_to_live_of_zero_remembers_nothing() -> None:
    async def run() -> int:
        function = Lambda(answer(statement("Allow")))
        authorizers = TokenAuthorizers(function)
        for _ in range(2):
            await authorizers.authorize(authorizer(ttl_s=0), TOKEN, ARN)
        return function.invocations

    assert asyncio.run(run()) == 2


def test_refusals_to_answer_are_not_remembered() -> None:
    async def run() -> int:
        function = Lambda({"errorMessage": "Unauthorized"}, raised=True)
        authorizers = TokenAuthorizers(function)
        for _ in range(2):
            with pytest.raises(GatewayError):
                await authorizers.authorize(authorizer(), TOKEN, ARN)
        return function.invocations

    assert asyncio.run(run()) == 2


def test_a_flood_of_tokens_stays_bounded_and_forgets_the_oldest() -> None:
    async def run() -> tuple[int, int]:
        function = Lambda(answer(statement("Allow")))
        authorizers = TokenAuthorizers(function)
        for number in range(1025):
            await authorizers.authorize(authorizer(), {"Authorization": f"Bearer {number}"}, ARN)
        before = function.invocations
        await authorizers.authorize(authorizer(), {"Authorization": "Bearer 1024"}, ARN)
        newest = function.invocations - before
        await authorizers.authorize(authorizer(), {"Authorization": "Bearer 0"}, ARN)
        return newest, function.invocations - before

    assert asyncio.run(run()) == (0, 1)
