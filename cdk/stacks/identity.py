"""Who players are: the key that signs their tokens, the secret that asks Steam."""

import json
from typing import Any

import aws_cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.settings import Settings

STEAM_SECRET_NAME = "bodybroker/steam"  # noqa: S105
STEAM_API = "https://partner.steam-api.com"


class IdentityStack(aws_cdk.Stack):
    """The signing key and the Steam secret."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, id, **options)
        keep = aws_cdk.RemovalPolicy.RETAIN if settings.retain_data else aws_cdk.RemovalPolicy.DESTROY
        self.signing_key = kms.Key(
            self,
            "SigningKey",
            description="Signs players' access tokens (RS256)",
            key_spec=kms.KeySpec.RSA_2048,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=keep,
        )
        # Until an operator stores the publisher's own key (docs/operating.md), Steam refuses the generated one.
        self.steam_secret = secretsmanager.Secret(
            self,
            "SteamSecret",
            secret_name=STEAM_SECRET_NAME,
            description="Steam's web API: app_id, publisher_key, api_url",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"app_id": "0", "api_url": STEAM_API}),
                generate_string_key="publisher_key",
                exclude_punctuation=True,
            ),
            removal_policy=keep,
        )
        acknowledge(self.steam_secret, {"SMG4": "Steam issues publisher keys by hand: no API could rotate them"})
