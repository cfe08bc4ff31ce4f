"""Between rows and items of tables that hold what belongs to players: all of a row but a few members is sealed.

The members in `PLAIN` are what keys, conditions and the TTL need; whatever else a row gets is sealed without further
ado, in one binary attribute. A row lies under its player (`W#<player>#…` or `P#<player>`), whose key seals it. Its
plain members are authenticated with it: in another row's place, or with another version, it does not open.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from bodybroker.adapters.aws import Row, from_item, to_item
from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.vault import BadSeal, Vault

PLAIN = frozenset({"pk", "sk", "ordinal", "version", "last_seq", "expires_at"})
SEALED = "sealed"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Any]).decode

Item = Mapping[str, Mapping[str, Any]]


class SealedRows:
    """Rows of players, sealed as they go out and opened as they come in."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def item(self, row: Row) -> dict[str, dict[str, Any]]:
        """The item that holds `row`; raises Shredded."""
        plain = {name: value for name, value in row.items() if name in PLAIN}
        private = {name: value for name, value in row.items() if name not in PLAIN and value is not None}
        if private:
            plain[SEALED] = self._vault.seal(_player(plain), _encode(private), _place(plain))
        return to_item(plain)

    def row(self, item: Item) -> Row:
        """The row in an item; raises Shredded, or BadSeal for one that was tampered with."""
        row = from_item(item)
        sealed = row.pop(SEALED, None)
        if not row.keys() <= PLAIN:
            raise BadSeal("in the open")
        if sealed is not None:
            row |= _decode(self._vault.open(_player(row), sealed, _place(row)))
        return row

    def row_or_keys(self, item: Item) -> Row:
        """As `row`, for what one can do without: of a row that does not open only the plain members."""
        try:
            return self.row(item)
        except BadSeal:
            return {name: value for name, value in from_item(item).items() if name in PLAIN}


def _player(row: Row) -> PlayerId:
    return PlayerId(row["pk"].split("#")[1])


def _place(plain: Row) -> bytes:
    return _encode([(name, plain[name]) for name in sorted(plain) if plain[name] is not None])
