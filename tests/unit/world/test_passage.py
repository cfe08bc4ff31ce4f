"""Game time: phases, dawn and dusk, cooling, offers that run out."""

from bodybroker.world import events
from bodybroker.world.city.clock import phase_at
from msgspec.structs import replace


def test_phases_turn_at_the_minutes_of_the_rules(book):
    dawn, dusk = book.clock.dawn_minute, book.clock.dusk_minute
    for day in (0, 1440, 7 * 1440):
        assert phase_at(day + dawn - 1, book.clock) == "night"
        assert phase_at(day + dawn, book.clock) == "day"
        assert phase_at(day + dusk - 1, book.clock) == "day"
        assert phase_at(day + dusk, book.clock) == "night"


def test_night_falls_in_the_middle_of_a_wait(quiet_world, book, names):
    world = quiet_world
    made = world.do("wait", minutes=book.clock.dusk_minute - book.clock.start_minute + 30)
    assert names(made) == ["TimePassed", "PhaseChanged", "HousesAdvanced", "TimePassed"]
    assert (made[1].phase, made[1].minute) == ("night", book.clock.dusk_minute)
    assert world.state.phase == "night" and made[3].minutes == 30


def test_a_wait_that_ends_at_dusk_is_night(world, book):
    world.do("wait", minutes=book.clock.dusk_minute - book.clock.start_minute)
    assert world.state.phase == "night"


def test_dawn_brings_bodies_and_calm_to_the_morgues(make_world, change):
    world = make_world(rules=change(police={"notice": {"low": 0, "high": 0}}))
    morgue = world.place("morgue")
    world.go("morgue")
    world.do("rob_morgue", place_id=morgue)
    before = world.state.places[morgue]
    world.wait_for("night")
    world.wait_for("day")
    after, rule = world.state.places[morgue], world.rules.morgue
    delivered = len(after.stock) - len(before.stock)
    supply = rule.supply_per_mille[world.state.minute // 1440]
    assert rule.restock.low * supply // 1000 <= delivered <= rule.restock.high * supply // 1000
    assert set(before.stock) < set(after.stock)
    resting = before.site.alarm
    assert after.alarm == resting + (before.alarm - resting) * rule.alarm_left_per_mille // 1000


def test_dusk_fills_purses_with_the_citys_money_until_they_are_full(quiet_world):
    world = quiet_world
    npc_id, npc = next(iter(world.state.npcs.items()))
    wage, full = npc.character.wage_cents, npc.character.purse_cents
    world.state = replace(world.state, npcs=world.state.npcs | {npc_id: replace(npc, purse_cents=full - wage - 500)})
    world.without_houses()
    city = world.state.city_cents
    world.wait_for("night")
    assert world.state.npcs[npc_id].purse_cents == full - 500 and world.state.city_cents == city - wage
    world.wait_for("day")
    world.wait_for("night")
    assert world.state.npcs[npc_id].purse_cents == full and world.state.city_cents == city - wage - 500


def test_a_poor_city_pays_what_it_has(world):
    world.without_houses()
    first, second, *_ = sorted(world.state.npcs)
    poor = {npc_id: replace(world.state.npcs[npc_id], purse_cents=0) for npc_id in (first, second)}
    wage = poor[first].character.wage_cents
    world.state = replace(world.state, npcs=world.state.npcs | poor, city_cents=wage + 7)
    world.wait_for("night")
    assert [world.state.npcs[npc_id].purse_cents for npc_id in (first, second)] == [wage, 7]
    assert world.state.city_cents == 0


def test_many_short_waits_cool_like_one_long_one(make_world, change):
    rules = change(police={"notice": {"low": 0, "high": 0}, "robbery_heat": 60})
    short, long = make_world(rules=rules), make_world(rules=rules)
    for world in (short, long):
        world.go("morgue")
        world.do("rob_morgue", place_id=world.place("morgue"))
    long.do("wait", minutes=701)
    for _ in range(100):
        short.do("wait", minutes=7)
    short.do("wait", minutes=1)
    assert short.state.player == long.state.player and short.state.player.heat < 60
    assert (short.state.minute, short.state.phase) == (long.state.minute, long.state.phase)


def test_an_offer_runs_out_at_its_minute(world, book):
    ghoul = world.meet("ghoul")
    part, taste = next(iter(ghoul.tastes.items()))
    world.say(ghoul, {"type": "make_offer", "part": part, "price_cents": taste.floor_cents})
    offer = world.state.market.offers[ghoul.npc_id]
    made = world.do("wait", minutes=book.market.offer_minutes)
    at = made.index(events.OfferWithdrawn(ghoul.npc_id, "expired"))
    assert made[at - 1].minute == offer.expires_minute and not world.state.market.offers
