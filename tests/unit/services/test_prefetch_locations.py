"""Places are made ahead of a player: the most wanted is begun, the moot given up, as far as budgets go."""

from dataclasses import dataclass, field, replace

import pytest
from bodybroker.generation import assembly, job_rules, jobs, prefetch_rules, specialists
from bodybroker.generation.entities import Point
from bodybroker.generation.prefetch import Goal, Position
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.models import budget
from bodybroker.models.calls import Payer
from bodybroker.services.generate_location import LocationGenerator
from bodybroker.services.handle_command import Submission
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.prefetch_locations import Ahead, Prefetcher
from bodybroker.services.read_world import read_world
from bodybroker.world import rules
from bodybroker.world.story.commands import SubmitProposal
from bodybroker.world.story.locations import location_seed
from msgspec.structs import replace as changed

from tests.fakes.budgets import MemoryBudgets
from tests.fakes.locations import IdlePipeline, MemoryLocations, MemoryOutbox
from tests.unit.services.conftest import Game


@dataclass
class Trip:
    """A player's world, and those who make places for him."""

    game: Game = field(default_factory=Game)
    pipeline: IdlePipeline = field(default_factory=IdlePipeline)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)

    def __post_init__(self) -> None:
        self.key: WorldKey = self.game.begin()
        self.payer = Payer(self.key.player, "basic", self.key.world)
        self.locations = MemoryLocations(self.game.clock)
        self.budgets = MemoryBudgets(clock=self.game.clock)
        shop = Workshop(
            self.game.store, self.locations, self.game.recorder, job_rules.load(), specialists.load(), lambda _: None
        )
        self.generator = LocationGenerator(shop, assembly.load(), self.pipeline, self.outbox)
        self.prefetcher = Prefetcher(
            self.generator, self.budgets, budget.load(), prefetch_rules.load(), rules.load(), self.game.recorder
        )

    @property
    def state(self):
        return read_world(self.game.store, self.key).state

    def place(self, kind: str) -> EntityId:
        return next(place_id for place_id, place in self.state.places.items() if place.site.kind == kind)

    def arrive(self, kind: str, **more) -> Ahead:
        seen = {name: more.pop(name) for name in ("at", "heading") if name in more}
        return self.prefetcher.prefetch(self.key, self.payer, Position(self.place(kind), **seen), **more)

    def kinds(self, places) -> list[str]:
        return [self.state.places[place_id].site.kind for place_id in places]

    def begun(self, ahead: Ahead) -> list[str]:
        return self.kinds(wanted.place_id for wanted, _ in ahead.begun)

    def advance(self, job_id: str, described: int) -> None:
        """So many entities of a job are described."""
        job = self.locations.jobs[self.key, job_id]
        for number in range(described):
            job = jobs.describe(job, self.game.recorder.now(), f"e{number}", 1, "model", None)
        self.locations.jobs[self.key, job_id] = job

    def settle(self, kind: str) -> None:
        """A place is made and written into the world."""
        place_id = self.place(kind)
        made = {
            "digest": "0" * 64,
            "kind": kind,
            "title": "A place",
            "seed": location_seed(self.state.seed, place_id, 0),
            "versions": {"assembly": 1},
            "again": 0,
        }
        patch = ({"op": "add", "path": f"/places/{place_id}/location", "value": made},)
        command = SubmitProposal("generation", "test", "ab" * 32, patch)
        self.game.desk.handle(self.key, Submission(f"settle {kind}", "settle", command, None))


@pytest.fixture
def trip() -> Trip:
    return Trip()


def slots(trip: Trip) -> int:
    return trip.prefetcher.rules.slots


def test_on_arriving_the_place_itself_and_the_nearest_are_begun(trip) -> None:
    ahead = trip.arrive("hideout")
    assert trip.begun(ahead) == ["hideout", "street"][: slots(trip)]
    assert [job_id for _, job_id, _ in trip.pipeline.started] == [job.job_id for _, job in ahead.begun]
    assert ahead.names[trip.place("street")] == trip.state.places[trip.place("street")].site.name
    assert ahead.calls == trip.prefetcher.rules.calls.basic


def test_asked_again_it_begins_nothing_twice(trip) -> None:
    first = trip.arrive("hideout")
    again = trip.arrive("hideout")
    assert not again.begun and not again.canceled
    assert {kept.job.job_id for kept in again.kept} == {job.job_id for _, job in first.begun}
    assert len(trip.pipeline.started) == len(first.begun)


def test_what_is_made_is_not_made_again(trip) -> None:
    trip.settle("hideout")
    assert "hideout" not in trip.begun(trip.arrive("hideout"))


