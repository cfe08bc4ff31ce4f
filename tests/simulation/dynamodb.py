"""DynamoDB in memory: the low-level client's methods that the adapters call, atomic, strict, without faults or time.

Every table has the keys `pk` and `sk`, both strings. Arguments that are not known here raise NotImplementedError.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation import expressions
from tests.simulation.expressions import Invalid, Item, Names, Node

ITEM_BYTES = 400 * 1024
PAGE_BYTES = 1024 * 1024
TRANSACTION_BYTES = 4 * 1024 * 1024
TRANSACTION_ITEMS = 100
BATCH_ITEMS = 25
LAST = "\U0010ffff"

Request = dict[str, Any]
Key = tuple[str, str]
Change = tuple[str, Key, Item | None, Item | None]
"""What one write did: the table, the key, the item before and the item after it."""
Lag = Callable[[str, Key], bool]


def client_error(code: str, status: int = 400, message: str = "", **more: Any) -> ClientError:
    """The exception that botocore raises for an error answer."""
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(answer, "simulated")


class Table:
    """Items by partition, sorted by sort key."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, Item]] = {}
        self.order: dict[str, list[str]] = {}
        self.before: dict[Key, Item | None] = {}
        self.sizes: dict[Key, int] = {}

    def get(self, key: Key) -> Item | None:
        return self.partitions.get(key[0], {}).get(key[1])

    def put(self, key: Key, item: Item | None) -> Item | None:
        """Put an item, or with None delete it; gives the one that was there."""
        pk, sk = key
        partition, order = self.partitions.setdefault(pk, {}), self.order.setdefault(pk, [])
        old = self.before[key] = partition.get(sk)
        if item is None:
            if partition.pop(sk, None) is not None:
                order.remove(sk)
            return old
        if old is None:
            insort(order, sk)
        partition[sk] = item
        self.sizes[key] = _size(item)
        return old

    def items(self) -> Iterator[Item]:
        """Every item, by partition and sort key."""
        for pk in sorted(self.partitions):
            for sk in self.order[pk]:
                yield self.partitions[pk][sk]


