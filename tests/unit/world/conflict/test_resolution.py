"""Fights between any number of sides, without a player."""

from itertools import chain

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.world.conflict.resolution import resolve, weakened
from bodybroker.world.conflict.rules import Terrain
from hypothesis import given, settings
from hypothesis import strategies as st

OPEN = Terrain()


@pytest.fixture
def fight(book):
    def resolved(*sides, seed=1, combat=book.conflict.combat, terrain=OPEN, **options):
        return resolve(combat, sides, terrain, Stream(seed, "fight"), **options)

    return resolved


def wins(fight, *sides, **options):
    """How often the first side wins in 200 fights."""
    return sum(fight(*sides, seed=seed, **options).winner == 0 for seed in range(200))


def test_the_same_seed_gives_the_same_fight(fight, fighter):
    sides = [[fighter("a"), fighter("b")], [fighter("c")], [fighter("d"), fighter("e")]]
    assert fight(*sides) == fight(*sides)
    assert len({fight(*sides, seed=seed).blows for seed in range(20)}) > 10


def test_equals_win_as_often_as_they_lose(fight, fighter):
    assert 70 <= wins(fight, [fighter("a")], [fighter("b")]) <= 130


@pytest.mark.parametrize("better", [{"strength": 80}, {"speed": 90}, {"nerve": 100}, {"health": 100}])
def test_every_stat_helps(fight, fighter, better):
    equal = {"strength": 50, "speed": 40, "nerve": 30, "health": 60}
    assert wins(fight, [fighter(**{**equal, **better})], [fighter(**equal)]) > 115


def test_two_beat_one(fight, fighter):
    assert wins(fight, [fighter(), fighter()], [fighter()]) > 150


def test_three_sides_fight_each_other(fight, fighter):
    sides = [[fighter("police", nerve=100)], [fighter("hunter", nerve=100)], [fighter("ghoul", nerve=100)]]
    struck = {(blow.by, blow.on) for seed in range(30) for blow in fight(*sides, seed=seed).blows}
    assert len(struck) == 6
    winners = {fight(*sides, seed=seed).winner for seed in range(60)}
    assert winners >= {0, 1, 2}


def test_nobody_with_full_nerve_ever_runs(fight, fighter):
    for seed in range(50):
        result = fight([fighter(nerve=100)], [fighter(nerve=100)], seed=seed)
        assert {body.standing for side in result.sides for body in side} <= {"fighting", "down"}


def test_cowards_run_before_they_fall(fight, fighter):
    brave, coward = [fighter(nerve=100)], [fighter(nerve=0, health=100)]
    ends = [fight(brave, coward, seed=seed).sides[1][0].standing for seed in range(100)]
    assert ends.count("fled") > ends.count("down")


def test_luck_lets_the_slow_strike_first_at_times(fight, fighter, book):
    sure = book.conflict.combat.hit.model_copy(update={"low": 1000, "high": 1000})
    combat = book.conflict.combat.model_copy(update={"hit": sure})
    near = [[fighter("slow", speed=38, nerve=100)], [fighter("fast", speed=40, nerve=100)]]
    first = [fight(*near, seed=seed, combat=combat).blows[0].by for seed in range(100)]
    assert 20 < first.count("slow") < first.count("fast")
    far = [[fighter("slow", speed=40 - combat.initiative_dice, nerve=100)], near[1]]
    assert all(fight(*far, seed=seed, combat=combat).blows[0].by == "fast" for seed in range(50))


def test_the_strong_strike_harder(fight, fighter, book):
    wounds = {}
    for strength in (0, 100):
        sides = [[fighter("striker", strength=strength, nerve=100)], [fighter("struck", health=100, nerve=100)]]
        blows = [blow for seed in range(60) for blow in fight(*sides, seed=seed, rounds=1).blows if blow.on == "struck"]
        wounds[strength] = sum(blow.wounds for blow in blows) / len(blows)
    assert wounds[100] > 2 * wounds[0]


