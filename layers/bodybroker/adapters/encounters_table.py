"""Prepared encounters on DynamoDB: one row per world and NPC, `N#<npc>`, sealed, which the table's TTL
removes."""

from collections.abc import Sequence
from typing import Any

import msgspec

from bodybroker.adapters import event_rows as rows
from bodybroker.adapters.aws import Row, outages, to_item
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.adapters.tapes_table import FLOOR, read_floor
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.minds.encounters import Encounter
from bodybroker.minds.floor import Floor
from bodybroker.ports.encounters import Opening
from bodybroker.ports.vault import Vault

SYSTEM = "The store of encounters"
BATCH_ATTEMPTS = 3

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Encounter).decode


class DynamoEncounters:
    """`ports.Encounters` on the table of encounters; an opening reads the table of worlds as well."""

    def __init__(self, client: Any, table: str, worlds_table: str, vault: Vault) -> None:
        self._client = client
        self._sealed = SealedRows(vault)
        self._table = table
        self._worlds_table = worlds_table

    def open(self, key: WorldKey, npc_ids: Sequence[EntityId], command_id: str) -> Opening:
        pk, receipt_key = rows.partition(key), rows.receipt_key(command_id)
        kept = [(pk, FLOOR), *((pk, _sort_key(npc_id)) for npc_id in npc_ids)]
        found = self._batch_get({self._worlds_table: [(pk, rows.HEAD), (pk, receipt_key)], self._table: kept})
        head, receipt, floor = (found.get(name) for name in (rows.HEAD, receipt_key, FLOOR))
        prepared = [_read(found[name]) for name in map(_sort_key, npc_ids) if name in found]
        return Opening(
            head=rows.read_head(head) if head else None,
            receipt=rows.read_receipt(receipt) if receipt else None,
            encounters={encounter.npc_id: encounter for encounter in prepared if encounter},
            floor=read_floor(floor) if floor else Floor(),
        )

    def _batch_get(self, wanted: dict[str, list[tuple[str, str]]]) -> dict[str, Row]:
        """The rows by sort key. What DynamoDB leaves out under load is asked for again."""
        request: dict[str, Any] = {
            table: {"Keys": [to_item({"pk": pk, "sk": sk}) for pk, sk in keys], "ConsistentRead": True}
            for table, keys in wanted.items()
        }
        found: dict[str, Row] = {}
        for _ in range(BATCH_ATTEMPTS):
            with outages(SYSTEM):
                answer = self._client.batch_get_item(RequestItems=request)
            items = (self._sealed.row(item) for table in answer["Responses"].values() for item in table)
            found |= {row["sk"]: row for row in items}
            request = answer.get("UnprocessedKeys")
            if not request:
                return found
        raise Unavailable(f"{SYSTEM} does not answer; try again.")

    def find(self, key: WorldKey, npc_id: EntityId) -> Encounter | None:
        address = to_item({"pk": rows.partition(key), "sk": _sort_key(npc_id)})
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=address, ConsistentRead=True)
        return _read(self._sealed.row(found["Item"])) if "Item" in found else None

    def put(self, key: WorldKey, encounter: Encounter) -> None:
        row = {
            "pk": rows.partition(key),
            "sk": _sort_key(encounter.npc_id),
            "encounter": _encode(encounter),
            "expires_at": encounter.expires_at,
        }
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=self._sealed.item(row))


def _sort_key(npc_id: EntityId) -> str:
    return f"N#{npc_id}"


def _read(row: Row) -> Encounter | None:
    """The encounter in a row; None for one that older code wrote, which is prepared anew."""
    try:
        return _decode(row["encounter"])
    except msgspec.MsgspecError:
        return None