class DynamoDB:
    """The service. `changed` hears every write; `lags(table, key)` says whether an inconsistent read meets the item as
    it was before its last write."""

    def __init__(
        self, tables: Sequence[str], changed: Callable[[list[Change]], None] = lambda _: None, lags: Lag | None = None
    ) -> None:
        self.tables = {name: Table() for name in tables}
        self._changed = changed
        self._lags: Lag = lags or (lambda table, key: False)
        self._tokens: dict[str, str] = {}

    def call(self, operation: str, request: Request) -> dict[str, Any]:
        """One API call by its name in Python, such as `put_item`."""
        method = {
            "get_item": self._get_item,
            "batch_get_item": self._batch_get_item,
            "query": self._query,
            "scan": self._scan,
            "put_item": self._put_item,
            "update_item": self._update_item,
            "delete_item": self._delete_item,
            "batch_write_item": self._batch_write_item,
            "transact_write_items": self._transact_write_items,
        }.get(operation)
        if method is None:
            raise NotImplementedError(operation)
        try:
            return method(dict(request))
        except Invalid as invalid:
            raise client_error("ValidationException", message=str(invalid)) from invalid

    def _get_item(self, request: Request) -> dict[str, Any]:
        table, key = request.pop("TableName"), _key(request.pop("Key"))
        consistent = request.pop("ConsistentRead", False)
        _nothing_else(request)
        item = self._read(table, key, consistent)
        return {} if item is None else {"Item": dict(item)}

    def _read(self, table: str, key: Key, consistent: bool) -> Item | None:
        found = self.tables[table]
        return (
            found.before[key] if not consistent and key in found.before and self._lags(table, key) else found.get(key)
        )

    def _batch_get_item(self, request: Request) -> dict[str, Any]:
        asked = request.pop("RequestItems")
        _nothing_else(request)
        answers: dict[str, list[Item]] = {}
        for table, part in asked.items():
            keys, consistent = [_key(key) for key in part["Keys"]], part.get("ConsistentRead", False)
            _nothing_else({name: value for name, value in part.items() if name not in ("Keys", "ConsistentRead")})
            if len({*keys}) < len(keys):
                raise Invalid("a key twice")
            found = (self._read(table, key, consistent) for key in keys)
            answers[table] = [dict(item) for item in found if item is not None]
        return {"Responses": answers, "UnprocessedKeys": {}}

    def _query(self, request: Request) -> dict[str, Any]:
        table = request.pop("TableName")
        names, node = Names(request), expressions.condition(request.pop("KeyConditionExpression"))
        names.use(node)
        pk, low, high = _key_range(node, names)
        order = self.tables[table].order.get(pk, [])
        keys = [(pk, sk) for sk in order[bisect_left(order, low) : bisect_right(order, high)]]
        start = request.pop("ExclusiveStartKey", None)
        if request.pop("ScanIndexForward", True):
            keys = [key for key in keys if start is None or key > _key(start)]
        else:
            keys = [key for key in reversed(keys) if start is None or key < _key(start)]
        return self._page(table, keys, names, request)

    def _scan(self, request: Request) -> dict[str, Any]:
        table = request.pop("TableName")
        start = request.pop("ExclusiveStartKey", None)
        every = ((item["pk"]["S"], item["sk"]["S"]) for item in self.tables[table].items())
        keys = [key for key in every if start is None or key > _key(start)]
        return self._page(table, keys, Names(request), request)

    def _page(self, table: str, keys: list[Key], names: Names, request: Request) -> dict[str, Any]:
        """The items of `keys`, up to the limit of the request or 1 MB."""
        limit, consistent = request.pop("Limit", len(keys) + 1), request.pop("ConsistentRead", False)
        if limit < 1:
            raise Invalid("Limit")
        wanted = _filter(request, names)
        shown = _shown(request, names)
        names.check_all_used()
        _nothing_else(request, "ExpressionAttributeNames", "ExpressionAttributeValues")
        items, size, last = list[Item](), 0, None
        for number, key in enumerate(keys, start=1):
            item = self._read(table, key, consistent)
            if item is not None:
                size += self.tables[table].sizes[key]
                if wanted is None or expressions.holds(wanted, item, names):
                    items.append({name: value for name, value in item.items() if shown is None or name in shown})
            if number == limit or size > PAGE_BYTES:
                last = key
                break
        more = {} if last is None else {"LastEvaluatedKey": {"pk": {"S": last[0]}, "sk": {"S": last[1]}}}
        return {"Items": items, "Count": len(items), **more}

    def _put_item(self, request: Request) -> dict[str, Any]:
        self._write_one("Put", request)
        return {}

    def _delete_item(self, request: Request) -> dict[str, Any]:
        self._write_one("Delete", request)
        return {}

    def _update_item(self, request: Request) -> dict[str, Any]:
        wanted = request.pop("ReturnValues", "NONE")
        if wanted not in ("NONE", "ALL_NEW"):
            raise NotImplementedError(wanted)
        key = _key(request["Key"])
        table = request["TableName"]
        self._write_one("Update", request)
        new = self.tables[table].get(key)
        return {} if wanted == "NONE" or new is None else {"Attributes": dict(new)}

    def _batch_write_item(self, request: Request) -> dict[str, Any]:
        asked = request.pop("RequestItems")
        _nothing_else(request)
        kinds = {"PutRequest": "Put", "DeleteRequest": "Delete"}
        writes = [
            _Write(kinds[kind], {"TableName": table, **write})
            for table, wanted in asked.items()
            for action in wanted
            for kind, write in action.items()
        ]
        if not 0 < len(writes) <= BATCH_ITEMS or len({(write.table, write.key) for write in writes}) < len(writes):
            raise Invalid("too many items in one batch, or one twice")
        for write in writes:
            self._apply([write])
        return {"UnprocessedItems": {}}

    def _write_one(self, kind: str, request: Request) -> None:
        write = _Write(kind, request)
        old = self.tables[write.table].get(write.key)
        if not write.allowed(old):
            shown = {"Item": old} if write.shows_old and old is not None else {}
            raise client_error("ConditionalCheckFailedException", **shown)
        self._apply([write])

    def _apply(self, writes: list["_Write"]) -> None:
        changes = list[Change]()
        for write in writes:
            if write.kind == "ConditionCheck":
                continue
            table = self.tables[write.table]
            new = write.result(table.get(write.key))
            if write.kind == "Update" and _size(new or {}) > ITEM_BYTES:
                raise Invalid("Item size has exceeded the maximum allowed size")
            old = table.put(write.key, new)
            changes.append((write.table, write.key, old, new))
        self._changed(changes)

    def _transact_write_items(self, request: Request) -> dict[str, Any]:
        actions, token = request.pop("TransactItems"), request.pop("ClientRequestToken", None)
        _nothing_else(request)
        if token is not None and token in self._tokens:
            if self._tokens[token] != repr(actions):
                raise client_error("IdempotentParameterMismatchException")
            return {}
        writes = [_Write(kind, dict(write)) for action in actions for kind, write in action.items()]
        if not 0 < len(writes) <= TRANSACTION_ITEMS or sum(write.size for write in writes) > TRANSACTION_BYTES:
            raise Invalid("too many or too large items in one transaction")
        if len({(write.table, write.key) for write in writes}) < len(writes):
            raise Invalid("Transaction request cannot include multiple operations on one item")
        reasons = [write.reason(self.tables[write.table].get(write.key)) for write in writes]
        if any(reason["Code"] != "None" for reason in reasons):
            raise client_error("TransactionCanceledException", CancellationReasons=reasons)
        self._apply(writes)
        if token is not None:
            self._tokens[token] = repr(actions)
        return {}


