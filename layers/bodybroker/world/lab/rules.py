"""Parts and the lab."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, Positive, Quality, Word


class GrowthRules(Parameters):
    """How a part grows."""

    equipment: Word
    minutes: Positive
    cost_cents: Positive
    quality: Quality


class PartRules(Parameters):
    """One part of parts.yaml."""

    price_cents: Positive
    morgue_weight: Natural
    growth: GrowthRules | None = None


class Parts(Parameters):
    """parts.yaml"""

    parts: Annotated[dict[Word, PartRules], Field(min_length=1)]

    @model_validator(mode="after")
    def _some_in_morgues(self) -> Self:
        if not any(part.morgue_weight for part in self.parts.values()):
            raise ValueError("at least one part needs a morgue_weight above 0")
        return self


class EquipmentRules(Parameters):
    """One kind of equipment."""

    price_cents: Positive
    limit: Positive


class EquipmentList(Parameters):
    """equipment.yaml"""

    buying_minutes: Natural
    starting_minutes: Natural
    collecting_minutes: Natural
    equipment: Annotated[dict[Word, EquipmentRules], Field(min_length=1)]
