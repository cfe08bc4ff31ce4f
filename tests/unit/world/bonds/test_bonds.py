"""Where bonds rest, how they change, and how they fade."""

import pytest
from bodybroker.world.apply import fold
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER
from bodybroker.world.bonds.between import bond, resting
from bodybroker.world.bonds.changes import change, changed
from bodybroker.world.bonds.events import BondsFaded
from bodybroker.world.bonds.state import STILL, Shift, pair
from bodybroker.world.city.commands import CatchUp
from bodybroker.world.city.events import TimeSkipped
from bodybroker.world.draft import Draft
from bodybroker.world.houses.state import Tie
from bodybroker.world.known import known
from msgspec.structs import replace


@pytest.fixture
def two(world):
    """Two NPCs of different races, by id."""
    return [world.npc(race).character.npc_id for race in ("vampire", "ghoul")]


def moved(world, of, towards, **points):
    draft = Draft(world.state, world.rules)
    change(draft, of, towards, "tried", **points)
    world.state = draft.state
    return draft.events


def test_a_bond_rests_where_race_house_haunt_and_seed_put_it(make_world, world, two, change):
    one, other = two
    assert resting(world.state, one, PLAYER, world.rules).trust == world.rules.bonds.races["vampire"].player.trust
    plain = dict.fromkeys(("trust", "fear", "respect", "desire"), 0)
    bare = change(bonds={"whim": plain, "haunt": {"trust": 0, "respect": 0}, "house": {"per_100_grudge": 0}})
    scores = world.rules.bonds.races["vampire"].races["ghoul"]
    rest = resting(world.state, one, other, bare)
    assert (rest.trust, rest.fear, rest.respect, rest.desire) == tuple(scores.model_dump().values())
    liked = [resting(make_world(seed).state, *pair_of(make_world(seed)), world.rules).respect for seed in range(6)]
    assert len(set(liked)) > 1
    near = next(
        (a, b)
        for a in world.state.npcs.values()
        for b in world.state.npcs.values()
        if a is not b and a.character.haunt_id == b.character.haunt_id
    )
    ids = [npc.character.npc_id for npc in near]
    together = change(bonds={"whim": plain, "haunt": {"trust": 10, "respect": 0}, "house": {"per_100_grudge": 0}})
    assert resting(world.state, *ids, together).trust == min(100, resting(world.state, *ids, bare).trust + 10)


def pair_of(world):
    return [world.npc(race).character.npc_id for race in ("vampire", "ghoul")]


def test_what_the_houses_hold_of_each_other_and_of_the_player_moves_where_bonds_rest(world, two):
    one, other = two
    houses, rules = world.state.houses, world.rules.bonds.house
    mine, theirs = (houses.races[race] for race in ("vampire", "ghoul"))
    trust = {}
    for grudge in (0, 200):
        world.state = replace(world.state, houses=replace(houses, grudges={mine: {theirs: grudge}}))
        trust[grudge] = resting(world.state, one, other, world.rules).trust
    assert trust[200] == max(0, trust[0] - 2 * rules.per_100_grudge)
    before = bond(world.state, one, PLAYER, world.rules).trust
    for standing, points in ((300, 3), (-300, -3)):
        world.state = replace(world.state, houses=replace(houses, ties={mine: Tie(standing=standing)}))
        assert bond(world.state, one, PLAYER, world.rules).trust == before + points * rules.per_100_standing


def test_a_change_says_who_what_why_and_adds_up(world, two):
    one, other = two
    before = bond(world.state, one, other, world.rules)
    (first,) = moved(world, one, other, trust=5, fear=3)
    (second,) = moved(world, one, other, trust=-2, desire=1, debt_cents=700)
    assert (first.of, first.towards, first.cause, first.cause_version) == (one, other, "tried", 1)
    assert second.cause_version == 2 and second.minute == world.state.minute
    assert world.state.bonds.others == {pair(one, other): Shift(3, 3, 0, 1, 700)}
    after = bond(world.state, one, other, world.rules)
    assert after == replace(
        before, trust=before.trust + 3, fear=before.fear + 3, desire=before.desire + 1, debt_cents=700
    )
    assert bond(world.state, other, one, world.rules) == resting(world.state, other, one, world.rules)


def test_scores_stay_within_bounds_and_nobody_owes_less_than_nothing(world, two):
    one, _ = two
    moved(world, one, PLAYER, trust=500, fear=-10, debt_cents=300)
    now = bond(world.state, one, PLAYER, world.rules)
    assert (now.trust, now.fear, now.debt_cents) == (100, 0, 300)
    assert changed(world.state, one, PLAYER, world.rules, "tried", 1, trust=1) is None
    (paid,) = moved(world, one, PLAYER, debt_cents=-1000)
    assert paid.debt_cents == -300 and bond(world.state, one, PLAYER, world.rules).debt_cents == 0


def test_a_bond_that_rests_elsewhere_by_now_still_changes_by_all_that_happened(world, two):
    """What happened may lead beyond the bounds once the houses have changed their minds: no dead points."""
    one, _ = two
    moved(world, one, PLAYER, trust=100)
    mine = world.state.houses.races["vampire"]
    world.state = replace(world.state, houses=replace(world.state.houses, ties={mine: Tie(standing=1000)}))
    assert bond(world.state, one, PLAYER, world.rules).trust == 100
    moved(world, one, PLAYER, trust=-10)
    assert bond(world.state, one, PLAYER, world.rules).trust == 90