class _Write:
    """One write, checked for what AWS refuses."""

    def __init__(self, kind: str, request: Request) -> None:
        if kind not in ("Put", "Update", "Delete", "ConditionCheck"):
            raise NotImplementedError(kind)
        self.kind = kind
        self.table: str = request.pop("TableName")
        self.item: Item = request.pop("Item") if kind == "Put" else {}
        self.key = _key(
            {name: self.item.get(name, {}) for name in ("pk", "sk")} if kind == "Put" else request.pop("Key")
        )
        self.size = _size(self.item)
        self.names = Names(request)
        self.shows_old = request.pop("ReturnValuesOnConditionCheckFailure", "NONE") == "ALL_OLD"
        self._condition = self._expression(request, "ConditionExpression", expressions.condition)
        self._actions: tuple[Node, ...] = self._expression(request, "UpdateExpression", expressions.update) or ()
        self.names.check_all_used()
        _nothing_else(request, "ExpressionAttributeNames", "ExpressionAttributeValues")
        if self.size > ITEM_BYTES:
            raise Invalid("Item size has exceeded the maximum allowed size")

    def _expression(self, request: Request, name: str, parse: Callable[[str], Any]) -> Any:
        text = request.pop(name, None)
        if text is None:
            return None
        node = parse(text)
        self.names.use(("all", *node) if name == "UpdateExpression" else ("all", node))
        return node

    def allowed(self, old: Item | None) -> bool:
        return self._condition is None or expressions.holds(self._condition, old or {}, self.names)

    def reason(self, old: Item | None) -> dict[str, Any]:
        """Its place among the reasons of a cancelled transaction."""
        if self.allowed(old):
            return {"Code": "None"}
        shown = {"Item": old} if self.shows_old and old is not None else {}
        return {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", **shown}

    def result(self, old: Item | None) -> Item | None:
        """The item after the write."""
        if self.kind == "Put":
            return dict(self.item)
        if self.kind == "Delete":
            return None
        new = dict(old or {"pk": {"S": self.key[0]}, "sk": {"S": self.key[1]}})
        for action, (_, path), *value in self._actions:
            name = self.names.attribute(path)
            if name in ("pk", "sk"):
                raise Invalid("Cannot update attribute. This attribute is part of the key")
            if action == "remove":
                new.pop(name, None)
                continue
            adds = action == "add" and name in (old or {})
            operand = ("+", ("path", path), value[0]) if adds else value[0]
            found = expressions.evaluate(operand, old or {}, self.names)
            if found is None:
                raise Invalid(f"{path} is set to an attribute that is not there")
            new[name] = found
        return new


def _key(attributes: Mapping[str, Any]) -> Key:
    if {*attributes} != {"pk", "sk"} or not all(value.get("S") for value in attributes.values()):
        raise Invalid("The provided key element does not match the schema")
    return attributes["pk"]["S"], attributes["sk"]["S"]


def _key_range(node: Node, names: Names) -> tuple[str, str, str]:
    """The partition of a key condition and the ends of its range of sort keys."""
    by_partition, by_sort = node[1:] if node[0] == "and" else (node, None)
    match by_partition:
        case ("=", ("path", path), ("value", value)) if names.attribute(path) == "pk":
            pk = str(names.values[value]["S"])
        case _:
            raise Invalid("Query condition missed key schema element: pk")
    match by_sort:
        case None:
            return pk, "", LAST
        case ("between", ("path", path), ("value", low), ("value", high)) if names.attribute(path) == "sk":
            return pk, names.values[low]["S"], names.values[high]["S"]
        case ("begins_with", ("path", path), ("value", prefix)) if names.attribute(path) == "sk":
            return pk, names.values[prefix]["S"], names.values[prefix]["S"] + LAST
        case ("=", ("path", path), ("value", value)) if names.attribute(path) == "sk":
            return pk, names.values[value]["S"], names.values[value]["S"]
    raise NotImplementedError(f"the key condition {node}")


def _filter(request: Request, names: Names) -> Node | None:
    text = request.pop("FilterExpression", None)
    if text is None:
        return None
    node = expressions.condition(text)
    names.use(node)
    return node


def _shown(request: Request, names: Names) -> set[str] | None:
    """The attributes that a projection names; None for all of them."""
    text = request.pop("ProjectionExpression", None)
    if text is None:
        return None
    paths = [path.strip() for path in text.split(",")]
    names.use(("paths", *(("path", path) for path in paths)))
    return {names.attribute(path) for path in paths}


def _nothing_else(request: Mapping[str, Any], *known: str) -> None:
    if unknown := {*request} - {*known}:
        raise NotImplementedError(f"the arguments {sorted(unknown)}")


def _size(item: Item) -> int:
    return sum(len(name) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, plain),) = value.items()
    if kind in ("S", "N"):
        return len(plain.encode())
    if kind in ("B", "BOOL"):
        return len(plain) if kind == "B" else 1
    raise NotImplementedError(f"attributes of type {kind}")
