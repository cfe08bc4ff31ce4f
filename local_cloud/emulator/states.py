"""The state of each MiniStack service as a flat list of entries, small enough that a change rewrites little.

Most services give their own snapshot (`get_state`), whose stores are flattened to one entry per resource. The busy
ones are read directly: no deep copy, and parts that change on their own (a message, an object) are entries of
their own. What need not survive (log events, metrics) is left out here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, ClassVar

from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

Entry = tuple[str, Any, Any]
"""(store, key, value); the key is None for a store that is one value."""

Stores = dict[str, Any]

SCOPED = (AccountRegionScopedDict, AccountScopedDict)
"""MiniStack's containers, which keep the entries of every account (and region) apart."""

TARGETS = (
    *(
        f"ministack.services.s3:{name}"
        for name in (
            "_PERSISTED_BUCKET_DICTS",
            "_buckets",
            "_object_tags",
            "_object_acl",
            "_object_annotations",
            "_object_versions",
            "_object_retention",
            "_object_legal_hold",
            "_multipart_uploads",
            "_completed_multipart_uploads",
        )
    ),
    "ministack.services.sqs:_queues",
    "ministack.services.lambda_svc:_functions",
    "ministack.services.lambda_svc:_layers",
    "ministack.services.lambda_svc:_esms",
    "ministack.services.lambda_svc:_function_urls",
    "ministack.services.lambda_svc:_kinesis_positions",
    "ministack.services.lambda_svc:_dynamodb_stream_positions",
    "ministack.services.dynamodb:_INDEX_MEMBERS",
    "ministack.services.dynamodb:_update_counts(table)",
    "ministack.services.stepfunctions:_executions",
    "ministack.services.cloudformation:_stacks",
)


class ServiceState:
    """The state of a service through its own `get_state` and `load_persisted_state`."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def stores(self) -> Stores:
        """The stores, by the names that `load_persisted_state` takes."""
        stores: Stores = self.module.get_state()
        return stores

    def entries(self) -> Iterator[Entry]:
        """Every entry of every store."""
        for name, store in self.stores().items():
            if isinstance(store, SCOPED):
                for key, value in list(store._data.items()):
                    yield f"{name}:{type(store).__name__}", key, value
            else:
                yield name, None, store

    def restore(self, entries: list[Entry]) -> None:
        """Put entries back into a freshly imported module."""
        stores = _regroup(entries)
        if stores:
            self.module.load_persisted_state(stores)

    def fingerprint(self, store: str, value: Any) -> Any:
        """Something cheap that changes whenever the value does, or None to compare its encoding."""
        return None

    def _live(self, names: tuple[str, ...]) -> Stores:
        """Module-level stores, by their names without the underscore."""
        return {name: getattr(self.module, f"_{name}") for name in names}


class _Same:
    """Equal only to itself holding the same object: replaced records differ, even with equal contents."""

    def __init__(self, held: Any, *fields: Any) -> None:
        self._held = held
        self._fields = repr(fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._held is other._held and self._fields == other._fields

    __hash__ = None  # type: ignore[assignment]


class S3State(ServiceState):
    """Buckets and objects; bodies are large values, written once."""

    _PARTS = (
        "_object_tags",
        "_object_acl",
        "_object_annotations",
        "_object_versions",
        "_object_retention",
        "_object_legal_hold",
        "_multipart_uploads",
        "_completed_multipart_uploads",
    )

    def stores(self) -> Stores:
        """Buckets without their objects, every object by (bucket, key), and the settings kept beside them."""
        buckets, objects = AccountScopedDict(), AccountScopedDict()
        for (account, name), bucket in list(self.module._buckets._data.items()):
            buckets._data[account, name] = {field: value for field, value in bucket.items() if field != "objects"}
            for key, record in list(bucket["objects"].items()):
                objects._data[account, (name, key)] = record
        parts = {name: getattr(self.module, name) for name in self._PARTS}
        return {"buckets_meta": buckets, "objects": objects, **parts, **self.module._PERSISTED_BUCKET_DICTS}

    def restore(self, entries: list[Entry]) -> None:
        """Put entries back; objects return into their buckets."""
        stores = _regroup(entries)
        objects = stores.pop("objects", AccountScopedDict())
        for name in self._PARTS:
            getattr(self.module, name)._data.update(stores.pop(name, AccountScopedDict())._data)
        self.module.load_persisted_state(stores)
        for (account, (bucket, key)), record in objects._data.items():
            self.module._buckets._data[account, bucket]["objects"][key] = record

    def fingerprint(self, store: str, value: Any) -> Any:
        """An upload replaces the object's record; only the named fields change within it."""
        if store.startswith("objects:"):
            return _Same(value, value.get("restore"), value.get("replication_status"), value.get("version_id"))
        if store.startswith("_object_versions:"):
            fields = ("version_id", "etag", "last_modified", "is_latest")
            return [tuple(version.get(field) for field in fields) for version in value]
        return None


