"""One run: a seed decides what the clients do, who runs when and what goes wrong; then everything is checked."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from random import Random
from typing import Any
from unittest.mock import patch

from bodybroker.adapters import event_rows
from bodybroker.adapters.aws import from_item
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey
from bodybroker.services import handle_command
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.world import decide, events
from bodybroker.world.beliefs.state import BeliefsState, Evidence
from bodybroker.world.events import WorldRewound
from bodybroker.world.state import State
from msgspec.structs import replace

from tests.simulation import invariants
from tests.simulation.dynamodb import Change, DynamoDB, Key, Table
from tests.simulation.ledger import Creation, Deletion, Ledger, Rewind, Switch
from tests.simulation.network import Crash, Trace, Violation, Weather
from tests.simulation.players import Client
from tests.simulation.processes import PROJECTIONS, TABLES, WORLDS, Cloud, book
from tests.simulation.records import WorldRows
from tests.simulation.scheduling import Scheduler
from tests.simulation.streams import Mapping, Stream

STALE_FOR = timedelta(seconds=1)
SKEWS = (timedelta(), timedelta(), timedelta(hours=1), -timedelta(hours=1))


@dataclass(frozen=True)
class Size:
    """How much happens in a run."""

    players: int
    devices: int
    steps: int


SHORT = Size(players=2, devices=2, steps=3)
MEDIUM = Size(players=2, devices=3, steps=10)
LONG = Size(players=3, devices=3, steps=40)
SIZES = {"short": SHORT, "medium": MEDIUM, "long": LONG}


@dataclass(frozen=True)
class Report:
    """What a run came to: its trace's digest, and how often what happened."""

    seed: int
    digest: str
    counts: dict[str, int]
    lines: list[str]


