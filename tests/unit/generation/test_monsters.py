import copy
import re
from hashlib import sha256

import msgspec
import pytest
from bodybroker.generation import bestiary, district
from bodybroker.generation.bestiary import InvalidBestiary
from bodybroker.generation.monsters import KINDS, SEED_LIMIT, Monster, embody, facts, generate
from bodybroker.kernel import configuration
from bodybroker.world import rules
from hypothesis import given
from hypothesis import strategies as st

seeds = st.integers(0, SEED_LIMIT - 1)
races = st.sampled_from(KINDS)
DOCUMENTS = ("generation/monsters", "world/races", "world/names")
GOLDEN = {
    "zombie": "e96282ef92e4852b9a934e7faccc74e03f1658434fa7922d8ae9f708815e7375",
    "ghoul": "60f3eac1aebd1389e81a2b9ff7b4fc1b10d1d4d21f7640821972c9ef8190cd8c",
    "vampire": "aa00d82804d469a85e7a771f4845d815400655bdf701a1b0a617f895c6c7b156",
    "werewolf": "ed88fe497d0c5a27cb4c109afc98a2ee9612c4b47ff8e8e311ecbfc70d8fcb4a",
    "lich": "3173f3ba1c5214ffdfd819aa557e6d13f2becff3d0e35158939b84d7194a7a79",
}
"""SHA-256 of each race's monsters of seeds 0 to 99 from the shipped files: who changes those renews these, and who
changes the generator raises its VERSION."""


@pytest.fixture(scope="module")
def beasts():
    return bestiary.load()


@pytest.fixture
def documents():
    return [copy.deepcopy(configuration.load(name)) for name in DOCUMENTS]


def test_the_kinds_are_the_races_of_the_world(beasts):
    assert set(KINDS) == set(beasts.lots) == set(rules.load().races.races)


@pytest.mark.parametrize("race", KINDS)
def test_golden_monsters(beasts, race):
    made = b"".join(msgspec.json.encode(generate(race, seed, beasts)) for seed in range(100))
    assert sha256(made).hexdigest() == GOLDEN[race]


@given(race=races, seed=seeds)
def test_a_monster_lies_within_its_race_and_its_tier(beasts, race, seed):
    made, common, kind = generate(race, seed, beasts), beasts.races[race], beasts.monsters.races[race]
    tier = next(tier for tier in beasts.monsters.tiers if tier.name == made.tier)
    for stat in ("aggression", "intelligence", "charisma", "survival", "loyalty"):
        span = getattr(common.guide, stat)
        assert span.low <= getattr(made.guide, stat) <= span.high
    assert set(made.traits) <= set(common.traits)
    assert common.trait_count.low <= len(made.traits) == len(set(made.traits)) <= common.trait_count.high
    assert common.wants.low <= len(made.appetites) <= common.wants.high
    assert made.appetites.items() <= common.appetite.items()
    assert (made.mood, made.awake) == (common.mood, common.awake)
    names = [ability.name for ability in made.abilities]
    assert tier.abilities.low <= len(names) == len(set(names)) <= tier.abilities.high
    for ability in made.abilities:
        rule = kind.abilities[ability.name]
        assert rule.power.low <= ability.power <= rule.power.high
        assert (ability.kind, ability.range_cm, ability.cooldown_s) == (rule.kind, rule.range_cm, rule.cooldown_s)
    assert tier.goals.low <= len(made.goals) <= tier.goals.high
    assert tier.marks.low <= len(set(made.body.marks)) == len(made.body.marks) <= tier.marks.high
    assert kind.height_cm.low <= made.body.height_cm <= kind.height_cm.high
    index = kind.builds[made.body.build].mass_index
    assert index.low * made.body.height_cm**2 // 10_000 <= made.body.mass_kg
    assert made.body.mass_kg <= index.high * made.body.height_cm**2 // 10_000
    assert made.body.health >= 1


