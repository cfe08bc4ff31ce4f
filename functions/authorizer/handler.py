"""API Gateway's TOKEN authorizer: lets in whoever holds a token that our key in KMS has signed and that still holds."""

import os
from functools import cache
from typing import Any

import jwt
from bodybroker.accounts import tokens
from bodybroker.adapters import aws
from bodybroker.adapters.signer import KmsSigner
from cryptography.hazmat.primitives.serialization import load_der_public_key

SCHEME = "Bearer "


@cache
def public_key() -> Any:
    """The public half of `SIGNING_KEY_ID`, read once per process."""
    return load_der_public_key(KmsSigner(aws.client("kms"), os.environ["SIGNING_KEY_ID"]).public_key())


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A policy for the whole stage, so that API Gateway may reuse it for every route, with the player in its context.

    API Gateway answers 401 to the message `Unauthorized`, whatever was wrong with the token.
    """
    try:
        claims = verify(event.get("authorizationToken") or "")
    except jwt.InvalidTokenError:
        raise Exception("Unauthorized") from None
    return {
        "principalId": claims["sub"],
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": stage(event["methodArn"])}],
        },
        "context": {"player_id": claims["sub"], "plan": claims["plan"]},
    }


def verify(header: str) -> dict[str, Any]:
    """The claims of `Bearer <token>`; raises jwt.InvalidTokenError."""
    if not header.startswith(SCHEME):
        raise jwt.InvalidTokenError("no bearer token")
    claims: dict[str, Any] = jwt.decode(
        header.removeprefix(SCHEME),
        public_key(),
        algorithms=[tokens.ALGORITHM],
        issuer=tokens.ISSUER,
        audience=tokens.AUDIENCE,
        options={"require": list(tokens.REQUIRED_CLAIMS)},
    )
    return claims


def stage(method_arn: str) -> str:
    """Every method and path of the stage that `method_arn` lies in: `arn:…:<api>/<stage>/*`."""
    api, name, *_ = method_arn.split("/")
    return f"{api}/{name}/*"


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    public_key()
