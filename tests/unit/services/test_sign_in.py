"""Signing in: who gets in, who does not, and what a stolen token is worth."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import jwt
import pytest
from bodybroker.accounts import tokens
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Unauthorized
from bodybroker.services.sign_in import STEAM_IDENTITY, SignIn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fakes.accounts import MemoryAccounts
from tests.fakes.vault import MemoryKeys

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class KeySigner:
    def sign(self, message: bytes) -> bytes:
        return KEY.sign(message, padding.PKCS1v15(), hashes.SHA256())


@dataclass
class Tickets:
    """Steam: every ticket is the Steam id of its owner."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def check(self, ticket: str, identity: str) -> str:
        self.asked.append((ticket, identity))
        return ticket


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def accounts() -> MemoryAccounts:
    return MemoryAccounts()


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def sign_in(accounts, keys, clock) -> SignIn:
    return SignIn(accounts, keys, KeySigner(), clock)


def test_the_access_token_says_who_and_for_how_long(sign_in, clock):
    signed = sign_in.as_new_guest(None)
    claims = jwt.decode(
        signed.access_token, KEY.public_key(), ["RS256"], audience=tokens.AUDIENCE, issuer=tokens.ISSUER
    )
    assert (claims["sub"], claims["plan"]) == (signed.player, "free")
    assert claims["exp"] - claims["iat"] == signed.expires_in == 900
    assert claims["iat"] == int(clock.now().timestamp())
    other = sign_in.as_new_guest(None)
    assert jwt.decode(other.access_token, options={"verify_signature": False})["jti"] != claims["jti"]


def test_a_device_token_brings_the_same_guest_back(sign_in):
    first = sign_in.as_new_guest("phone")
    assert sign_in.as_known_guest("phone", first.device_token).player == first.player


def test_a_device_id_alone_is_somebody_new(sign_in):
    assert sign_in.as_new_guest("phone").player != sign_in.as_new_guest("phone").player


@pytest.mark.parametrize("device_id", [None, "other"])
def test_a_device_token_is_worth_nothing_without_its_device(sign_in, device_id):
    token = sign_in.as_new_guest("phone").device_token
    with pytest.raises(Unauthorized):
        sign_in.as_known_guest(device_id, token)


def test_a_made_up_device_token_is_refused(sign_in):
    sign_in.as_new_guest(None)
    with pytest.raises(Unauthorized):
        sign_in.as_known_guest(None, "guessed")


def test_no_secret_is_stored_as_it_is(sign_in, accounts):
    signed = sign_in.as_new_guest("phone")
    session, _, secret = signed.refresh_token.partition(".")
    stored = repr((accounts.identities, accounts.profiles, accounts.sessions))
    assert session in stored
    assert secret not in stored and signed.device_token not in stored and signed.access_token not in stored


def test_a_steam_account_is_one_player(sign_in):
    tickets = Tickets()
    first, second = (sign_in.with_steam(tickets, "a1", STEAM_IDENTITY) for _ in range(2))
    other = sign_in.with_steam(tickets, "b2", STEAM_IDENTITY)
    assert first.player == second.player != other.player
    assert first.device_token is None


def test_a_ticket_for_another_service_is_not_even_shown_to_steam(sign_in):
    tickets = Tickets()
    with pytest.raises(Unauthorized):
        sign_in.with_steam(tickets, "a1", "another-game")
    assert tickets.asked == []


def test_two_first_sign_ins_at_once_are_one_player(sign_in, accounts, monkeypatch):
    """The other one stores its player between our look and our write."""
    other = sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY)
    looks = count()
    find = accounts.player_by_identity
    monkeypatch.setattr(accounts, "player_by_identity", lambda *who: find(*who) if next(looks) else None)
    assert sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY).player == other.player


def test_refreshing_keeps_the_player_and_spends_the_token(sign_in):
    first = sign_in.as_new_guest(None)
    second = sign_in.refresh(first.refresh_token)
    assert second.player == first.player
    assert second.refresh_token != first.refresh_token
    assert sign_in.refresh(second.refresh_token).player == first.player


def test_a_spent_refresh_token_ends_the_session_for_everybody(sign_in):
    first = sign_in.as_new_guest(None)
    thief = sign_in.refresh(first.refresh_token)
    with pytest.raises(Unauthorized) as refused:
        sign_in.refresh(first.refresh_token)
    assert refused.value.code == "token_reused"
    with pytest.raises(Unauthorized):
        sign_in.refresh(thief.refresh_token)


def test_other_sessions_of_the_player_live_on(sign_in):
    phone = sign_in.as_new_guest(None)
    desk = sign_in.as_known_guest(None, phone.device_token)
    sign_in.refresh(phone.refresh_token)
    with pytest.raises(Unauthorized):
        sign_in.refresh(phone.refresh_token)
    assert sign_in.refresh(desk.refresh_token).player == phone.player


def test_refresh_tokens_last_seven_days_from_their_last_use(sign_in, clock):
    signed = sign_in.as_new_guest(None)
    clock.instant += timedelta(days=6)
    signed = sign_in.refresh(signed.refresh_token)
    clock.instant += timedelta(days=6)
    signed = sign_in.refresh(signed.refresh_token)
    clock.instant += timedelta(days=7)
    with pytest.raises(Unauthorized):
        sign_in.refresh(signed.refresh_token)


@pytest.mark.parametrize("token", ["x", ".", "a.b", "a.b.c"])
def test_a_made_up_refresh_token_is_refused(sign_in, token):
    with pytest.raises(Unauthorized):
        sign_in.refresh(token)


def test_whoever_has_no_key_is_no_player_any_more(sign_in, keys, accounts):
    """Also where a restored backup, or a deletion that was cut off, still knows the identity."""
    guest, steam = sign_in.as_new_guest(None), sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY)
    for gone in (guest, steam):
        keys.destroy(gone.player)
        with pytest.raises(Unauthorized):
            sign_in.refresh(gone.refresh_token)
    with pytest.raises(Unauthorized):
        sign_in.as_known_guest(None, guest.device_token)
    back = sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY)
    assert back.player != steam.player and keys.exists(back.player)
    assert sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY).player == back.player
    assert list(accounts.profiles) == [back.player]


def test_a_key_that_was_made_in_vain_is_destroyed(sign_in, keys, accounts, monkeypatch):
    sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY)
    looks = count()
    find = accounts.player_by_identity
    monkeypatch.setattr(accounts, "player_by_identity", lambda *who: find(*who) if next(looks) else None)
    sign_in.with_steam(Tickets(), "a1", STEAM_IDENTITY)
    assert len(keys.keys) == 2 and len(list(keys.open())) == 1
