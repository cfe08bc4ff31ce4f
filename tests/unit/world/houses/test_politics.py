"""Politics by itself: replayable, conserved, sane for a year."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from bodybroker.world import events
from bodybroker.world.apply import fold
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.houses import happenings as what
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import happen, wealth_cents
from bodybroker.world.houses.politics import advance
from bodybroker.world.houses.state import Intrigue, Treaty
from bodybroker.world.ledger import money_cents
from msgspec.structs import replace

from tests.unit.world.golden import night

GOLDEN = Path(night.__file__).parent


def evenings(world, nights):
    """Politics alone, night after night: the happenings and the houses after each."""
    houses, city = world.state.houses, world.state.city_cents
    for day in range(nights):
        evening = Evening(houses, world.state.seed, day, city, world.state.npcs, world.rules.houses)
        advance(evening)
        houses, city = evening.houses, evening.city_cents
        yield evening.happenings, houses, city


def digest(world, nights):
    return sha256(b"".join(msgspec.json.encode(made) for made, _, _ in evenings(world, nights))).hexdigest()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_stays_sane(make_world, seed):
    world = make_world(seed)
    total = world.state.city_cents + wealth_cents(world.state.houses)
    quarters, ids = set(world.state.houses.quarters), set(world.state.houses.houses)
    kinds, top = Counter(), Counter()
    for made, houses, city in evenings(world, 365):
        assert city >= 0 and city + wealth_cents(houses) == total
        assert set(houses.houses) == ids and set(houses.quarters) == quarters
        assert len(houses.treaties) <= len(ids) * world.rules.houses.treaty_limit // 2
        assert len(houses.intrigues) <= len(ids)
        for house in houses.houses.values():
            assert house.wealth_cents >= 0 and 0 <= house.strength <= 100
        assert all(0 < points <= 1000 for held in houses.grudges.values() for points in held.values())
        held = Counter(quarter.house_id for quarter in houses.quarters.values())
        assert len(held) > 1, "one house owns everything"
        top[held.most_common(1)[0][0]] += 1
        kinds.update(type(happening) for happening in made)
    assert set(kinds) == set(what.Happening.__args__), "not everything happens in a year"
    assert len(top) >= 3, "the same house is always on top"


def test_the_same_seed_has_the_same_history(make_world):
    assert digest(make_world(5), 60) == digest(make_world(5), 60) != digest(make_world(6), 60)


def test_sixty_nights_are_what_they_always_were(golden_documents):
    """The history that golden/record.py wrote, to the byte."""
    assert {"sha256": night.politics(golden_documents)} == json.loads((GOLDEN / "politics.json").read_text())


def test_what_the_player_does_elsewhere_leaves_politics_alone(make_world):
    """Waiting in bits or in one go, robbing or not: the same happenings every dusk."""

    def history(world):
        return [e.happenings for e in world.log if isinstance(e, events.HousesAdvanced)]

    idle, busy = make_world(9), make_world(9)
    for _ in range(10):
        idle.do("wait", minutes=720)
    busy.go("morgue")
    busy.do("rob_morgue", place_id=busy.place("morgue"))
    while busy.state.minute < idle.state.minute:
        busy.do("wait", minutes=min(97, idle.state.minute - busy.state.minute))
    assert history(idle) == history(busy) and len(history(idle)) == 5


def test_politics_moves_once_at_every_dusk_and_money_stays(world):
    total = money_cents(world.state)
    for _ in range(12):
        world.do("wait", minutes=720)
        assert money_cents(world.state) == total
    days = [event.day for event in world.log if isinstance(event, events.HousesAdvanced)]
    assert days == list(range(6))
    assert world.state.houses.day == days[-1] == world.state.minute // MINUTES_PER_DAY - 1
    wire = [events.decode(events.encode(event)) for event in world.log]
    assert fold(wire) == world.state


def test_a_world_without_houses_goes_on_without_politics(world):
    world.without_houses()
    world.wait_for("night")
    assert not any(isinstance(event, events.HousesAdvanced) for event in world.log)


def test_a_city_without_money_pays_nobody(world):
    evening = Evening(world.state.houses, 7, 0, 0, world.state.npcs, world.rules.houses)
    advance(evening)
    books = evening.happenings[0]
    assert isinstance(books, what.BooksBalanced) and not any(books.earned.values())
    assert evening.city_cents == sum(books.spent.values())


def test_houses_that_cannot_pay_their_fighters_lose_them(world, house):
    pack = house(world, "pack")
    poor = happen(world.state.houses, what.BooksBalanced({}, {pack.house_id: pack.wealth_cents}, {}))
    evening = Evening(poor, 7, 0, 0, world.state.npcs, world.rules.houses)
    advance(evening)
    assert evening.happenings[0].strengths[pack.house_id] == pack.strength - world.rules.houses.deserters


def test_a_broken_treaty_is_resented_by_all(world, house):
    court, pack, guild = (house(world, kind).house_id for kind in ("court", "pack", "guild"))
    treaty = Treaty("truce", tuple(sorted((court, guild))), 9)
    houses = happen(world.state.houses, what.TreatySigned(treaty))
    broken = happen(houses, what.TreatyBroken(treaty, court, guild, 200, 30))
    assert broken.treaties == ()
    assert broken.grudges[guild][court] == houses.grudges.get(guild, {}).get(court, 0) + 200
    assert broken.grudges[pack][court] == houses.grudges[pack][court] + 30


def test_a_theft_moves_money_and_leaves_a_grudge(world, house):
    court, guild = house(world, "court"), house(world, "guild")
    plot = Intrigue("i", "theft", guild.house_id, court.house_id, "striking", 3)
    houses = happen(world.state.houses, what.IntrigueAdvanced(plot))
    after = happen(houses, what.IntrigueSettled(plot, True, True, 500, 0, 220))
    assert not after.intrigues and wealth_cents(after) == wealth_cents(houses)
    assert after.houses[guild.house_id].wealth_cents == guild.wealth_cents + 500
    assert after.grudges[court.house_id][guild.house_id] == 220


def test_a_fallen_house_rises_again_under_an_heir(world, house):
    """Without a quarter and without strength: another name, another head, a quarter back."""
    pack, court = house(world, "pack"), house(world, "court")
    houses = world.state.houses
    lost = {
        quarter_id: replace(quarter, house_id=court.house_id if quarter.house_id == pack.house_id else quarter.house_id)
        for quarter_id, quarter in houses.quarters.items()
    }
    weak = replace(pack, strength=0)
    houses = replace(houses, quarters=lost, houses=houses.houses | {pack.house_id: weak})
    treaty = Treaty("alliance", tuple(sorted((pack.house_id, house(world, "guild").house_id))), 50)
    houses = replace(houses, treaties=(treaty,))
    act = world.rules.houses.act.model_copy(update={"base": 0, "per_ambition": 0})
    rules = world.rules.houses.model_copy(update={"act": act})
    evening = Evening(houses, 7, 0, world.state.city_cents, world.state.npcs, rules)
    advance(evening)
    (rise,) = [happening for happening in evening.happenings if isinstance(happening, what.HeirRose)]
    heir = evening.houses.houses[pack.house_id]
    assert heir.name != pack.name and heir.strength >= rules.heir.strength.low
    assert evening.houses.quarters[rise.quarter_id].house_id == pack.house_id
    assert lost[rise.quarter_id].house_id == court.house_id
    assert not evening.houses.treaties and pack.house_id not in evening.houses.grudges
    assert all(pack.house_id not in held for held in evening.houses.grudges.values())
    assert evening.city_cents + wealth_cents(evening.houses) == world.state.city_cents + wealth_cents(houses)
