"""LoRA adapters: small sets of weights that make a base model speak as one NPC, one race or for one job.

An adapter is registered as a candidate, answers a share of the players as the canary, then all of them as the live one,
and is retired. A line-up holds at most one live adapter and one canary, for one subject on one base model.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.random import Stream

State = Literal["candidate", "canary", "live", "retired"]

_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}\Z", re.ASCII)
_SUBJECT = re.compile(r"[a-z0-9_-]{1,64}\Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_URI = re.compile(r"s3://[a-z0-9.-]{3,63}/.{1,900}\.tar\.gz\Z")
_BASE = re.compile(r"(?P<model>[\w.-]+(?:/[\w.-]+)?)@(?P<digest>[0-9a-f]{40,64})\Z", re.ASCII)

MOVES: Mapping[State, frozenset[State]] = {
    "candidate": frozenset({"canary", "retired"}),
    "canary": frozenset({"canary", "live", "retired"}),
    "live": frozenset({"retired"}),
    "retired": frozenset(),
}
"""Where an operator may move an adapter. Only a rollback brings back a retired one: the last that was live."""


class Base(Struct, frozen=True, order=True):
    """The model that an adapter was trained on: its name, and its file's SHA-256 or its repository's commit."""

    model: str
    digest: str

    def __str__(self) -> str:
        return f"{self.model}@{self.digest}"


def parse_base(text: str) -> Base:
    """The base that `model@digest` names; raises ValueError."""
    if (match := _BASE.match(text)) is None:
        raise ValueError(f"{text!r} is not model@digest, the digest of 40 to 64 lower-case hexadecimal digits")
    return Base(match["model"], match["digest"])


class Adapter(Struct, frozen=True):
    """One adapter. `digest` is the SHA-256 of the archive at `uri`; `scores` are what its evaluation measured.

    `per_mille` of the players are answered by a canary. `changed_at` is ISO 8601 in UTC; `version` counts changes.
    """

    name: str
    subject: str
    base: Base
    uri: str
    digest: str
    scores: dict[str, float] = {}
    state: State = "candidate"
    per_mille: int = 0
    changed_at: str = ""
    version: int = 1

    def moved(self, state: State, at: str, per_mille: int = 0) -> "Adapter":
        """This adapter in another state; raises Refused `adapter_move` unless MOVES allows it."""
        if state not in MOVES[self.state]:
            raise Refused("adapter_move", f"{self.name} is {self.state}; from there it cannot become {state}.")
        return self._with(state, at, per_mille)

    def _with(self, state: State, at: str, per_mille: int = 0) -> "Adapter":
        return msgspec.structs.replace(self, state=state, per_mille=per_mille, changed_at=at, version=self.version + 1)


class Lineup(Struct, frozen=True):
    """Who speaks for one subject on one base. `previous` was live before `live`; `version` counts changes."""

    subject: str
    base: Base
    live: str | None = None
    canary: str | None = None
    per_mille: int = 0
    previous: str | None = None
    version: int = 0


def component_of(endpoint: str, adapter: str) -> str:
    """The inference component of an adapter: functions may invoke those whose names begin with the endpoint's."""
    return f"{endpoint}-{adapter}"


def check_name(text: str) -> str:
    """A name that can be part of an inference component's; raises ValueError. `base` is the base model's own."""
    if _NAME.match(text) is None or text == "base":
        raise ValueError("must be 1 to 40 lower-case letters, digits and single hyphens between them, and not `base`")
    return text


def check_subject(text: str) -> str:
    """An NPC's id, a race or a job; raises ValueError."""
    if _SUBJECT.match(text) is None:
        raise ValueError("must be an NPC's id, a race or a job: 1 to 64 lower-case letters, digits, _ and -")
    return text


def check_digest(text: str) -> str:
    """A SHA-256; raises ValueError."""
    if _DIGEST.match(text) is None:
        raise ValueError("must be a SHA-256: 64 lower-case hexadecimal digits")
    return text