def test_the_outnumbered_run_sooner(fight, fighter, book):
    coward, many = [fighter("coward", nerve=0, health=100)], [fighter(f"{n}", nerve=100) for n in range(4)]
    alone = book.conflict.combat.panic.model_copy(update={"per_odd": 0})
    combat = book.conflict.combat.model_copy(update={"panic": alone})

    def fled(**options):
        return sum(
            fight(coward, many, seed=seed, rounds=1, **options).sides[0][0].standing == "fled" for seed in range(200)
        )

    assert fled() > fled(combat=combat) + 20


def test_darkness_makes_blows_miss(fight, fighter):
    sides = [[fighter(nerve=100)], [fighter(nerve=100)]]

    def rounds(aim):
        return sum(fight(*sides, seed=seed, terrain=Terrain(aim=aim)).rounds for seed in range(50))

    assert rounds(-200) > rounds(0) > rounds(200)


def test_wounds_weaken(book):
    combat = book.conflict.combat
    assert weakened(50, 100, combat) == 50
    assert weakened(50, 0, combat) == 50 * (1000 - 100 * combat.weakness_per_mille) // 1000
    assert weakened(50, 50, combat) < 50


def test_a_fight_can_stop_at_the_first_change(fight, fighter):
    sides = [[fighter(nerve=100)], [fighter(nerve=100), fighter(nerve=100)]]
    for seed in range(30):
        result = fight(*sides, seed=seed, until_change=True)
        *before, last = [blow.after for blow in result.blows]
        assert last == "down" or "down" in before
        assert fight(*sides, seed=seed).rounds >= result.rounds


def test_the_idle_do_not_strike(fight, fighter):
    idle = fighter("idle", nerve=100)
    for seed in range(20):
        assert all(blow.by != "idle" for blow in fight([idle], [fighter()], seed=seed, idle=idle).blows)


def test_rounds_are_bounded(fight, fighter, book):
    hit = {"base": 0, "per_strength": 0, "per_speed": 0, "low": 0, "high": 0}
    combat = book.conflict.combat.model_validate({**book.conflict.combat.model_dump(), "hit": hit})
    result = fight([fighter()], [fighter()], combat=combat)
    assert result.rounds == combat.longest_rounds and result.winner is None and not result.blows
    assert fight([fighter()], [fighter()], combat=combat, rounds=2).rounds == 2


def test_one_side_alone_has_won_and_none_has_nobody(fight, fighter):
    alone = fight([fighter()], [])
    assert (alone.winner, alone.rounds) == (0, 0)
    assert fight([], [fighter(standing="fled")]).winner is None


stats = st.integers(0, 100)
bodies = st.tuples(stats, stats, stats, st.integers(1, 100))


@settings(max_examples=150)
@given(st.lists(st.lists(bodies, max_size=4), max_size=4), st.integers(0, 2**53))
def test_a_fight_adds_up(book, fighter, drawn, seed):
    sides = [[fighter(f"{i}/{j}", *body) for j, body in enumerate(side)] for i, side in enumerate(drawn)]
    result = resolve(book.conflict.combat, sides, OPEN, Stream(seed, "fight"))
    assert [len(side) for side in result.sides] == [len(side) for side in sides]
    wounds = dict.fromkeys((body.name for side in sides for body in side), 0)
    for blow in result.blows:
        wounds[blow.on] += blow.wounds
        assert blow.by.split("/")[0] != blow.on.split("/")[0] and blow.wounds > 0
    for before, after in zip(chain(*sides), chain(*result.sides), strict=True):
        assert after.health == before.health - wounds[before.name] >= 0
        assert (after.standing == "down") == (after.health == 0)
    standing = {i for i, side in enumerate(result.sides) for body in side if body.standing == "fighting"}
    assert result.winner == (min(standing) if len(standing) == 1 else None)
    assert len(standing) <= 1 or result.rounds == book.conflict.combat.longest_rounds
