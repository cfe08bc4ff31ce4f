"""Keeps the state of every service but DynamoDB's items: changed entries are durable before a request is answered.

After a request that may have changed something, the entries of the services that it touches are compared with what
was last written, and the changed ones go to the journal, whose group commit concurrent requests share. What changes
without a request (a state machine that runs on, the position of an event source mapping) is swept up once a second.
"""

import asyncio
import hashlib
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

from ministack import app
from ministack.services import cloudformation

from local_cloud.emulator.codec import BlobStore, Codec
from local_cloud.emulator.items import ItemJournal
from local_cloud.emulator.journal import Journal
from local_cloud.emulator.states import SCOPED, Entry, ServiceState, state_of

logger = logging.getLogger(__name__)

TARGETS = (
    "ministack.app:_get_module(name)",
    "ministack.app:_loaded_modules",
    "ministack.app:_state_map",
    "ministack.services.cloudformation:_stack_events",
)

_STATE = "state/"

# Services whose handlers change others before they answer.
_TOUCHES = {
    "apigateway": ("apigateway", "apigateway_v1"),
    "eventbridge": ("eventbridge", "sqs", "stepfunctions"),
    "lambda_svc": ("lambda_svc", "cloudwatch_logs"),
    "ses": ("ses", "ses_v2"),
    "sns": ("sns", "sqs"),
}
_TOUCH_EVERYTHING = ("cloudformation", "cloudcontrol")

_READING = ("Get", "List", "Describe", "BatchGet", "Head", "Search", "Lookup", "Validate", "Filter", "Verify", "Test")
# Work that changes no state worth an fsync: cryptography, deliveries that are repeated after a crash, telemetry; and
# items, which have a journal of their own.
_PASSING = {
    "BatchExecuteStatement",
    "BatchWriteItem",
    "ChangeMessageVisibility",
    "Decrypt",
    "DeleteItem",
    "Encrypt",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GenerateRandom",
    "PutItem",
    "PutLogEvents",
    "PutMetricData",
    "Query",
    "ReEncrypt",
    "ReceiveMessage",
    "Scan",
    "Sign",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
}

_SWEEP_S = 1.0
_SWEEP_SHARE = 30  # a sweep takes at most one thirtieth of the time

_ATTEMPTS = 5

Handler = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]


class Keeper:
    """Saves and restores MiniStack's services."""

    def __init__(self, journal: Journal, blobs: BlobStore) -> None:
        self._journal = journal
        self._blobs = blobs
        self._items = ItemJournal(journal, Codec(blobs))
        self._saved: dict[str, _Saved] = {}
        self._stack_events = 0

    def install(self) -> None:
        """Make MiniStack answer changing requests only when they are durable."""
        self._items.install()
        get_module = app._get_module

        def get_durable_module(name: str) -> Any:
            known = name in app._loaded_modules
            module = get_module(name)
            if not known and name in app._state_map.values() and hasattr(module, "handle_request"):
                module.handle_request = self._durable(name, module.handle_request)
            return module

        app._get_module = get_durable_module

    def restore(self) -> None:
        """Load what the journal holds. Raises when a record cannot be read: state is never dropped silently."""
        names = [service.removeprefix(_STATE) for service in self._journal.services(_STATE)]
        # In MiniStack's own order; the Lambda poller, which starts as mappings load, comes last.
        for name in sorted(names, key=lambda name: (name == "lambda_svc", list(app._state_map.values()).index(name))):
            if name == "lambda_svc":
                self._items.restore()
            self._saved_state(name, app._get_module(name)).restore(self._journal.load(_STATE + name))
        if "lambda_svc" not in names:
            self._items.restore()
        self._blobs.keep_only(set().union(*(saved.codec.used for saved in self._saved.values())))

    async def save(self, names: Iterable[str] | None = None) -> None:
        """Write what changed in the named services (in all when None); durable on return.

        Raises what a named service raises; among all of them, one that cannot be kept must not hold up the others.
        """
        loaded = _loaded_services()
        with self._journal.transaction():
            for name in loaded if names is None else set(names) & loaded.keys():
                try:
                    self._saved_state(name, loaded[name]).write(self._journal)
                except Exception:
                    logger.exception("the state of %s cannot be kept", name)
                    if names is not None:
                        raise
        await self._journal.durable()

    async def sweep_forever(self) -> None:
        """Save what changed without a request, again and again."""
        while True:
            started = time.monotonic()
            await self.save()
            await asyncio.sleep(max(_SWEEP_S, _SWEEP_SHARE * (time.monotonic() - started)))

    def _saved_state(self, name: str, module: ModuleType) -> "_Saved":
        if name not in self._saved:
            self._saved[name] = _Saved(_STATE + name, state_of(name, module), Codec(self._blobs, SCOPED))
        return self._saved[name]

    def _durable(self, name: str, handle: Handler) -> Handler:
        async def handle_request(
            method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any], **options: Any
        ) -> Any:
            response = await handle(method, path, headers, body, query_params, **options)
            if name in _TOUCH_EVERYTHING:
                if self._stacks_moved() or _changes(method, headers, body, query_params):
                    await self.save()
            elif _changes(method, headers, body, query_params):
                await self.save(_TOUCHES.get(name, (name,)))
            return response

        return handle_request

    def _stacks_moved(self) -> bool:
        """Stacks change behind the back of requests; whoever sees that they did must see something durable."""
        events = sum(len(stack_events) for stack_events in cloudformation._stack_events._data.values())
        moved = events != self._stack_events
        self._stack_events = events
        return moved


