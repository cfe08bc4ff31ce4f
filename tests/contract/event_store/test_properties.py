"""Whatever is done to a world in whatever order, with answers lost and snapshots damaged: its log stays the truth."""

from collections.abc import Callable
from typing import Any

import pytest
from bodybroker.adapters import event_rows
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.errors import Refused, Unavailable
from bodybroker.kernel.ids import BranchId
from bodybroker.services.branch_world import Fork
from bodybroker.services.read_history import read_history
from bodybroker.services.read_world import read_tree
from bodybroker.world.apply import fold
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test


class LosesAnswers:
    """DynamoDB behind a network that may lose the answer to the next transaction."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.lose = False

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            answer = getattr(self._client, operation)(**arguments)
            if self.lose and operation == "transact_write_items":
                self.lose = False
                raise ReadTimeoutError(endpoint_url="http://dynamodb")
            return answer

        return call


Line = dict[int, int | None]
"""The minute that the clock shows at each version of a branch; None where a command took several events."""


class Playing(RuleBasedStateMachine):
    """One world, and as the model of it: the line of each branch."""

    def __init__(self, dynamo: Any, game: Any, wire: LosesAnswers) -> None:
        super().__init__()
        self.dynamo, self.game, self.wire = dynamo, game, wire
        self.store = self.game.store
        self.key = self.game.begin()
        loaded = self.store.load(self.key)
        self.active = loaded.head.branch_id
        self.lines: dict[str, Line] = {self.active: {1: loaded.state.minute}}
        self.parents: dict[str, str] = {}
        self.last: tuple[str, int, int, str] | None = None

    @property
    def version(self) -> int:
        return max(self.lines[self.active])

    def note(self, branch: str, version: int, minute: int) -> None:
        line = self.lines[branch]
        line |= dict.fromkeys(range(max(line) + 1, version)) | {version: minute}

    def pick(self, share: int) -> str:
        return list(self.lines)[len(self.lines) * share // 100]

    def twice(self, act: Callable[[str], Any], lost: bool) -> Any:
        """Does something under an id of its own; where the answer is lost, once more."""
        command_id, self.wire.lose = self.game.new_id(), lost
        try:
            outcome = act(command_id)
            assert not lost
        except Unavailable:
            outcome = act(command_id)
            assert outcome.replayed
        return outcome, command_id

    @rule(minutes=st.integers(1, 30), lost=st.booleans())
    def wait(self, minutes: int, lost: bool) -> None:
        before = self.store.load(self.key).state.minute
        outcome, command_id = self.twice(lambda command_id: self.game.wait(self.key, minutes, command_id), lost)
        assert outcome.state.minute == before + minutes
        self.last = (command_id, minutes, outcome.head.version, self.active)
        self.note(self.active, outcome.head.version, outcome.state.minute)

    @rule()
    def repeat(self) -> None:
        if self.last is None:
            return
        command_id, minutes, version, branch = self.last
        if branch in self.lines:
            outcome = self.game.wait(self.key, minutes, command_id)
            assert outcome.replayed and outcome.head.version == version
        else:
            with pytest.raises(Refused, match="deleted"):
                self.game.wait(self.key, minutes, command_id)

    @rule(whose=st.integers(0, 99), share=st.integers(0, 99), switch=st.booleans(), lost=st.booleans())
    def fork(self, whose: int, share: int, switch: bool, lost: bool) -> None:
        origin = self.pick(whose)
        line = self.lines[origin]
        version = 1 + (max(line) - 1) * share // 100
        fork = Fork(version, branch_id=BranchId(origin), switch=switch)
        outcome, _ = self.twice(lambda command_id: self.game.fork(self.key, fork, command_id), lost)
        assert line[version] in (None, outcome.state.minute)
        new = outcome.head.branch_id
        self.lines[new] = {known: minute for known, minute in line.items() if known <= version}
        self.note(new, outcome.head.version, outcome.state.minute)
        self.active = new if switch else self.active

    @rule(whose=st.integers(0, 99), lost=st.booleans())
    def switch(self, whose: int, lost: bool) -> None:
        branch = self.pick(whose)
        if branch == self.active:
            return
        outcome, _ = self.twice(lambda command_id: self.game.switch(self.key, BranchId(branch), command_id), lost)
        self.active = branch
        assert outcome.head.version == self.version

    @rule(whose=st.integers(0, 99), sweeps=st.integers(0, 3))
    def delete(self, whose: int, sweeps: int) -> None:
        branch = self.pick(whose)
        has_children = any(other.parent_id == branch for other in read_tree(self.store, self.key).branches())
        if branch == self.active or has_children:
            with pytest.raises(Refused):
                self.game.delete(self.key, BranchId(branch))
            return
        self.game.delete(self.key, BranchId(branch))
        del self.lines[branch]
        for _ in range(sweeps):
            self.store.sweep(self.key, 3)

    @rule()
    def keep_snapshot(self) -> None:
        loaded = self.store.load(self.key)
        self.store.save_snapshot(self.key, loaded.head.ordinal, loaded.state)

    @rule()
    def damage_a_snapshot(self) -> None:
        loaded = self.store.load(self.key)
        row = event_rows.snapshot_row(loaded.head.ordinal, loaded.state) | {"checksum": "0" * 64}
        item = SealedRows(EnvelopeVault(self.dynamo.keys)).item({"pk": event_rows.partition(self.key), **row})
        self.dynamo.client.put_item(TableName=self.dynamo.table, Item=item)

    @invariant()
    def all_readings_agree(self) -> None:
        warm = self.store.load(self.key)
        fresh = self.dynamo.fresh().load(self.key)
        assert (fresh.head, fresh.state) == (warm.head, warm.state)
        assert warm.head.branch_id == self.active
        found = {branch.branch_id: branch for branch in read_tree(self.store, self.key).branches()}
        assert found.keys() == self.lines.keys()
        for branch, line in self.lines.items():
            history = read_history(self.store, self.key, 0, 10_000, branch_id=BranchId(branch)).events
            assert [recorded.seq for recorded in history] == list(range(1, max(line) + 1))
            reached = fold(recorded.event for recorded in history)
            assert reached.minute == line[max(line)]
            tip = found[branch].tip
            assert self.store.state_at(self.key, tip.ordinal, tip.version) == reached
            assert branch != self.active or reached == warm.state


def test_the_log_stays_the_truth(dynamo, dynamo_game):
    wire = LosesAnswers(dynamo.client)
    dynamo_game.store._client = wire
    limits = settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(lambda: Playing(dynamo, dynamo_game, wire), settings=limits)
