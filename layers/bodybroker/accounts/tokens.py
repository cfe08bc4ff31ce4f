"""Access tokens (JWT, RS256): what they claim, how they are laid out, how long they hold. An adapter signs."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan

ISSUER = "bodybroker"
AUDIENCE = "bodybroker-api"
ALGORITHM = "RS256"
ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=7)
REQUIRED_CLAIMS = ("exp", "iat", "sub", "iss", "aud", "jti", "plan")


@dataclass(frozen=True, slots=True)
class Claims:
    """Who a token speaks for; `issued_at` is UTC, `token_id` unique."""

    player: PlayerId
    plan: Plan
    issued_at: datetime
    token_id: str


def signing_input(claims: Claims) -> bytes:
    """The bytes that a signature covers: header and payload, each base64url, joined by a dot (RFC 7515, 5.1)."""
    issued = int(claims.issued_at.timestamp())
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": claims.player,
        "plan": claims.plan,
        "iat": issued,
        "exp": issued + int(ACCESS_LIFETIME.total_seconds()),
        "jti": claims.token_id,
    }
    return _part({"alg": ALGORITHM, "typ": "JWT"}) + b"." + _part(payload)


def assemble(signed: bytes, signature: bytes) -> str:
    """The token: what was signed, and its signature."""
    return (signed + b"." + _base64url(signature)).decode()


def _part(members: dict[str, object]) -> bytes:
    return _base64url(json.dumps(members, separators=(",", ":")).encode())


def _base64url(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
