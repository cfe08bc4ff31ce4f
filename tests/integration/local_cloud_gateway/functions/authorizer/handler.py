"""An authorizer whose verdict is written in the token; the nonce tells one invocation from another."""

import uuid

STATEMENTS = {
    "good": ("Allow", "{stage}/*"),
    "only-get": ("Allow", "{stage}/GET/*"),
    "denied": ("Deny", "{stage}/*"),
}


def handler(event, context):
    token = event["authorizationToken"].removeprefix("Bearer ")
    if token == "expired":
        raise Exception("Unauthorized")
    if token == "malformed-policy":
        return {"principalId": "p-1"}
    effect, resource = STATEMENTS[token.split(".")[0]]
    api, stage, *_ = event["methodArn"].split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource.format(stage=f"{api}/{stage}")}
    return {
        "principalId": "p-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"player_id": "p-1", "plan": "free", "guest": True, "nonce": uuid.uuid4().hex},
    }