def check_uri(text: str) -> str:
    """Where an archive lies; raises ValueError."""
    if _URI.match(text) is None:
        raise ValueError("must be s3://bucket/key.tar.gz")
    return text


Lineups = Mapping[tuple[str, Base], Lineup]
"""All line-ups, each by its subject and base."""


class Change(Struct, frozen=True):
    """What one operation does: the line-up as it shall be, and the adapters that move with it."""

    lineup: Lineup
    adapters: tuple[Adapter, ...]


def gather(lineups: Iterable[Lineup]) -> Lineups:
    """The line-ups as `choose` looks them up."""
    return {(lineup.subject, lineup.base): lineup for lineup in lineups}


def choose(lineups: Lineups, subjects: Iterable[str | None], base: Base, player: PlayerId) -> str | None:
    """The adapter that answers `player` on `base`, or None: the base model itself answers.

    `subjects` go from the nearest to the most general, as in (NPC, race, job); the first that has an adapter decides.
    A player who hears a canary goes on hearing it while its share grows. An adapter of another base is never chosen.
    """
    for subject in subjects:
        lineup = lineups.get((subject, base)) if subject is not None else None
        if lineup is None:
            continue
        if lineup.canary is not None and Stream(player, "canary", lineup.canary).chance(lineup.per_mille):
            return lineup.canary
        if lineup.live is not None:
            return lineup.live
    return None


def begin_canary(lineup: Lineup, adapter: Adapter, per_mille: int, at: str) -> Change:
    """Let `adapter` answer `per_mille` of the players, or another share than so far. Raises Refused."""
    if lineup.canary not in (None, adapter.name):
        raise Refused("canary_taken", f"{lineup.canary} is the canary of {lineup.subject}: promote or retire it first.")
    if not 1 <= per_mille <= 1000:
        raise Refused("canary_share", f"A canary's share lies in 1..1000 per mille, not at {per_mille}.")
    return _change(lineup, adapter.moved("canary", at, per_mille), canary=adapter.name, per_mille=per_mille)


def go_live(lineup: Lineup, canary: Adapter, live: Adapter | None, at: str) -> Change:
    """Let the canary answer every player; the adapter that did, `live`, is retired. Raises Refused."""
    replaced = (live.moved("retired", at),) if live is not None else ()
    return _change(
        lineup,
        canary.moved("live", at),
        *replaced,
        live=canary.name,
        previous=lineup.live,
        canary=None,
        per_mille=0,
    )


def roll_back(lineup: Lineup, adapter: Adapter, previous: Adapter | None, at: str) -> Change:
    """Take `adapter` back: a canary just goes; for a live one, `previous` is live again. Raises Refused."""
    if adapter.state == "canary":
        return retire(lineup, adapter, at)
    if adapter.state != "live":
        raise Refused("adapter_move", f"{adapter.name} is {adapter.state}: there is nothing to roll back.")
    assert (previous.name if previous else None) == lineup.previous
    if previous is None:
        return retire(lineup, adapter, at)
    restored = previous._with("live", at)
    return _change(lineup, adapter.moved("retired", at), restored, live=previous.name, previous=None)


def retire(lineup: Lineup, adapter: Adapter, at: str) -> Change:
    """End `adapter`; where it was live, the base model answers. Raises Refused."""
    retired = adapter.moved("retired", at)
    if adapter.state == "live":
        return _change(lineup, retired, live=None, previous=None)
    if adapter.state == "canary":
        return _change(lineup, retired, canary=None, per_mille=0)
    return _change(lineup, retired)


def _change(lineup: Lineup, *adapters: Adapter, **fields: str | int | None) -> Change:
    for adapter in adapters:
        if (adapter.subject, adapter.base) != (lineup.subject, lineup.base):
            raise Refused("adapter_of_another_base", f"{adapter.name} is for {adapter.subject} on {adapter.base}.")
    return Change(msgspec.structs.replace(lineup, version=lineup.version + 1, **fields), adapters)
