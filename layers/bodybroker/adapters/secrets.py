"""Secrets Manager: secrets that are JSON objects, cached for a while so that rotation arrives."""

import json
import time
from typing import Any

from bodybroker.adapters.aws import outages

LIFETIME_S = 900


class JsonSecret:
    """One secret. Its members never enter a log or a message."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._members: dict[str, str] = {}
        self._fresh_until = 0.0

    def read(self) -> dict[str, str]:
        """The secret's members, at most `LIFETIME_S` seconds old."""
        if time.monotonic() >= self._fresh_until:
            with outages("The vault"):
                answer = self._client.get_secret_value(SecretId=self._secret_id)
            self._members = json.loads(answer["SecretString"] or "{}")  # MiniStack: a secret without a value
            self._fresh_until = time.monotonic() + LIFETIME_S
        return self._members
