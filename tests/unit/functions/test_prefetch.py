"""Places made ahead, from event to answer."""

import pytest
from bodybroker.doors import location_prefetch
from bodybroker.kernel.ids import WorldId, WorldKey

from functions.locations.handler import lambda_handler as locations
from tests.fakes.http import PLAYER, send
from tests.unit.services.test_prefetch_locations import Trip


@pytest.fixture
def trip(monkeypatch) -> Trip:
    trip = Trip()
    monkeypatch.setattr(location_prefetch, "prefetcher", lambda: trip.prefetcher)
    return trip


def prefetch(trip, *, world=None, player=PLAYER, **body):
    path = f"/worlds/{world or trip.key.world}/locations/prefetch"
    return send(locations, "POST", path, {"place_id": trip.place("hideout")} | body, player=player)


def test_the_schedule_says_what_is_made_and_why(trip):
    reply = prefetch(trip, objectives=[trip.place("crypt")])
    assert reply.status == 200
    first, *_ = reply.body["begun"]
    hideout = trip.state.places[trip.place("hideout")].site
    assert (first["place_id"], first["name"], first["minutes"]) == (hideout.place_id, hideout.name, 0)
    assert first["score"] == sum(reason["points"] for reason in first["reasons"])
    assert first["job_id"] in {job_id for _, job_id, _ in trip.pipeline.started}
    places = {place["place_id"]: place for place in (*reply.body["begun"], *reply.body["later"])}
    assert {"errand", "near"} == {reason["kind"] for reason in places[trip.place("crypt")]["reasons"]}
    assert {place["waits"] for place in reply.body["later"]} == {"slots"}
    assert set(places) == set(trip.state.places)


def test_asked_again_it_tells_what_is_under_way_and_what_was_given_up(trip):
    begun = {place["job_id"] for place in prefetch(trip).body["begun"]}
    again = prefetch(trip).body
    assert {place["job_id"] for place in again["under_way"]} == begun
    moved = prefetch(trip, place_id=trip.place("crypt")).body
    (canceled,) = moved["canceled"]
    assert canceled["job_id"] in begun and canceled["why"] == "displaced" and canceled["name"]
    assert [place["place_id"] for place in moved["begun"]] == [trip.place("crypt")]


def test_spot_and_heading_come_in(trip):
    body = prefetch(trip, place_id=trip.place("street"), at={"x_cm": 0, "y_cm": 16000}, heading=0).body
    ahead = [reason for place in body["later"] for reason in place["reasons"] if reason["kind"] == "ahead"]
    assert ahead and all(reason["points"] > 0 for reason in ahead), "from its western end all of the street lies ahead"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"place_id": "the club"}, "place_id"),
        ({"heading": 360}, "heading"),
        ({"heading": "north"}, "heading"),
        ({"at": {"x_cm": 1}}, "at.y_cm"),
        ({"at": {"x_cm": 10**12, "y_cm": 0}}, "at.x_cm"),
        ({"objectives": ["x"]}, "objectives.0"),
        ({"objectives": ["0192f3a4-0000-8000-8000-00000000000a"] * 17}, "objectives"),
        ({"budget": 1_000_000}, "budget"),
    ],
)
def test_what_is_malformed_is_named(trip, body, path):
    reply = prefetch(trip, **body)
    assert reply.status == 400
    assert [fault["path"] for fault in reply.body["faults"]] == [path]
    assert not trip.pipeline.started


def test_nobody_has_places_made_in_another_players_world(trip):
    reply = prefetch(trip, player="01890000-0000-7000-8000-000000000002")
    assert reply.status == 404
    assert not trip.pipeline.started


def test_an_unknown_place_is_not_found(trip):
    reply = prefetch(trip, objectives=["0192f3a4-0000-8000-8000-00000000000a"])
    assert (reply.status, reply.body["code"]) == (404, "unknown_place")


def test_what_is_made_ahead_is_paid_by_the_player_whose_world_it_is(trip):
    prefetch(trip)
    (brief, *_) = trip.locations.briefs.values()
    assert brief.plan == "free"
    assert {key for key, _ in trip.locations.briefs} == {WorldKey(PLAYER, WorldId(trip.key.world))}
