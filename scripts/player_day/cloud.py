"""The backend that bots play on: the real handlers and adapters over the simulated DynamoDB and KMS, without faults."""

import json
from random import Random
from typing import Any

from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.tapes_table import DynamoTapes
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import PlayerId
from bodybroker.minds import turns
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.prepare_encounter import EncounterDesk

from scripts.player_day.meter import Meter, MeteredDynamoDB
from tests.fakes.http import send
from tests.simulation.network import Trace, Weather
from tests.simulation.processes import TABLES, WORLDS, Cloud, book
from tests.simulation.scheduling import Scheduler
from tests.simulation.simulation import _passes
from tests.simulation.streams import BATCH, Stream

ENCOUNTERS = "encounters"
PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
KEY_CALLS = ("decrypt", "generate_data_key_without_plaintext")


class Refusal(Exception):
    """The API refused a request."""


class Backend:
    """One player's backend. Every request is metered, and the projector's work that follows from it too."""

    def __init__(self, seed: int, meter: Meter) -> None:
        self.meter = meter
        self.database = MeteredDynamoDB((*TABLES, ENCOUNTERS), meter)
        self.scheduler = Scheduler(Random(f"{seed}/order"))  # noqa: S311 - a simulation
        self._trace = Trace()
        weather = Weather(Random(0), calm=True)  # noqa: S311
        entropy = Random(f"{seed}/entropy").randbytes  # noqa: S311
        chance = Random(f"{seed}/processes")  # noqa: S311
        self.cloud = Cloud(self.database, self.scheduler, weather, self._trace, chance, entropy)
        self._stream = Stream(WORLDS, Random(f"{seed}/stream"))  # noqa: S311
        self._requests = 0
        self.cloud.keys(self.cloud.calm).create(PLAYER)
        self._make_desks()

    def _make_desks(self) -> None:
        """What the functions of encounters and turns work with, each with a store of its own as each is a process."""
        wire, vault, settings = self.cloud.calm, self.cloud.calm_vault, turns.load()
        self.encounters = DynamoEncounters(wire, ENCOUNTERS, WORLDS, vault)
        self.tapes = DynamoTapes(wire, ENCOUNTERS, vault, SystemClock(), settings.floor.tape_minutes)
        approaching, speaking = self.cloud.calm_store(), self.cloud.calm_store()
        recorder = self.cloud.recorder()
        self.approach = EncounterDesk(approaching, self.encounters, book(), settings, recorder)
        self.speech = EncounterDesk(speaking, self.encounters, book(), settings, recorder)
        self.commands = CommandDesk(speaking, book(), recorder, pause=self.scheduler.pause)

    def new_id(self) -> str:
        """An idempotency key."""
        self._requests += 1
        return f"request-{self._requests}"

    def request(self, function: str, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """The answer's body; raises Refusal."""
        with self.cloud.serve(function, PLAYER) as process, self.meter.at_work(function):
            reply = send(process.module.lambda_handler, method, path, body, key=key, player=PLAYER)
        self.after(function, size(body), size(reply.body))
        if reply.status >= 300:
            raise Refusal(f"{reply.status} {reply.body.get('code')}: {reply.body.get('detail')}")
        return reply.body

    def after(self, function: str, request_bytes: int, response_bytes: int) -> None:
        """Put a request's bytes and key calls on the meter, then let the stream's followers work."""
        keys = sum(self._trace.counts.pop(kind, 0) for kind in KEY_CALLS)
        self.meter.use(function, request_bytes=request_bytes, response_bytes=response_bytes, key_calls=keys)
        pending, self.database.pending = self.database.pending, []
        self._stream.changed(pending)
        for shard in self._stream.shards:
            records = [record for record in shard.records if _passes(record)]
            shard.records.clear()
            for start in range(0, len(records), BATCH):
                with self.meter.at_work("projector"):
                    self.cloud.project({"Records": records[start : start + BATCH]})
        self.database.pending = []


def size(body: Any) -> int:
    """The bytes of a JSON body."""
    return 0 if body is None else len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
