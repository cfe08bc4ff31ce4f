"""KMS: one wrapping key, behind the same network as everything else. A wrapped key opens in its own context only."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from botocore.exceptions import ReadTimeoutError

from tests.simulation.dynamodb import client_error
from tests.simulation.network import URL, Crash, Trace, Weather

WRAPPING_KEY = "wrapping-key"


@dataclass
class Kms:
    """The client of one process."""

    weather: Weather
    trace: Trace
    pause: Callable[[float], None]

    def generate_data_key_without_plaintext(
        self, *, KeyId: str, KeySpec: str, EncryptionContext: dict[str, str]
    ) -> dict[str, Any]:
        """A fresh key, wrapped; here it follows from its number."""
        if (KeyId, KeySpec) != (WRAPPING_KEY, "AES_256"):
            raise client_error("NotFoundException")
        self._travel("generate_data_key_without_plaintext")
        number = self.trace.counts["generate_data_key_without_plaintext"]
        return {"CiphertextBlob": repr((number, EncryptionContext)).encode()}

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:
        """The key in the wrapping."""
        self._travel("decrypt")
        if KeyId != WRAPPING_KEY or not CiphertextBlob.endswith(f"{EncryptionContext!r})".encode()):
            raise client_error("InvalidCiphertextException")
        return {"Plaintext": sha256(CiphertextBlob).digest()}

    def _travel(self, operation: str) -> None:
        fault = self.weather.draw(operation)
        self.trace.note(operation, fault)
        self.pause(0)
        match fault:
            case "throttled":
                raise client_error("ThrottlingException")
            case "broken" | "lost_500":
                raise client_error("KMSInternalException", 500)
            case "refused" | "lost":
                raise ReadTimeoutError(endpoint_url=URL)
            case "crash_before" | "crash_after":
                raise Crash
