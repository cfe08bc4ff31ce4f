"""What must be true of the backend, whatever happened: checked on the raw rows and against what the clients know."""

from dataclasses import asdict
from typing import Any

import msgspec
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.kernel.json import canonical
from bodybroker.ports.worlds import Loaded, Receipt
from bodybroker.services.handle_command import Batch
from bodybroker.services.project_events import summarise
from bodybroker.world import branches, decide, events, ledger, state
from bodybroker.world.apply import fold
from bodybroker.world.branches import Point
from bodybroker.world.events import Event, Recorded, WorldRewound
from bodybroker.world.state import State

from tests.simulation.bonds import check_bonds
from tests.simulation.ledger import Creation, Deletion, Ledger, Rewind, Sent, Switch
from tests.simulation.network import Violation
from tests.simulation.processes import PROJECTIONS, WORLDS, Cloud, book
from tests.simulation.records import WorldRows, beginnings, worlds


def check_all(cloud: Cloud, known: Ledger) -> dict[WorldKey, WorldRows]:
    """Check everything but the projections; gives what was read."""
    found = worlds(cloud.database.tables[WORLDS], SealedRows(cloud.calm_vault))
    for world in found.values():
        world.fold()
        check_rows(world)
        check_commits(world, known)
        check_loads(world, cloud)
        for ordinal in world.stretches:
            reached = world.state_at(ordinal, world.end(ordinal))
            check_state(reached, world)
            check_bonds(reached, world.lineage(ordinal))
    check_beginnings(cloud, known, found)
    check_ledger(known, found)
    return found


def check_rows(world: WorldRows) -> None:
    """The head stands at the end of the newest stretch, each other ends where it was left; every event is there once,
    and every snapshot is what the fold gives."""
    head, name = world.head, world.key.world
    newest = max(world.stretches)
    _must(head is not None and head.ordinal == newest, f"{name} stands at {head}, its newest stretch is {newest}")
    assert head is not None
    stood, end = (head.branch_id, head.version), (world.stretches[newest].branch_id, world.end(newest))
    _must(stood == end, f"{name} stands at {stood}, its newest stretch ends at {end}")
    for ordinal, stretch in world.stretches.items():
        tip = None if ordinal == newest else world.end(ordinal)
        _must(stretch.tip == tip, f"{name}: stretch {ordinal} was left at {stretch.tip}, it ends at {tip}")
    ids = [recorded.event_id for log in world.events.values() for recorded in log]
    _must(len({*ids}) == len(ids), f"{name} has an event twice")
    for (ordinal, version), snapshot in world.snapshots.items():
        _must(snapshot == world.state_at(ordinal, version), f"{name}: a wrong snapshot of {ordinal} at {version}")


def check_commits(world: WorldRows, known: Ledger) -> None:
    """Every command in the log was sent, took effect once, and had the effect that the rules give it there."""
    seen: set[str] = set()
    for ordinal, commit in world.commits():
        command_id = commit[0].command_id
        where = f"{world.key.world}: {command_id} on stretch {ordinal}"
        _must(command_id not in seen, f"{where} took effect twice")
        seen.add(command_id)
        scope = world.key.player if commit[0].seq == 1 else world.key
        sent = known.sent[scope].get(command_id)
        _must(sent is not None, f"{where} was never sent")
        assert sent is not None
        insisted = sent.body.get("expected_version", commit[0].seq - 1)
        _must(insisted == commit[0].seq - 1, f"{where} insisted on version {insisted}, it followed {commit[0].seq - 1}")
        expected = [events.encode(event) for event in _decide_again(world, ordinal, commit, sent)]
        _must(expected == [events.encode(recorded.event) for recorded in commit], f"{where} did not do what it should")
        if scope == world.key:
            receipt = world.receipts.get(command_id)
            done = receipt and (receipt.ordinal, receipt.version, receipt.events)
            _must(done == (ordinal, commit[-1].seq, len(commit)), f"{where} has the receipt {receipt}")
    kept = [found for found in world.receipts.values() if found.events and found.ordinal in world.stretches]
    orphans = {found.command_id for found in kept} - seen
    _must(not orphans, f"{world.key.world}: receipts without events {orphans}")


def _decide_again(world: WorldRows, ordinal: int, commit: list[Recorded], sent: Sent) -> list[Event]:
    """What the command of a commit brings about on the state on which it was committed."""
    if isinstance(sent.asked, Creation):
        return decide.create(sent.asked.seed, book())
    if isinstance(sent.asked, Rewind):
        rewound = commit[0].event
        assert isinstance(rewound, WorldRewound)
        left = world.stretches.get(ordinal - 1)
        active = rewound.from_branch if left is None else left.branch_id
        origin = sent.body.get("branch", active)
        return [WorldRewound(origin, rewound.from_version, sent.asked.at_version)]
    assert not isinstance(sent.asked, Switch | Deletion)
    asked = sent.asked.commands if isinstance(sent.asked, Batch) else (sent.asked,)
    now, decided = world.state_at(ordinal, commit[0].seq - 1), list[Event]()
    for command in asked:
        made = decide.decide(now, command, book())
        now, decided = fold(made, now), decided + made
    return decided


