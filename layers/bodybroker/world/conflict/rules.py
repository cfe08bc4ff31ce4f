"""Fights and flight: the models of conflict.yaml."""

from typing import Annotated, Self, get_args

from pydantic import Field, model_validator

from bodybroker.generation.entities import Phase, PlaceKind
from bodybroker.generation.parameters import (
    Bounds,
    Natural,
    Parameters,
    PerMille,
    Positive,
    PositiveRange,
    Range,
    Score,
    ScoreRange,
)
from bodybroker.world.bonds.rules import Effect
from bodybroker.world.conflict.state import DangerKind

Modifier = Annotated[int, Field(ge=-1000, le=1000)]


class Hit(Bounds):
    """The chance per mille that a blow lands, never outside [low, high]."""

    base: PerMille
    per_strength: Natural
    per_speed: Natural


class Panic(Parameters):
    """The chance per mille that one who was hit runs."""

    base: PerMille
    per_wound: Natural
    per_odd: Natural


class Combat(Parameters):
    """How blows are exchanged."""

    rounds_per_command: Positive
    longest_rounds: Positive
    initiative_dice: Positive
    hit: Hit
    wounds: PositiveRange
    bare_strength: Positive
    weakness_per_mille: Annotated[int, Field(ge=0, le=10)]
    panic: Panic


class Terrain(Parameters):
    """What a place, hour or weather does: to hiding and running (points), aim (per mille) and heat (points)."""

    hide: Modifier = 0
    run: Modifier = 0
    aim: Modifier = 0
    witnesses: Modifier = 0


class Abilities(Parameters):
    """What the player can do without powers."""

    strength: Score
    speed: Score
    stealth: Score
    charm: Score


class Muscle(Parameters):
    """One of the crew who fights for the player."""

    most: Natural
    strength: Score
    strength_per_skill_per_mille: PerMille
    speed: Score
    health: Annotated[int, Field(ge=1, le=100)]


class Flight(Parameters):
    """Running from pursuers."""

    dice: Positive
    escape_lead: Positive
    per_pursuer: Natural


class Hiding(Bounds):
    """Getting out of sight; chances per mille, never outside [low, high]."""

    base: Modifier
    per_point: Natural
    per_lead: Natural
    per_seeker: Natural


class Mercy(Parameters):
    """What foes do to one who lies at their feet or gives in: kill, or take a share of the cash and wound."""

    kills_per_mille: PerMille
    cash_per_mille: PerMille
    wounds: ScoreRange


class KindRules(Parameters):
    """One kind of danger."""

    pursues: bool
    people: bool
    seek: Natural
    price_cents: Natural | None
    beaten: Mercy
    surrender: Mercy
    spoils_cents: Range
    minutes: Positive


class Death(Parameters):
    """What it costs to come back."""

    cash_per_mille: PerMille
    cash_per_mille_per_death: PerMille
    humanity: Score
    humanity_per_death: Score
    heat_left_per_mille: PerMille
    health: Annotated[int, Field(ge=1, le=100)]


class BondRules(Parameters):
    """What bonds do in a danger: per mille of their points, and who stands by the player."""

    calm_per_trust: PerMille
    calm_per_fear: PerMille
    nerve_per_fear: PerMille
    friend_trust: Score
    friends: Natural
    friends_against: Annotated[tuple[DangerKind, ...], Field(strict=False)]
    stood_by: Effect
    fell: Effect
    enmity: Effect


class Conflict(Parameters):
    """conflict.yaml"""

    combat: Combat
    player: Abilities
    muscle: Muscle
    flight: Flight
    hiding: Hiding
    beaten_health: Annotated[int, Field(ge=1, le=100)]
    talks_below_aggression: Score
    bonds: BondRules
    charm_discount_per_mille: Annotated[int, Field(ge=0, le=10)]
    terrain: dict[PlaceKind, Terrain]
    phases: dict[Phase, Terrain]
    open_air: Annotated[tuple[PlaceKind, ...], Field(strict=False)]
    murk: Terrain
    kinds: dict[DangerKind, KindRules]
    death: Death

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"terrain": PlaceKind, "phases": Phase, "kinds": DangerKind}
        faults = [
            f"{name}.{key}: missing"
            for name, keys in needed.items()
            for key in get_args(keys)
            if key not in getattr(self, name)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self
