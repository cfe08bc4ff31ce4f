"""Problem+json for what API Gateway answers by itself."""

from aws_cdk import aws_apigateway as apigateway

from cdk.constructs.problems import Problem

Type = apigateway.ResponseType

BUSY = Problem(429, "too_many_requests", "Too many requests; try again in a moment.")
NO_ROUTE = Problem(404, "route_not_found", "No such route.")
UNAVAILABLE = Problem(503, "unavailable", "The function does not answer; try again.")

ANSWERS = {
    Type.DEFAULT_4_XX: Problem(400, "bad_request", "The request was refused."),
    # Our model asks for JSON, nothing more.
    Type.BAD_REQUEST_BODY: Problem(400, "malformed_json", "The body is not JSON."),
    # Our only required parameter.
    Type.BAD_REQUEST_PARAMETERS: Problem(
        400, "idempotency_key_missing", "This request needs the header Idempotency-Key."
    ),
    Type.UNAUTHORIZED: Problem(401, "unauthorized", "The access token is missing or not valid."),
    Type.ACCESS_DENIED: Problem(403, "forbidden", "The access token does not allow this."),
    Type.WAF_FILTERED: Problem(403, "forbidden", "The firewall refused this request."),
    Type.MISSING_AUTHENTICATION_TOKEN: NO_ROUTE,
    Type.RESOURCE_NOT_FOUND: NO_ROUTE,
    Type.REQUEST_TOO_LARGE: Problem(413, "body_too_large", "The body is too large."),
    Type.THROTTLED: BUSY,
    Type.QUOTA_EXCEEDED: BUSY,
    Type.DEFAULT_5_XX: Problem(
        500, "internal", "Something broke on our side; the correlation id finds it in our logs."
    ),
    Type.INTEGRATION_FAILURE: UNAVAILABLE,
    Type.INTEGRATION_TIMEOUT: UNAVAILABLE,
}


def add_gateway_responses(api: apigateway.RestApi) -> None:
    """Make ``api`` answer its own errors as every function does."""
    for kind, problem in ANSWERS.items():
        headers = {"Content-Type": "'application/problem+json'", "x-correlation-id": "context.requestId"}
        if problem.status == BUSY.status:
            headers["Retry-After"] = "'1'"
        if problem.status == 401:
            headers["WWW-Authenticate"] = "'Bearer'"
        api.add_gateway_response(
            kind.response_type,
            type=kind,
            status_code=str(problem.status),
            response_headers=headers,
            templates={"application/json": problem.render(correlation_id="$context.requestId")},
        )
