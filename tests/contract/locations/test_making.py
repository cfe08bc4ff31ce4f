"""A place is made on DynamoDB by many processes at once, as the state machine has it made."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from bodybroker.adapters.content_cache_table import DynamoContentCache
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.locations_table import DynamoLocations
from bodybroker.generation.jobs import Job
from bodybroker.kernel.clock import SystemClock

from tests.fakes.log import MemoryLog
from tests.fakes.vault import memory_vault
from tests.unit.locations.conftest import Night

AT_ONCE = 20
"""Entities that are described at a time: more than a place usually has in a wave."""


@pytest.fixture
def night(aws_client: Callable[[str], Any], make_table: Callable[[], str]) -> Night:
    client, vault, clock = aws_client("dynamodb"), memory_vault(), SystemClock()
    night = Night(
        entities=AT_ONCE,
        pause=time.sleep,
        clock=clock,
        worlds=DynamoEventStore(client, make_table(), clock, MemoryLog(), vault),
        locations=DynamoLocations(client, make_table(), vault, clock),
        cache=DynamoContentCache(client, make_table(), vault, clock, timedelta(days=1)),
    )
    return night


def side_by_side(task: Callable[[str], Any], names: Sequence[str]) -> list[Any]:
    with ThreadPoolExecutor(AT_ONCE) as many:
        return [*many.map(task, names)]


def carry_out(night: Night, job: Job, times: int = 1) -> Job:
    """As the state machine does, with every task `times` times at once."""
    waves, attempt = night.locations.brief(night.key, job.job_id).waves, 1
    while True:
        for wave in waves:
            side_by_side(
                lambda name, n=attempt: night.customizer.customize(night.key, job.job_id, name, n), [*wave] * times
            )
        checked = night.checker.check(night.key, job.job_id, attempt)
        if checked.verdict != "again":
            return side_by_side(lambda _: night.committer.commit(night.key, job.job_id), [""] * times)[-1]
        waves, attempt = (checked.entities,), checked.attempt


def test_many_describe_one_place_at_once(night):
    job = carry_out(night, night.ask("hospital").job)
    assert job.status == "done"
    described = [step for step in job.steps if step.type == "described" and step.attempt == 1]
    assert len(described) == len({step.entity for step in described}) == job.entities
    found = night.reader.find(night.key, night.place("hospital"))
    assert found.settled.digest == job.digest
    assert night.reader.explain(night.key, night.place("hospital")).layout == "same"


def test_a_machine_that_runs_twice_makes_one_place_for_the_money_of_one(night):
    job = carry_out(night, night.ask("morgue").job, times=2)
    assert job.status == "done"
    assert len(night.settled()) == 1
    charged = [entry.call_id for entry in night.budgets.entries if entry.charged_nanodollars]
    assert len(charged) == len(set(charged))
    assert [step.seq for step in job.steps] == [*range(1, len(job.steps) + 1)]
    kinds = [(step.type, step.entity, step.attempt) for step in job.steps]
    assert len(kinds) == len(set(kinds))
