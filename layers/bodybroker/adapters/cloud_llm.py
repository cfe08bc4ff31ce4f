"""Providers of cloud models behind litellm. The one module that loads it, in the one function that uses this module.

litellm's own retries, fallbacks, prices and price downloads stay off: the registry and the desk say what happens.
"""

import os
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.secrets import JsonSecret
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.inference import ChatRequest, FailureReason, ModelFailed
from bodybroker.models.registry import CloudModel, Tokens
from bodybroker.models.usage import Usage
from bodybroker.ports.cloud import Spoken

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else its import asks the web for prices
os.environ.setdefault("LITELLM_MODE", "PRODUCTION")  # else its import reads a .env file

import litellm
from litellm import exceptions

litellm.telemetry = False
litellm.suppress_debug_info = True
litellm.drop_params = True  # what a provider does not know (a seed, a temperature) is left out, not refused

SECRET_PREFIX = "bodybroker/"  # noqa: S105 - a name
DETAIL_LIMIT = 300

_REASONS: tuple[tuple[tuple[type[Exception], ...], FailureReason], ...] = (
    ((exceptions.Timeout,), "deadline"),
    ((exceptions.APIResponseValidationError,), "garbage"),
    (
        (
            exceptions.RateLimitError,
            exceptions.ServiceUnavailableError,
            exceptions.InternalServerError,
            exceptions.BadGatewayError,
            exceptions.APIConnectionError,
        ),
        "unavailable",
    ),
    (
        (
            exceptions.AuthenticationError,
            exceptions.PermissionDeniedError,
            exceptions.BadRequestError,
            exceptions.NotFoundError,
            exceptions.UnprocessableEntityError,
        ),
        "refused",
    ),
)
_SILENT = (exceptions.AuthenticationError, exceptions.PermissionDeniedError)
"""Their messages may quote the key."""


class LiteLlmProviders:
    """`ports.Providers`. The secret `bodybroker/<provider>` holds `api_key`, and `api_base` where it is another's."""

    def __init__(self, secret: Callable[[str], JsonSecret]) -> None:
        self._make_secret = secret
        self._secrets: dict[str, JsonSecret] = {}

    def ask(self, model: CloudModel, request: ChatRequest, timeout_s: float) -> Spoken:
        access = self._access(model.provider)
        try:
            answer = litellm.completion(**_arguments(model, request), **access, timeout=timeout_s)
        except Exception as error:  # litellm's own, its clients', and what their parsers raise on garbage
            raise ModelFailed(_reason(error), _detail(error, access["api_key"])) from None
        return _read(answer)

    def _access(self, provider: str) -> dict[str, str]:
        """Raises ModelFailed: `refused` without a key, `unavailable` while Secrets Manager is out."""
        secret = self._secrets.setdefault(provider, self._make_secret(f"{SECRET_PREFIX}{provider}"))
        try:
            members = secret.read()
        except Unavailable as error:
            raise ModelFailed("unavailable", str(error)) from error
        except (ClientError, KeyError, ValueError):
            members = {}
        if not members.get("api_key"):
            raise ModelFailed("refused", f"the secret {SECRET_PREFIX}{provider} holds no api_key")
        return {name: members[name] for name in ("api_key", "api_base") if members.get(name)}


def _arguments(model: CloudModel, request: ChatRequest) -> dict[str, Any]:
    """The request as litellm takes it. Hidden tokens are counted as output everywhere, so the limit covers both."""
    arguments: dict[str, Any] = {
        "model": model.litellm,
        "messages": [dict(message) for message in request.messages],
        "max_completion_tokens": request.max_tokens + model.hidden_tokens,
        "temperature": request.temperature,
        "num_retries": 0,
        "max_retries": 0,
    }
    if model.reasoning is not None:
        arguments["reasoning_effort"] = model.reasoning.effort
    if request.seed is not None:
        arguments["seed"] = request.seed
    if request.stop:
        arguments["stop"] = list(request.stop)
    if request.schema is not None:
        schema = {"name": "answer", "schema": dict(request.schema), "strict": True}
        arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
    return arguments


def _read(answer: Any) -> Spoken:
    """litellm's answer in our words; raises ModelFailed `garbage`."""
    try:
        text, usage = answer.choices[0].message.content, answer.usage
        prompt, completion = int(usage.prompt_tokens), int(usage.completion_tokens)
    except (AttributeError, IndexError, TypeError, ValueError):
        raise ModelFailed("garbage", "an answer without choices or usage") from None
    read, written = _of(usage, "prompt_tokens_details", "cached_tokens", "cache_creation_tokens")
    (reasoning,) = _of(usage, "completion_tokens_details", "reasoning_tokens")
    cached = min(read, prompt)
    return Spoken(text or "", Tokens(Usage(prompt, cached, completion), min(written, prompt - cached), reasoning))


def _of(usage: Any, details: str, *names: str) -> tuple[int, ...]:
    """Counts inside one of usage's details; 0 for what a provider does not tell."""
    found = getattr(usage, details, None)
    return tuple(int(getattr(found, name, 0) or 0) for name in names)


def _reason(error: Exception) -> FailureReason:
    return next((reason for kinds, reason in _REASONS if isinstance(error, kinds)), "broken")


def _detail(error: Exception, key: str) -> str:
    """What happened, without the key and without end."""
    status = getattr(error, "status_code", None)
    told = "" if isinstance(error, _SILENT) else f": {error}".replace(key, "***")
    return f"{type(error).__name__} {status}{told}"[:DETAIL_LIMIT]
