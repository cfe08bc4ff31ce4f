"""Secrets are read once, and again when they may have been rotated."""

import json

import pytest
from bodybroker.adapters import secrets
from bodybroker.adapters.secrets import JsonSecret


class Vault:
    def __init__(self) -> None:
        self.reads: list[str] = []

    def get_secret_value(self, SecretId: str) -> dict[str, str]:
        self.reads.append(SecretId)
        return {"SecretString": json.dumps({"publisher_key": f"key-{len(self.reads)}"})}


@pytest.fixture
def now(monkeypatch):
    time = [1000.0]
    monkeypatch.setattr(secrets.time, "monotonic", lambda: time[0])
    return time


def test_a_secret_is_kept_for_a_while(now):
    vault = Vault()
    secret = JsonSecret(vault, "steam")
    assert secret.read() == secret.read() == {"publisher_key": "key-1"}
    now[0] += secrets.LIFETIME_S - 1
    secret.read()
    assert vault.reads == ["steam"]


def test_rotation_arrives(now):
    secret = JsonSecret(Vault(), "steam")
    secret.read()
    now[0] += secrets.LIFETIME_S
    assert secret.read() == {"publisher_key": "key-2"}
