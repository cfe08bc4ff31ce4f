"""API Gateway's side of the HTTP door: events as a REST API with a TOKEN authorizer sends them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PLAYER = "01890000-0000-7000-8000-000000000001"


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: Mapping[str, str]


def send(
    handler: Callable[[dict[str, Any], Any], dict[str, Any]],
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str | None = None,
    player: str | None = PLAYER,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send a request; a `body` that is a string goes as it is."""
    sent = dict(headers or {}) | ({"Idempotency-Key": key} if key else {})
    event = {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {name: [value] for name, value in query.items()},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "11111111-2222-3333-4444-555555555555",
            "stage": "v1",
            "path": f"/v1{path}",
            "httpMethod": method,
            "authorizer": {"player_id": player, "plan": "free", "principalId": player} if player else None,
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }
    answer = handler(event, None)
    found = {name.lower(): values[0] for name, values in answer["multiValueHeaders"].items()}
    return Reply(answer["statusCode"], json.loads(answer["body"]), found)
