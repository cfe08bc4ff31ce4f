"""What is made next: by nearness, heading and goals; within slots and calls; what became moot is given up."""

import math
from typing import get_args

import pytest
from bodybroker.generation import prefetch_rules
from bodybroker.generation.district import generate
from bodybroker.generation.entities import Exit, Point
from bodybroker.generation.prefetch import Goal, Position, Situation, UnderWay, _sine, rank, schedule
from bodybroker.generation.prefetch_rules import GoalKind, PrefetchRules
from bodybroker.kernel import configuration
from bodybroker.kernel.ids import EntityId
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

PLENTY = 10_000


@pytest.fixture(scope="module")
def rules() -> PrefetchRules:
    return prefetch_rules.load()


def place(name: str) -> EntityId:
    return EntityId(name)


def crossing(**more: object) -> Situation:
    """A square with doors in all four directions, each two minutes away; a cellar below the northern house."""
    square, far = place("square"), 9000
    doors = {"east": (far, 0), "north": (0, far), "west": (-far, 0), "south": (0, -far)}
    ways = {square: tuple(Exit(place(name), Point(*at), 2) for name, at in doors.items())}
    for name, at in doors.items():
        ways[place(name)] = (Exit(square, Point(*at), 2),)
    ways[place("north")] += (Exit(place("cellar"), Point(0, far + 500), 5),)
    ways[place("cellar")] = (Exit(place("north"), Point(0, far + 500), 5),)
    given = {"minute": 1000, "position": Position(square), "ways": ways, "walking_cm_per_minute": 4500}
    return Situation(**(given | more))  # type: ignore[arg-type]


def names(wanted) -> list[str]:
    return [each.place_id for each in wanted]


def test_where_the_player_stands_comes_first_and_the_near_before_the_far(rules) -> None:
    found = rank(crossing(), rules)
    assert names(found)[0] == "square"
    assert names(found)[-1] == "cellar"
    assert {each.minutes for each in found[1:5]} == {2}
    assert found[-1].minutes == 7
    assert found[-1].score < found[1].score


def test_each_score_is_the_sum_of_its_reasons(rules) -> None:
    goals = (Goal("order", place("cellar"), "o1", 1100), Goal("beat", place("cellar"), "b1"))
    for wanted in rank(crossing(goals=goals), rules):
        assert wanted.score == sum(reason.points for reason in wanted.reasons)
    cellar = next(each for each in rank(crossing(goals=goals), rules) if each.place_id == "cellar")
    assert [(reason.kind, reason.about) for reason in cellar.reasons] == [
        ("near", None),
        ("order", "o1"),
        ("beat", "b1"),
    ]


@pytest.mark.parametrize(
    ("heading", "first"), [(0, "east"), (90, "north"), (180, "west"), (270, "south"), (359, "east")]
)
def test_what_lies_ahead_comes_first_and_what_lies_behind_last(rules, heading, first) -> None:
    behind = {"east": "west", "west": "east", "north": "south", "south": "north"}[first]
    position = Position(place("square"), Point(0, 0), heading)
    found = [
        name for name in names(rank(crossing(position=position, made={place("square")}), rules)) if name != "cellar"
    ]
    assert (found[0], found[-1]) == (first, behind)


def test_the_way_to_what_lies_behind_a_door_is_that_of_the_door(rules) -> None:
    """The cellar lies below the northern house: who looks north looks its way."""
    points = {}
    for heading in (90, 270):
        position = Position(place("square"), Point(0, 0), heading)
        cellar = next(each for each in rank(crossing(position=position), rules) if each.place_id == "cellar")
        points[heading] = next(reason.points for reason in cellar.reasons if reason.kind == "ahead")
    assert points[90] > 0 > points[270]


def test_a_known_spot_tells_the_way_to_the_door_better_than_the_middle_of_the_place(rules) -> None:
    at_the_eastern_door = Position(place("square"), Point(9000, 0))
    minutes = {each.place_id: each.minutes for each in rank(crossing(position=at_the_eastern_door), rules)}
    assert minutes["east"] == 0
    assert minutes["west"] == 4
    assert minutes["north"] == minutes["south"] == 4
    assert minutes["cellar"] == 9


