"""Keys of players, and what their destruction erases."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import PlayerId, WorldKey


class Shredded(NotFound):
    """The player's key is destroyed, or never was: what was sealed under it is gone for everybody."""


class BadSeal(Exception):
    """Not what was sealed there under that key: changed, cut off or moved."""


class PlayerKeys(Protocol):
    """One data key per player. Destroying it is what deletes an account: all that it sealed is noise from then on."""

    def create(self, player: PlayerId) -> None:
        """Make the key of a new player; nothing happens where the player has, or had, one."""

    def exists(self, player: PlayerId) -> bool:
        """Whether the player has a key. Whoever has none is no player any more."""

    def find(self, player: PlayerId) -> bytes:
        """The player's key, 256 bits; raises Shredded. Reads are consistent."""

    def destroy(self, player: PlayerId) -> None:
        """Destroy a key for good and order the erasure of the player's rows, in one step; repeated, order it anew."""


class Vault(Protocol):
    """Seals what belongs to a player. `place` is where the sealed bytes are kept: elsewhere they do not open."""

    def seal(self, player: PlayerId, plain: bytes, place: bytes) -> bytes:
        """Encrypt and authenticate; raises Shredded."""

    def open(self, player: PlayerId, sealed: bytes, place: bytes) -> bytes:
        """What was sealed; raises BadSeal or Shredded."""

    def marks(self, player: PlayerId, words: Iterable[str]) -> list[str]:
        """A keyed hash of each word: the same word of the same player has the same one, and without the key it tells
        nothing. What may be searched for but not read is stored as these. Raises Shredded."""

    def look_again(self, player: PlayerId) -> None:
        """Trust no key that this process remembers: the next use asks whether the player still has one."""


class ErasureOrders(Protocol):
    """The erasures that destroyed keys have ordered; an order stands until it is fulfilled."""

    def open(self) -> Iterator[PlayerId]:
        """Every player whose erasure is ordered."""

    def stands(self, player: PlayerId) -> bool:
        """Whether this player's is."""

    def fulfil(self, player: PlayerId) -> None:
        """Nothing of the player is left."""


class Erasure(Protocol):
    """Removes the rows of players. Needs no key: it never reads what they hold."""

    def worlds(self, player: PlayerId) -> Sequence[WorldKey]:
        """Every world of a player that is not erased yet."""

    def erase_world(self, key: WorldKey) -> None:
        """Remove all of a world, its head first: then it is gone for every reader. Cut off, it can be repeated."""

    def erase_player(self, player: PlayerId) -> None:
        """Remove what lies beside the worlds."""