class _Saved:
    """What the journal holds of one service."""

    def __init__(self, service: str, state: ServiceState, codec: Codec) -> None:
        self._service = service
        self._state = state
        self._digests: dict[str, bytes] = {}
        self._fingerprints: dict[str, Any] = {}
        self.codec = codec

    def restore(self, records: dict[str, bytes]) -> None:
        entries: list[Entry] = []
        for key, record in records.items():
            entries.append(self.codec.decode(record))
            self._digests[key] = _digest(record)
        self._state.restore(entries)

    def write(self, journal: Journal) -> None:
        """Append the entries that changed and remove those that are gone."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._write(journal)
            except RuntimeError:  # a thread of MiniStack's changed a dictionary that was being copied
                if attempt == _ATTEMPTS:
                    raise

    def _write(self, journal: Journal) -> None:
        self.codec.next_round()
        present = set()
        for store, key, value in self._state.entries():
            name = f"{store}/{key!r}"
            present.add(name)
            fingerprint = self._state.fingerprint(store, value)
            if fingerprint is not None and self._fingerprints.get(name) == fingerprint:
                continue
            record = self.codec.encode((store, key, value))
            digest = _digest(record)
            if self._digests.get(name) != digest:
                journal.append(self._service, name, record)
                self._digests[name] = digest
            if fingerprint is not None:
                self._fingerprints[name] = fingerprint
        for name in self._digests.keys() - present:
            journal.append(self._service, name, None)
            del self._digests[name]
            self._fingerprints.pop(name, None)


def _loaded_services() -> dict[str, ModuleType]:
    """The loaded MiniStack modules with state, those that other modules imported included."""
    found = {}
    for name in app._state_map.values():
        module = app._loaded_modules.get(name) or sys.modules.get(f"ministack.services.{name}")
        if module is not None and hasattr(module, "load_persisted_state") and hasattr(module, "__file__"):
            found[name] = module
    return found


def _changes(method: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]) -> bool:
    """Whether a request may change durable state."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return bool(query_params.get("Action")) and not _only_reads(query_params["Action"][0])
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    if not action and "x-www-form-urlencoded" in headers.get("content-type", ""):
        action = parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    return not _only_reads(action)


def _only_reads(action: str) -> bool:
    return action.startswith(_READING) or action in _PASSING


def _digest(record: bytes) -> bytes:
    return hashlib.blake2b(record, digest_size=16).digest()
