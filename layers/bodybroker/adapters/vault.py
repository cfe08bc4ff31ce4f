"""Envelope encryption: AES-256-GCM under the data keys of players, which this process remembers for a while.

    sealed = version (1 byte) + nonce (96 random bits) + ciphertext and tag (128 bits)

The version says how the rest is to be read; it and the place are authenticated. With random nonces one key is good for
2**32 seals, more than a player's life has events.
"""

import os
import time
from collections.abc import Callable
from threading import Lock

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


class EnvelopeVault:
    """`ports.Vault`; safe for threads."""

    def __init__(self, keys: PlayerKeys, now: Callable[[], float] = time.monotonic) -> None:
        """`now` counts seconds."""
        self._keys = keys
        self._now = now
        self._lock = Lock()
        self._remembered: dict[PlayerId, tuple[float, AESGCM]] = {}

    def seal(self, player: PlayerId, plain: bytes, place: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher(player).encrypt(nonce, plain, VERSION + place)

    def open(self, player: PlayerId, sealed: bytes, place: bytes) -> bytes:
        cipher = self._cipher(player)
        version, nonce, body = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if version != VERSION or len(nonce) < NONCE_BYTES:
            raise BadSeal("version")
        try:
            return cipher.decrypt(nonce, body, version + place)
        except InvalidTag as error:
            raise BadSeal("tag") from error

    def look_again(self, player: PlayerId) -> None:
        with self._lock:
            self._remembered.pop(player, None)

    def _cipher(self, player: PlayerId) -> AESGCM:
        now = self._now()
        with self._lock:
            until, cipher = self._remembered.get(player, (now, None))
        if cipher is None or now >= until:
            self.look_again(player)
            cipher = AESGCM(self._keys.find(player))
            with self._lock:
                self._remembered[player] = (now + LIFETIME_S, cipher)
                if len(self._remembered) > REMEMBERED:
                    del self._remembered[next(iter(self._remembered))]
        return cipher
