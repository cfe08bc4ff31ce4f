"""The clients: they play what the views offer and some of what they refuse, they repeat, rewind, pry and give up.

A client that gets no answer sends the same command under the same key again, while the first may still be at work.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.services.handle_command import Batch, Submission
from bodybroker.world import state
from bodybroker.world.commands import CommandAdapter, RecordTurn

from tests.fakes.http import Reply, send
from tests.simulation.ledger import Creation, Deletion, Ledger, Result, Rewind, Sent, Switch
from tests.simulation.network import Violation
from tests.simulation.processes import Cloud
from tests.simulation.scheduling import Task
from tests.simulation.talk import turn

TRIES = 8
PATIENCE_S = 30.0
IMPATIENCE_S = 0.05
FOREVER_S = 1e6
FONDNESS = (1, 1, 6)
"""How much more often than others a client makes a move: what is rare in one run is common in another."""
SEEDS = 4

Job = Callable[[], Reply]


@dataclass
class Client:
    """One device of a player. It shares the player's worlds with the player's other devices."""

    name: str
    player: PlayerId
    worlds: list[WorldKey]
    everybody: list[list[WorldKey]]
    cloud: Cloud
    ledger: Ledger
    random: Random
    steps: int
    _ids: "count[int]" = field(default_factory=count)

    def play(self) -> None:
        """So many steps; afterwards the client is gone."""
        if not self.worlds:
            self._begin()
        moves = (
            (self._act, 50),
            (self._talk, 10),
            (self._batch, 5),
            (self._rewind, 6),
            (self._fork, 4),
            (self._switch, 6),
            (self._delete, 5),
            (self._repeat, 10),
            (self._reuse_key, 3),
            (self._read_history, 6),
            (self._list, 5),
            (self._pry, 3),
            (self._begin, 2),
        )
        weights = [weight * self.random.choice(FONDNESS) for _, weight in moves]
        for _ in range(self.steps):
            self.cloud.scheduler.pause(self.random.random() * 0.2)
            self.random.choices([move for move, _ in moves], weights)[0]()

    def _new_id(self) -> str:
        return f"{self.name}-{next(self._ids)}"

    # How a request travels

    def _send(self, job: Callable[[], Reply], insists: bool = False) -> tuple[Reply | None, bool]:
        """Have a request answered, asking again as often as it makes sense.

        Gives the answer, if one came, and whether no earlier try can still be at work. A stale version is an answer
        only for who `insists` on a version.
        """
        scheduler, tries = self.cloud.scheduler, list[Task]()
        for _ in range(TRIES):
            task = scheduler.spawn(self.name, job)
            patience = IMPATIENCE_S if self.random.random() < self.cloud.weather.impatience else PATIENCE_S
            settled = all(earlier.done for earlier in tries)
            tries.append(task)
            if not scheduler.join(task, patience) or task.error is not None:
                continue
            reply: Reply = task.result
            if reply.status == 503 or (reply.status == 409 and not insists):
                scheduler.pause(self.random.random())
                continue
            self.cloud.trace.note("reply", reply.status, reply.body.get("version"), reply.body.get("hash"))
            return reply, settled
        return None, False

    def _http(
        self, function: str, method: str, path: str, body: Any = None, key: str | None = None, **more: Any
    ) -> Job:
        def job() -> Reply:
            with self.cloud.serve(function, self.player) as process:
                handler = process.module.lambda_handler
                return send(handler, method, path, body, key=key, player=self.player, **more)

        return job

    def _ask(self, key: WorldKey, path: str = "", function: str = "worlds", **query: Any) -> Reply | None:
        words = {name: str(value) for name, value in query.items()} or None
        return self._send(self._http(function, "GET", f"/worlds/{key.world}{path}", query=words))[0]

    def _world(self) -> WorldKey | None:
        return self.random.choice(self.worlds) if self.worlds else None

    def _others(self) -> list[WorldKey]:
        return [key for worlds in self.everybody for key in worlds if key.player != self.player]

    # What a client does

    def _begin(self) -> None:
        asked = Creation(self.random.randrange(SEEDS), f"world of {self.name}")
        sent = self.ledger.send(self.player, self._new_id(), asked, {"seed": asked.seed, "name": asked.name})
        self._submit_creation(sent)

    def _submit_creation(self, sent: Sent) -> None:
        reply, _ = self._send(self._http("worlds", "POST", "/worlds", sent.body, sent.command_id))
        if reply is None:
            return
        _expect(reply, 201)
        sent.done(_result(reply.body))
        key = WorldKey(self.player, WorldId(reply.body["world_id"]))
        if key not in self.worlds:
            self.worlds.append(key)

    def _act(self) -> None:
        key = self._world()
        if key is None or (seen := self._look(key)) is None:
            return
        actions = seen["view"]["actions"]
        allowed = [action for action in actions if action["allowed"]]
        refused = [action for action in actions if not action["allowed"]]
        wants = refused if refused and self.random.random() < 0.1 else allowed
        body = {"command": self.random.choice(wants)["command"]}
        if self.random.random() < 0.3:
            body["expected_version"] = seen["version"]
        asked = CommandAdapter.validate_python(body["command"])
        self._submit(key, self.ledger.send(key, self._new_id(), asked, body))

    def _look(self, key: WorldKey) -> dict[str, Any] | None:
        floor = self.ledger.how_far(key)
        reply = self._ask(key)
        if reply is None:
            return None
        _expect(reply, 200)
        self.ledger.saw(key, _result(reply.body), floor)
        return dict(reply.body)

    def _submit(self, key: WorldKey, sent: Sent) -> None:
        world, command_id = f"/worlds/{key.world}", sent.command_id
        match sent.asked:
            case Rewind():
                job = self._http("branches", "POST", f"{world}/branches", sent.body, command_id)
            case Switch(branch):
                job = self._http("branches", "POST", f"{world}/branches/{branch}/activation", {}, command_id)
            case Deletion(branch):
                job = self._http("branches", "DELETE", f"{world}/branches/{branch}", None, command_id)
            case _:
                job = self._http("commands", "POST", f"{world}/commands", sent.body, command_id)
        self._settle(key, sent, *self._send(job, insists="expected_version" in sent.body))

    def _settle(self, key: WorldKey, sent: Sent, reply: Reply | None, settled: bool) -> None:
        """Note what came of a command."""
        if reply is None:
            return
        _expect(reply, 200, 201, 404, 409, 422)
        if reply.body.get("code") == "branch_deleted" and self.ledger.deletes(key):
            return
        if reply.status >= 400:
            if sent.fate == "done":
                raise Violation(f"{sent.command_id} was done and is now {reply.body['code']}")
            if settled and sent.fate == "unknown" and sent.tries == 1:
                sent.fate = "refused"
            return
        if reply.headers.get("idempotent-replayed") != "true":
            sent.carried_out += 1
            if sent.carried_out > 1:
                raise Violation(f"{sent.command_id} was carried out again")
        if isinstance(sent.asked, Deletion):
            sent.done(None)
            return
        result = _result(reply.body)
        self.ledger.saw(key, result, {})
        sent.done(result)

    def _repeat(self) -> None:
        key = self._world()
        mine = [*self.ledger.sent[self.player].values()]
        scoped = [*self.ledger.sent[key].values()] if key else []
        if not mine + scoped:
            return
        sent = self.random.choice(mine + scoped)
        if isinstance(sent.asked, Creation):
            self._submit_creation(sent)
        elif not isinstance(sent.asked, RecordTurn) and key and sent.fate != "refused":
            sent.tries += 1
            self._submit(key, sent)

    def _reuse_key(self) -> None:
        key = self._world()
        done = [sent for sent in self.ledger.sent[key].values() if sent.fate == "done"] if key else []
        if key is None or not done:
            return
        used = self.random.choice(done)
        body = {"command": {"type": "wait", "minutes": 719}}
        reply, _ = self._send(self._http("commands", "POST", f"/worlds/{key.world}/commands", body, used.command_id))
        if reply is not None and (reply.status, reply.body.get("code")) != (422, "idempotency_key_reused"):
            raise Violation(f"another request under the key {used.command_id} was answered by {reply.status}")

    def _rewind(self) -> None:
        key = self._world()
        if key is None or (seen := self._look(key)) is None:
            return
        asked = Rewind(self.random.randint(1, seen["version"] + 1))
        body = {"at_version": asked.at_version, "name": ""}
        self._submit(key, self.ledger.send(key, self._new_id(), asked, body))

    def _fork(self) -> None:
        """A branch of any branch, which the world need not go on with."""
        if (found := self._branches()) is None:
            return
        key, branches = found
        branch = self.random.choice(branches)
        asked = Rewind(self.random.randint(1, branch["version"] + 1))
        switch = self.random.random() < 0.5
        body = {"at_version": asked.at_version, "branch": branch["branch_id"], "switch": switch}
        self._submit(key, self.ledger.send(key, self._new_id(), asked, body))

    def _switch(self) -> None:
        if (found := self._branches()) is not None:
            key, branches = found
            asked = Switch(self.random.choice(branches)["branch_id"])
            self._submit(key, self.ledger.send(key, self._new_id(), asked, {}))

    def _delete(self) -> None:
        if (found := self._branches()) is not None:
            key, branches = found
            parents = {branch["parent_id"] for branch in branches}
            leaves = [branch for branch in branches if not branch["active"] and branch["branch_id"] not in parents]
            branch = self.random.choice(leaves or branches)
            sent = self.ledger.send(key, self._new_id(), Deletion(branch["branch_id"]), {})
            rival = self.cloud.scheduler.spawn(self.name, lambda: self._build_on(key, branch))
            self._submit(key, sent)
            self.cloud.scheduler.join(rival, FOREVER_S)

    def _build_on(self, key: WorldKey, branch: dict[str, Any]) -> None:
        """What a deletion may meet: half of the time somebody wants that very branch."""
        if self.random.random() < 0.5:
            body = {"at_version": branch["version"], "branch": branch["branch_id"], "switch": True}
            self._submit(key, self.ledger.send(key, self._new_id(), Rewind(branch["version"]), body))

    def _branches(self) -> tuple[WorldKey, list[dict[str, Any]]] | None:
        """A world and its branches."""
        key = self._world()
        if key is None:
            return None
        gone = self.ledger.deleted(key)
        reply, _ = self._send(self._http("branches", "GET", f"/worlds/{key.world}/branches"))
        if reply is None:
            return None
        _expect(reply, 200)
        if gone & {branch["branch_id"] for branch in reply.body["branches"]}:
            raise Violation(f"{key.world} lists branches that were deleted")
        if sum(branch["active"] for branch in reply.body["branches"]) != 1:
            raise Violation(f"{key.world} is not on one branch: {reply.body}")
        return key, reply.body["branches"]

    def _batch(self) -> None:
        """Commands that stand or fall together."""
        key = self._world()
        if key is None or (seen := self._look(key)) is None:
            return
        allowed = [action["command"] for action in seen["view"]["actions"] if action["allowed"]]
        body = {"commands": [self.random.choice(allowed) for _ in range(self.random.randint(1, 4))]}
        asked = Batch(tuple(map(CommandAdapter.validate_python, body["commands"])))
        self._submit(key, self.ledger.send(key, self._new_id(), asked, body))

    def _talk(self) -> None:
        """A turn, as its service records it: the door of turns streams, and is tested on its own."""
        key = self._world()
        if key is None:
            return
        command_id = self._new_id()
        loaded = self.cloud.calm_store().load(key)
        assert loaded is not None
        asked = turn(loaded.state, self.random)
        sent = self.ledger.send(key, command_id, asked, {})
        submission = Submission(command_id, digest({"turn": command_id}), asked)

        def job() -> Reply:
            with self.cloud.serve("commands", self.player) as process:
                try:
                    outcome = process.module.desk().handle(key, submission)
                except BrokerError as error:
                    return Reply(error.status, {"code": error.code}, {})
                head, headers = outcome.head, {"idempotent-replayed": "true"} if outcome.replayed else {}
                seen = {"branch_id": head.branch_id, "version": head.version, "hash": state.hash(outcome.state)}
                return Reply(200, seen, headers)

        self._settle(key, sent, *self._send(job))

    def _read_history(self) -> None:
        key = self._world()
        if key is None:
            return
        after = self.random.choice((0, 0, 3, 10))
        reply = self._ask(key, "/events", function="history", after=after, limit=self.random.choice((2, 7, 500)))
        if reply is not None:
            _expect(reply, 200)
            found = [event["seq"] for event in reply.body["events"]]
            if found != list(range(after + 1, after + 1 + len(found))):
                raise Violation(f"the history after {after} of {key.world} is {found}")

    def _list(self) -> None:
        reply, _ = self._send(self._http("worlds", "GET", "/worlds", query={"limit": "100"}))
        if reply is not None:
            _expect(reply, 200)
            theirs = {key.world for key in self._others()}
            if theirs & {world["world_id"] for world in reply.body["worlds"]}:
                raise Violation(f"{self.player} is shown the worlds of others")

    def _pry(self) -> None:
        """Another player's world does not exist, whatever is asked of it."""
        theirs = self._others()
        if not theirs:
            return
        world = self.random.choice(theirs).world
        wait = {"command": {"type": "wait", "minutes": 1}}
        tries = (
            self._http("worlds", "GET", f"/worlds/{world}"),
            self._http("history", "GET", f"/worlds/{world}/events"),
            self._http("branches", "GET", f"/worlds/{world}/branches"),
            self._http("commands", "POST", f"/worlds/{world}/commands", wait, self._new_id()),
            self._http("branches", "POST", f"/worlds/{world}/branches", {"at_version": 1}, self._new_id()),
        )
        reply, _ = self._send(self.random.choice(tries))
        if reply is not None and reply.status != 404:
            raise Violation(f"{self.player} asked for another's world and got {reply.status}")


def _expect(reply: Reply, *statuses: int) -> None:
    if reply.status not in statuses:
        raise Violation(f"answered {reply.status} {reply.body}, expected {statuses}")


def _result(body: dict[str, Any]) -> Result:
    return Result(body["branch_id"], body["version"], body["hash"])
