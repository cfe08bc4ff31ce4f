"""Fights between any number of sides: who strikes first, who is hit, who runs. State and stream decide.

Nothing here knows the player: the same rules serve a street fight, a killing, and houses at war off-screen.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bodybroker.kernel.random import Stream
from bodybroker.world.conflict.rules import Combat, Terrain
from bodybroker.world.conflict.state import Fighter, Standing

Sides = Sequence[Sequence[Fighter]]
"""Fighters by side; every side is against every other."""


class Blow(Struct, frozen=True):
    """A blow that landed: `after` is how the one who was struck stands then."""

    by: str
    on: str
    wounds: int
    after: Standing


class Result(Struct, frozen=True):
    """The same sides after the fight. `winner`: the only side that still stands, by its index, or None."""

    sides: tuple[tuple[Fighter, ...], ...]
    blows: tuple[Blow, ...]
    rounds: int
    winner: int | None


class _Body:
    """A fighter in motion."""

    __slots__ = ("fighter", "health", "side", "speed", "standing", "strength")

    def __init__(self, fighter: Fighter, side: int, combat: Combat) -> None:
        self.fighter = fighter
        self.side = side
        self.health = fighter.health
        self.standing = fighter.standing
        self.speed = fighter.speed
        self.strength = weakened(fighter.strength, fighter.health, combat)

    def frozen(self) -> Fighter:
        if self.health == self.fighter.health and self.standing == self.fighter.standing:
            return self.fighter
        return replace(self.fighter, health=self.health, standing=self.standing)


def weakened(points: int, health: int, combat: Combat) -> int:
    """What wounds leave of an ability."""
    return points * (1000 - (100 - health) * combat.weakness_per_mille) // 1000


def resolve(
    combat: Combat,
    sides: Sides,
    terrain: Terrain,
    stream: Stream,
    *,
    rounds: int | None = None,
    until_change: bool = False,
    idle: Fighter | None = None,
) -> Result:
    """Fights until one side stands, at most `rounds` (by default as many as the rules allow).

    `until_change` stops after the round in which somebody fell or fled. The fighter `idle` does not strike.
    """
    bodies = [[_Body(fighter, index, combat) for fighter in side] for index, side in enumerate(sides)]
    fighting = [body for side in bodies for body in side if body.standing == "fighting"]
    blows: list[Blow] = []
    fought = 0
    while fought < (combat.longest_rounds if rounds is None else rounds) and len(_standing(fighting)) > 1:
        fought += 1
        _round(combat, fighting, terrain, stream, blows, idle)
        left = [body for body in fighting if body.standing == "fighting"]
        changed, fighting = len(left) < len(fighting), left
        if changed and until_change:
            break
    standing = _standing(fighting)
    return Result(
        sides=tuple(tuple(body.frozen() for body in side) for side in bodies),
        blows=tuple(blows),
        rounds=fought,
        winner=next(iter(standing)) if len(standing) == 1 else None,
    )


def _standing(bodies: list[_Body]) -> set[int]:
    return {body.side for body in bodies if body.standing == "fighting"}


def _round(
    combat: Combat, fighting: list[_Body], terrain: Terrain, stream: Stream, blows: list[Blow], idle: Fighter | None
) -> None:
    dice = combat.initiative_dice
    drawn = [(-body.speed - stream.below(dice), index) for index, body in enumerate(fighting)]
    for _, index in sorted(drawn):
        body = fighting[index]
        if body.fighter is idle or body.standing != "fighting":
            continue
        targets = [other for other in fighting if other.side != body.side and other.standing == "fighting"]
        if targets:
            target = targets[0] if len(targets) == 1 else stream.choice(targets)
            _strike(combat, body, target, fighting, terrain, stream, blows)


def _strike(
    combat: Combat,
    body: _Body,
    target: _Body,
    fighting: list[_Body],
    terrain: Terrain,
    stream: Stream,
    blows: list[Blow],
) -> None:
    hit = combat.hit
    stronger, faster = body.strength - target.strength, body.speed - target.speed
    chance = hit.base + stronger * hit.per_strength + faster * hit.per_speed + terrain.aim
    if not stream.chance(hit.clamp(chance)):
        return
    wounds = max(1, combat.wounds.draw(stream) * (combat.bare_strength + body.strength) // 100)
    wounds = min(wounds, target.health)
    target.health -= wounds
    target.strength = weakened(target.fighter.strength, target.health, combat)
    if target.health <= 0:
        target.standing = "down"
    elif stream.chance(_panic(combat, target, fighting)):
        target.standing = "fled"
    blows.append(Blow(body.fighter.name, target.fighter.name, wounds, target.standing))


def _panic(combat: Combat, body: _Body, fighting: list[_Body]) -> int:
    """The chance per mille that one who was just struck runs: none for a nerve of 100."""
    fear = 100 - body.fighter.nerve
    if fear <= 0:
        return 0
    panic = combat.panic
    friends = foes = 0
    for other in fighting:
        if other.standing == "fighting":
            if other.side == body.side:
                friends += 1
            else:
                foes += 1
    odds = max(0, foes - friends) * panic.per_odd
    return (panic.base + odds + (100 - body.health) * panic.per_wound) * fear // 100