def check_loads(world: WorldRows, cloud: Cloud) -> None:
    """A new process, and every process that has the world in its cache, load what the log says; so does the history."""
    assert world.head is not None
    truth = world.state_at(world.head.ordinal, world.head.version)
    fresh = cloud.calm_store()
    for store in (fresh, *(process.store for process in cloud.processes)):
        loaded = store.load(world.key)
        assert isinstance(loaded, Loaded)
        _must(loaded.head == world.head, f"{world.key.world} loads at {loaded.head}, it stands at {world.head}")
        _must(state.encode(loaded.state) == state.encode(truth), f"{world.key.world} loads as another state")
    stretches = fresh.stretches(world.key)
    _must([*stretches] == [found for _, found in sorted(world.stretches.items())], "other stretches")
    for ordinal in world.stretches:
        pieces = branches.lineage(stretches, Point(ordinal, world.end(ordinal)))
        history = fresh.history(world.key, pieces, 0, 100_000)
        _must([*history] == world.lineage(ordinal), f"{world.key.world}: the history of {ordinal} is another's")
    for ordinal, states in world.states.items():
        for version in [*states][:: max(1, len(states) // 3)]:
            found = fresh.state_at(world.key, ordinal, version)
            _must(found == states[version], f"{world.key.world}: another state of {ordinal} at {version}")


def check_state(now: State, world: WorldRows) -> None:
    """Money neither comes nor goes, and every item is in one place."""
    begun = world.state_at(0, 1)
    _must(ledger.money_cents(now) == ledger.money_cents(begun), f"{world.key.world}: money came or went")
    _must(now.player.money_cents >= 0, f"{world.key.world}: the player owes money")
    items = [item.item_id for item in ledger.items(now)]
    _must(len({*items}) == len(items), f"{world.key.world}: an item is in two places")
    nowhere = {item.item_id for item in _items(now)} - {*items}
    _must(not nowhere, f"{world.key.world}: the ledger of items leaves out {nowhere}")


def _items(value: Any) -> list[Item]:
    """Every item anywhere in a value."""
    if isinstance(value, Item):
        return [value]
    if isinstance(value, msgspec.Struct):
        value = [getattr(value, name) for name in value.__struct_fields__]
    elif isinstance(value, dict):
        value = [*value.values()]
    elif not isinstance(value, tuple | list):
        return []
    return [item for member in value for item in _items(member)]


def check_beginnings(cloud: Cloud, known: Ledger, found: dict[WorldKey, WorldRows]) -> None:
    """One command began one world."""
    receipts = beginnings(cloud.database.tables[WORLDS], SealedRows(cloud.calm_vault))
    begun = {(key.player, world.events[0][0].command_id): key.world for key, world in found.items()}
    _must(len(begun) == len(found), "one command began two worlds")
    _must({scope: receipt.world for scope, receipt in receipts.items()} == begun, "worlds without a receipt")
    for scope, sent in known.all():
        if isinstance(sent.asked, Creation):
            assert isinstance(scope, str)
            there = (PlayerId(scope), sent.command_id) in begun
            _must(there or sent.fate != "done", f"{sent.command_id} began a world that is not there")


def check_ledger(known: Ledger, found: dict[WorldKey, WorldRows]) -> None:
    """What was acknowledged is there as it was acknowledged; what was refused is not."""
    for scope, sent in known.all():
        if isinstance(scope, WorldKey):
            world = found[scope]
            receipt = world.receipts.get(sent.command_id)
            _must(receipt is None or sent.fate != "refused", f"{sent.command_id} was refused and took effect")
            if sent.fate == "done":
                _must(receipt is not None, f"{sent.command_id} was acknowledged and is lost")
            if isinstance(sent.asked, Deletion) and sent.fate == "done":
                _must(sent.asked.branch_id in world.deleted, f"{sent.command_id} deleted a branch that is there")
            if sent.result is not None and receipt is not None:
                _check_result(sent, receipt, world)


def _check_result(sent: Sent, receipt: Receipt, world: WorldRows) -> None:
    """What was told is what is stored, unless it was deleted with its branch."""
    stretch = world.stretches.get(receipt.ordinal)
    if stretch is None:
        return
    stored = (stretch.branch_id, receipt.version, state.hash(world.state_at(receipt.ordinal, receipt.version)))
    assert sent.result is not None
    told = (sent.result.branch_id, sent.result.version, sent.result.hash)
    _must(stored == told, f"{sent.command_id} was told {told}, stored is {stored}")


def projected(cloud: Cloud) -> bytes:
    """The whole table of projections."""
    sealed = SealedRows(cloud.calm_vault)
    return canonical([sealed.row(item) for item in cloud.database.tables[PROJECTIONS].items()])


def check_projections(cloud: Cloud, found: dict[WorldKey, WorldRows], but: set[str]) -> None:
    """Every summary is that of the log, except in the partitions that the stream has given up."""
    table = cloud.database.tables[PROJECTIONS]
    for key, world in found.items():
        assert world.head is not None
        item = table.get((f"P#{key.player}", f"W#{key.world}"))
        if item is None or f"W#{key.player}#{key.world}" in but:
            _must(item is not None or bool(but), f"{key.world} is not projected")
            continue
        _must(not world.doomed, f"{key.world}: of deleted branches is left {world.doomed}")
        now = world.state_at(world.head.ordinal, world.head.version)
        summary = asdict(summarise(key.world, Loaded(world.head, now, 0)))
        row = {
            name: value for name, value in SealedRows(cloud.calm_vault).row(item).items() if name not in ("pk", "sk")
        }
        _must(row == summary, f"{key.world} is projected as {row}, it is {summary}")


def _must(true: bool, otherwise: str) -> None:
    if not true:
        raise Violation(otherwise)
