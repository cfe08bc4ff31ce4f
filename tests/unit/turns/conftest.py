"""A SageMaker runtime to talk to (real HTTP, event-stream frames, every way in which a model can fail), and a night."""

import binascii
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest
from bodybroker.adapters.sagemaker import SageMakerModel, runtime_client
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldKey
from bodybroker.minds import turns
from bodybroker.models import prices, tiers
from bodybroker.models.calls import Rung
from bodybroker.ports.models import Model
from bodybroker.services.answering import AnswerDesk
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.call_model import Router
from bodybroker.services.create_world import create_world
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.open_turn import OpenDesk, RunningTurn, Utterance
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.read_history import read_history
from bodybroker.services.recording import Recorder
from bodybroker.services.switch_branch import switch_branch
from bodybroker.services.take_turn import ToldTurn, Turn, TurnDesk
from bodybroker.world import rules
from bodybroker.world.commands import Command, RobMorgue, Travel, Wait
from bodybroker.world.events import TurnSpoken
from bodybroker.world.state import Npc, State

from tests.fakes.budgets import MemoryBudgets
from tests.fakes.encounters import MemoryEncounters
from tests.fakes.event_store import MemoryEventStore
from tests.fakes.log import MemoryLog
from tests.fakes.tapes import MemoryTapes

PATIENCE_S = 20


class ModelError(Exception):
    """The container dies in the middle of a stream: an exception frame."""


class Reset(Exception):
    """The connection breaks: no frame, no last chunk, an RST."""


