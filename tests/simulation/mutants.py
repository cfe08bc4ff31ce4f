"""`make mutants`: every planted bug must be caught by the simulation. One line per bug; exit 1 when one survives."""

import argparse
import sys
import time
from itertools import count

from tests.simulation.planting import Mutant, mutant, planted
from tests.simulation.simulation import MEDIUM, Simulation

STORE = "adapters.event_store:DynamoEventStore"
DESK = "services.handle_command:CommandDesk"
LIMIT_S = 240.0

MUTANTS = (
    mutant(
        "drop the idempotency row",
        (
            f"{STORE}._actions",
            "commit.receipt, self",
            "replace(commit.receipt, command_id=self._clock.now().isoformat()), self",
        ),
    ),
    mutant(
        "skip the head check",
        (
            f"{STORE}._put_head",
            "ordinal = :ordinal AND version = :version",
            "ordinal <> :ordinal OR version <= :version",
        ),
    ),
    mutant(
        "append over what is there",
        (
            f"{STORE}._put_head",
            "ordinal = :ordinal AND version = :version",
            "ordinal <= :ordinal OR version <> :version",
        ),
        (f"{STORE}._put", '"attribute_not_exists(pk)"', '"attribute_not_exists(payload_hash)"'),
    ),
    mutant(
        "commit in pieces",
        (
            f"{STORE}.commit",
            "self._client.transact_write_items(TransactItems=list(self._actions(key, commit)))",
            "[self._client.transact_write_items(TransactItems=part) for part in "
            "(lambda actions: (actions[:2], actions[2:]))(list(self._actions(key, commit)))]",
        ),
    ),
    mutant(
        "publish before commit",
        (
            "services.create_world:create_world",
            "    try:\n        store.commit(",
            "    from bodybroker.services.project_events import summarise\n"
            "    from bodybroker.ports.worlds import Loaded\n"
            "    from bodybroker.adapters.projections import DynamoProjections\n"
            "    early = summarise(key.world, Loaded(head, state, 0))\n"
            "    DynamoProjections(store._client, 'projections', store._vault).put(player, early)\n"
            "    try:\n        store.commit(",
        ),
    ),
    mutant(
        "trust the order of the stream",
        (
            "adapters.projections:DynamoProjections.put",
            'newer = "attribute_not_exists(pk) OR ordinal < :ordinal OR (ordinal = :ordinal AND last_seq < :last_seq)"',
            'newer = "attribute_not_exists(pk) OR ordinal <= :ordinal OR last_seq <> :last_seq"',
        ),
    ),
    mutant(
        "rebuild without a second look",
        ("services.rebuild_projections:rebuild_world", "newest.head == loaded.head", "True"),
    ),
    mutant("forget the branch in the cache", (f"{STORE}._advance", "head.ordinal != recent.head.ordinal", "False")),
    mutant("forget the branch in a query", (f"{STORE}._fold", "rows.ordinal_of(row) != ordinal", "False")),
    mutant(
        "a lineage off by one",
        ("world.branches:lineage", "min(up_to, stretch.forked_at)", "min(up_to, stretch.forked_at + 1)"),
    ),
    mutant("fold the parent to its end", (f"{STORE}._fold_parent", 'min(version, row["forked_at"])', "version")),
    mutant(
        "a snapshot from a stale fold",
        (
            "services.project_events:project_world",
            "loaded.head.ordinal, loaded.state)",
            "loaded.head.ordinal, "
            "__import__('msgspec').structs.replace(loaded.state, version=store.load(key).head.version))",
        ),
    ),
    mutant("read the log eventually", (f"{STORE}._query", '"ConsistentRead": True', '"ConsistentRead": False')),
    mutant("stop at the first page", (f"{STORE}._query", 'if "LastEvaluatedKey" not in page', "if True")),
    mutant(
        "forget the tenant", ("adapters.event_rows:partition", "{key.player}", "01890000-0000-7000-8000-000000000000")
    ),
    mutant(
        "list everybody's worlds",
        ("adapters.projections:_row", '"pk": f"P#{player}"', '"pk": "P#all"'),
        ("adapters.projections:DynamoProjections.list_worlds", 'f"P#{player}"', '"P#all"'),
    ),
    mutant(
        "retry under a new id",
        (
            f"{DESK}.handle",
            "except Contended:\n",
            "except Contended:\n            submission = replace(submission, command_id=f'{submission.command_id}x')\n",
        ),
    ),
    mutant(
        "send the old decision again",
        (
            f"{DESK}.handle",
            "loaded = read_world(self.store, key)\n",
            "loaded = read_world(self.store, key)\n"
            "        first = loaded.state if attempt == 0 else first\n"
            "        old = __import__('msgspec').structs.replace(first, version=loaded.head.version)\n"
            "        loaded = replace(loaded, state=old)\n",
        ),
    ),
    mutant(
        "repeat whatever has the key",
        ("services.recording:same_payload", "receipt.payload_hash != payload_hash", "False"),
    ),
    mutant("forget what was done when refusing", (f"{DESK}._raise_if_repeated", "receipt is not None", "False")),
    mutant(
        "take an outage for success",
        (
            "adapters.aws:outages",
            'raise Unavailable(f"{system} does not answer; try again.") from error\n    ',
            "return\n    ",
        ),
    ),
    mutant(
        "rewind the wrong branch",
        ("services.branch_world:_plan", "parent = branches.home(tree.stretches, at).ordinal", "parent = 0"),
    ),
    mutant(
        "build on a deleted branch",
        (f"{STORE}._not_deleted", "attribute_not_exists", "attribute_not_exists(sk) OR attribute_exists"),
    ),
    mutant("leave a stretch open", ("services.change_branches:left", "tip=tree.here.version", "tip=tree.newest.tip")),
    mutant(
        "list what was deleted",
        (f"{STORE}.stretches", 'if row["branch_id"] not in deleted', "if not rows.is_deletion(row)"),
    ),
    mutant(
        "sweep the wrong stretch", ("adapters.event_rows:ranges_of_stretch", '{"sk": stretch})', '{"sk": stretch}) + 1')
    ),
    mutant(
        "switch to an old state",
        ("services.switch_branch:switch_branch", "read_state(store, key, branch.tip), now", "tree.loaded.state, now"),
    ),
    mutant(
        "half a batch",
        (f"{DESK}._decide", "raise\n", "if decided:\n                return decided\n            raise\n"),
    ),
    mutant("begin a world per try", (f"{STORE}._actions", 'f"P#{key.player}" if commit.before is None else pk', "pk")),
    mutant(
        "swallow what fails in the projector",
        (
            "services.project_events:project_world",
            "except Shredded:\n        pass",
            "except Exception:\n        return False",
        ),
    ),
    mutant(
        "seal rows without their place",
        (
            "adapters.sealed_rows:_place",
            "[(name, plain[name]) for name in sorted(plain) if plain[name] is not None]",
            "[]",
        ),
    ),
    mutant(
        "insist on no version",
        (f"{DESK}._carry_out", "submission.expected_version not in (None, head.version)", "False"),
    ),
)


def hunt(bug: Mutant, limit_s: float = LIMIT_S) -> tuple[int, str] | None:
    """The first seed under which the bug shows, and what shows; None when it survives for so many seconds of CPU."""
    begun = time.process_time()
    with planted(bug):
        for seed in count():
            try:
                Simulation(seed, MEDIUM).run()
            except Exception as caught:  # any failure is a catch: a planted bug may break an assertion deep inside
                return seed, f"{type(caught).__name__}: {caught}".splitlines()[0]
            if time.process_time() - begun > limit_s:
                return None
    raise AssertionError("seeds do not end")


def main() -> int:
    """Hunt every mutant, or those whose names contain a given word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word", nargs="?", default="")
    survivors = 0
    wanted = [bug for bug in MUTANTS if parser.parse_args().word in bug.name]
    print(f"{'planted bug':<38}{'seed':>5}{'s':>7}  caught as")
    for bug in wanted:
        begun = time.process_time()
        found = hunt(bug)
        seconds = time.process_time() - begun
        survivors += found is None
        seed, how = found or ("-", "SURVIVES")
        print(f"{bug.name:<38}{seed:>5}{seconds:>7.1f}  {how[:110]}", flush=True)
    print(f"{len(wanted) - survivors} of {len(wanted)} caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
