"""A token that KMS signs is one that the authorizer accepts."""

from datetime import UTC, datetime

import pytest
from bodybroker.accounts import tokens
from bodybroker.adapters.secrets import JsonSecret
from bodybroker.adapters.signer import KmsSigner
from bodybroker.kernel.ids import PlayerId

from functions.authorizer import handler

ARN = "arn:aws:execute-api:us-east-1:111111111111:api/v1/GET/worlds"


@pytest.fixture
def signer(aws_client) -> KmsSigner:
    client = aws_client("kms")
    key = client.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    return KmsSigner(client, key["KeyMetadata"]["KeyId"])


def token(signer: KmsSigner) -> str:
    message = tokens.signing_input(tokens.Claims(PlayerId("p1"), "basic", datetime.now(UTC), "t1"))
    return "Bearer " + tokens.assemble(message, signer.sign(message))


def test_the_authorizer_accepts_what_kms_signs(signer, aws_client, monkeypatch):
    monkeypatch.setenv("SIGNING_KEY_ID", signer._key_id)
    monkeypatch.setattr(handler.aws, "client", aws_client)
    handler.public_key.cache_clear()
    try:
        event = {"type": "TOKEN", "authorizationToken": token(signer), "methodArn": ARN}
        assert handler.lambda_handler(event, None)["context"] == {"player_id": "p1", "plan": "basic"}
        other = KmsSigner(
            aws_client("kms"),
            aws_client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"],
        )
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            handler.lambda_handler(event | {"authorizationToken": token(other)}, None)
    finally:
        handler.public_key.cache_clear()


def test_a_secret_is_read_from_the_vault(aws_client):
    client = aws_client("secretsmanager")
    made = client.create_secret(Name="steam", SecretString='{"app_id": "480"}')
    assert JsonSecret(client, made["ARN"]).read() == {"app_id": "480"}
