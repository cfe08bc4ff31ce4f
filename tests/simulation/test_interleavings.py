"""Fifty writers on one world, in any order that Hypothesis can think of: nothing is lost, nothing happens twice.

An order is drawn at every call of the store, before it and after it; those that fail shrink to few changes of turn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from bodybroker.kernel.errors import Conflict
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.create_world import create_world
from bodybroker.services.handle_command import Submission
from bodybroker.world.commands import Wait
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulation import invariants
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.ledger import Creation, Ledger, Rewind
from tests.simulation.network import Trace, Weather
from tests.simulation.processes import TABLES, Cloud, book
from tests.simulation.scheduling import Scheduler

WRITERS = 50
PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
any_order = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
orders = st.tuples(st.lists(st.integers(0, 2**16), max_size=300), st.integers(0, 2**32))


class Order(Random):
    """Turns as Hypothesis drew them; when those are used up, turns from the seed."""

    def __init__(self, drawn: list[int], seed: int) -> None:
        super().__init__(seed)
        self._drawn = drawn[::-1]

    def randrange(self, stop: int) -> int:
        return self._drawn.pop() % stop if self._drawn else super().randrange(stop)


class Race:
    """One world and everybody who wants to write to it."""

    def __init__(self, order: tuple[list[int], int]) -> None:
        entropy = Random(1).randbytes
        database = DynamoDB(TABLES)
        scheduler = Scheduler(Order(*order))
        self.cloud = Cloud(database, scheduler, Weather(Random(0), calm=True), Trace(), Random(2), entropy)
        self.cloud.keys(self.cloud.calm).create(PLAYER)
        self.ledger = Ledger()
        self.ledger.send(PLAYER, "begin", Creation(1, ""), {})
        store, recorder = self.cloud.calm_store(), self.cloud.recorder()
        self.key: WorldKey = create_world(store, book(), recorder, PLAYER, "begin", 1, "")[0]

    def write(self, command_id: str, minutes: int) -> None:
        """Wait so long in the world, however often that takes."""
        asked = Wait(type="wait", minutes=minutes)
        if command_id not in self.ledger.sent[self.key]:
            self.ledger.send(self.key, command_id, asked, {})
        self.cloud.scheduler.spawn(command_id, lambda: self._insist(Submission(command_id, f"{minutes}", asked)))

    def _insist(self, submission: Submission) -> None:
        while True:
            try:
                with self.cloud.serve("commands", PLAYER) as process:
                    process.module.desk().handle(self.key, submission)
                return
            except Conflict:
                self.cloud.scheduler.pause(0.1)

    def rewind(self, command_id: str, version: int) -> None:
        """Go back in the world, while the others write."""
        self.ledger.send(self.key, command_id, Rewind(version), {})

        def insist() -> None:
            while True:
                try:
                    with self.cloud.serve("commands", PLAYER) as process:
                        branch_world(process.store, self.cloud.recorder(), self.key, command_id, Fork(version))
                    return
                except Conflict:
                    self.cloud.scheduler.pause(0.1)

        self.cloud.scheduler.spawn(command_id, insist)

    @contextmanager
    def run(self) -> Iterator[None]:
        """Let them all write, then check all that must hold of the rows."""
        with self.cloud.listening():
            try:
                self.cloud.scheduler.run()
                yield
                invariants.check_all(self.cloud, self.ledger)
            finally:
                self.cloud.close()


@any_order
@given(order=orders, minutes=st.lists(st.integers(1, 5), min_size=WRITERS, max_size=WRITERS))
def test_fifty_writers_lose_nothing(order, minutes):
    race = Race(order)
    before = race.cloud.calm_store().load(race.key)
    for number, wait in enumerate(minutes):
        race.write(f"w{number}", wait)
    with race.run():
        after = race.cloud.calm_store().load(race.key)
        assert after.state.minute == before.state.minute + sum(minutes)


@any_order
@given(order=orders, keys=st.lists(st.integers(0, 9), min_size=WRITERS, max_size=WRITERS))
def test_fifty_writers_with_ten_keys_take_effect_ten_times(order, keys):
    race = Race(order)
    before = race.cloud.calm_store().load(race.key)
    for key in keys:
        race.write(f"k{key}", key + 1)
    with race.run():
        after = race.cloud.calm_store().load(race.key)
        assert after.state.minute == before.state.minute + sum(key + 1 for key in {*keys})


@any_order
@given(order=orders, rewinds=st.integers(1, 3))
def test_writers_and_rewinds_keep_to_their_branches(order, rewinds):
    race = Race(order)
    for number in range(WRITERS // 5):
        race.write(f"w{number}", 1)
    for number in range(rewinds):
        race.rewind(f"r{number}", 1)
    with race.run():
        assert len(race.cloud.calm_store().stretches(race.key)) == 1 + rewinds