@given(race=races, seed=seeds)
def test_abilities_are_open_to_the_tier_and_goals_leave_no_slot(beasts, race, seed):
    made = generate(race, seed, beasts)
    order = [tier.name for tier in beasts.monsters.tiers]
    for ability in made.abilities:
        needed = beasts.monsters.races[race].abilities[ability.name].tier or order[0]
        assert order.index(needed) <= order.index(made.tier)
    assert all("{" not in text and text for text in (*made.goals, *facts(made)))


@given(race=races, seed=seeds)
def test_a_monster_survives_the_wire_and_comes_again(beasts, race, seed):
    data = msgspec.json.encode(generate(race, seed, beasts))
    assert msgspec.json.decode(data, type=Monster) == generate(race, seed, beasts)
    assert re.search(rb"\d\.\d", data) is None


def test_the_higher_the_tier_the_better_its_stats_and_all_tiers_come(beasts):
    made = [generate("ghoul", seed, beasts) for seed in range(600)]
    order = [tier.name for tier in beasts.monsters.tiers]
    survival = [[monster.guide.survival for monster in made if monster.tier == name] for name in order]
    assert all(survival)
    means = [sum(values) / len(values) for values in survival]
    assert means == sorted(means)


def test_one_hundred_seeds_make_one_hundred_monsters(beasts):
    for race in KINDS:
        made = {msgspec.json.encode((m.name, m.body, m.abilities, m.goals)) for m in _many(race, 100, beasts)}
        assert len(made) == 100


def _many(race, count, beasts):
    return [generate(race, seed, beasts) for seed in range(count)]


def test_a_character_of_the_world_keeps_what_it_is(beasts, recipe):
    for character in district.generate(3, recipe).characters.values():
        made = embody(character, beasts)
        assert (made.name, made.race, made.guide) == (character.name, character.race, character.guide)
        assert made.traits == character.traits
        assert set(made.appetites) == set(character.tastes)
        assert made == embody(character, beasts)


def test_every_power_that_a_race_sells_is_among_its_abilities(beasts):
    for name, power in rules.load().powers.powers.items():
        for race in power.sold_by:
            assert name in beasts.monsters.races[race].abilities


@pytest.mark.parametrize("seed", [-1, SEED_LIMIT])
def test_seeds_beyond_64_bits_are_refused(beasts, seed):
    with pytest.raises(ValueError, match="a seed lies in"):
        generate("ghoul", seed, beasts)


def test_an_unknown_race_is_refused_with_those_that_there_are(beasts):
    with pytest.raises(ValueError, match="no such race: 'mermaid'; there are zombie, ghoul"):
        generate("mermaid", 1, beasts)


def test_every_fault_of_the_files_is_named_at_once(documents):
    monsters_, races_, _ = documents
    lich, ghoul = monsters_["races"]["lich"], monsters_["races"]["ghoul"]
    lich["armour"]["low"] = 99
    ghoul["speed_cm_per_s"] = 1.5
    del races_["races"]["zombie"]["mood"]
    with pytest.raises(InvalidBestiary) as caught:
        bestiary.validate(*documents)
    text = "\n".join(caught.value.faults)
    assert "races.lich.armour" in text and "races.ghoul.speed_cm_per_s" in text and "zombie.mood" in text


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d[0]["tiers"][0].update(above=5), "above must start at 0 and rise"),
        (lambda d: d[0]["standing"].update(dict.fromkeys(d[0]["standing"], 0)), "no stat counts"),
        (lambda d: d[0]["races"]["lich"]["abilities"]["ward"].update(tier="godlike"), "godlike is not among the tiers"),
        (lambda d: d[0]["tiers"][3].update(marks={"low": 1, "high": 9}), "promises up to 9"),
        (lambda d: d[0]["races"]["lich"]["words"].pop("rival"), "slots of goals without words: rival"),
        (lambda d: d[0]["races"]["lich"]["cultures"]["temple"]["words"].update(nick=["x"]), "no form of its names"),
        (lambda d: d[0]["races"].pop("lich"), "generation/monsters: races.lich: missing"),
        (lambda d: d[2]["names"].pop("lich"), "world/names: names.lich: missing"),
    ],
)
def test_what_does_not_fit_together_is_refused(documents, spoil, message):
    spoil(documents)
    with pytest.raises(InvalidBestiary, match=message):
        bestiary.validate(*documents)