class Simulation:
    """Everything there is of one run."""

    def __init__(self, seed: int, size: Size, keep: bool = False) -> None:
        self.seed, self.size = seed, size
        self.random = self._stream("simulation")
        self.trace = Trace(keep)
        self.scheduler = Scheduler(self._stream("order"), survivable=(Crash,))
        self.weather = Weather(self._stream("weather"))
        self.stream = Stream(WORLDS, self._stream("stream"))
        self.database = DynamoDB(TABLES, self._changed, self._lags)
        entropy = self._stream("entropy").randbytes
        self.cloud = Cloud(self.database, self.scheduler, self.weather, self.trace, self._stream("processes"), entropy)
        self.ledger = Ledger()
        self.written: dict[Key, Any] = {}
        self.clients = [*self._clients()]
        self.mappings = [
            Mapping(shard, self._project, _passes, self.scheduler.pause, self._stream(f"shard {number}"), self.trace)
            for number, shard in enumerate(self.stream.shards)
        ]

    def _stream(self, name: str) -> Random:
        return Random(f"{self.seed}/{name}")

    def _clients(self) -> Iterator[Client]:
        everybody: list[list[WorldKey]] = []
        for number in range(self.size.players):
            player = PlayerId(f"01890000-0000-7000-8000-{number:012d}")
            mine: list[WorldKey] = []
            everybody.append(mine)
            self.cloud.keys(self.cloud.calm).create(player)
            for device in range(self.size.devices):
                name = f"{number}.{device}"
                rng = self._stream(f"client {name}")
                yield Client(name, player, mine, everybody, self.cloud, self.ledger, rng, self.size.steps)

    # The run

    def run(self) -> Report:
        """Play, then check; raises whatever went wrong, Violation for the most part."""
        with self.cloud.listening(), self._tuned():
            try:
                self._play()
                self._check()
            finally:
                self.cloud.close()
        return Report(self.seed, self.trace.digest, self.trace.counts, self.trace.lines)

    @contextmanager
    def _tuned(self) -> Iterator[None]:
        """Limits so low that what is rare happens often, dice from the seed; what is costly is made once."""
        choose = self.random.choice
        low = {
            "bodybroker.services.project_events.SNAPSHOT_EVERY": choose((2, 5, 50)),
            "bodybroker.adapters.event_store.PAGE": choose((2, 5, 64)),
            "bodybroker.adapters.recent_worlds.LIMIT": choose((1, 128)),
            "bodybroker.adapters.removal.BATCH": choose((2, 25)),
            "bodybroker.services.delete_branch.ROWS_PER_SWEEP": choose((3, 2000)),
        }
        with ExitStack() as stack:
            for name, value in low.items():
                stack.enter_context(patch(name, value))
            stack.enter_context(patch.object(handle_command, "randbelow", self._stream("jitter").randrange))
            stack.enter_context(patch.object(decide, "create", _created))
            stack.enter_context(patch.object(events, "decode", _decoded))
            yield

    def _play(self) -> None:
        playing = [self.scheduler.spawn(client.name, client.play) for client in self.clients]
        for mapping in self.mappings:
            self.scheduler.spawn("mapping", mapping.run)
        self.scheduler.spawn("clock", lambda: self._while(playing, self._set_clock))
        self.scheduler.spawn("rot", lambda: self._while(playing, self._rot))
        self.scheduler.spawn("rebuild", lambda: self._while(playing, self._rebuild))
        self.scheduler.spawn("end", lambda: self._end(playing))
        self.scheduler.run()

    def _while(self, playing: list[Any], act: Any) -> None:
        while not all(task.done for task in playing):
            act()
            self.scheduler.pause(self.random.random() * 2)

    def _end(self, playing: list[Any]) -> None:
        """When the clients are gone, and the requests that they gave up too, the stream drains, in the weather that is;
        it may meet a rebuild."""
        for task in playing:
            self.scheduler.join(task, 10**6)
            if self.random.random() < 0.2:
                self.scheduler.spawn("rebuilding", self.rebuild)
        names = {client.name for client in self.clients}
        while any(task.name in names for task in self.scheduler.tasks):
            self.scheduler.pause(1)
        for mapping in self.mappings:
            mapping.over = True

    # What happens besides

    def _set_clock(self) -> None:
        self.scheduler.clock.skew = self.random.choice(SKEWS)

    def _rot(self) -> None:
        """A snapshot goes bad, once in a while: a bit flips, or what was meant for another lands in its place."""
        table = self.database.tables[WORLDS]
        snapshots = [item for item in table.items() if item["sk"]["S"].endswith(event_rows.SNAPSHOT)]
        if snapshots and self.random.random() < 0.2:
            item, other = self.random.choice(snapshots), self.random.choice(snapshots)
            data = bytearray(item["sealed"]["B"])
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
            bad = bytes(data) if self.random.random() < 0.5 else other["sealed"]["B"]
            table.put((item["pk"]["S"], item["sk"]["S"]), {**item, "sealed": {"B": bad}})
            self.trace.note("rot", item["sk"]["S"])

    def _rebuild(self) -> None:
        """Somebody rebuilds everything while it moves."""
        if self.random.random() < 0.1:
            task = self.scheduler.spawn("rebuilding", self.rebuild)
            self.scheduler.join(task, 10**6)

    def rebuild(self) -> None:
        """As the state machine does: list page by page, then rebuild one world after the other, each until it works."""
        keys, cursor = list[dict[str, str]](), None
        while True:
            page = self._task({"task": "list", "cursor": cursor})
            keys += page["worlds"]
            cursor = page["cursor"]
            if cursor is None:
                break
        for key in keys:
            self._task({"task": "rebuild", **key})

    def _task(self, event: dict[str, Any]) -> dict[str, Any]:
        while True:
            with suppress(Unavailable, Crash), self.cloud.serve("rebuild") as process:
                answer: dict[str, Any] = process.module.lambda_handler(event, None)
                return answer

    def _project(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The projector's answer; None when it failed, or was given up while it was still at work."""
        task = self.scheduler.spawn("projector", lambda: self.cloud.project(event))
        impatient = self.random.random() < self.weather.impatience
        if not self.scheduler.join(task, 0.02 if impatient else 60):
            return None
        return task.result if task.error is None else None

    def _changed(self, changes: list[Change]) -> None:
        for table, key, old, new in changes:
            self.written[key] = self.scheduler.clock.instant
            if table == PROJECTIONS and new is not None:
                self._check_published(key, from_item(old or {}), from_item(new))
        self.stream.changed(changes)

    def _check_published(self, key: Key, old: dict[str, Any], row: dict[str, Any]) -> None:
        """A summary never shows what has not been committed, and the projector never sets one back."""
        owner = WorldKey(PlayerId(key[0].removeprefix("P#")), WorldId(row["sk"].removeprefix("W#")))
        head = self.database.tables[WORLDS].get((event_rows.partition(owner), event_rows.HEAD))
        if head is None or _place(row) > (int(head["ordinal"]["N"]), int(head["version"]["N"])):
            raise Violation(f"{row['sk']} is published at {row['last_seq']} before that is committed")
        task = self.scheduler.current
        if old and task is not None and task.name == "projector" and _place(row) < _place(old):
            raise Violation(f"{row['sk']} went back from {_place(old)} to {_place(row)}")

    def _lags(self, table: str, key: Key) -> bool:
        """Whether an inconsistent read meets what was there before the last write."""
        if self.weather.calm:
            return False
        young = self.scheduler.clock.instant - self.written[key] < STALE_FOR
        return young and self.random.random() < 0.5

    # The end

    def _check(self) -> None:
        self.weather.calm = True
        found = invariants.check_all(self.cloud, self.ledger)
        given_up = {pk for mapping in self.mappings for pk in mapping.given_up}
        invariants.check_projections(self.cloud, found, given_up)
        before = invariants.projected(self.cloud)
        self.rebuild()
        found = invariants.check_all(self.cloud, self.ledger)
        invariants.check_projections(self.cloud, found, set())
        after = invariants.projected(self.cloud)
        if before != after and not given_up:
            raise Violation("rebuilding the projections changes them")
        self.database.tables[PROJECTIONS] = Table()
        self.rebuild()
        if invariants.projected(self.cloud) != after:
            raise Violation("rebuilding from nothing gives something else")
        for world in [*found.values()][:1]:
            self._replay(world)

    def _replay(self, world: WorldRows) -> None:
        """Rewinding and doing the same again equals never having left."""
        assert world.head is not None
        commits = [*_commits(world)]
        cut = [number for number, commit in enumerate(commits) if number and not _is_whole(commit, world)]
        back = self.random.randrange(max(cut, default=0), len(commits))
        version = commits[back][-1].seq
        store, recorder = self.cloud.calm_store(), self.cloud.recorder()
        branch_world(store, recorder, world.key, "replay", Fork(version))
        desk = CommandDesk(store, book(), recorder)
        for number, commit in enumerate(commits[back + 1 :]):
            asked = self.ledger.sent[world.key][commit[0].command_id].asked
            if isinstance(commit[0].event, WorldRewound):
                continue
            assert not isinstance(asked, Creation | Rewind | Switch | Deletion)
            desk.handle(world.key, Submission(f"replay-{number}", "", asked))
        loaded = store.load(world.key)
        assert loaded is not None
        straight = world.state_at(world.head.ordinal, world.head.version)
        again = replace(loaded.state, version=straight.version)
        if _undated(again) != _undated(straight):
            raise Violation(f"{world.key.world}: going back to {version} and doing the same again leads elsewhere")


def _undated(state: State) -> State:
    """Without the versions that beliefs name: rewinds are events as well, so what follows one has a later version."""
    held = {
        holder: tuple(replace(belief, evidence=tuple(map(_without_version, belief.evidence))) for belief in mind)
        for holder, mind in state.beliefs.held.items()
    }
    return replace(state, beliefs=BeliefsState(held))


def _without_version(reason: Evidence) -> Evidence:
    origin = reason.origin
    return replace(reason, version=0, origin=None if origin is None else replace(origin, version=0))


def _commits(world: WorldRows) -> Iterator[list[Any]]:
    """The commands of the active lineage, oldest first."""
    assert world.head is not None
    together: list[Any] = []
    for recorded in world.lineage(world.head.ordinal):
        if together and recorded.command_id != together[0].command_id:
            yield together
            together = []
        together.append(recorded)
    yield together


def _is_whole(commit: list[Any], world: WorldRows) -> bool:
    """Whether the lineage holds the whole commit: a branch may leave in its middle."""
    return len(commit) == world.receipts[commit[0].command_id].events


def _place(summary: dict[str, Any]) -> tuple[int, int]:
    """Where a world stood when it was summarised; the newest stretch is the one that is played."""
    return summary["ordinal"], summary["last_seq"]


def _passes(record: dict[str, Any]) -> bool:
    """The event source mapping's filter."""
    sort_key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return sort_key == event_rows.HEAD or sort_key.startswith(event_rows.DELETED_FROM)


_create = lru_cache(lambda seed: tuple(_decide_create(seed, book())))
_decide_create = decide.create


_decoded = lru_cache(maxsize=4096)(events.decode)


def _created(seed: int, rules: object, difficulty: str | None = None) -> list[Any]:
    return list(_create(seed))
