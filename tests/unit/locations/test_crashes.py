"""Whatever process dies at whatever write: who carries on makes the same place, once, for the same money."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from bodybroker.generation.jobs import Job

from tests.unit.locations.conftest import Night

KIND = "street"
"""The quickest to lay out."""

WRITES = {
    "worlds": {"commit"},
    "locations": {"add_job", "replace_job", "answer", "judge", "make_current", "put_document"},
    "budgets": {"reserve", "settle"},
    "outbox": {"send"},
    "pipeline": {"start"},
}


class Crash(Exception):
    """The process is gone."""


class Fuse:
    """Burns at the `at`-th write, `before` or after it is done, and then never again."""

    def __init__(self, at: int, *, before: bool) -> None:
        self.left, self.before = at, before
        self.seen: Counter[str] = Counter()

    def write(self, name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*given: Any, **named: Any) -> Any:
            self.left -= 1
            self.seen[name] += 1
            if self.left == 0 and self.before:
                raise Crash(name)
            done = write(*given, **named)
            if self.left == 0:
                raise Crash(name)
            return done

        return written


class Wired:
    """A part whose writes pass through a fuse."""

    def __init__(self, part: Any, writes: set[str], fuse: Fuse) -> None:
        self._part, self._writes, self._fuse = part, writes, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        return self._fuse.write(name, found) if name in self._writes else found


def again(task: Callable[..., Any], *given: Any) -> Any:
    """As who asked would: what died is asked for once more."""
    try:
        return task(*given)
    except Crash:
        return task(*given)


def live(fuse: Fuse | None) -> tuple[Night, Job]:
    """One place from the wish to the end, with every part behind the fuse."""
    night = Night(entities=3)
    if fuse is not None:
        for part, writes in WRITES.items():
            setattr(night, part, Wired(getattr(night, part), writes, fuse))
    job = again(night.ask, KIND).job
    waves, attempt = night.locations.brief(night.key, job.job_id).waves, 1
    while True:
        for entity in (entity for wave in waves for entity in wave):
            again(night.customizer.customize, night.key, job.job_id, entity, attempt)
        checked = again(night.checker.check, night.key, job.job_id, attempt)
        if checked.verdict != "again":
            break
        waves, attempt = (checked.entities,), checked.attempt
    return night, again(night.committer.commit, night.key, job.job_id)


def summary(night: Night, job: Job) -> dict[str, Any]:
    """All that must be the same: ids and times are not among it."""
    events = [recorded.event for recorded in night.history()]
    return {
        "status": job.status,
        "document": night.reader.find(night.key, night.place(KIND)).document,
        "settled": len(night.settled()),
        "events": [type(event).__name__ for event in events[1:]],
        "steps": [(step.seq, step.type, step.entity, step.source) for step in job.steps],
        "charged": sum(entry.charged_nanodollars for entry in night.budgets.entries),
        "told": {notice.event_id.split(".")[1] for notice in night.outbox.sent},
        "open": dict(night.budgets.open),
        "layout": night.reader.explain(night.key, night.place(KIND)).layout,
    }


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return summary(*live(None))


def test_every_kind_of_write_is_met():
    fuse = Fuse(10**6, before=False)
    live(fuse)
    assert fuse.seen.keys() == set().union(*WRITES.values())


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_crash_at_any_write_changes_nothing(undisturbed, before):
    at = 0
    while True:
        at += 1
        fuse = Fuse(at, before=before)
        night, job = live(fuse)
        if fuse.left > 0:
            break
        told = summary(night, job)
        assert told == undisturbed, f"write {at} ({'before' if before else 'after'})"
        assert [each.event_id for each in night.outbox.sent].count(f"{job.job_id}.done") <= 2
    assert at > 20
