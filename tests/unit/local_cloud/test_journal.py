"""The journal: durable on return, ordered, atomic per transaction, whole prefix after a torn tail."""

import asyncio
import random
import shutil
import threading
from pathlib import Path

import pytest

from local_cloud.emulator.journal import Journal, JournalFailed, JournalInUse


def test_what_was_put_is_there_after_reopening(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.put("a", "1", b"one")
    journal.put("a", "2", b"two")
    journal.put("b", "1", b"other")
    journal.delete("a", "1")
    journal.close()

    reopened = Journal(tmp_path / "journal.db")
    assert reopened.load("a") == {"2": b"two"}
    assert reopened.services() == ["a", "b"]
    reopened.close()


def test_drop_removes_one_service_only(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.put("a", "1", b"x")
    journal.put("b", "1", b"y")
    journal.drop("a")
    journal.commit()
    assert journal.services() == ["b"]
    journal.close()


def test_durable_means_readable_by_another_process_after_a_crash(tmp_path: Path) -> None:
    """Copying the files of a live journal is what a SIGKILL leaves behind."""
    journal = Journal(tmp_path / "journal.db")
    for number in range(50):
        journal.append("s", f"{number:02d}", str(number).encode())
    journal.commit()
    crashed = _copy(tmp_path, tmp_path / "crashed")
    assert Journal(crashed / "journal.db").load("s").keys() == {f"{n:02d}" for n in range(50)}
    journal.close()


def test_a_transaction_is_never_split(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")

    def write_pairs() -> None:
        for number in range(3000):
            with journal.transaction():
                journal.append("pair", "left", str(number).encode())
                journal.append("pair", "right", str(number).encode())

    writer = threading.Thread(target=write_pairs)
    writer.start()
    seen = set()
    while writer.is_alive() or not seen:
        journal.commit()
        pair = journal.load("pair")
        assert pair.get("left") == pair.get("right")
        seen.add(pair.get("left"))
    writer.join()
    journal.close()


@pytest.mark.parametrize("seed", range(8))
def test_a_torn_tail_leaves_a_prefix(tmp_path: Path, seed: int) -> None:
    """Cut or scribble over the log at a random byte: what is left is every record up to some point, none after."""
    entropy = random.Random(seed)
    journal = Journal(tmp_path / "journal.db")
    for number in range(60):
        journal.put("s", f"{number:03d}", entropy.randbytes(300))
    crashed = _copy(tmp_path, tmp_path / "crashed")
    journal.close()
    log = crashed / "journal.db-wal"
    cut = entropy.randrange(log.stat().st_size)
    with log.open("r+b") as file:
        file.truncate(cut)
        file.seek(0, 2)
        file.write(entropy.randbytes(entropy.randrange(200)))

    recovered = Journal(crashed / "journal.db")
    keys = sorted(recovered.load("s"))
    assert keys == [f"{number:03d}" for number in range(len(keys))]
    recovered.put("s", "after", b"still writable")
    recovered.close()


@pytest.mark.parametrize("slow_disk", [False, True])
def test_concurrent_waiters_share_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_disk: bool) -> None:
    journal = Journal(tmp_path / "journal.db")
    commits = []
    write = journal._write
    monkeypatch.setattr(journal, "_write", lambda operations: (commits.append(len(operations)), write(operations)))
    monkeypatch.setattr("local_cloud.emulator.journal._QUICK_S", -1.0 if slow_disk else 1e9)

    async def request(number: int) -> None:
        journal.append("s", str(number), b"v")
        await journal.durable()
        assert str(number) in journal.load("s")

    async def together() -> None:
        await asyncio.gather(*(request(number) for number in range(20)))

    asyncio.run(together())
    assert sum(commits) == 20
    assert len(commits) < 5
    journal.close()


def test_a_second_owner_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    with pytest.raises(JournalInUse):
        Journal(tmp_path / "journal.db")
    journal.close()


def test_a_failed_commit_is_final_and_reported(tmp_path: Path) -> None:
    failed = threading.Event()
    journal = Journal(tmp_path / "journal.db", on_failure=failed.set)
    journal._database.execute("DROP TABLE record")
    with pytest.raises(JournalFailed):
        journal.put("s", "k", b"v")
    assert failed.wait(5)
    with pytest.raises(JournalFailed):
        journal.commit()


def _copy(source: Path, target: Path) -> Path:
    target.mkdir()
    for name in ("journal.db", "journal.db-wal"):
        shutil.copy(source / name, target / name)
    return target
