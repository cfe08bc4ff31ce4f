"""Accounts: signing in (`/auth/*`) and going for good (`DELETE /account`)."""

import os
from functools import cache
from typing import Annotated, Literal

from bodybroker.adapters import aws
from bodybroker.adapters.accounts_table import AccountsTable
from bodybroker.adapters.player_keys import KmsPlayerKeys
from bodybroker.adapters.secrets import JsonSecret
from bodybroker.adapters.signer import KmsSigner
from bodybroker.adapters.steam import SteamTickets
from bodybroker.doors.http import Answer, Call, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body
from bodybroker.kernel.clock import SystemClock
from bodybroker.services.delete_account import delete_account
from bodybroker.services.sign_in import SignedIn, SignIn
from msgspec import Struct
from pydantic import Field


class GuestSignIn(Body):
    """`device_token` is what the first sign-in of this device returned; leave it out to become a new player.

    `device_id` is a label and opens nothing; if the first sign-in carried one, the token only works together with it.
    """

    device_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    device_token: Annotated[str, Field(min_length=1, max_length=128)] | None = None


class SteamSignIn(Body):
    """A ticket of Steamworks' GetAuthTicketForWebApi, in hex, and the identity that it was made for (`bodybroker`)."""

    ticket: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]+$", max_length=8192)]
    identity: Annotated[str, Field(min_length=1, max_length=64)]


class Refresh(Body):
    """The refresh token of the last answer."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=256)]


class Goodbye(Body):
    """The player means it."""

    confirm: Literal["delete my account"]


class Deletion(Struct):
    """Whose account is deleted: unreadable now, and its rows are being removed."""

    player_id: str


class Tokens(Struct, omit_defaults=True):
    """A signed-in player. `expires_in` is the access token's life in seconds; `device_token` is secret, keep it."""

    player_id: str
    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str
    device_token: str | None = None


CLOCK = SystemClock()


@cache
def accounts() -> AccountsTable:
    return AccountsTable(aws.client("dynamodb"), os.environ["ACCOUNTS_TABLE"])


@cache
def keys() -> KmsPlayerKeys:
    return KmsPlayerKeys(
        aws.client("dynamodb"), os.environ["KEYS_TABLE"], aws.client("kms"), os.environ["WRAPPING_KEY_ID"], CLOCK
    )


@cache
def sign_in() -> SignIn:
    return SignIn(accounts(), keys(), KmsSigner(aws.client("kms"), os.environ["SIGNING_KEY_ID"]), CLOCK)


@cache
def steam() -> SteamTickets:
    return SteamTickets(JsonSecret(aws.client("secretsmanager"), os.environ["STEAM_SECRET"]))


@operation(
    "POST",
    "/auth/guest",
    summary="Sign in as a guest",
    request=GuestSignIn,
    responses={201: Tokens},
    public=True,
)
def guest(call: Call) -> Answer:
    """Without a device token this makes a new player and returns one; with it the same player comes back."""
    body = call.body(GuestSignIn)
    if body.device_token is None:
        return _tokens(201, sign_in().as_new_guest(body.device_id))
    return _tokens(201, sign_in().as_known_guest(body.device_id, body.device_token))


@operation(
    "POST",
    "/auth/steam",
    summary="Sign in with a Steam ticket",
    request=SteamSignIn,
    responses={201: Tokens},
    public=True,
    problems=(403,),
)
def steam_ticket(call: Call) -> Answer:
    """Steam says whose ticket it is; the first sign-in of a Steam account makes a new player."""
    body = call.body(SteamSignIn)
    return _tokens(201, sign_in().with_steam(steam(), body.ticket, body.identity))


@operation(
    "POST",
    "/auth/refresh",
    summary="Trade a refresh token for new tokens",
    request=Refresh,
    responses={200: Tokens},
    public=True,
)
def refresh(call: Call) -> Answer:
    """A refresh token works once. Using a spent one ends the session: somebody else may hold a copy."""
    return _tokens(200, sign_in().refresh(call.body(Refresh).refresh_token))


@operation(
    "DELETE",
    "/account",
    summary="Delete your account",
    request=Goodbye,
    responses={202: Deletion},
)
def delete(call: Call) -> Answer:
    """There is no way back. The key under which everything of yours is encrypted is destroyed at once, backups
    included; refresh tokens, the device token and the identity are no longer known; worlds vanish within seconds."""
    call.body(Goodbye)
    delete_account(keys(), accounts(), call.player)
    return Answer(202, Deletion(call.player))


def _tokens(status: int, signed: SignedIn) -> Answer:
    body = Tokens(
        player_id=signed.player,
        access_token=signed.access_token,
        refresh_token=signed.refresh_token,
        expires_in=signed.expires_in,
        token_type="Bearer",  # noqa: S106 - the scheme's name
        device_token=signed.device_token,
    )
    return Answer(status, body)


OPERATIONS = (guest, steam_ticket, refresh, delete)
lambda_handler = serve(*OPERATIONS, prepare=(sign_in,))