def _frame(headers: dict[str, str], payload: bytes) -> bytes:
    head = b"".join(
        struct.pack(">B", len(name)) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", binascii.crc32(prelude)) + head + payload
    return message + struct.pack(">I", binascii.crc32(message))


class Endpoint:
    """What the fake answers; set it before a call.

    `speech` are the steps of a line: a str is a token, bytes are a raw payload, an Event is waited for, a callable is
    called, ModelError and Reset break it off. `acts` is the answer under a schema and to what is not streamed (an
    Event is waited for); a part and a price are added where the schema asks for them. What warms gets its one token.
    `status` other than 200 refuses every call with `refusal`. `usage` is reported at the end. `requests` are the
    bodies seen; `left` is set when the listener hangs up in the middle of a stream.
    """

    def __init__(self) -> None:
        self.speech: list[object] = ["Fresh", " meat", " tonight."]
        self.acts: str | Event = json.dumps({"mood": "hungry", "feeling": "same", "act": {"do": "none"}})
        self.status = 200
        self.refusal: dict[str, object] = {"Message": "no"}
        self.usage = {"prompt_tokens": 90, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 80}}
        self.requests: list[dict[str, object]] = []
        self.left = Event()
        self.url = ""

    @property
    def lines(self) -> list[dict[str, object]]:
        """The requests for lines."""
        return [request for request in self.requests if "response_format" not in request]

    @property
    def asked(self) -> list[dict[str, object]]:
        """The requests for acts."""
        return [request for request in self.requests if "response_format" in request]

    def steps(self) -> list[object]:
        """What a stream does that answers the last request."""
        request = self.requests[-1]
        if "response_format" in request:
            return [self.acts]
        return ["Fresh"] if request["max_tokens"] == 1 else self.speech


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    endpoint: Endpoint

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self.endpoint.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        if self.endpoint.status != 200:
            self._answer(self.endpoint.status, self.endpoint.refusal, {"x-amzn-errortype": "ModelError"})
        elif self.path.endswith("-response-stream"):
            self._stream()
        else:
            if isinstance(self.endpoint.acts, Event):
                assert self.endpoint.acts.wait(PATIENCE_S)
            message = {"role": "assistant", "content": str(self.endpoint.acts)}
            self._answer(200, {"model": "tiny", "choices": [{"message": message}], "usage": self.endpoint.usage}, {})

    def _answer(self, status: int, body: object, headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"content-type": "application/json", "content-length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/vnd.amazon.eventstream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for step in self.endpoint.steps():
                self._step(step)
            self._part(b"data: " + json.dumps({"choices": [], "usage": self.endpoint.usage}).encode() + b"\n\n")
            self._part(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")
        except ModelError:
            headers = {":message-type": "exception", ":exception-type": "ModelStreamError"}
            self._chunk(_frame(headers | {":content-type": "application/json"}, b'{"Message": "container died"}'))
            self.wfile.write(b"0\r\n\r\n")
        except Reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.wfile.close()
            self.rfile.close()
            self.connection.close()
        except OSError:
            self.endpoint.left.set()
            self.close_connection = True

    def _step(self, step: object) -> None:
        if isinstance(step, type) and issubclass(step, Exception):
            raise step
        if isinstance(step, Event):
            assert step.wait(PATIENCE_S)
        elif callable(step):
            step()
        elif isinstance(step, bytes):
            self._part(step)
        else:
            chunk = json.dumps({"choices": [{"delta": {"content": step}}]})
            self._part(f"data: {chunk}\n\n".encode())

    def _part(self, payload: bytes) -> None:
        headers = {":message-type": "event", ":event-type": "PayloadPart", ":content-type": "application/octet-stream"}
        self._chunk(_frame(headers, payload))

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A connection that the test broke on purpose is no news."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    fake = Endpoint()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"endpoint": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def failures() -> dict[str, type[Exception]]:
    """The steps that break a stream off, by name."""
    return {"MODEL_ERROR": ModelError, "RESET": Reset}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """An AWS identity that can do nothing."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def model(endpoint: Endpoint, aws: None, monkeypatch: pytest.MonkeyPatch) -> SageMakerModel:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", endpoint.url)
    return SageMakerModel(runtime_client(read_timeout_s=PATIENCE_S), "gold")


TEXT = "Good evening."
PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")


class Night:
    """A night in memory: the player stands before a ghoul, with a part in the bag that the ghoul wants."""

    first_seed = 0

    def __init__(self, model: Model) -> None:
        self.store = MemoryEventStore()
        self.clock = SystemClock()
        self.log = MemoryLog()
        self.settings = turns.load()
        recorder = Recorder(self.clock)
        self.commands = CommandDesk(self.store, rules.load(), recorder)
        self.tapes = MemoryTapes()
        self.encounters = MemoryEncounters(self.store, self.tapes)
        self.hosts = EncounterDesk(self.store, self.encounters, rules.load(), self.settings, recorder)
        self.recorder = recorder
        self.models: dict[Rung, Model] = {"gold": model}
        self.budgets = MemoryBudgets()
        self._ids = count()
        self.key = self._find_trade()

    @property
    def state(self) -> State:
        loaded = self.store.load(self.key)
        assert loaded is not None
        return loaded.state

    @property
    def ghoul(self) -> Npc:
        """A ghoul that wants something that the player carries."""
        carried = {item.part for item in self.state.player.inventory.values()}
        return next(
            npc
            for npc in self.state.npcs.values()
            if npc.character.race == "ghoul" and carried & npc.character.tastes.keys()
        )

    @property
    def npc_id(self) -> EntityId:
        return self.ghoul.character.npc_id

    def router(self, **changes: dict[str, int]) -> Router:
        """The router on the night's model, with some deadlines of some jobs changed."""
        shipped = tiers.load()
        jobs = {
            name: job.model_copy(update={"deadlines_ms": job.deadlines_ms.model_copy(update=changes.get(name, {}))})
            for name, job in shipped.jobs.items()
        }
        policy = shipped.model_copy(update={"jobs": jobs})
        return Router(self.models, policy, prices.load(), self.budgets, self.recorder, self.log)

    def opening(self) -> OpenDesk:
        """The desk that opens turns."""
        return OpenDesk(self.commands, self.encounters, self.hosts, self.tapes, self.settings)

    def desk(self, **changes: dict[str, int]) -> TurnDesk:
        """The desk that takes turns, with some deadlines of some jobs changed."""
        answers = AnswerDesk(self.hosts, self.router(**changes), self.settings, self.log)
        return TurnDesk(self.commands, self.hosts, answers, self.tapes, self.settings, self.log)

    def open(
        self, text: str = TEXT, key: str = "turn-1", npc_id: EntityId | None = None, **more: Any
    ) -> Turn | ToldTurn | RunningTurn:
        """Open a turn with the ghoul, or somebody else."""
        return self.opening().open(self.key, Utterance(npc_id or self.npc_id, text, key, "free", **more))

    def leave(self) -> None:
        """A turn that was taken without its telling is over."""
        self.tapes.put_floor(self.key, self.tapes.floor(self.key).left())

    def spoken(self) -> list[TurnSpoken]:
        """The turns on record."""
        history = read_history(self.store, self.key, 0, 1000).events
        return [recorded.event for recorded in history if isinstance(recorded.event, TurnSpoken)]

    def do(self, command: Command) -> None:
        self.commands.handle(self.key, Submission(f"night-{next(self._ids)}", "", command))

    def go(self, place_id: EntityId) -> None:
        """Walk there, exit by exit."""
        ways = [(self.state.player.place_id, ())]
        for here, way in ways:
            if here == place_id:
                for step in way:
                    self.do(Travel(type="travel", place_id=step))
                return
            ways += [(out.place_id, (*way, out.place_id)) for out in self.state.places[here].site.exits]

    def rewind(self, version: int, switch: bool = True) -> None:
        branch_world(self.store, self.recorder, self.key, f"night-{next(self._ids)}", Fork(version, switch=switch))

    def switch(self, branch: BranchId) -> None:
        switch_branch(self.store, self.recorder, self.key, f"night-{next(self._ids)}", branch)

    def _find_trade(self) -> WorldKey:
        """The first seed whose first robbery brings what a ghoul of that city wants."""
        for seed in range(Night.first_seed, 100):
            self.key = create_world(
                self.store, rules.load(), self.recorder, PLAYER, f"night-{next(self._ids)}", seed, "night"
            )[0]
            morgue = next(place.site.place_id for place in self.state.places.values() if place.site.kind == "morgue")
            self.go(morgue)
            self.do(RobMorgue(type="rob_morgue", place_id=morgue))
            with suppress(StopIteration):
                haunt = self.ghoul.character.haunt_id
                while self.state.phase == "day":
                    self.do(Wait(type="wait", minutes=60))
                self.go(haunt)
                Night.first_seed = seed
                return self.key
        raise AssertionError("no seed brings a trade")


@pytest.fixture
def night(model: SageMakerModel) -> Night:
    return Night(model)
