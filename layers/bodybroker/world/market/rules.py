"""The night market: prices, haggling, risks; customers; orders; intermediaries."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, PositiveRange, Range, Score, Word
from bodybroker.world.bonds.state import Bond

Reputation = Annotated[int, Field(ge=0, le=1000)]


class MoodRules(Parameters):
    """What a mood does to trade; what an insult and what a day turn it into (None: the usual mood of the race)."""

    trades: bool
    price_per_mille: Positive
    insulted: Word
    next_day: Word | None = None


class PriceRules(Parameters):
    """What moves prices: trust, desire, reputation, sales and fashion. Per mille."""

    stranger_per_mille: Positive
    per_trust: Natural
    per_desire: Natural
    per_100_reputation: Natural
    glut_per_sale: PerMille
    glut_lowest: Annotated[int, Field(gt=0, le=1000)]
    glut_recovery: Positive
    fashion_per_mille: Positive
    fashion_days: Positive


class HaggleRules(Parameters):
    """How far a customer lets itself be pushed: per mille of the way from the usual price to the most it would pay."""

    base: Natural
    per_trust: Natural
    per_respect: Natural
    per_charm: Natural
    whim: Range
    greedy: Natural
    greedy_traits: tuple[Word, ...] = Field(strict=False)
    counter_per_mille: Annotated[int, Field(ge=1000)]
    insult_per_mille: Annotated[int, Field(ge=1000)]
    violence_per_aggression: Natural
    minutes: Natural

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.counter_per_mille > self.insult_per_mille:
            raise ValueError("counter_per_mille exceeds insult_per_mille")
        return self


class Risk(Parameters):
    """A chance per mille: base + aggression x per_aggression + dollars / 100 x per_100_dollars
    - trust x per_trust - fear x per_fear.
    """

    base: Natural
    per_aggression: Natural
    per_100_dollars: Natural
    per_trust: Natural
    per_fear: Natural
    high: PerMille

    def per_mille(self, aggression: int, stands: Bond, cents: int) -> int:
        """The chance in a deal of `cents` with a customer of that aggression (0..100) who so stands to the player."""
        chance = self.base + aggression * self.per_aggression + cents * self.per_100_dollars // 10_000
        return min(max(chance - stands.trust * self.per_trust - stands.fear * self.per_fear, 0), self.high)


class StingRules(Parameters):
    """The police behind a deal: from which heat on, and how likely per point of heat above it."""

    heat: Score
    per_heat: Natural
    officers: PositiveRange
    strength: Score
    speed: Score
    nerve: Score


class Risks(Parameters):
    """What can go wrong in a deal."""

    ambush: Risk
    false_money: Risk
    no_show: Risk
    sting: StingRules


class Market(Parameters):
    """market.yaml"""

    floor_per_mille: Positive
    cap_per_mille: Positive
    lowest_offer_per_mille: Annotated[int, Field(gt=0, le=1000)]
    greed_spread_per_mille: Annotated[int, Field(ge=0, lt=1000)]
    offer_minutes: Positive
    leave_minutes: Positive
    deal_minutes: Natural
    turn_minutes: Natural
    diff_limit: Positive
    moods: Annotated[dict[Word, MoodRules], Field(min_length=1)]
    prices: PriceRules
    haggle: HaggleRules
    risks: Risks

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.floor_per_mille > self.cap_per_mille:
            raise ValueError("floor_per_mille exceeds cap_per_mille")
        for name, mood in self.moods.items():
            if mood.insulted not in self.moods:
                raise ValueError(f"moods.{name}.insulted: {mood.insulted} is not a mood")
            if mood.next_day is not None and mood.next_day not in self.moods:
                raise ValueError(f"moods.{name}.next_day: {mood.next_day} is not a mood")
        return self


class Clientele(Parameters):
    """What the members of a race are as customers, and in a fight."""

    tier: Annotated[int, Field(ge=1, le=3)]
    strength: Score
    speed: Score


class TierRules(Parameters):
    """Who may deal with a tier: players of that reputation, or of one of these ranks."""

    reputation: Reputation
    ranks: tuple[Word, ...] = Field(strict=False)
    deal_reputation: Natural


class FringeRules(Parameters):
    """Players who are almost known enough: what a tier pays them, and how much more often in false money."""

    reputation: Natural
    price_per_mille: Positive
    false_money: PerMille


class TrustRules(Parameters):
    """Points of trust that a customer gains or loses."""

    good_quality: Score
    good: Score
    fair: Score
    poor_quality: Score
    poor: Score
    foul_freshness: PerMille
    foul: Score
    haggled: Score
    insulted: Score
    promise_kept: Score
    promise_broken: Score
    fought: Score
    accused: Score


class DesireRules(Parameters):
    """Points of desire that a customer gains."""

    good: Score
    promise_kept: Score


class StandingRules(Parameters):
    """Points of fear and respect that a fight leaves, and of reputation that is lost and won."""

    fear_of_winner: Score
    respect_for_winner: Score
    scorn_for_loser: Score
    fallen_minutes: Positive
    foul: Reputation
    promise_kept: Reputation
    promise_broken: Reputation


class ArrivalRules(Parameters):
    """How new customers come to the district."""

    per_mille: PerMille
    limit: Positive
    weights: Annotated[dict[Word, Positive], Field(min_length=1)]


class Customers(Parameters):
    """customers.yaml"""

    races: Annotated[dict[Word, Clientele], Field(min_length=1)]
    tiers: Annotated[tuple[TierRules, ...], Field(min_length=3, max_length=3, strict=False)]
    fringe: FringeRules
    trust: TrustRules
    desire: DesireRules
    standing: StandingRules
    arrivals: ArrivalRules


class Orders(Parameters):
    """orders.yaml"""

    per_night: Range
    limit: Positive
    promises: Positive
    days: PositiveRange
    quality: Range
    treated_per_mille: PerMille
    treated_premium_per_mille: Positive
    premium_per_mille: PositiveRange


class Intermediaries(Parameters):
    """intermediaries.yaml"""

    slots: dict[Word, Natural]
    slots_otherwise: Natural
    intelligence: Score
    trust: Score
    share_base_per_mille: PerMille
    share_per_intelligence: Natural
    reach_intelligence: Score
    stock_limit: Positive
    sales_per_night: PositiveRange
    price_per_mille: PositiveRange
    reputation: Reputation
    skim_per_disloyalty: Natural
    skim_per_mille: Range
    defect_per_disloyalty: Natural
    defect_per_100_dollars: Natural
    defect_per_trust: Natural
    defect_days: Positive
    audit_minutes: Natural
    audit_base: PerMille
    audit_per_intelligence: Natural
    accountant_per_mille: PerMille
