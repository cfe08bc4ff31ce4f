"""A client of the HTTP API: the only door the player's side may use."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import httpx

from play.sse import ServerEvent, parse

Json = dict[str, Any]
MAX_TRIES = 8


class ApiError(Exception):
    """A problem+json answer (RFC 9457): `status`, `code`, `problem` (the whole body)."""

    def __init__(self, status: int, problem: Json) -> None:
        self.status = status
        self.problem = problem
        self.code = str(problem.get("code", "unknown"))
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class Client:
    """One player's connection. Keeps the tokens fresh; `on_tokens` is told of every new pair."""

    def __init__(self, base_url: str, on_tokens: Callable[[Json], None] = lambda tokens: None) -> None:
        self._http = httpx.Client(base_url=base_url.rstrip("/"), timeout=httpx.Timeout(30, connect=5))
        self._on_tokens = on_tokens
        self.tokens: Json = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exit_state: object) -> None:
        self._http.close()

    def sign_in(self, device_token: str | None = None) -> Json:
        """Sign in as a new guest, or as the one whose first sign-in returned `device_token`."""
        body = {"device_token": device_token} if device_token else {}
        return self._keep(self._call("POST", "/auth/guest", body, signed=False))

    def sign_in_with_steam(self, ticket: str, identity: str = "bodybroker") -> Json:
        """Sign in with a ticket of Steam's GetAuthTicketForWebApi, in hex."""
        return self._keep(self._call("POST", "/auth/steam", {"ticket": ticket, "identity": identity}, signed=False))

    def refresh(self) -> Json:
        """Exchange the refresh token for a new pair (the old one is spent)."""
        return self._keep(
            self._call("POST", "/auth/refresh", {"refresh_token": self.tokens["refresh_token"]}, signed=False)
        )

    def create_world(self, seed: int, difficulty: str | None = None) -> Json:
        return self._call("POST", "/worlds", {"seed": seed, "difficulty": difficulty}, key=True)

    def world(self, world: str) -> Json:
        return self._call("GET", f"/worlds/{world}")

    def worlds(self) -> Json:
        return self._call("GET", "/worlds")

    def command(self, world: str, command: Json, expected_version: int | None = None, key: str | None = None) -> Json:
        body: Json = {"command": command}
        if expected_version is not None:
            body["expected_version"] = expected_version
        return self._call("POST", f"/worlds/{world}/commands", body, key=key or True)

    def events(self, world: str, after: int = 0, limit: int = 100) -> Json:
        return self._call("GET", f"/worlds/{world}/events?after={after}&limit={limit}")

    def history(self, world: str) -> Iterator[Json]:
        """Every event of the active branch, oldest first, page by page."""
        after = 0
        while page := self.events(world, after)["events"]:
            yield from page
            after = page[-1]["seq"]

    def branches(self, world: str) -> Json:
        return self._call("GET", f"/worlds/{world}/branches")

    def rewind(self, world: str, at_version: int) -> Json:
        return self._call("POST", f"/worlds/{world}/branches", {"at_version": at_version}, key=True)

    def bonds(self, world: str, npc: str, towards: str | None = None) -> Json:
        """What an NPC holds of others (of `towards` alone: `player`, or an NPC's id), and why."""
        about = "" if towards is None else f"?towards={towards}"
        return self._call("GET", f"/worlds/{world}/npcs/{npc}/bonds{about}")

    def prepare(self, world: str, npc: str) -> Json:
        return self._call("POST", f"/worlds/{world}/npcs/{npc}/encounters", {})

    def beliefs(self, world: str, npc: str) -> list[Json]:
        """What an NPC holds to be true, surest first, each with why."""
        return list(self._call("GET", f"/worlds/{world}/npcs/{npc}/beliefs?why=true")["beliefs"])

    def location(self, world: str, place: str) -> Json:
        """The document of a place that has been made; ApiError 404 before."""
        return self._call("GET", f"/worlds/{world}/locations/{place}")

    def provenance(self, world: str, place: str) -> Json:
        """How a place came to be."""
        return self._call("GET", f"/worlds/{world}/locations/{place}/provenance")

    def generate(self, world: str, place: str, *, layer: int = 2, again: bool = False) -> Json:
        """Have a place made: layer 1 at once, layer 2 as a job that goes on behind it."""
        body = {"place_id": place, "layer": layer, "again": again}
        return self._call("POST", f"/worlds/{world}/locations", body, key=True)

    def prefetch(self, world: str, place: str, objectives: Sequence[str] = ()) -> Json:
        """Have what the player will need next be made ahead, as the player stands in `place`; the schedule."""
        return self._call(
            "POST", f"/worlds/{world}/locations/prefetch", {"place_id": place, "objectives": list(objectives)}
        )

    def job(self, world: str, job: str) -> Json:
        return self._call("GET", f"/worlds/{world}/jobs/{job}")

    def turn(
        self, world: str, npc: str, text: str, key: str | None = None, *, others: Sequence[str] = (), **more: Any
    ) -> Iterator[ServerEvent]:
        """Say `text` to the NPC, while `others` stand by; its answer arrives event by event. `more` are further members
        of the request. Where the connection breaks, the rest is asked for."""
        turn, told = key or str(uuid.uuid4()), 0
        body: Json = {"text": text, "others": list(others)} | more
        begin = ("POST", f"/worlds/{world}/npcs/{npc}/turns", {"json": body}, {"idempotency-key": turn})
        try:
            for event in self._events(*begin):
                told = int(event.id)
                yield event
        except httpx.TransportError:
            yield from self.rest_of_turn(world, npc, turn, told)

    def rest_of_turn(self, world: str, npc: str, turn: str, after: int) -> Iterator[ServerEvent]:
        """The events of a turn that come after number `after`."""
        yield from self._events("GET", f"/worlds/{world}/npcs/{npc}/turns/{turn}", {}, {"last-event-id": str(after)})

    def stop_turn(self, world: str, npc: str, turn: str) -> Json:
        """Have the NPC fall silent; whether it was too late."""
        return self._call("DELETE", f"/worlds/{world}/npcs/{npc}/turns/{turn}")

    def _events(self, method: str, path: str, content: Json, headers: Json) -> Iterator[ServerEvent]:
        sent = {**self._auth(), **headers, "accept": "text/event-stream"}
        with self._http.stream(method, path, headers=sent, **content) as answer:
            if answer.status_code == httpx.codes.UNAUTHORIZED and self.tokens.get("refresh_token"):
                answer.read()
                self.refresh()
                yield from self._events(method, path, content, headers)
                return
            if answer.is_error:
                answer.read()
                raise _problem(answer)
            yield from parse(answer.iter_lines())

    def _call(
        self, method: str, path: str, body: Json | None = None, *, key: str | bool = False, signed: bool = True
    ) -> Json:
        """One request; the same idempotency key goes with every try, so a retry never acts twice."""
        headers = {"idempotency-key": str(uuid.uuid4()) if key is True else key} if key else {}
        refreshed = False
        for attempt in range(1, MAX_TRIES + 1):
            try:
                answer = self._http.request(method, path, json=body, headers=headers | (self._auth() if signed else {}))
            except httpx.TransportError:
                if attempt == MAX_TRIES or (method != "GET" and not key):
                    raise
                time.sleep(0.1 * 2**attempt)
                continue
            if (
                answer.status_code == httpx.codes.UNAUTHORIZED
                and signed
                and not refreshed
                and "refresh_token" in self.tokens
            ):
                self.refresh()
                refreshed = True
                continue
            if answer.status_code in (429, 503) and attempt < MAX_TRIES:
                time.sleep(min(float(answer.headers.get("retry-after", 0.2 * attempt)), 5))
                continue
            if answer.is_error:
                raise _problem(answer)
            return dict(answer.json())
        raise ApiError(503, {"code": "gave_up", "detail": f"{method} {path} failed {MAX_TRIES} times"})

    def _auth(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens.get('access_token', '')}"}

    def _keep(self, tokens: Json) -> Json:
        self.tokens = tokens
        self._on_tokens(tokens)
        return tokens


def _problem(answer: httpx.Response) -> ApiError:
    try:
        return ApiError(answer.status_code, dict(answer.json()))
    except ValueError:
        return ApiError(answer.status_code, {"detail": answer.text[:200]})
