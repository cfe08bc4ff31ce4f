"""Whatever is done to a world in whatever order, with answers lost and snapshots damaged: its log stays the truth."""

from typing import Any

from bodybroker.adapters import event_rows
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.errors import Unavailable
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


class Playing(RuleBasedStateMachine):
    """One world, and as the model of it: the minute that its clock shows at each version of the active lineage."""

    def __init__(self, dynamo: Any, game: Any, wire: LosesAnswers) -> None:
        super().__init__()
        self.dynamo, self.game, self.wire = dynamo, game, wire
        self.store = self.game.store
        self.key = self.game.begin()
        self.minutes = {1: self.store.load(self.key).state.minute}
        self.last: tuple[str, int, int] | None = None

    @property
    def version(self) -> int:
        return max(self.minutes)

    def note(self, version: int, minute: int) -> None:
        """A command may take several events; only the last one's minute is known."""
        self.minutes |= dict.fromkeys(range(self.version + 1, version)) | {version: minute}

    @rule(minutes=st.integers(1, 30), lost=st.booleans())
    def wait(self, minutes: int, lost: bool) -> None:
        before = self.store.load(self.key).state.minute
        command_id, self.wire.lose = self.game.new_id(), lost
        try:
            outcome = self.game.wait(self.key, minutes, command_id)
            assert not lost
        except Unavailable:
            outcome = self.game.wait(self.key, minutes, command_id)
            assert outcome.replayed
        assert outcome.state.minute == before + minutes
        self.last = (command_id, minutes, outcome.head.version)
        self.note(outcome.head.version, outcome.state.minute)

    @rule()
    def repeat(self) -> None:
        if self.last is not None:
            command_id, minutes, version = self.last
            outcome = self.game.wait(self.key, minutes, command_id)
            assert outcome.replayed and outcome.head.version == version

    @rule(share=st.integers(0, 99))
    def rewind(self, share: int) -> None:
        version = 1 + (self.version - 1) * share // 100
        outcome = self.game.rewind(self.key, version)
        expected = self.minutes[version]
        assert expected in (None, outcome.state.minute)
        self.minutes = {known: minute for known, minute in self.minutes.items() if known <= version}
        self.note(outcome.head.version, outcome.state.minute)

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
        history = self.game.history(self.key)
        assert [recorded.seq for recorded in history] == list(range(1, self.version + 1))
        assert fold(recorded.event for recorded in history) == warm.state
        assert warm.state.minute == self.minutes[self.version]
        assert read_tree(self.store, self.key).newest.branch_id == warm.head.branch_id


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
