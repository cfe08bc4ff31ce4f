"""Places in the game: asked for ahead, shown once where they are made, explained when asked; never in the way."""

import io
from typing import Any

import httpx
import pytest
from rich.console import Console

from play.client import ApiError
from play.game import CannotDo, Game
from play.places import Places
from play.summary import Summary

Json = dict[str, Any]


def described(id: str, kind: str, kind_of: str, source: str, **addition: Any) -> Json:
    return {
        "entity": {"id": id, "kind": kind, "kind_of": kind_of, "name": addition.pop("name", "")},
        "addition": addition,
        "made": {"specialist": "interior", "source": source, "seed": 7, "attempts": 1},
        "placed": [{"kind": "body_bag"}, {"kind": "body_bag"}] if kind == "space" else [],
    }


def document(place: str) -> Json:
    clue = {"text": "A shoe without a fellow."}
    return {
        "site": {"place_id": place, "name": f"The {place}", "kind": "morgue"},
        "described": [
            described("place", "place", "morgue", "model", title="Where the cold keeps", text="Tiles [red] and tags."),
            described("r1", "space", "cold_room", "cache", title="Drawers", text="They hum.", clues=[clue]),
            described("n1", "npc", "ghoul", "fallback", name="Marrow", personality="patient", text="It waits."),
        ],
    }


class Api:
    """A client of an API on which places are made when the test says so; `asked` are the calls for them."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.asked: list[str] = []
        self.refuses: Exception | None = None
        self.begun: list[Json] = []

    def prefetch(self, world: str, place: str) -> Json:
        self.asked.append(place)
        if self.refuses:
            raise self.refuses
        return {"begun": self.begun, "canceled": []}

    def location(self, world: str, place: str) -> Json:
        if place not in self.made:
            raise ApiError(404, {"code": "not_made"})
        return {"place_id": place, "digest": f"d-{place}", "location": document(place)}

    def provenance(self, world: str, place: str) -> Json:
        made = [
            {"kind_of": each["entity"]["kind_of"], "title": each["addition"].get("title", ""), "made": each["made"]}
            for each in document(place)["described"]
        ]
        return {"seed": 7, "generators": {"assembly": 1}, "layout": "same", "entities": made}


class Table(Game):
    """A game whose view is moved by hand."""

    def __init__(self, api: Api) -> None:
        super().__init__(api, {"world_id": "w"})  # type: ignore[arg-type]
        self.api, self.at, self.phase, self.looks = api, "morgue", "day", 0

    @property
    def view(self) -> Json:
        made = {"digest": f"d-{self.at}"} if self.at in self.api.made else None
        return {
            "place": {"place_id": self.at, "name": f"The {self.at}"},
            "time": {"phase": self.phase},
            "location": made,
        }

    def look(self) -> Json:
        self.looks += 1
        if self.looks == 2:
            self.api.made.add(self.at)
        return self.view


class Stage:
    def __init__(self) -> None:
        self.api, self.out, self.summary = Api(), io.StringIO(), Summary("night")
        self.game = Table(self.api)
        self.places = Places(self.game, self.summary, Console(file=self.out, width=120))

    def follow(self, at: str | None = None, phase: str | None = None) -> str:
        """Moves, follows; what was printed."""
        self.game.at, self.game.phase = at or self.game.at, phase or self.game.phase
        self.out.seek(0)
        self.out.truncate()
        self.places.follow()
        return self.out.getvalue()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_what_comes_next_is_asked_for_on_arriving_and_at_dusk_only(stage) -> None:
    for at, phase in (
        ("morgue", "day"),
        ("morgue", "day"),
        ("street", "day"),
        ("street", "night"),
        ("street", "night"),
    ):
        stage.follow(at, phase)
    assert stage.api.asked == ["morgue", "street", "street"]


def test_a_place_that_was_made_ahead_is_shown_on_arriving_and_once(stage) -> None:
    stage.follow()
    stage.api.made.add("street")
    shown = stage.follow("street")
    for words in (
        "Where the cold keeps",
        "Tiles [red] and tags.",
        "Drawers",
        "A shoe without",
        "2 body bags",
        "Marrow",
    ):
        assert words in shown
    assert "Tiles" not in stage.follow()
    (seen,) = stage.summary.places
    assert (seen.name, seen.title, seen.waited_s) == ("The street", "Where the cold keeps", 0.0)
    assert seen.told == {"model": 1, "cache": 1, "fallback": 1}


def test_a_place_that_is_made_later_is_shown_then_with_the_time_it_took(stage, monkeypatch) -> None:
    now = iter([100.0, 112.5])
    monkeypatch.setattr("play.places.time.monotonic", lambda: next(now))
    assert "Tiles" not in stage.follow()
    stage.api.made.add("morgue")
    assert "Tiles" in stage.follow()
    assert [seen.waited_s for seen in stage.summary.places] == [12.5]
    assert stage.summary.as_dict()["places_ahead"] == 0


def test_what_is_begun_is_told_with_its_reasons(stage) -> None:
    stage.api.begun = [
        {"name": "The Club", "reasons": [{"kind": "near", "points": 225}, {"kind": "ahead", "points": -9}]}
    ]
    assert "made ahead: The Club (near +225, ahead -9)" in stage.follow()
    assert stage.summary.asked_ahead == 1


@pytest.mark.parametrize("refusal", [ApiError(503, {"code": "unavailable"}), httpx.ConnectError("gone")])
def test_when_nothing_can_be_made_ahead_the_game_goes_on(stage, refusal) -> None:
    stage.api.refuses = refusal
    stage.api.made.add("morgue")
    shown = stage.follow()
    assert "nothing is made ahead" in shown and "Tiles" in shown


def test_looking_shows_it_again_and_explains_it(stage) -> None:
    with pytest.raises(CannotDo, match="nobody has described"):
        stage.places.look()
    stage.api.made.add("morgue")
    stage.follow()
    stage.places.look()
    stage.places.explain()
    told = stage.out.getvalue()
    assert told.count("Tiles") == 2
    for words in ("seed 7", "assembly 1", "its layout is: same", "fallback", "interior", "Drawers"):
        assert words in told


def test_one_waits_for_a_description_as_long_as_one_likes(stage, monkeypatch) -> None:
    monkeypatch.setattr("play.places.POLL_S", 0)
    stage.follow()
    with pytest.raises(CannotDo, match="still in the making"):
        stage.places.wait(0)
    stage.places.wait(60)
    assert "Tiles" in stage.out.getvalue()
    assert stage.game.looks == 2
