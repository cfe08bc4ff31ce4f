"""Crime and the law."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.district import Store
from bodybroker.generation.entities import Phase, PlaceKind
from bodybroker.generation.parameters import (
    Bounds,
    Natural,
    Parameters,
    PerMille,
    Positive,
    PositiveRange,
    Quality,
    Range,
    Score,
    ScoreRange,
    Share,
    Word,
)


class Notice(Bounds):
    """The chance that a robbery is noticed."""

    base: PerMille
    per_guard: PerMille
    per_camera: PerMille
    per_heat: PerMille
    per_lookout: PerMille
    per_stealth: PerMille


class Arrest(Bounds):
    """The chance that a noticed robbery ends in an arrest."""

    base: PerMille
    per_officer: PerMille
    per_heat: PerMille
    per_speed: PerMille
    with_warrant: PerMille


class People(Parameters):
    """What strangers who fight are made of."""

    strength: ScoreRange
    speed: ScoreRange
    nerve: ScoreRange
    health: ScoreRange


class Patrols(Parameters):
    """How many officers are in the street."""

    per_mille: dict[Phase, Natural]
    heat_per_officer: Positive
    spread: Natural

    @model_validator(mode="after")
    def _day_and_night(self) -> Self:
        if self.per_mille.keys() != {"day", "night"}:
            raise ValueError("per_mille needs day and night")
        return self


class Chase(Parameters):
    """Who gives chase."""

    officers_at_most: Positive
    officer: People


class ChaseEnd(Parameters):
    """What the end of a chase means."""

    won_heat: Score
    escaped_heat: Score
    bought_off_heat: Score
    dropped_per_mille: Share
    surrendered_fine_per_mille: PerMille


class Record(Parameters):
    """The law's memory."""

    noticed: Score
    arrest: Score
    body: Score
    officers: Score
    fade: Score
    floor_per_mille: PerMille


class Leads(Parameters):
    """What deeds give to the investigation."""

    robbery: Score
    camera: Score
    body: Score
    witness: Score
    officers: Score
    bribe: Score


class Investigation(Parameters):
    """How evidence becomes a warrant."""

    left_per_mille: PerMille
    open: Annotated[Score, Field(gt=0)]
    suspect: Score
    warrant: Score

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.open <= self.suspect <= self.warrant:
            raise ValueError("open, suspect and warrant must rise")
        return self


class Raid(Parameters):
    """What a raid takes."""

    chance: PerMille
    delay_minutes: PositiveRange
    items_per_mille: Share
    equipment_per_mille: Share
    fine_cents: Natural
    evidence_left_per_mille: PerMille


class Police(Parameters):
    """police.yaml"""

    cooling_minutes_per_point: Positive
    hiding_minutes_per_point: Positive
    city_cents: Natural
    notice: Notice
    arrest: Arrest
    robbery_heat: Score
    noticed_heat: Score
    patrols: Patrols
    chase: Chase
    chase_end: ChaseEnd
    fine_cents: Natural
    fine_cents_per_heat: Natural
    cell_minutes: Positive
    heat_left_per_mille: PerMille
    record: Record
    leads: Leads
    investigation: Investigation
    raid: Raid


class StoreRules(Store):
    """morgue.yaml and hospital.yaml"""

    phases: Annotated[tuple[Phase, ...], Field(min_length=1, strict=False)]
    restock: Range
    supply_per_mille: Annotated[tuple[Natural, ...], Field(min_length=1, strict=False)]
    capacity: Positive
    alarm_rise: PerMille
    alarm_limit: PerMille
    alarm_left_per_mille: PerMille
    robbery_minutes: Positive
    loot: PositiveRange

    @model_validator(mode="after")
    def _fits(self) -> Self:
        faults = []
        if self.stock.high > self.capacity:
            faults.append("stock.high exceeds capacity")
        if self.alarm.high > self.alarm_limit:
            faults.append("alarm.high exceeds alarm_limit")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Hiding(Parameters):
    """Where one can lie low."""

    places: dict[PlaceKind, Annotated[PerMille, Field(gt=0)]]
    hideout_with_warrant_per_mille: Annotated[PerMille, Field(gt=0)]

    @model_validator(mode="after")
    def _home(self) -> Self:
        if "hideout" not in self.places:
            raise ValueError("places.hideout must be there")
        return self


class Ground(Parameters):
    """Chances that a killing there is seen."""

    day: PerMille
    night: PerMille


class Resistance(Bounds):
    """The chance that a victim fights back."""

    base: PerMille
    per_strength: PerMille


class Witness(Bounds):
    """The chance that somebody sees a killing."""

    per_officer: PerMille
    per_heat: PerMille
    per_lookout: PerMille
    per_stealth: PerMille


class Kill(Parameters):
    """Killing a passer-by."""

    grounds: Annotated[dict[PlaceKind, Ground], Field(min_length=1)]
    minutes: Positive
    parts: PositiveRange
    strength_per_part: Positive
    quality: Quality
    humanity: Score
    heat: Score
    witnessed_heat: Score
    resistance: Resistance
    witness: Witness
    victim: People


class Exposed(Bounds):
    """A chance that rises with exposure."""

    base: PerMille
    per_exposure: PerMille


class Bribe(Parameters):
    """What a bribe costs and how it goes wrong."""

    price_cents: Natural
    per_head_cents: Natural
    per_exposure_cents: Natural
    refused: Exposed
    betrayed: Exposed
    heat_off: Score
    betrayed_heat: Score
    minutes: Natural


class Bribes(Parameters):
    """By who is bribed."""

    guards: Bribe
    officers: Bribe


class Tool(Parameters):
    """A tool of the trade."""

    price_cents: Positive
    loot: Natural
    parts: Natural
    quality: Natural
    quiet: PerMille


class CrimeRules(Parameters):
    """crime.yaml"""

    hiding: Hiding
    kill: Kill
    bribe: Bribes
    buying_minutes: Natural
    tools: dict[Word, Tool]
