"""TOKEN authorizers as API Gateway runs them: identity validation, the deployed function, a cache, a policy."""

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from local_cloud.gateway.aws import AwsClient, AwsError
from local_cloud.gateway.deployment import Authorizer
from local_cloud.gateway.gateway_responses import GatewayError

_CACHE_SIZE = 1024

Verdict = tuple[dict[str, Any], dict[str, str]]
"""The policy document and the context that an authorizer function returned."""


class TokenAuthorizers:
    """Asks authorizer functions and remembers each verdict for the authorizer's time to live."""

    def __init__(self, aws: AwsClient) -> None:
        self._aws = aws
        self._cache: dict[tuple[str, str], tuple[float, Verdict]] = {}

    def forget(self) -> None:
        """Drop every cached verdict, as a new deployment does."""
        self._cache.clear()

    async def authorize(self, authorizer: Authorizer, headers: Mapping[str, str], method_arn: str) -> dict[str, str]:
        """Return the authorizer's context for the function behind the route.

        :raises GatewayError: UNAUTHORIZED, ACCESS_DENIED, AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR.
        """
        token = headers.get(authorizer.header, "")
        if not token or (authorizer.validation and not authorizer.validation.fullmatch(token)):
            raise GatewayError("UNAUTHORIZED", "Unauthorized")
        key = (authorizer.id, token)
        expires_at, verdict = self._cache.get(key, (0.0, None))
        if verdict is None or expires_at <= time.monotonic():
            verdict = await self._ask(authorizer, token, method_arn)
            self._remember(key, authorizer.ttl_s, verdict)
        policy, context = verdict
        _require_allowed(policy, method_arn)
        return context

    async def _ask(self, authorizer: Authorizer, token: str, method_arn: str) -> Verdict:
        event = {"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn}
        try:
            payload, raised = await self._aws.invoke(authorizer.function, json.dumps(event).encode())
        except AwsError as error:
            raise _misconfigured() from error
        answer = json.loads(payload)
        if raised:
            if answer.get("errorMessage") == "Unauthorized":
                raise GatewayError("UNAUTHORIZED", "Unauthorized")
            raise GatewayError("AUTHORIZER_FAILURE", "Internal server error")
        if not isinstance(answer, dict) or not isinstance(answer.get("policyDocument"), dict):
            raise _misconfigured()
        return answer["policyDocument"], _context(answer)

    def _remember(self, key: tuple[str, str], ttl_s: int, verdict: Verdict) -> None:
        self._cache.pop(key, None)
        if len(self._cache) >= _CACHE_SIZE:
            del self._cache[next(iter(self._cache))]
        self._cache[key] = (time.monotonic() + ttl_s, verdict)


def _misconfigured() -> GatewayError:
    return GatewayError("AUTHORIZER_CONFIGURATION_ERROR", "Internal server error")


def _context(answer: dict[str, Any]) -> dict[str, str]:
    """Return the context as integrations see it: flat, every value a string, the principal among them."""
    context = {
        name: json.dumps(value) if isinstance(value, bool) else str(value)
        for name, value in (answer.get("context") or {}).items()
        if isinstance(value, str | int | float)
    }
    return context | {"principalId": str(answer.get("principalId", ""))}


def _require_allowed(policy: dict[str, Any], method_arn: str) -> None:
    effects = {
        statement.get("Effect") for statement in _listed(policy.get("Statement")) if _covers(statement, method_arn)
    }
    refusal = "User is not authorized to access this resource"
    if "Deny" in effects:
        raise GatewayError("ACCESS_DENIED", f"{refusal} with an explicit deny in an identity-based policy")
    if "Allow" not in effects:
        raise GatewayError("ACCESS_DENIED", refusal)


def _covers(statement: dict[str, Any], method_arn: str) -> bool:
    """Whether a statement speaks about invoking the method; one with conditions, unsupported here, may only deny."""
    if statement.get("Condition") and statement.get("Effect") == "Allow":
        return False
    actions, resources = _listed(statement.get("Action")), _listed(statement.get("Resource"))
    return any(_matches(action.lower(), "execute-api:invoke") for action in actions) and any(
        _matches(resource, method_arn) for resource in resources
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _matches(pattern: str, text: str) -> bool:
    """Match IAM's wildcards: `*` any run of characters, `?` any one."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text) is not None