def test_a_goal_counts_for_more_the_nearer_it_is_due_and_not_at_all_when_it_is_over(rules) -> None:
    rule = rules.goals.promised
    worth = [rule.worth(minutes) for minutes in (rule.urgent_minutes, rule.urgent_minutes // 2, 1)]
    assert worth == sorted(set(worth)), "nearer is more"
    assert worth[0] == rule.points == rule.worth(None)
    assert rule.worth(0) == rule.points + rule.urgent
    base = {each.place_id: each.score for each in rank(crossing(), rules)}
    over = {
        each.place_id: each.score
        for each in rank(crossing(goals=(Goal("promised", place("south"), "o1", 1000),)), rules)
    }
    assert over == base


def test_a_place_without_a_way_is_wanted_for_what_waits_there_only(rules) -> None:
    alone = crossing(goals=(Goal("beat", place("island"), "b1"),))
    alone = replace(alone, ways={**alone.ways, place("island"): ()})
    island = next(each for each in rank(alone, rules) if each.place_id == "island")
    assert island.minutes is None
    assert [reason.kind for reason in island.reasons] == ["beat"]


def test_as_many_are_begun_as_there_are_slots_and_in_order(rules) -> None:
    plan = schedule(crossing(), PLENTY, lambda _: 10, rules)
    assert names(plan.begin) == names(rank(crossing(), rules))[: rules.slots]
    assert {later.waits for later in plan.later} == {"slots"}
    assert not plan.cancel and not plan.keep


def test_what_is_made_or_under_way_is_not_begun_again(rules) -> None:
    job = UnderWay("j1", place("east"), 10, 2)
    plan = schedule(crossing(made={place("square")}, under_way=(job,)), PLENTY, lambda _: 10, rules)
    assert [kept.job for kept in plan.keep] == [job]
    assert not {"square", "east"} & set(names(plan.begin))
    assert len(plan.begin) == rules.slots - 1


def test_calls_bound_what_is_begun_and_a_small_place_may_go_before_a_large_one(rules) -> None:
    calls = {"square": 50, "east": 8}
    plan = schedule(crossing(), 20, lambda place_id: calls.get(place_id, 100), rules)
    assert names(plan.begin) == ["east"]
    assert {later.wanted.place_id: later.waits for later in plan.later}["square"] == "calls"
    assert not schedule(crossing(), 0, lambda _: 1, rules).begin


def test_what_jobs_under_way_still_lack_is_paid_from_the_same_budget(rules) -> None:
    job = UnderWay("j1", place("square"), 30, 10)
    assert not schedule(crossing(under_way=(job,)), 29, lambda _: 10, rules).begin
    assert len(schedule(crossing(under_way=(job,)), 30, lambda _: 10, rules).begin) == 1


def test_a_job_for_what_is_there_already_is_moot(rules) -> None:
    job = UnderWay("j1", place("east"), 10)
    plan = schedule(crossing(made={place("east")}, under_way=(job,)), PLENTY, lambda _: 10, rules)
    assert [(dropped.job.job_id, dropped.why) for dropped in plan.cancel] == [("j1", "made")]


def turned_away(done: int) -> Situation:
    """The cellar was under way for a promise; then that was over, and the player walked off southward."""
    position = Position(place("south"), Point(0, -20000), 270)
    far = crossing(position=position, made={place("square"), place("south")})
    return replace(far, under_way=(UnderWay("j1", place("cellar"), 10, done),))


def test_what_little_speaks_for_any_more_is_moot_unless_nearly_done(rules) -> None:
    nearly = -(-rules.nearly_done_per_mille * 10 // 1000)
    assert [dropped.why for dropped in schedule(turned_away(0), PLENTY, lambda _: 10, rules).cancel] == ["unworthy"]
    assert [kept.job.done for kept in schedule(turned_away(nearly), PLENTY, lambda _: 10, rules).keep] == [nearly]
    promised = replace(turned_away(0), goals=(Goal("promised", place("cellar"), "o1", 1100),))
    assert not schedule(promised, PLENTY, lambda _: 10, rules).cancel


def test_a_place_that_is_wanted_by_far_more_takes_the_slot_of_the_least_wanted(rules) -> None:
    jobs = (UnderWay("j1", place("cellar"), 10), UnderWay("j2", place("east"), 10), UnderWay("j3", place("west"), 10))
    full = crossing(under_way=jobs[: rules.slots])
    plan = schedule(full, PLENTY, lambda _: 10, rules)
    assert names(plan.begin) == ["square"]
    assert [(dropped.job.place_id, dropped.why) for dropped in plan.cancel] == [("cellar", "displaced")]
    settled = schedule(replace(full, made={place("square")}), PLENTY, lambda _: 10, rules)
    assert not settled.cancel, "a neighbour that is wanted a little more waits"


def test_a_slot_is_not_taken_for_what_cannot_be_paid(rules) -> None:
    jobs = (UnderWay("j1", place("cellar"), 10), UnderWay("j2", place("east"), 10))
    plan = schedule(crossing(under_way=jobs), 20, lambda _: 100, rules)
    assert not plan.cancel and not plan.begin


PLACES = [place(name) for name in ("square", "east", "north", "west", "south", "cellar")]
GOALS = st.builds(
    Goal,
    st.sampled_from(get_args(GoalKind)),
    st.sampled_from(PLACES),
    st.just("g"),
    st.none() | st.integers(0, 4000),
)
POSITIONS = st.builds(
    Position,
    st.sampled_from(PLACES),
    st.none() | st.builds(Point, st.integers(-20000, 20000), st.integers(-20000, 20000)),
    st.none() | st.integers(0, 359),
)
JOBS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.integers(0, 30), st.integers(0, 30)), max_size=3, unique_by=lambda job: job[0]
)


@given(
    position=POSITIONS,
    goals=st.lists(GOALS, max_size=5),
    made=st.sets(st.sampled_from(PLACES)),
    jobs=JOBS,
    budget=st.integers(0, 100),
    calls=st.integers(0, 40),
)
def test_whatever_the_situation_each_place_has_one_fate_and_the_bounds_hold(
    rules, position, goals, made, jobs, budget, calls
) -> None:
    under_way = tuple(
        UnderWay(f"j{number}", place_id, max(total, done), done) for number, (place_id, total, done) in enumerate(jobs)
    )
    situation = crossing(position=position, goals=tuple(goals), made=made, under_way=under_way)
    plan = schedule(situation, budget, lambda _: calls, rules)
    assert {kept.job.job_id for kept in plan.keep} | {dropped.job.job_id for dropped in plan.cancel} == {
        job.job_id for job in under_way
    }
    fates = [*names(plan.begin), *(kept.job.place_id for kept in plan.keep), *(x.wanted.place_id for x in plan.later)]
    displaced = [dropped.job.place_id for dropped in plan.cancel if dropped.why == "displaced"]
    assert sorted([*fates, *displaced]) == sorted(set(PLACES) - made)
    went_on = len(under_way) - sum(dropped.why != "displaced" for dropped in plan.cancel)
    assert len(plan.begin) + len(plan.keep) <= max(rules.slots, went_on)
    if plan.begin:
        lacking = sum(kept.job.calls - kept.job.done for kept in plan.keep)
        assert len(plan.begin) * calls + lacking <= budget
    scores = [wanted.score for wanted in plan.begin]
    assert scores == sorted(scores, reverse=True)
    assert plan == schedule(situation, budget, lambda _: calls, rules)


@pytest.mark.parametrize("degrees", range(-360, 720, 7))
def test_the_integer_sine_is_near_enough_to_tell_directions_apart(degrees) -> None:
    assert abs(_sine(degrees) - 1000 * math.sin(math.radians(degrees))) <= 3


def test_in_a_real_district_everything_near_is_wanted(rules, recipe) -> None:
    for seed in range(20):
        district = generate(seed, recipe)
        ways = {site.place_id: site.exits for site in district.sites.values()}
        home = next(site for site in district.sites.values() if site.kind == "hideout")
        situation = crossing(position=Position(home.place_id), ways=ways)
        found = rank(situation, rules)
        assert found[0].place_id == home.place_id
        assert district.sites[found[1].place_id].kind == "street"
        assert all(each.minutes is not None and each.score >= rules.worth.keep for each in found)


def test_every_fault_of_the_rules_is_listed_at_once() -> None:
    document = configuration.load(prefetch_rules.NAME)
    document["points"]["half_minutes"] = 0
    document["goals"]["order"]["points"] = "many"
    document["worth"] = {"start": 10, "keep": 20}
    document["slots"] = 1.5
    del document["goals"]["beat"], document["calls"]["vip"]
    document["goals"]["dream"] = document["goals"]["errand"]
    with pytest.raises(ValidationError) as caught:
        PrefetchRules.model_validate(document)
    found = {".".join(map(str, fault["loc"])) for fault in caught.value.errors()}
    assert found == {
        "points.half_minutes",
        "goals.order.points",
        "worth",
        "slots",
        "goals.beat",
        "goals.dream",
        "calls.vip",
    }
