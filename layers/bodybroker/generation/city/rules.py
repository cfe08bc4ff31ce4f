"""The numbers of configs/generation/city.yaml (keys explained there), and who the houses are (world/houses.yaml)."""

from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from bodybroker.generation.names import Grammar
from bodybroker.generation.parameters import Parameters, PerMille, Positive, PositiveRange, Share, Word
from bodybroker.kernel import configuration

Weights = Annotated[dict[Word, Positive], Field(min_length=1)]


class DistrictKind(Parameters):
    """A kind of district."""

    weight: Positive
    prefers: Literal["middle", "edge", "any"]
    block_cm: Positive
    alleys: PerMille
    frontage_cm: PositiveRange
    lot_depth_cm: Positive
    lots: Weights
    whole_blocks: PerMille
    wholes: Weights


class Widths(Parameters):
    """How wide roads are."""

    avenue: PositiveRange
    street: PositiveRange
    alley: PositiveRange


class Names(Parameters):
    """What roads are called."""

    avenue: Grammar
    street: Grammar
    alley: Grammar


class Need(Parameters):
    """A kind of lot (or of a whole block) that every city has, and in which kinds of district it may lie."""

    kind: Word
    count: Positive
    whole: bool = False
    districts: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]


class House(Parameters):
    """What the city needs to know of a house."""

    race: Word
    quarters: Positive
    names: Grammar


class CityRules(Parameters):
    """city.yaml, `houses` and the names of quarters from world/houses.yaml"""

    district_cm: PositiveRange
    cut: Share
    widths: Widths
    hideout: Word
    needs: Annotated[tuple[Need, ...], Field(strict=False)]
    kinds: Annotated[dict[Word, DistrictKind], Field(min_length=1)]
    names: Names
    houses: Annotated[dict[Word, House], Field(min_length=1)]
    quarters: Grammar

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [
            f"needs: {need.kind} in {kind}: no such kind of district"
            for need in self.needs
            for kind in need.districts
            if kind not in self.kinds
        ]
        faults += [
            f"kinds.{name}.block_cm leaves no room for a lot between two alleys"
            for name, kind in self.kinds.items()
            if kind.block_cm < self.widths.alley.high + 2 * kind.frontage_cm.low
        ]
        if self.district_cm.low < 2 * max(kind.block_cm for kind in self.kinds.values()):
            faults.append("district_cm.low must be twice the largest block_cm at least")
        if self.cut.low + self.cut.high != 1000:
            faults.append("cut must be as far from 500 on both sides")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class InvalidCity(ValueError):
    """The configuration is wrong; `faults` lists everything that is."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid generation/city:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def load() -> CityRules:
    """The rules as the build checked them, or in a checkout checked now; raises InvalidCity."""
    return configuration.prepared("city", read)


def read() -> CityRules:
    """The rules from their documents; raises InvalidCity, OSError when there is none."""
    return validate(configuration.load("generation/city"), configuration.load("world/houses"))


def validate(document: dict[str, Any], houses: dict[str, Any]) -> CityRules:
    """Raises InvalidCity with every fault at once. Of `houses`, only what the city needs is looked at."""
    kinds = houses.get("houses", {})
    seats = {kind: {name: house.get(name) for name in House.model_fields} for kind, house in kinds.items()}
    quarters = houses.get("quarters", {}).get("names")
    try:
        return CityRules.model_validate(document | {"houses": seats, "quarters": quarters})
    except ValidationError as error:
        raise InvalidCity(
            [f"{'.'.join(map(str, fault['loc'])) or 'city'}: {fault['msg']}" for fault in error.errors()]
        ) from error
