"""The numbers of houses.yaml and hunted.yaml (keys explained there)."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from bodybroker.generation.names import Grammar
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
    Share,
    Word,
)
from bodybroker.world.bonds.rules import Effect
from bodybroker.world.conflict.state import Outcome
from bodybroker.world.houses.state import Scheme, TreatyKind

MOST = 1000
"""The end of the scales of grudges, standing and hunts."""

Points = Annotated[int, Field(ge=0, le=MOST)]
Change = Annotated[int, Field(ge=-MOST, le=MOST)]
HuntStage = Literal["watched", "stalked", "hunted", "blood_price"]
STAGES: tuple[HuntStage, ...] = get_args(HuntStage)
TREATIES: tuple[TreatyKind, ...] = get_args(TreatyKind)
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class HouseKind(Parameters):
    """A kind of house."""

    race: Word
    ambition: ScoreRange
    honour: ScoreRange
    cunning: ScoreRange
    strength: ScoreRange
    wealth_cents: Range
    quarters: Positive
    favours: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
    names: Grammar
    leaders: Grammar


class OldGrudge(Parameters):
    """A grudge at the start."""

    between: Annotated[tuple[Word, Word], Field(strict=False)]
    points: Range


class Quarters(Parameters):
    """The quarters of the city."""

    income_cents: PositiveRange
    names: Grammar


class Act(Parameters):
    """The chance that a house acts."""

    base: PerMille
    per_ambition: PerMille


class Leanings(Parameters):
    """How much an act counts."""

    war: Natural
    intrigue: Natural
    treaty: Natural
    betrayal: Natural


class War(Parameters):
    """Fights for a quarter."""

    least_strength: Score
    home_per_mille: Positive
    spread_per_mille: Natural
    thin_per_mille: Positive
    help_per_mille: PerMille
    luck_per_mille: PositiveRange
    winner_losses: ScoreRange
    loser_losses: ScoreRange
    grudge: Points


class TreatyRules(Parameters):
    """One kind of treaty."""

    weight: Positive
    days: PositiveRange
    broken_grudge: Points


class Success(Parameters):
    """The chance that an intrigue works."""

    base: PerMille
    per_cunning: PerMille


class IntrigueRules(Parameters):
    """Schemes."""

    preparing_days: PositiveRange
    striking_days: PositiveRange
    success: Success
    exposed_per_mille: PerMille
    exposed_grudge: Points
    victim_grudge: Points
    weights: dict[Scheme, Positive]
    theft_per_mille: Share
    sabotage: ScoreRange


class Heir(Parameters):
    """What becomes of a fallen house."""

    fallen_strength: Score
    strength: ScoreRange
    wealth_cents: Range


class Tribute(Parameters):
    """Money for standing."""

    cents_per_point: Positive
    least_cents: Positive
    standing_limit: Points
    minutes: Natural


class Trade(Parameters):
    """What sales do to standing."""

    standing: Points
    enemy_standing: Points
    enemy_grudge: Points


class Favours(Parameters):
    """Parts that houses ask for."""

    per_mille: PerMille
    days: PositiveRange
    base: Points
    per_quality: Points
    minutes: Natural


class Alliance(Parameters):
    """Treaties with the player."""

    standing: Points
    barred_ranks: Annotated[tuple[Word, ...], Field(strict=False)]
    limit: Positive
    days: Positive
    dues_cents: Natural
    debt_standing: Points
    debt_hunt: Points
    enemy_standing: Points
    minutes: Natural


class Prices(Parameters):
    """What friends and enemies pay."""

    ally_per_mille: Positive
    hunter_per_mille: Positive


class Caught(Bounds):
    """The chance that a spy is caught."""

    base: PerMille
    per_cunning: PerMille
    per_stealth: PerMille

    def per_mille(self, cunning: int, stealth: int) -> int:
        """The chance against a house of this cunning, for a player of this stealth."""
        return self.clamp(self.base + cunning * self.per_cunning - stealth * self.per_stealth)


class Spying(Parameters):
    """Spies."""

    cents: Natural
    days: Positive
    caught: Caught
    caught_standing: Points
    caught_hunt: Points
    minutes: Natural


class DoubleCross(Parameters):
    """Selling an ally."""

    reward_per_mille: PerMille
    most_cents: Natural
    standing: Points
    betrayed_standing: Points
    betrayed_hunt: Points
    strength: Score
    per_honour: Points
    minutes: Natural


class FeudRules(Parameters):
    """What the deeds of houses do between their heads; and between members who clash in their own district."""

    attacked: Effect
    beaten: Effect
    repelled: Effect
    clashes: Natural
    struck: Effect
    betrayed: Effect
    wronged: Effect
    allied: Effect


class HousesRules(Parameters):
    """houses.yaml"""

    houses: Annotated[dict[Word, HouseKind], Field(min_length=2)]
    grudges: Annotated[tuple[OldGrudge, ...], Field(strict=False)]
    quarters: Quarters
    upkeep_cents_per_strength: Natural
    splendour_per_mille: PerMille
    recruits: Score
    deserters: Score
    grudge_fading: Points
    act: Act
    leanings: Leanings
    grudge_points_per_point: Positive
    hegemony_quarters: Positive
    hegemony_pull: Natural
    landless_pull: Natural
    treaty_grudge: Points
    treaty_limit: Positive
    liking_per_mille: PerMille
    war: War
    treaties: dict[TreatyKind, TreatyRules]
    witness_grudge: Points
    intrigue: IntrigueRules
    heir: Heir
    feuds: FeudRules
    rumour_per_mille: PerMille
    standing_fading: Points
    betrayal_limit: Points
    tribute: Tribute
    trade: Trade
    favours: Favours
    alliance: Alliance
    prices: Prices
    spying: Spying
    double_cross: DoubleCross

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = {kind for grudge in self.grudges for kind in grudge.between}
        faults = [f"grudges.between: {kind} is not in houses" for kind in sorted(named - self.houses.keys())]
        faults += [f"treaties.{kind} is missing" for kind in TREATIES if kind not in self.treaties]
        faults += [f"intrigue.weights.{kind} is missing" for kind in SCHEMES if kind not in self.intrigue.weights]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def dearest_cents(self) -> int:
        """The most that all houses together can own at the start."""
        return sum(kind.wealth_cents.high for kind in self.houses.values())


class Stage(Parameters):
    """A stage of being hunted."""

    points: Annotated[int, Field(ge=1, le=MOST)]
    per_mille: PerMille
    hunters: PositiveRange


class Peace(Parameters):
    """Paying off a hunt."""

    cents_per_point: Positive
    minutes: Natural


class HuntOutcome(Parameters):
    """What a fight with hunters changes."""

    hunt: Change
    standing: Change


class Provocations(Parameters):
    """Points of a hunt for each wrong done to a member of a house."""

    fallen: Points
    foul_part: Points
    broken_promise: Points


class Hunted(Parameters):
    """hunted.yaml"""

    stages: dict[HuntStage, Stage]
    strike_minutes: PositiveRange
    strength: ScoreRange
    speed: ScoreRange
    nerve: ScoreRange
    strength_per_mille: PerMille
    ally_protection_per_mille: PerMille
    home_protection_per_mille: PerMille
    cooling: Points
    betrayal_floor: Points
    peace: Peace
    strength_per_fallen: Score
    outcomes: dict[Outcome, HuntOutcome]
    provocations: Provocations

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [f"stages.{stage} is missing" for stage in STAGES if stage not in self.stages]
        faults += [f"outcomes.{outcome} is missing" for outcome in OUTCOMES if outcome not in self.outcomes]
        points = [self.stages[stage].points for stage in STAGES if stage in self.stages]
        if points != sorted(set(points)):
            faults.append("stages must need more points one after the other")
        if faults:
            raise ValueError("; ".join(faults))
        return self