def test_a_bond_back_at_rest_leaves_nothing_behind(world, two):
    one, other = two
    moved(world, one, other, trust=4)
    moved(world, one, other, trust=-4)
    moved(world, other, PLAYER, fear=4)
    moved(world, other, PLAYER, fear=-4)
    assert not world.state.bonds.others and not world.state.bonds.player


def test_at_dusk_what_has_happened_fades_by_race(world, change):
    fading = {"every_days": 1, "trust": 2, "fear": 3, "respect": 0, "desire": 1}
    world.rules = change(bonds={"races": {"ghoul": {"fading": fading}, "lich": {"fading": {"every_days": 1000}}}})
    ghoul, lich = world.npc("ghoul").character.npc_id, world.npc("lich").character.npc_id
    moved(world, ghoul, PLAYER, trust=-5, fear=2, respect=7, desire=4)
    moved(world, lich, PLAYER, trust=-5)
    moved(world, ghoul, lich, trust=9, debt_cents=50)
    world.wait_for("night")
    assert [event for event in world.log if isinstance(event, BondsFaded)]
    player = world.state.bonds.player
    assert player[ghoul] == Shift(trust=-3, fear=0, respect=7, desire=3) and player[lich] == Shift(trust=-5)
    assert world.state.bonds.others[pair(ghoul, lich)].trust == 7


def test_time_away_fades_as_time_that_was_lived(world, change):
    nothing = {"trust": 0, "fear": 0, "respect": 0, "desire": 0}
    world.rules = change(
        bonds={
            "races": {
                "ghoul": {"fading": nothing | {"every_days": 1, "trust": 1}},
                "lich": {"fading": nothing | {"every_days": 3, "trust": 1}},
            }
        }
    )
    ghoul, lich = world.npc("ghoul").character.npc_id, world.npc("lich").character.npc_id
    for npc_id in (ghoul, lich):
        moved(world, npc_id, PLAYER, trust=60)
    days = world.rules.absence.lived_days + 5
    assert days <= world.rules.absence.longest_days
    world.play(CatchUp(days * MINUTES_PER_DAY))
    assert any(isinstance(event, TimeSkipped) for event in world.log)
    kept = world.state.bonds.player
    assert (60 - kept[ghoul].trust, 60 - kept[lich].trust) == (days, days // 3)


def test_nothing_fades_where_nothing_has_happened(quiet_world):
    quiet_world.wait_for("night")
    assert not [event for event in quiet_world.log if isinstance(event, BondsFaded)]


def test_at_dusk_a_debtor_pays_as_far_as_its_purse_goes(world):
    ghoul = world.npc("ghoul").character
    moved(world, ghoul.npc_id, PLAYER, debt_cents=10_000_000)
    money = world.state.player.money_cents
    world.wait_for("night")
    (paid,) = [event for event in world.log if type(event).__name__ == "DebtsPaid"]
    cents = paid.cents[ghoul.npc_id]
    assert cents == ghoul.purse_cents * world.rules.bonds.debts.purse_per_mille // 1000
    assert world.state.player.money_cents == money + cents
    assert bond(world.state, ghoul.npc_id, PLAYER, world.rules).debt_cents == 10_000_000 - cents


def test_whoever_is_owed_trusts_the_debtor_less(world, two):
    one, other = two
    moved(world, one, other, debt_cents=900)
    moved(world, PLAYER, one, debt_cents=900)
    world.wait_for("night")
    points = world.rules.bonds.debts.resentment
    told = {(event.of, event.towards): event for event in world.log if type(event).__name__ == "BondChanged"}
    assert told[other, one].trust == told[one, PLAYER].trust == -points
    assert {event.cause for event in told.values()} == {"unpaid"}


def test_what_happened_is_all_that_is_kept(world, two):
    """The shifts of a state are the sums of its log's changes: the history of a bond explains it to the point."""
    one, other = two
    start = world.state
    made = [*moved(world, one, other, trust=3), *moved(world, one, PLAYER, respect=9)]
    made += moved(world, one, other, trust=-30)
    assert fold(made, start).bonds == world.state.bonds
    summed = sum(event.trust for event in made if event.towards == other)
    assert world.state.bonds.others[pair(one, other)].trust == summed


def test_the_player_sees_what_is_held_of_the_player_only(world, two):
    one, other = two
    (hidden,) = moved(world, one, other, trust=5)
    (seen,) = moved(world, one, PLAYER, trust=5)
    assert known(hidden).of is known(hidden).towards is known(hidden).cause is None and known(hidden).trust == 0
    assert (known(seen).of, known(seen).trust, known(seen).cause) == (one, 5, "tried")


def test_nobody_knows_what_the_player_feels(world, two):
    one, _ = two
    assert bond(world.state, PLAYER, one, world.rules) == resting(world.state, PLAYER, one, world.rules)
    assert bond(world.state, PLAYER, one, world.rules).trust == 0
    assert world.state.bonds.player.get(one, STILL) is STILL


def test_somebody_unknown_has_no_bonds(world, two, nobody):
    one, _ = two
    for of, towards in ((nobody, PLAYER), (nobody, one), (one, nobody), (PLAYER, nobody), (PLAYER, PLAYER)):
        with pytest.raises(KeyError):
            bond(world.state, of, towards, world.rules)
