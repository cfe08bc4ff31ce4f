"""The layout of an access token."""

import base64
import json
from datetime import UTC, datetime

from bodybroker.accounts import tokens
from bodybroker.kernel.ids import PlayerId

CLAIMS = tokens.Claims(PlayerId("p1"), "premium", datetime(2026, 11, 23, 12, tzinfo=UTC), "t1")


def part(text: str):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_a_token_has_three_parts_without_padding():
    signed = tokens.signing_input(CLAIMS)
    token = tokens.assemble(signed, b"\xff\xfe\xfd\xfc")
    header, payload, signature = token.split(".")
    assert part(header) == {"alg": "RS256", "typ": "JWT"}
    assert base64.urlsafe_b64decode(signature + "==") == b"\xff\xfe\xfd\xfc"
    assert "=" not in token and "+" not in token and "/" not in token
    assert f"{header}.{payload}".encode() == signed


def test_the_payload_carries_what_the_authorizer_requires():
    payload = part(tokens.signing_input(CLAIMS).split(b".")[1].decode())
    assert set(payload) == set(tokens.REQUIRED_CLAIMS)
    assert payload["exp"] - payload["iat"] == 15 * 60
    assert payload["iat"] == 1795435200
    assert (payload["sub"], payload["plan"], payload["jti"]) == ("p1", "premium", "t1")
