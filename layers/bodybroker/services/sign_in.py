"""Use case: sign in, as a guest or with Steam, and stay signed in.

A guest is known by a device token: 256 random bits that we hand out once and keep only as a hash. A device id alone
opens nothing, since it is no secret; where one was given at the first sign-in, the token is only good together with it.

A refresh token is `<session>.<secret>`. Each use replaces the secret; a secret that has been replaced ends the session,
because somebody else holds a copy of it.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from bodybroker.accounts import tokens
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unauthorized
from bodybroker.kernel.ids import PlayerId, uuid7
from bodybroker.kernel.json import digest
from bodybroker.ports.accounts import Accounts, Profile, Session, SessionReused, Signer, TicketChecker
from bodybroker.ports.vault import PlayerKeys

STEAM_IDENTITY = "bodybroker"
"""The identity that clients pass to GetAuthTicketForWebApi: a ticket made for another service is refused."""
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A player's tokens; `expires_in` is the access token's life in seconds."""

    player: PlayerId
    access_token: str
    refresh_token: str
    expires_in: int
    device_token: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signs players in. A new player gets a key before all else: what has no key cannot own anything."""

    accounts: Accounts
    keys: PlayerKeys
    signer: Signer
    clock: Clock
    entropy: Callable[[int], bytes] = os.urandom

    def as_new_guest(self, device_id: str | None) -> SignedIn:
        """A new player, and the device token by which this device signs in again."""
        device_token = self._secret()
        profile = self._new_profile("guest")
        created = self._create(profile, _guest(device_id, device_token))
        assert created, "a fresh device token belongs to nobody"
        return self._start(profile, device_token)

    def as_known_guest(self, device_id: str | None, device_token: str) -> SignedIn:
        """The player to whom the device token was given; raises Unauthorized."""
        player = self._known("guest", _guest(device_id, device_token))
        if player is None:
            raise Unauthorized("This device token is not known.")
        return self._start(self._profile(player), device_token)

    def with_steam(self, tickets: TicketChecker, ticket: str, identity: str) -> SignedIn:
        """The player of a Steam account, a new one at first; raises Unauthorized, Forbidden or Unavailable."""
        if identity != STEAM_IDENTITY:
            raise Unauthorized("This ticket was made for another service.", code="steam_ticket_refused")
        steam_id = tickets.check(ticket, identity)
        player = self._known("steam", steam_id)
        if player is None:
            profile = self._new_profile("steam")
            if self._create(profile, steam_id):
                return self._start(profile)
            player = self.accounts.player_by_identity("steam", steam_id)
            assert player is not None, "an identity that is taken belongs to somebody"
        return self._start(self._profile(player))

    def refresh(self, refresh_token: str) -> SignedIn:
        """New tokens for a refresh token, which is spent by this; raises Unauthorized."""
        session_id, _, secret = refresh_token.partition(".")
        renewed = self._secret()
        now = int(self.clock.now().timestamp())
        try:
            session = self.accounts.rotate_session(
                session_id, _hash(secret), _hash(renewed), now, now + _refresh_seconds()
            )
        except SessionReused as error:
            self.accounts.end_session(session_id)
            raise Unauthorized("This refresh token was used before; sign in again.", code="token_reused") from error
        if session is None:
            raise Unauthorized("This refresh token is not valid; sign in again.")
        return self._signed_in(self._profile(session.player), f"{session_id}.{renewed}")

    def _start(self, profile: Profile, device_token: str | None = None) -> SignedIn:
        session_id, secret = self._secret(), self._secret()
        until = int(self.clock.now().timestamp()) + _refresh_seconds()
        self.accounts.start_session(Session(session_id, profile.player, _hash(secret), until))
        return self._signed_in(profile, f"{session_id}.{secret}", device_token)

    def _signed_in(self, profile: Profile, refresh_token: str, device_token: str | None = None) -> SignedIn:
        claims = tokens.Claims(profile.player, profile.plan, self.clock.now(), uuid7(self.clock, self.entropy))
        signed = tokens.signing_input(claims)
        access_token = tokens.assemble(signed, self.signer.sign(signed))
        expires_in = int(tokens.ACCESS_LIFETIME.total_seconds())
        return SignedIn(profile.player, access_token, refresh_token, expires_in, device_token)

    def _create(self, profile: Profile, subject: str) -> bool:
        """Store a new player; False when the identity has been given to another one meanwhile."""
        self.keys.create(profile.player)
        created = self.accounts.create_player(profile, subject)
        if not created:
            self.keys.destroy(profile.player)
        return created

    def _new_profile(self, provider: str) -> Profile:
        player = PlayerId(uuid7(self.clock, self.entropy))
        return Profile(player, "free", provider, self.clock.now().isoformat(timespec="seconds"))

    def _known(self, provider: str, subject: str) -> PlayerId | None:
        """The player of an identity. One who left is forgotten, also where a backup has brought the identity back."""
        player = self.accounts.player_by_identity(provider, subject)
        if player is not None and not self.keys.exists(player):
            self.accounts.delete_player(player)
            return None
        return player

    def _profile(self, player: PlayerId) -> Profile:
        profile = self.accounts.profile(player)
        if profile is None or not self.keys.exists(player):
            raise Unauthorized("This player is gone.")
        return profile

    def _secret(self) -> str:
        return urlsafe_b64encode(self.entropy(SECRET_BYTES)).rstrip(b"=").decode()


def _guest(device_id: str | None, device_token: str) -> str:
    return digest([device_id, device_token])


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _refresh_seconds() -> int:
    return int(tokens.REFRESH_LIFETIME.total_seconds())
