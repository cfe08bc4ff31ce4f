"""Locations on DynamoDB. One partition per world, `W#<player>#<world>`, whose rows sort like this:

    D#<digest>#<branch>#<part>     a finished document as a branch has it, compressed, in parts; kept
    DM#<digest>#<branch>           what is remembered of it; kept
    J#<job>                        a job; its `version` counts its writes
    J#<job>#A#<entity>#<attempt>   what a specialist made of an entity
    J#<job>#B                      the job's brief
    J#<job>#V#<attempt>            what the check after an attempt found
    P#<place>                      which job was last begun for a place

All is sealed with the player's key. The table's TTL removes everything but documents.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence, Set
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters import event_rows as rows
from bodybroker.adapters.aws import Row, error_code, outages, to_item
from bodybroker.adapters.removal import remove_rows, sort_keys
from bodybroker.adapters.sealed_rows import Item, SealedRows
from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.locations import Described
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, EntityId, WorldKey
from bodybroker.ports.locations import Answered, JobContended, Memo, Verdict
from bodybroker.ports.vault import BadSeal, Vault

SYSTEM = "The store of locations"
PART_BYTES = 350_000
"""DynamoDB takes 400 KB per row, keys and seal included."""
CONDITION_FAILED = "ConditionalCheckFailedException"
NEW = {"ConditionExpression": "attribute_not_exists(pk)"}
MEMOS = "DM#"
DOCUMENTS = ("D#", "DN")
"""Documents, and what is remembered of them."""

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode


class DynamoLocations:
    """`ports.LocationStore` on one table."""

    def __init__(self, client: Any, table: str, vault: Vault, clock: Clock, part_bytes: int = PART_BYTES) -> None:
        self._client = client
        self._table = table
        self._vault = vault
        self._sealed = SealedRows(vault)
        self._clock = clock
        self._part_bytes = part_bytes

    def add_job(self, key: WorldKey, job: Job, brief: Brief) -> bool:
        puts = [
            self._item(key, f"J#{job.job_id}", _encode(job), job, version=job.version),
            self._item(key, f"J#{job.job_id}#B", _encode(brief), job),
        ]
        actions = [{"Put": {"TableName": self._table, "Item": item, **NEW}} for item in puts]
        try:
            with outages(SYSTEM):
                self._client.transact_write_items(TransactItems=actions)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if "ConditionalCheckFailed" in reasons:
                return False
            raise Unavailable(f"{SYSTEM} is busy; try again.") from error
        return True

    def find_job(self, key: WorldKey, job_id: str) -> Job | None:
        return _read(Job, self._get(key, f"J#{job_id}"))

    def replace_job(self, key: WorldKey, job: Job) -> Job:
        after = msgspec.structs.replace(job, version=job.version + 1)
        item = self._item(key, f"J#{job.job_id}", _encode(after), job, version=after.version)
        if not self._put_over(item, job.version):
            raise JobContended(job.job_id)
        return after

    def brief(self, key: WorldKey, job_id: str) -> Brief | None:
        return _read(Brief, self._get(key, f"J#{job_id}#B"))

    def answer(self, key: WorldKey, job: Job, answered: Answered) -> Described:
        sk = f"{_answers(job.job_id)}{answered.described.entity.id}#{answered.attempt:03d}"
        return self._once(self._item(key, sk, _encode(answered), job), Answered, answered).described

    def answers(self, key: WorldKey, job_id: str) -> Sequence[Answered]:
        found = (_read(Answered, row) for row in self._query(key, _answers(job_id)))
        return [answered for answered in found if answered is not None]

    def judge(self, key: WorldKey, job: Job, attempt: int, verdict: Verdict) -> Verdict:
        return self._once(self._item(key, _verdict(job.job_id, attempt), _encode(verdict), job), Verdict, verdict)

    def verdict(self, key: WorldKey, job_id: str, attempt: int) -> Verdict | None:
        return _read(Verdict, self._get(key, _verdict(job_id, attempt)))

    def current(self, key: WorldKey, place_id: EntityId) -> str | None:
        row = self._get(key, f"P#{place_id}")
        return None if row is None else row["document"].decode()

    def make_current(self, key: WorldKey, job: Job, instead_of: str | None) -> bool:
        row = self._get(key, f"P#{job.place_id}", expired=True)
        is_there = row is not None and self._is_kept(row)
        if (row["document"].decode() if row is not None and is_there else None) != instead_of:
            return False
        before = None if row is None else row["version"]
        item = self._item(key, f"P#{job.place_id}", job.job_id.encode(), job, version=(before or 0) + 1)
        return self._put_over(item, before)

    def put_document(self, key: WorldKey, branch: BranchId, document: bytes, memo: Memo) -> None:
        """For a player who is gone nothing is kept: no TTL would remove it."""
        self._vault.look_again(key.player)
        pk = rows.partition(key)
        self._put(self._sealed.item({"pk": pk, "sk": f"{MEMOS}{memo.digest}#{branch}", "document": _encode(memo)}))
        packed = zlib.compress(document, level=6)
        parts = [packed[at : at + self._part_bytes] for at in range(0, len(packed), self._part_bytes)]
        for number, part in enumerate(parts):
            sk = f"D#{memo.digest}#{branch}#{number:03d}"
            self._put(self._sealed.item({"pk": pk, "sk": sk, "part": part, "parts": len(parts)}))

    def document(self, key: WorldKey, digest: str) -> bytes | None:
        found: dict[str, list[Row]] = {}
        for row in self._query(key, f"D#{digest}#"):
            found.setdefault(row["sk"].split("#")[2], []).append(row)
        for parts in found.values():
            if len(parts) == parts[0]["parts"]:
                document = zlib.decompress(b"".join(part["part"] for part in parts))
                if sha256(document).hexdigest() != digest:
                    raise BadSeal("digest")
                return document
        return None

    def memos(self, key: WorldKey) -> Mapping[str, Memo]:
        found = (_read(Memo, row) for row in self._query(key, MEMOS))
        return {memo.digest: memo for memo in found if memo is not None}

    def branches(self, key: WorldKey) -> Set[BranchId]:
        return {_branch(sk) for sk in sort_keys(self._client, self._table, rows.partition(key), *DOCUMENTS)}

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        pk = rows.partition(key)
        found = sort_keys(self._client, self._table, pk, *DOCUMENTS)
        return remove_rows(self._client, self._table, pk, (sk for sk in found if _branch(sk) in gone))

    def _item(self, key: WorldKey, sk: str, document: bytes, job: Job, version: int | None = None) -> Any:
        row: Row = {"pk": rows.partition(key), "sk": sk, "document": document, "expires_at": job.expires_at}
        return self._sealed.item(row if version is None else row | {"version": version})

    def _is_kept(self, row: Row) -> bool:
        """The TTL removes rows hours late: what has expired is gone already."""
        return bool(row["expires_at"] > self._clock.now().timestamp())

    def _get(self, key: WorldKey, sk: str, *, expired: bool = False) -> Row | None:
        address = to_item({"pk": rows.partition(key), "sk": sk})
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=address, ConsistentRead=True)
        if "Item" not in found:
            return None
        row = self._sealed.row(found["Item"])
        return row if expired or self._is_kept(row) else None

    def _put(self, item: Item, **condition: Any) -> None:
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=item, **condition)

    def _put_over(self, item: Item, before: int | None) -> bool:
        """Write over the row of that version, where there is none for None; whether that is what was there."""
        condition: dict[str, Any] = NEW
        if before is not None:
            condition = {
                "ConditionExpression": "#version = :before",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": to_item({":before": before}),
            }
        try:
            self._put(item, **condition)
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return False
        return True

    def _once(self, item: Item, kind: type[T], value: T) -> T:
        """Write a row unless it is there; what holds then."""
        try:
            self._put(item, **NEW, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return _read(kind, self._sealed.row(error.response["Item"])) or value
        return value

    def _query(self, key: WorldKey, prefix: str) -> Iterator[Row]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": to_item({":pk": rows.partition(key), ":prefix": prefix}),
            "ConsistentRead": True,
        }
        while True:
            with outages(SYSTEM):
                page = self._client.query(**request)
            yield from map(self._sealed.row, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _branch(sk: str) -> BranchId:
    return BranchId(sk.split("#")[2])


def _answers(job_id: str) -> str:
    return f"J#{job_id}#A#"


def _verdict(job_id: str, attempt: int) -> str:
    return f"J#{job_id}#V#{attempt:03d}"


def _read(kind: type[T], row: Row | None) -> T | None:
    """What a row holds; None where there is none, or one that other code wrote."""
    if row is None:
        return None
    try:
        return msgspec.json.decode(row["document"], type=kind)
    except msgspec.MsgspecError:
        return None
