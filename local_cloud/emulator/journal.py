"""The durable store of the emulator: small records, one order, one fsync shared by concurrent writers.

Records live in SQLite (write-ahead log, `synchronous=FULL`). Writers append to an ordered queue; a commit writes the
whole queue as one transaction. Requests on the event loop wait for a commit that runs when the loop has handled
everything that is ready, so all of that shares an fsync: the group commit of databases. After a crash SQLite's
checksummed log yields exactly the committed prefix; a torn tail is dropped.
"""

import asyncio
import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (service TEXT, key TEXT, value BLOB, PRIMARY KEY (service, key)) WITHOUT ROWID
"""

_Operation = tuple[str, str | None, bytes | None]


_QUICK_S = 0.003


class JournalInUse(RuntimeError):
    """Another process holds this journal."""


class JournalFailed(RuntimeError):
    """A commit failed (full disk, I/O error); nothing after it is durable."""


class Journal:
    """Ordered durable map from (service, key) to bytes. Every method may be called from any thread.

    A failed commit is final: `on_failure` is called and every later commit fails, so nothing is acknowledged.
    """

    def __init__(self, path: Path, on_failure: Callable[[], None] = lambda: None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._on_failure = on_failure
        self._lock_file = _lock(path.with_suffix(".lock"))
        self._database = _open(path)
        self._compact()
        self._queue: list[_Operation] = []
        self._queue_lock = threading.RLock()
        self._commit_lock = threading.Lock()  # taken before the queue's
        self._commit_s = 0.0  # how long commits take, a moving average
        self._next_commit: asyncio.Future[None] | None = None
        self._failure: sqlite3.Error | None = None

    def put(self, service: str, key: str, value: bytes) -> None:
        """Store a record; durable on return."""
        self.append(service, key, value)
        self.commit()

    def delete(self, service: str, key: str) -> None:
        """Remove a record (absent is fine); durable on return."""
        self.append(service, key, None)
        self.commit()

    def load(self, service: str) -> dict[str, bytes]:
        """All durable records of a service, by key."""
        with closing(sqlite3.connect(self._path)) as reader:
            return dict(reader.execute("SELECT key, value FROM record WHERE service = ? ORDER BY key", (service,)))

    def services(self, prefix: str = "") -> list[str]:
        """The names of the services with durable records."""
        with closing(sqlite3.connect(self._path)) as reader:
            rows = reader.execute("SELECT DISTINCT service FROM record ORDER BY service")
            return [name for (name,) in rows if name.startswith(prefix)]

    def append(self, service: str, key: str, value: bytes | None) -> None:
        """Queue a write, or a removal when `value` is None; `commit` or `durable` makes it last."""
        with self._queue_lock:
            self._queue.append((service, key, value))

    def drop(self, service: str) -> None:
        """Queue the removal of every record of a service."""
        with self._queue_lock:
            self._queue.append((service, None, None))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything appended inside in one commit. Other writers wait: do no I/O inside."""
        with self._queue_lock:
            yield

    def commit(self) -> None:
        """Make everything appended so far durable. Raises JournalFailed."""
        with self._commit_lock:
            with self._queue_lock:
                operations, self._queue = self._queue, []
            started = time.monotonic()
            if operations and self._failure is None:
                self._write(operations)
            self._commit_s += (time.monotonic() - started - self._commit_s) / 8
            if self._failure is not None:
                raise JournalFailed(str(self._failure))

    async def durable(self) -> None:
        """Wait until everything appended so far is durable; concurrent callers share a commit. Raises JournalFailed."""
        if not self._queue and not self._commit_lock.locked() and self._failure is None:
            return
        if self._next_commit is None:
            self._next_commit = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(self._commit_for_waiters)
        await asyncio.shield(self._next_commit)

    def close(self) -> None:
        """Write what is queued, compact and release the journal. Raises JournalFailed."""
        try:
            self.commit()
            self._compact()
        finally:
            self._database.close()
            os.close(self._lock_file)

    def _commit_for_waiters(self) -> None:
        """Commit on the loop where the disk is quick (a thread's wake-up costs more), else in a thread."""
        waiters, self._next_commit = self._next_commit, None
        assert waiters is not None
        loop = asyncio.get_running_loop()
        if self._commit_s > _QUICK_S:
            committing = loop.run_in_executor(None, self.commit)
            committing.add_done_callback(lambda done: _settle(waiters, done.exception()))
            return
        try:
            self.commit()
        except JournalFailed as failure:
            _settle(waiters, failure)
        else:
            _settle(waiters, None)

    def _compact(self) -> None:
        """Fold the log into the database file and give back pages when most of them are free."""
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = self._database.execute("PRAGMA page_count").fetchone()
        (free,) = self._database.execute("PRAGMA freelist_count").fetchone()
        if free > 1000 and free > pages // 2:
            self._database.execute("VACUUM")

    def _write(self, operations: list[_Operation]) -> None:
        try:
            with self._database:
                self._database.execute("BEGIN")
                for service, key, value in operations:
                    if key is None:
                        self._database.execute("DELETE FROM record WHERE service = ?", (service,))
                    elif value is None:
                        self._database.execute("DELETE FROM record WHERE service = ? AND key = ?", (service, key))
                    else:
                        self._database.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (service, key, value))
        except sqlite3.Error as error:
            logger.critical("journal: commit failed, nothing more is acknowledged: %s", error)
            self._failure = error
            self._on_failure()


def _settle(waiters: asyncio.Future[None], failure: BaseException | None) -> None:
    if failure is None:
        waiters.set_result(None)
    else:
        waiters.set_exception(failure)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(_SCHEMA)
    return database


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise JournalInUse(f"{path.parent} is in use by another emulator") from None
    return descriptor
