"""CloudFormation's request validators reach the API: MiniStack checks requests by those of API calls only."""

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1 as apigateway
from ministack.services.cloudformation import provisioners

TARGETS = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.apigateway_v1:_delete_request_validator(api_id, validator_id)",
    "ministack.services.apigateway_v1:_request_validators",
    "ministack.services.apigateway_v1:_resources",
)


def install() -> None:
    """Store validators where requests look for them, and in each method the one that it names."""
    for kind, store in (("RequestValidator", _store_validator), ("Method", _store_reference)):
        handlers = provisioners._RESOURCE_HANDLERS[f"AWS::ApiGateway::{kind}"]
        handlers.update({verb: _and_store(handlers[verb], store) for verb in ("create", "update")})
    validators = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"]
    validators["delete"] = lambda id, props: apigateway._delete_request_validator(props["RestApiId"], id)


def _and_store(provision: Callable[..., Any], store: Callable[[str, dict[str, Any]], None]) -> Callable[..., Any]:
    def provision_and_store(*arguments: Any) -> Any:
        *_, props, _ = arguments  # (logical id, new) or (physical id, old, new), then the stack's name
        physical_id, attributes = provision(*arguments)
        store(physical_id, props)
        return physical_id, attributes

    return provision_and_store


def _store_validator(id: str, props: dict[str, Any]) -> None:
    checks = {f"validateRequest{part}": _is_true(props, part) for part in ("Body", "Parameters")}
    validator = {"id": id, "name": props.get("Name", ""), **checks}
    apigateway._request_validators.setdefault(props["RestApiId"], {})[id] = validator


def _is_true(props: dict[str, Any], part: str) -> bool:
    return str(props.get(f"ValidateRequest{part}")).lower() == "true"


def _store_reference(_: str, props: dict[str, Any]) -> None:
    method = apigateway._resources[props["RestApiId"]][props["ResourceId"]]["resourceMethods"][props["HttpMethod"]]
    method["requestValidatorId"] = props.get("RequestValidatorId")
