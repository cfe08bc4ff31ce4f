"""The content cache on DynamoDB: a row per answer, which the table's TTL removes.

An answer that anybody may have lies under its digest. One that belongs to a player lies under the player and is sealed
with the player's key, as everything of players: nobody else's request finds it, and it dies with the account.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from bodybroker.adapters.aws import Row, from_item, outages, to_item
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.caching import ContentKey
from bodybroker.models.inference import Completion
from bodybroker.ports.caches import FalseHit
from bodybroker.ports.vault import Vault

SYSTEM = "The content cache"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Completion).decode


class DynamoContentCache:
    """`ports.ContentCache` on one table."""

    def __init__(self, client: Any, table: str, vault: Vault, clock: Clock, lifetime: timedelta) -> None:
        self._client = client
        self._table = table
        self._sealed = SealedRows(vault)
        self._clock = clock
        self._lifetime = lifetime

    def find(self, keys: Sequence[ContentKey]) -> tuple[ContentKey, Completion] | None:
        wanted = {_address(key): key for key in keys}
        request = {self._table: {"Keys": [to_item({"pk": pk, "sk": sk}) for pk, sk in wanted]}}
        with outages(SYSTEM):
            answer = self._client.batch_get_item(RequestItems=request)
        found: dict[ContentKey, Row] = {}
        for item in answer["Responses"].get(self._table, ()):
            key = wanted[item["pk"]["S"], item["sk"]["S"]]
            found[key] = from_item(item) if key.owner is None else self._sealed.row(item)
        now = self._clock.now().timestamp()
        for key in keys:
            if (row := found.get(key)) is not None and row["expires_at"] > now:
                return key, _read(row, key)
        return None

    def put(self, key: ContentKey, answer: Completion) -> None:
        pk, sk = _address(key)
        row: Row = {
            "pk": pk,
            "sk": sk,
            "told": key.told,
            "answer": _encode(answer),
            "expires_at": int((self._clock.now() + self._lifetime).timestamp()),
        }
        item = to_item(row) if key.owner is None else self._sealed.item(row)
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=item)


def _address(key: ContentKey) -> tuple[str, str]:
    return (f"C#{key.digest}", "A") if key.owner is None else (f"P#{key.owner}", f"C#{key.digest}")


def _read(row: Row, key: ContentKey) -> Completion:
    if row["told"] != key.told:
        raise FalseHit(key.told)
    try:
        return _decode(row["answer"])
    except msgspec.MsgspecError as error:  # written by older code
        raise Unavailable(f"{SYSTEM} holds what cannot be read.") from error
