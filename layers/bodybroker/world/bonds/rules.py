"""bonds.yaml: where bonds rest, how they fade, and what events do to them."""

from typing import Annotated

from pydantic import Field

from bodybroker.generation.parameters import Parameters, PerMille, Positive, Score, Word

Points = Annotated[int, Field(ge=-100, le=100)]


class Scores(Parameters):
    """The scores of a bond."""

    trust: Score
    fear: Score
    respect: Score
    desire: Score


class FadingRules(Parameters):
    """Every so many dusks a bond is nearer to where it rests, by so many points of each score."""

    every_days: Positive
    trust: Score
    fear: Score
    respect: Score
    desire: Score


class Temper(Parameters):
    """What the members of a race hold of others before anything has happened, and how it comes back to that."""

    player: Scores
    kin: Scores
    strangers: Scores
    races: dict[Word, Scores]
    fading: FadingRules


class HouseRules(Parameters):
    """Points of trust that the houses of two add: per 100 points of grudge, and of the player's standing."""

    per_100_grudge: Score
    per_100_standing: Score


class DebtRules(Parameters):
    """What share of a purse goes to creditors at dusk, and what trust it costs to be owed."""

    purse_per_mille: PerMille
    resentment: Score


class Effect(Parameters):
    """Points that an event adds to a bond."""

    trust: Points = 0
    fear: Points = 0
    respect: Points = 0
    desire: Points = 0

    def points(self) -> dict[str, int]:
        """By score, to be handed to `bonds.changes`."""
        return {"trust": self.trust, "fear": self.fear, "respect": self.respect, "desire": self.desire}


class FightRules(Parameters):
    """Who watches the player put somebody down: from which trust in the fallen one is a friend, up to which a foe."""

    friend_trust: Score
    foe_trust: Score
    friend: Effect
    foe: Effect
    bystander: Effect


class Bonds(Parameters):
    """bonds.yaml"""

    races: Annotated[dict[Word, Temper], Field(min_length=1)]
    whim: Scores
    haunt: Effect
    house: HouseRules
    debts: DebtRules
    fights: FightRules
    killing_seen: Effect
