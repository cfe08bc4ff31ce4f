from hashlib import sha256

import msgspec
from bodybroker.generation.district import GENERATOR_VERSION, generate
from bodybroker.generation.entities import District
from bodybroker.kernel.random import SEED_LIMIT
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, SEED_LIMIT - 1)


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(recipe):
    assert msgspec.json.encode(generate(7, recipe)) == msgspec.json.encode(generate(7, recipe))
    assert generate(7, recipe) != generate(8, recipe)


@given(seed=seeds)
def test_a_district_has_all_that_a_night_needs(recipe, seed):
    made = generate(seed, recipe)
    kinds = [site.kind for site in made.sites.values()]
    assert kinds.count("hideout") == kinds.count("street") == 1
    assert {"morgue", "hospital", "graveyard", "club", "den", "crypt"} <= set(kinds)
    assert {"ghoul", "zombie", "vampire", "werewolf", "lich"} <= {
        character.race for character in made.characters.values()
    }
    assert sum(site.guards for site in made.sites.values()) >= 2
    names = [thing.name for thing in (*made.sites.values(), *made.characters.values())] + [made.name]
    assert len(names) == len(set(names))


@given(seed=seeds)
def test_places_do_not_overlap_and_lie_on_the_ground(recipe, seed):
    areas = [site.area for site in generate(seed, recipe).sites.values()]
    assert all(area.x_cm >= 0 and area.y_cm >= 0 and area.width_cm > 0 and area.depth_cm > 0 for area in areas)
    for i, a in enumerate(areas):
        for b in areas[:i]:
            assert (
                a.x_cm + a.width_cm <= b.x_cm
                or b.x_cm + b.width_cm <= a.x_cm
                or a.y_cm + a.depth_cm <= b.y_cm
                or b.y_cm + b.depth_cm <= a.y_cm
            )


@given(seed=seeds)
def test_every_way_leads_back_in_the_same_time_through_a_door_on_both_walls(recipe, seed):
    sites = generate(seed, recipe).sites
    for site in sites.values():
        assert site.exits
        for way in site.exits:
            back = [exit for exit in sites[way.place_id].exits if exit.place_id == site.place_id]
            assert [(exit.minutes, exit.at) for exit in back] == [(way.minutes, way.at)]
            assert way.minutes >= 1
            area = site.area
            assert area.x_cm <= way.at.x_cm <= area.x_cm + area.width_cm
            assert way.at.y_cm in (area.y_cm, area.y_cm + area.depth_cm)


@given(seed=seeds)
def test_npcs_stand_in_their_haunts_with_stats_and_tastes_within_the_rules(recipe, seed):
    made = generate(seed, recipe)
    for character in made.characters.values():
        haunt, race = made.sites[character.haunt_id], recipe.races[character.race]
        assert 0 <= character.at.x_cm - haunt.area.x_cm < haunt.area.width_cm
        assert 0 <= character.at.y_cm - haunt.area.y_cm < haunt.area.depth_cm
        for stat in ("aggression", "intelligence", "charisma", "survival", "loyalty"):
            span = getattr(race.guide, stat)
            assert 0 <= span.low <= getattr(character.guide, stat) <= span.high <= 100
        assert set(character.tastes) <= set(race.appetite)
        assert race.wants.low <= len(character.tastes) <= race.wants.high
        for part, taste in character.tastes.items():
            assert recipe.prices.floor_cents(part) <= taste.floor_cents <= taste.cap_cents
            assert taste.cap_cents <= recipe.prices.cap_cents(part)
        assert race.purse_cents.low <= character.purse_cents <= race.purse_cents.high


@given(seed=seeds)
def test_stores_are_stocked_by_the_rules_and_everything_has_its_provenance(recipe, seed):
    made = generate(seed, recipe)
    assert set(made.stock) == {site.place_id for site in made.sites.values() if site.kind in ("morgue", "hospital")}
    items = [item for stock in made.stock.values() for item in stock]
    for place_id, stock in made.stock.items():
        site = made.sites[place_id]
        store = recipe.stores[site.kind]
        assert store.stock.low <= len(stock) <= store.stock.high
        assert store.guards.low <= site.guards <= store.guards.high
        assert store.cameras.low <= site.cameras <= store.cameras.high
        assert all(store.quality.low <= item.quality <= store.quality.high for item in stock)
    assert all(recipe.weights[item.part] > 0 for item in items)
    made_things = (*made.sites.values(), *made.characters.values(), *items)
    assert all(
        (thing.provenance.seed, thing.provenance.generator, thing.provenance.generator_version)
        == (seed, "district", GENERATOR_VERSION)
        for thing in made_things
    )
    ids = [*made.sites, *made.characters, *(item.item_id for item in items)]
    assert len(ids) == len(set(ids))


@given(seed=seeds)
def test_a_district_holds_no_float_and_survives_the_wire(recipe, seed):
    made = generate(seed, recipe)
    assert msgspec.json.decode(msgspec.json.encode(made), type=District) == made
    _assert_integers(msgspec.to_builtins(made))


def _assert_integers(value):
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for member in value:
            _assert_integers(member)
    else:
        assert isinstance(value, int | str) and not isinstance(value, bool)


def test_golden_districts(golden_recipe, golden_districts):
    """From frozen rules, so that tuning the game leaves it alone: only another generator version may change it."""
    made = {
        seed: sha256(msgspec.json.encode(generate(int(seed), golden_recipe))).hexdigest() for seed in golden_districts
    }
    assert made == golden_districts and str(SEED_LIMIT - 1) in made