class SqsState(ServiceState):
    """Queues, and every message on its own."""

    def stores(self) -> Stores:
        """Queues without their messages, and the messages by (queue, id)."""
        queues, messages = AccountRegionScopedDict(), AccountRegionScopedDict()
        for (account, region, url), queue in list(self.module._queues._data.items()):
            queues._data[account, region, url] = {**queue, "messages": []}
            for message in list(queue["messages"]):
                messages._data[account, region, (url, message["id"])] = message
        return {"queues": queues, "messages": messages}

    def restore(self, entries: list[Entry]) -> None:
        """Put entries back; messages return into their queues in the order they were sent."""
        stores = _regroup(entries)
        messages = stores.pop("messages", AccountRegionScopedDict())
        self.module.load_persisted_state(stores)
        for (account, region, (url, _)), message in sorted(messages._data.items(), key=_sending_order):
            self.module._queues._data[account, region, url]["messages"].append(message)


class LambdaState(ServiceState):
    """Functions and layers with their archives, mappings and stream positions."""

    def stores(self) -> Stores:
        """The live stores: MiniStack's own snapshot hashes and copies every archive."""
        names = ("functions", "layers", "esms", "function_urls", "kinesis_positions", "dynamodb_stream_positions")
        return self._live(names)


class DynamoDbState(ServiceState):
    """Table definitions and settings; items and streams have a journal of their own (`items`)."""

    _DERIVED = ("items", "ItemCount", "TableSizeBytes")

    def stores(self) -> Stores:
        """MiniStack's stores, with tables stripped of what the item journal holds or a restart recomputes."""
        derived = {*self._DERIVED, self.module._INDEX_MEMBERS}
        tables = AccountRegionScopedDict()
        for key, table in list(self.module._tables._data.items()):
            tables._data[key] = {field: value for field, value in table.items() if field not in derived}
        names = ("tags", "ttl_settings", "pitr_settings", "kinesis_destinations", "contributor_insights")
        more = ("backups", "resource_policies", "exports", "imports")
        return {"tables": tables, **self._live(names), **self._live(more)}

    def restore(self, entries: list[Entry]) -> None:
        """Put entries back; tables are empty until the item journal fills them."""
        super().restore(entries)
        for table in self.module._tables._data.values():
            table["items"] = defaultdict(dict)
            self.module._update_counts(table)


class StepFunctionsState(ServiceState):
    """State machines and executions."""

    def stores(self) -> Stores:
        """The live stores."""
        names = ("state_machines", "state_machine_versions", "state_machine_aliases", "executions", "map_runs")
        return self._live((*names, "activities", "tags"))

    def fingerprint(self, store: str, value: Any) -> Any:
        """An execution changes by appending to its history."""
        return (value.get("status"), len(value.get("events", ()))) if store.startswith("executions:") else None


class LogsState(ServiceState):
    """Log groups with their settings; events live as long as the process."""

    def stores(self) -> Stores:
        """MiniStack's stores without streams."""
        groups = AccountRegionScopedDict()
        for key, group in list(self.module._log_groups._data.items()):
            groups._data[key] = {**group, "streams": {}}
        names = ("destinations", "resource_policies", "log_group_policies", "metric_filters")
        deliveries = ("delivery_sources", "delivery_destinations", "deliveries")
        return {"log_groups": groups, **self._live(names), **self._live(deliveries)}


class CloudWatchState(ServiceState):
    """Alarms and dashboards; metrics live as long as the process."""

    def stores(self) -> Stores:
        """MiniStack's stores without measurements."""
        return self._live(("alarms", "composite_alarms", "dashboards", "resource_tags"))


class CloudFormationState(ServiceState):
    """Stacks, events, exports and change sets."""

    _INTERRUPTED: ClassVar = {
        "CREATE_IN_PROGRESS": "ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
        "DELETE_IN_PROGRESS": "DELETE_FAILED",
        "UPDATE_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    }

    def stores(self) -> Stores:
        """The live stores."""
        return self._live(("stacks", "stack_events", "exports", "change_sets"))

    def fingerprint(self, store: str, value: Any) -> Any:
        """Events are only appended."""
        return len(value) if store.startswith("stack_events:") else None

    def restore(self, entries: list[Entry]) -> None:
        """Put entries back; an operation that the stop interrupted gets a state from which CDK deploys again."""
        super().restore(entries)
        for stack in self.module._stacks._data.values():
            settled = self._INTERRUPTED.get(stack["StackStatus"])
            if settled:
                stack["StackStatus"] = settled
                stack["StackStatusReason"] = "The local cloud was stopped during the operation"


_SPECIAL: dict[str, Callable[[ModuleType], ServiceState]] = {
    "cloudformation": CloudFormationState,
    "cloudwatch": CloudWatchState,
    "cloudwatch_logs": LogsState,
    "dynamodb": DynamoDbState,
    "lambda_svc": LambdaState,
    "s3": S3State,
    "sqs": SqsState,
    "stepfunctions": StepFunctionsState,
}


def state_of(name: str, module: ModuleType) -> ServiceState:
    """How the named MiniStack module is saved."""
    return _SPECIAL.get(name, ServiceState)(module)


def _sending_order(entry: tuple[Any, dict[str, Any]]) -> tuple[float, str]:
    message = entry[1]
    return message["sent_at"], message.get("seq") or ""


def _regroup(entries: list[Entry]) -> Stores:
    kinds = {kind.__name__: kind for kind in SCOPED}
    stores: Stores = {}
    for label, key, value in entries:
        name, _, kind = label.partition(":")
        if kind:
            stores.setdefault(name, kinds[kind]())._data[key] = value
        else:
            stores[name] = value
    return stores
