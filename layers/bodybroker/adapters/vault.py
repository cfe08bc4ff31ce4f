"""Envelope encryption: AES-256-GCM under the data keys of players, which this process remembers for a while.

    sealed = version (1 byte) + nonce (96 random bits) + ciphertext and tag (128 bits)

The version says how the rest is to be read; it and the place are authenticated. With random nonces one key is good for
2**32 seals, more than a player's life has events.
"""

import os
import time
from collections.abc import Callable, Iterable
from hmac import digest
from threading import Lock
from typing import NamedTuple

# Only the primitive: the recipes above it cost every cold start dearly.
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.vault import BadSeal, PlayerKeys

VERSION = b"\x01"
NONCE_BYTES = 12
LIFETIME_S = 300
"""How long a key is remembered: so long may a warm process go on reading after the key's destruction."""
REMEMBERED = 1024
MARK_BYTES = 8
"""A player has some thousands of words: that two share a mark is not to be expected."""


class _Key(NamedTuple):
    cipher: AESGCM
    marking: bytes


class EnvelopeVault:
    """`ports.Vault`; safe for threads."""

    def __init__(self, keys: PlayerKeys, now: Callable[[], float] = time.monotonic) -> None:
        """`now` counts seconds."""
        self._keys = keys
        self._now = now
        self._lock = Lock()
        self._remembered: dict[PlayerId, tuple[float, _Key]] = {}

    def seal(self, player: PlayerId, plain: bytes, place: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._key(player).cipher.encrypt(nonce, plain, VERSION + place)

    def open(self, player: PlayerId, sealed: bytes, place: bytes) -> bytes:
        cipher = self._key(player).cipher
        version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if version != VERSION or len(nonce) < NONCE_BYTES:
            raise BadSeal("version")
        try:
            return cipher.decrypt(nonce, body, version + place)
        except InvalidTag as error:
            raise BadSeal("tag") from error

    def marks(self, player: PlayerId, words: Iterable[str]) -> list[str]:
        key = self._key(player).marking
        return [digest(key, word.encode(), "sha256")[:MARK_BYTES].hex() for word in words]

    def look_again(self, player: PlayerId) -> None:
        with self._lock:
            self._remembered.pop(player, None)

    def _key(self, player: PlayerId) -> _Key:
        now = self._now()
        with self._lock:
            until, key = self._remembered.get(player, (now, None))
        if key is None or now >= until:
            self.look_again(player)
            found = self._keys.find(player)
            key = _Key(AESGCM(found), digest(found, b"marks", "sha256"))
            with self._lock:
                self._remembered[player] = (now + LIFETIME_S, key)
                if len(self._remembered) > REMEMBERED:
                    del self._remembered[next(iter(self._remembered))]
        return key
