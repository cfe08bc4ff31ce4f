"""The signing key in KMS: tokens are signed there and checked here with its public half."""

from typing import Any

from bodybroker.adapters.aws import outages

ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"


class KmsSigner:
    """`ports.Signer` with an RSA_2048 key that never leaves KMS."""

    def __init__(self, client: Any, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def sign(self, message: bytes) -> bytes:
        with outages("The signing key"):
            answer = self._client.sign(
                KeyId=self._key_id, Message=message, MessageType="RAW", SigningAlgorithm=ALGORITHM
            )
        return bytes(answer["Signature"])

    def public_key(self) -> bytes:
        """The public key, DER (SubjectPublicKeyInfo)."""
        with outages("The signing key"):
            return bytes(self._client.get_public_key(KeyId=self._key_id)["PublicKey"])
