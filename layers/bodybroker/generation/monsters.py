"""Monsters: a seed makes one of a race, within what races.yaml says of all its members. Same seed, same bytes.

Integers only: lengths in cm, masses in kg, times in seconds, stats and powers in 0..100.
"""

from bisect import bisect_right

from msgspec import Struct

from bodybroker.generation import characters, names
from bodybroker.generation.bestiary import PART, AbilityKind, Bestiary, GoalRule, Lot, Tier
from bodybroker.generation.entities import Character, Guide, Phase, Provenance
from bodybroker.kernel.random import Stream

GENERATOR = "monster"
VERSION = 1
KINDS = ("zombie", "ghoul", "vampire", "werewolf", "lich")
SEED_LIMIT = 2**64
"""Seeds lie in [0, SEED_LIMIT)."""


class Body(Struct, frozen=True, gc=False):
    """What it is to meet it. `armour` is what each blow loses; senses reach so far by night."""

    build: str
    height_cm: int
    mass_kg: int
    health: int
    armour: int
    speed_cm_per_s: int
    sight_cm: int
    hearing_cm: int
    smell_cm: int
    marks: tuple[str, ...]


class Ability(Struct, frozen=True, gc=False):
    """Something it can do, how strongly, how far it reaches (0: itself), and how long until it can again."""

    name: str
    kind: AbilityKind
    power: int
    range_cm: int
    cooldown_s: int


class Monster(Struct, frozen=True):
    """One monster. `appetites` are the parts it craves: what it pays for them, per mille of their price."""

    name: str
    race: str
    tier: str
    culture: str | None
    guide: Guide
    traits: tuple[str, ...]
    body: Body
    abilities: tuple[Ability, ...]
    appetites: dict[str, int]
    goals: tuple[str, ...]
    mood: str
    awake: tuple[Phase, ...]
    provenance: Provenance


def generate(race: str, seed: int, rules: Bestiary) -> Monster:
    """The monster of `race` and `seed`; raises ValueError for an unknown race or a seed outside 0..2**64-1."""
    lot = _lot(race, rules)
    if not 0 <= seed < SEED_LIMIT:
        raise ValueError(f"a seed lies in 0..{SEED_LIMIT - 1}, got {seed}")
    stream = Stream(seed, GENERATOR, f"{race}/{VERSION}")
    culture = stream.weighted(lot.cultures)
    name = names.spell(lot.grammars[culture], stream)
    guide = characters.guide(lot.race.guide, stream)
    traits = characters.traits(lot.race, stream)
    craved = characters.wants(lot.race, stream)
    provenance = Provenance(seed=seed, generator=GENERATOR, generator_version=VERSION)
    return _monster(race, lot, name, culture, guide, traits, craved, stream, rules, provenance)


def embody(character: Character, rules: Bestiary) -> Monster:
    """The monster that a character of the world is: its name, stats, traits and tastes with the body that goes with
    its id. ValueError for an unknown race.
    """
    lot = _lot(character.race, rules)
    stream = Stream(character.npc_id, GENERATOR, f"{character.race}/{VERSION}")
    return _monster(
        character.race,
        lot,
        character.name,
        None,
        character.guide,
        character.traits,
        list(character.tastes),
        stream,
        rules,
        character.provenance,
    )


def facts(monster: Monster) -> tuple[str, ...]:
    """What a description of it may not contradict, in short phrases."""
    body = monster.body
    return (
        f"{monster.tier} {monster.race}",
        f"{body.build.replace('_', ' ')}, {body.height_cm} cm, {body.mass_kg} kg",
        *body.marks,
        "can " + ", ".join(ability.name.replace("_", " ") for ability in monster.abilities),
        "craves " + ", ".join(monster.appetites),
        *(f"wants to {goal}" for goal in monster.goals),
    )


