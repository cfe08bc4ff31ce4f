"""Players' keys in memory, and a vault on them: the real encryption, without AWS."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.vault import Shredded


@dataclass
class MemoryKeys:
    """`ports.PlayerKeys` and `ports.ErasureOrders`; `asked` counts finds.

    When `open_house`, whoever asks has a key, unless it was destroyed.
    """

    open_house: bool = False
    keys: dict[PlayerId, bytes | None] = field(default_factory=dict)
    asked: int = 0

    def create(self, player: PlayerId) -> None:
        self.keys.setdefault(player, os.urandom(32))

    def exists(self, player: PlayerId) -> bool:
        return self.keys.get(player) is not None

    def find(self, player: PlayerId) -> bytes:
        self.asked += 1
        if self.open_house:
            self.create(player)
        key = self.keys.get(player)
        if key is None:
            raise Shredded("This player is gone.")
        return key

    def destroy(self, player: PlayerId) -> None:
        if player in self.keys:
            self.keys[player] = None

    def open(self) -> Iterator[PlayerId]:
        yield from [player for player, key in self.keys.items() if key is None]

    def stands(self, player: PlayerId) -> bool:
        return self.keys.get(player, b"") is None

    def fulfil(self, player: PlayerId) -> None:
        if self.stands(player):
            del self.keys[player]


def memory_vault() -> EnvelopeVault:
    """A vault in which everybody has a key."""
    return EnvelopeVault(MemoryKeys(open_house=True))
