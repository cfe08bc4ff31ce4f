"""API Gateway's own errors, rendered with the templates of the API."""

import json

import pytest

from local_cloud.gateway.gateway_responses import GatewayError, GatewayResponses

CONTEXT = {"context.requestId": "r-1", "context.stage": "v1"}
UNAUTHORIZED = {
    "responseType": "UNAUTHORIZED",
    "statusCode": "401",
    "responseParameters": {
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.x-correlation-id": "context.requestId",
        "gatewayresponse.header.X-Echo": "method.request.header.X-Sent",
        "gatewayresponse.header.X-Absent": "method.request.header.X-Absent",
    },
    "responseTemplates": {
        "application/json": '{"detail":$context.error.messageString,"code":"$context.error.responseType",'
        '"id":"${context.requestId}","unknown":"$context.nothing"}'
    },
}
DEFAULT_5XX = {"responseType": "DEFAULT_5XX", "defaultResponse": True}


def test_templates_and_headers_are_filled_in() -> None:
    response = GatewayResponses([UNAUTHORIZED]).render(
        GatewayError("UNAUTHORIZED", 'a "quoted" message'), {"X-Sent": "yes"}, CONTEXT
    )

    assert response.status == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["x-correlation-id"] == response.headers["x-amzn-RequestId"] == "r-1"
    assert response.headers["X-Echo"] == "yes"
    assert "X-Absent" not in response.headers
    assert json.loads(response.body) == {
        "detail": 'a "quoted" message',
        "code": "UNAUTHORIZED",
        "id": "r-1",
        "unknown": "",
    }


@pytest.mark.parametrize(("custom", "status"), [({}, 502), ({"statusCode": "500"}, 500)])
def test_the_apis_status_comes_before_the_errors_own(custom: dict[str, str], status: int) -> None:
    responses = GatewayResponses([DEFAULT_5XX | custom])

    response = responses.render(GatewayError("DEFAULT_5XX", "Internal server error", status=502), {}, CONTEXT)

    assert response.status == status
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.body) == {"message": "Internal server error"}
