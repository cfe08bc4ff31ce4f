"""The durable store of the emulator: small records, one order, one fsync shared by concurrent writers.

Records live in SQLite (write-ahead log, `synchronous=FULL`). Writers append to an ordered queue under a lock; one
committer thread takes the whole queue, writes it as one transaction and wakes everybody who waits: the group commit
of databases. After a crash SQLite's checksummed log yields exactly the committed prefix; a torn tail is dropped.
"""

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (service TEXT, key TEXT, value BLOB, PRIMARY KEY (service, key)) WITHOUT ROWID
"""

_Operation = tuple[str, str | None, bytes | None]


class JournalInUse(RuntimeError):
    """Another process holds this journal."""


class JournalFailed(RuntimeError):
    """A commit failed (full disk, I/O error); nothing after it is durable."""


class Journal:
    """Ordered durable map from (service, key) to bytes. Every method may be called from any thread.

    A failed commit is final: `on_failure` is called and every later `durable` fails, so nothing is acknowledged.
    """

    def __init__(self, path: Path, on_failure: Callable[[], None] = lambda: None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._on_failure = on_failure
        self._lock_file = _lock(path.with_suffix(".lock"))
        self._database = _open(path)
        self._compact()
        self._mutex = threading.RLock()
        self._wake = threading.Condition(self._mutex)
        self._queue: list[_Operation] = []
        self._waiters: list[Future[None]] = []
        self._committing = False
        self._failure: BaseException | None = None
        self._closing = False
        self._committer = threading.Thread(target=self._commit_forever, name="journal", daemon=True)
        self._committer.start()

    def put(self, service: str, key: str, value: bytes) -> None:
        """Store a record; durable on return."""
        self.append(service, key, value)
        self.durable().result()

    def delete(self, service: str, key: str) -> None:
        """Remove a record (absent is fine); durable on return."""
        self.append(service, key, None)
        self.durable().result()

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
        """Queue a write, or a removal when `value` is None; see `durable`."""
        with self._wake:
            self._queue.append((service, key, value))
            self._wake.notify()

    def drop(self, service: str) -> None:
        """Queue the removal of every record of a service."""
        with self._wake:
            self._queue.append((service, None, None))
            self._wake.notify()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything appended inside in one commit. Holds the journal: do no I/O inside."""
        with self._mutex:
            yield

    def durable(self) -> Future[None]:
        """A future that completes when everything appended so far is on disk, or fails with JournalFailed."""
        future: Future[None] = Future()
        with self._wake:
            if self._failure is not None:
                future.set_exception(JournalFailed(str(self._failure)))
            elif not self._queue and not self._committing:
                future.set_result(None)
            else:
                self._waiters.append(future)
                self._wake.notify()
        return future

    def close(self) -> None:
        """Write what is queued, compact and release the journal."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._committer.join()
        self._compact()
        self._database.close()
        os.close(self._lock_file)

    def _compact(self) -> None:
        """Fold the log into the database file and give back pages when most of them are free."""
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = self._database.execute("PRAGMA page_count").fetchone()
        (free,) = self._database.execute("PRAGMA freelist_count").fetchone()
        if free > 1000 and free > pages // 2:
            self._database.execute("VACUUM")

    def _commit_forever(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._queue or self._waiters or self._closing)
                operations, self._queue = self._queue, []
                waiters, self._waiters = self._waiters, []
                self._committing = bool(operations)
                if self._closing and not operations and not waiters:
                    return
            failure = self._commit(operations) if operations else None
            with self._wake:
                self._failure = self._failure or failure
                self._committing = False
            for future in waiters:
                if self._failure is None:
                    future.set_result(None)
                else:
                    future.set_exception(JournalFailed(str(self._failure)))
            if failure is not None:
                self._on_failure()

    def _commit(self, operations: list[_Operation]) -> BaseException | None:
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
            return error
        return None


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
