"""A game in progress: the last view of the world, and everything one can do with it through the API."""

import time
from collections.abc import Callable
from typing import Any

from play.client import ApiError, Client
from play.sse import ServerEvent
from play.summary import Turn

Json = dict[str, Any]
MAX_CONFLICTS = 5


class CannotDo(Exception):
    """The night asks for something that the world does not allow; the message says why."""


class Game:
    """One world of one player. `on_event` is told of every streamed event of a turn as it arrives; `people` are NPCs
    that the player has seen, by their ids."""

    def __init__(
        self, client: Client, world: Json, on_event: Callable[[ServerEvent], None] = lambda event: None
    ) -> None:
        self.client = client
        self.world = world
        self.on_event = on_event
        self.people: dict[str, Json] = {}

    @property
    def id(self) -> str:
        return str(self.world["world_id"])

    @property
    def version(self) -> int:
        return int(self.world["version"])

    @property
    def view(self) -> Json:
        return dict(self.world["view"])

    def look(self) -> Json:
        self.world = self.client.world(self.id)
        self._notice()
        return self.view

    def command(self, command: Json) -> list[Json]:
        """Send a command against the version last seen; after a conflict look again and retry. The new events."""
        for _ in range(MAX_CONFLICTS):
            try:
                answer = self.client.command(self.id, command, self.version)
            except ApiError as error:
                if error.status != 409:
                    raise
                self.look()
                continue
            self.world |= answer
            self._notice()
            return list(answer["events"])
        raise CannotDo(f"{command['type']}: the world kept changing")

    def action(self, kind: str, **wanted: str) -> Json:
        """The first command of this type that matches and is allowed now; CannotDo gives the rules' reasons."""
        reasons = list[str]()
        for action in self.view["actions"]:
            command = action["command"]
            if command["type"] != kind or any(command.get(key) != value for key, value in wanted.items()):
                continue
            if action["allowed"]:
                return dict(command)
            reasons.append(action["reason"])
        raise CannotDo(f"{kind} {wanted or ''}: {'; '.join(reasons) or 'there is no such thing here'}")

    def npc(self, race: str, ready_for: str = "") -> Json:
        """The first NPC of this race who is here, before all one with whom a command of type `ready_for` is allowed."""
        here = [npc for npc in self.view["npcs"] if npc["race"] == race]
        if not here:
            raise CannotDo(f"there is no {race} here")
        allowed = [action["command"] for action in self.view["actions"] if action["allowed"]]
        ready = {command.get("npc_id") for command in allowed if command["type"] == ready_for}
        return dict(next((npc for npc in here if npc["npc_id"] in ready), here[0]))

    def go(self, kind: str) -> list[Json]:
        """Walk to the next place of this kind; no step when one is there."""
        here = self.view["place"]
        if here["kind"] == kind:
            return []
        for way in here["exits"]:
            if way["kind"] == kind:
                return self.command({"type": "travel", "place_id": way["place_id"]})
        raise CannotDo(f"no way from here to a {kind}")

    def rewind(self, version: int) -> None:
        self.world = self.client.rewind(self.id, version)

    def meet(self, npc: Json) -> Json:
        return self.client.prepare(self.id, npc["npc_id"])

    def beliefs(self, npc_id: str) -> list[Json]:
        """What an NPC holds to be true, with why."""
        return self.client.beliefs(self.id, npc_id)

    def say(self, npc: Json, text: str, intent: Json | None = None) -> Turn:
        """One turn, in which the player also does what `intent` says; the view is fetched again when it ends, since the
        NPC may have acted."""
        started = time.perf_counter()
        arrivals = list[float]()
        acts, line, done = list[Json](), "", Json()
        more: dict[str, Any] = {} if intent is None else {"intent": intent}
        for event in self.client.turn(self.id, npc["npc_id"], text, **more):
            self.on_event(event)
            if event.name == "token":
                arrivals.append(time.perf_counter())
                line += event.data["text"]
            elif event.name == "cut":
                line, arrivals = "", []
            elif event.name == "act":
                acts.append(event.data)
            elif event.name == "done":
                done = event.data
            elif event.name == "error":
                raise ApiError(int(event.data["problem"].get("status", 500)), event.data["problem"])
        if not done or not arrivals:
            raise CannotDo("the answer ended before it was done")
        self.look()
        spacing = (arrivals[-1] - arrivals[0]) / (len(arrivals) - 1) if len(arrivals) > 1 else 0.0
        return Turn(
            npc=npc["name"],
            said=text,
            line=line.strip(),
            source=done["source"],
            model=done["model"],
            first_token_ms=round((arrivals[0] - started) * 1000, 1),
            per_token_ms=round(spacing * 1000, 1),
            acts=acts,
            usage=done["usage"],
        )

    def _notice(self) -> None:
        self.people |= {npc["npc_id"]: npc for npc in self.view["npcs"]}
