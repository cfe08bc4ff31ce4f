"""Talk: what words can do."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, PositiveRange, Score, Word
from bodybroker.world.bonds.rules import Effect


class BribeRules(Parameters):
    """What money in the hand does."""

    lowest_cents: Positive
    trust_per_purse: Natural
    most_trust: Score
    incorruptible_loyalty: Score
    insult_trust: Score


class ThreatRules(Parameters):
    """Who gives way to a threat."""

    base_per_mille: PerMille
    per_point: Natural
    low_per_mille: PerMille
    high_per_mille: PerMille
    cowed: Effect
    provoked: Effect
    attack_per_aggression: Natural


class AttackRules(Parameters):
    """Which NPCs turn on the player out of a talk: angry, or aggressive enough; and not too frightened."""

    aggression: Score
    moods: tuple[Word, ...] = Field(strict=False)
    most_fear: Score


class PledgeRules(Parameters):
    """Words given in talk."""

    hold_minutes: Positive
    silence_days: Positive
    pay_days: Positive
    npc_trust: Score
    npc_pays_per_mille: PerMille
    player_most_cents: Positive
    on_promise_per_mille: PerMille
    breaks_per_disloyalty: Natural
    breaks_per_trust: Natural
    kept: Effect
    broken: Effect


class TellingRules(Parameters):
    """What NPCs tell the player, honest or not."""

    trust: Score
    secret_trust: Score
    friend_trust: Score
    lie_trust: Score
    player_trust: Score
    lies: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]


class QuestRules(Parameters):
    """Errands that NPCs send the player on."""

    open: Positive
    per_npc: Positive
    trust: Score
    quality: PositiveRange
    premium_per_mille: PositiveRange
    days: PositiveRange


class Talk(Parameters):
    """talk.yaml"""

    feelings: Annotated[dict[Word, Effect], Field(min_length=1)]
    sway_per_day: Positive
    ask_minutes: Positive
    bribe: BribeRules
    threat: ThreatRules
    attack: AttackRules
    telling: TellingRules
    pledges: PledgeRules
    quests: QuestRules

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.threat.low_per_mille > self.threat.high_per_mille:
            raise ValueError("threat.low_per_mille exceeds threat.high_per_mille")
        return self