def test_what_the_clients_quests_and_the_story_name_comes_before_what_is_merely_near(trip) -> None:
    for kind in ("hideout", "street"):
        trip.settle(kind)
    crypt, club = trip.place("crypt"), trip.place("club")
    beat = Goal("beat", club, "the count arrives", trip.state.minute + 10)
    ahead = trip.arrive("street", errands=[crypt], beats=[beat])
    assert trip.begun(ahead)[0] == "club"
    assert "crypt" in trip.begun(ahead)
    reasons = {reason.kind: reason.about for wanted, _ in ahead.begun for reason in wanted.reasons}
    assert reasons["errand"] == "client" and reasons["beat"] == "the count arrives"


def test_heading_decides_between_places_that_are_alike(trip) -> None:
    for kind in ("hideout", "street"):
        trip.settle(kind)
    street = trip.state.places[trip.place("street")].site
    middle = Point(street.area.x_cm + street.area.width_cm // 2, street.area.y_cm + street.area.depth_cm // 2)
    doors = {way.place_id: way.at for way in street.exits}
    for heading, is_ahead in ((0, lambda x: x > middle.x_cm), (180, lambda x: x < middle.x_cm)):
        fresh = Trip()
        for kind in ("hideout", "street"):
            fresh.settle(kind)
        ahead = fresh.arrive("street", at=middle, heading=heading)
        assert ahead.begun and all(is_ahead(doors[wanted.place_id].x_cm) for wanted, _ in ahead.begun)


def test_where_the_player_stands_takes_the_slot_of_what_lies_far_behind(trip) -> None:
    trip.arrive("hideout")
    for kind in ("hideout", "street"):
        trip.settle(kind)
    trip.arrive("street")
    under_way = {job_id for _, job_id, _ in trip.pipeline.started[slots(trip) :]}
    elsewhere = next(
        kind
        for kind in ("crypt", "club", "den", "graveyard")
        if kind not in trip.begun(trip.arrive("street"))
        and trip.place(kind) not in {trip.locations.jobs[trip.key, job_id].place_id for job_id in under_way}
    )
    ahead = trip.arrive(elsewhere)
    assert trip.begun(ahead) == [elsewhere]
    assert [dropped.why for dropped in ahead.canceled] == ["displaced"]
    job = trip.locations.jobs[trip.key, ahead.canceled[0].job.job_id]
    assert (job.status, job.reason) == ("canceled", "moot")
    assert trip.outbox.sent[-1].job_id == job.job_id


def test_what_is_nearly_done_is_finished(trip) -> None:
    ahead = trip.arrive("hideout")
    for _, job in ahead.begun:
        trip.advance(job.job_id, job.entities)
    assert not trip.arrive("crypt").canceled


def test_talk_goes_before_places(trip) -> None:
    limits = budget.load().of("basic")
    kept = limits.player_day * trip.prefetcher.rules.kept_per_mille // 1000
    held = trip.budgets.reserve("talk", replace(trip.payer, world=None), "line", 3, limits.player_day - kept)
    assert trip.arrive("hideout").calls == 0
    assert not trip.pipeline.started
    del trip.budgets.open[held.call_id]
    assert trip.arrive("hideout").begun


def test_where_models_are_switched_off_nothing_is_made_ahead(trip) -> None:
    trip.budgets.level = "off"
    ahead = trip.arrive("hideout")
    assert not ahead.begun and {later.waits for later in ahead.later} <= {"calls", "slots", "worth"}


def test_calls_bound_what_is_begun(trip) -> None:
    few = trip.prefetcher.rules.model_copy(
        update={"calls": trip.prefetcher.rules.calls.model_copy(update={"basic": 1})}
    )
    trip.prefetcher = replace(trip.prefetcher, rules=few)
    ahead = trip.arrive("hideout")
    assert not ahead.begun
    assert ahead.later[0].waits == "calls"


def test_a_job_of_another_branch_or_for_another_time_is_nobodys_business_here(trip) -> None:
    (_, job), *_ = trip.arrive("hideout").begun
    trip.locations.jobs[trip.key, job.job_id] = changed(job, branch_id="another")
    ahead = trip.arrive("hideout")
    assert job.job_id not in {dropped.job.job_id for dropped in ahead.canceled}
    assert "hideout" in trip.begun(ahead)


def test_a_job_of_which_nobody_has_heard_since_it_was_due_is_begun_anew(trip) -> None:
    (_, job), *_ = trip.arrive("hideout").begun
    trip.locations.jobs[trip.key, job.job_id] = changed(job, deadline=0)
    ahead = trip.arrive("hideout")
    assert "hideout" in trip.begun(ahead)
    assert trip.locations.jobs[trip.key, job.job_id].status == "failed"


@pytest.mark.parametrize("where", ["position", "errand"])
def test_a_place_of_another_world_is_unknown(trip, where) -> None:
    nowhere = EntityId("0192f3a4-0000-8000-8000-00000000000a")
    position, errands = (Position(nowhere), []) if where == "position" else (Position(trip.place("hideout")), [nowhere])
    with pytest.raises(NotFound) as refused:
        trip.prefetcher.prefetch(trip.key, trip.payer, position, errands)
    assert refused.value.code == "unknown_place"
    assert not trip.pipeline.started
