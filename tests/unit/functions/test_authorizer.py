"""Who gets past the authorizer."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from bodybroker.accounts import tokens
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.authorizer import handler

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ARN = "arn:aws:execute-api:us-east-1:111111111111:api123/v1/GET/worlds/x"
GOOD = {
    "iss": tokens.ISSUER,
    "aud": tokens.AUDIENCE,
    "sub": "p1",
    "plan": "free",
    "iat": datetime.now(UTC),
    "exp": datetime.now(UTC) + timedelta(hours=1),
    "jti": "t1",
}


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setattr(handler, "public_key", KEY.public_key)


def authorize(token: str):
    return handler.lambda_handler({"type": "TOKEN", "authorizationToken": token, "methodArn": ARN}, None)


def signed(claims, key=KEY, algorithm="RS256", **headers) -> str:
    return "Bearer " + jwt.encode(claims, key, algorithm=algorithm, headers=headers or None)


def test_a_good_token_opens_the_whole_stage():
    answer = authorize(signed(GOOD))
    assert answer["principalId"] == "p1"
    assert answer["context"] == {"player_id": "p1", "plan": "free"}
    (statement,) = answer["policyDocument"]["Statement"]
    assert statement == {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": "arn:aws:execute-api:us-east-1:111111111111:api123/v1/*",
    }


def test_what_we_sign_is_what_we_accept():
    claims = tokens.Claims("p9", "vip", datetime.now(UTC), "t9")
    message = tokens.signing_input(claims)
    token = tokens.assemble(message, KEY.sign(message, padding.PKCS1v15(), hashes.SHA256()))
    assert authorize(f"Bearer {token}")["context"] == {"player_id": "p9", "plan": "vip"}


def hs256_with_the_public_key() -> str:
    """The classic confusion: the public key, which everybody has, used as an HMAC secret."""
    import base64
    import hmac
    import json

    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = GOOD | {"iat": int(GOOD["iat"].timestamp()), "exp": int(GOOD["exp"].timestamp())}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256"}, claims)]
    mac = base64.urlsafe_b64encode(hmac.digest(public, b".".join(parts), "sha256")).rstrip(b"=")
    return "Bearer " + b".".join([*parts, mac]).decode()


EXPIRED = GOOD | {"exp": datetime.now(UTC) - timedelta(seconds=1)}
FORGED = rsa.generate_private_key(public_exponent=65537, key_size=2048)
GOOD_TOKEN = signed(GOOD)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "Bearer ",
        "Bearer x.y.z",
        GOOD_TOKEN.removeprefix("Bearer "),
        GOOD_TOKEN.replace("Bearer", "Basic"),
        GOOD_TOKEN[:-6] + "AAAAAA",
        signed(EXPIRED),
        signed(GOOD, FORGED),
        signed(GOOD, None, "none"),
        hs256_with_the_public_key(),
        signed(GOOD | {"aud": "another-api"}),
        signed(GOOD | {"iss": "somebody"}),
        *(signed({name: value for name, value in GOOD.items() if name != left_out}) for left_out in GOOD),
    ],
)
def test_everything_else_is_unauthorized(token):
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(token)


def test_no_token_at_all_is_unauthorized():
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        handler.lambda_handler({"type": "TOKEN", "methodArn": ARN}, None)