def faults(monster: Monster, rules: Bestiary) -> tuple[str, ...]:
    """What is not as the rules say; empty when all is."""
    lot = _lot(monster.race, rules)
    found = []
    for stat in monster.guide.__struct_fields__:
        span, value = getattr(lot.race.guide, stat), getattr(monster.guide, stat)
        if not span.low <= value <= span.high:
            found.append(f"{stat} {value} lies outside {span.low}..{span.high}")
    rank = _rank(monster.guide, lot)
    if rules.monsters.tiers[rank].name != monster.tier:
        found.append(f"its stats make it {rules.monsters.tiers[rank].name}, not {monster.tier}")
    names_of = [ability.name for ability in monster.abilities]
    found += [f"ability {name} is not open to it" for name in names_of if name not in lot.abilities[rank]]
    found += [f"ability {name} comes twice" for name in set(names_of) if names_of.count(name) > 1]
    found += [f"its race does not crave {part}" for part in monster.appetites if part not in lot.race.appetite]
    if not (monster.name and monster.abilities and monster.goals and monster.body.health > 0):
        found.append("it lacks a name, an ability, a goal or health")
    return tuple(found)


def _lot(race: str, rules: Bestiary) -> Lot:
    lot = rules.lots.get(race)
    if lot is None:
        raise ValueError(f"no such race: {race!r}; there are {', '.join(rules.lots)}")
    return lot


def _monster(
    race: str,
    lot: Lot,
    name: str,
    culture: str | None,
    guide: Guide,
    traits: tuple[str, ...],
    craved: list[str],
    stream: Stream,
    rules: Bestiary,
    provenance: Provenance,
) -> Monster:
    rank = _rank(guide, lot)
    tier = rules.monsters.tiers[rank]
    return Monster(
        name=name,
        race=race,
        tier=tier.name,
        culture=culture,
        guide=guide,
        traits=traits,
        body=_body(lot, tier, stream),
        abilities=_abilities(lot, rank, tier, stream),
        appetites={part: lot.race.appetite[part] for part in sorted(craved)},
        goals=_goals(lot, tier, guide, craved, stream),
        mood=lot.race.mood,
        awake=lot.race.awake,
        provenance=provenance,
    )


def _rank(guide: Guide, lot: Lot) -> int:
    """The index of its tier: the last that its standing reaches, which is where its stats lie in its race's ranges."""
    points = 0
    for stat, low, width, weight in lot.standing:
        points += weight * (getattr(guide, stat) - low) * 1000 // width
    standing = points // lot.weights
    return bisect_right(lot.bounds, standing) - 1


def _body(lot: Lot, tier: Tier, stream: Stream) -> Body:
    kind = lot.kind
    build = stream.weighted(lot.builds)
    height_cm = kind.height_cm.draw(stream)
    return Body(
        build=build,
        height_cm=height_cm,
        mass_kg=kind.builds[build].mass_index.draw(stream) * height_cm * height_cm // 10_000,
        health=max(1, tier.health.draw(stream) * kind.toughness_per_mille // 1000),
        armour=kind.armour.draw(stream),
        speed_cm_per_s=kind.speed_cm_per_s.draw(stream),
        sight_cm=kind.sight_cm,
        hearing_cm=kind.hearing_cm,
        smell_cm=kind.smell_cm,
        marks=tuple(stream.sample(kind.marks, tier.marks.draw(stream))),
    )


def _abilities(lot: Lot, rank: int, tier: Tier, stream: Stream) -> tuple[Ability, ...]:
    made = []
    for name in stream.sample(lot.abilities[rank], tier.abilities.draw(stream)):
        rule = lot.kind.abilities[name]
        made.append(Ability(name, rule.kind, rule.power.draw(stream), rule.range_cm, rule.cooldown_s))
    return tuple(made)


def _goals(lot: Lot, tier: Tier, guide: Guide, craved: list[str], stream: Stream) -> tuple[str, ...]:
    fitting = [goal for goal in lot.kind.goals if not goal.needs or _has(guide, goal)]
    words = {**lot.kind.words, PART: craved}
    return tuple(names.fill(goal.text, words, stream) for goal in stream.sample(fitting, tier.goals.draw(stream)))


def _has(guide: Guide, goal: GoalRule) -> bool:
    return all(getattr(guide, stat) >= least for stat, least in goal.needs.items())
