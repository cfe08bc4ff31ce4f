"""NPCs: a race's ranges and a stream give one character."""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bodybroker.generation import names
from bodybroker.generation.entities import Character, Guide, Point, Provenance, Site, Taste
from bodybroker.generation.parameters import Parameters, Positive, Range, ScoreRange, Word
from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream


class GuideRanges(Parameters):
    """The ranges of a race's stats."""

    aggression: ScoreRange
    intelligence: ScoreRange
    charisma: ScoreRange
    survival: ScoreRange
    loyalty: ScoreRange


class Race(Parameters):
    """What the members of a race have in common (keys explained in races.yaml)."""

    guide: GuideRanges
    appetite: Annotated[dict[Word, Positive], Field(min_length=1)]
    wants: Range
    purse_cents: Range
    wage_cents: Positive
    mood: Word
    awake: Annotated[tuple[Literal["day", "night"], ...], Field(min_length=1, strict=False)]
    traits: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
    trait_count: Range

    @model_validator(mode="after")
    def _enough_to_draw_from(self) -> Self:
        if self.wants.high > len(self.appetite):
            raise ValueError(f"wants up to {self.wants.high} parts, appetite names {len(self.appetite)}")
        if self.trait_count.high > len(self.traits):
            raise ValueError(f"trait_count up to {self.trait_count.high}, traits has {len(self.traits)}")
        return self


@dataclass(frozen=True)
class Prices:
    """What bounds the prices of every NPC: each part's worth in cents, and shares of it per mille."""

    worth_cents: dict[str, int]
    floor_per_mille: int
    cap_per_mille: int
    lowest_offer_per_mille: int
    greed_spread_per_mille: int

    def floor_cents(self, part: str) -> int:
        """The least that anybody pays for a perfect `part`."""
        return max(1, self.worth_cents[part] * self.floor_per_mille // 1000)

    def cap_cents(self, part: str) -> int:
        """The most that anybody pays for a perfect `part`."""
        return max(1, self.worth_cents[part] * self.cap_per_mille // 1000)


def make(
    race_name: str,
    race: Race,
    haunt: Site,
    stream: Stream,
    prices: Prices,
    grammar: names.Grammar,
    taken: set[str],
    provenance: Provenance,
) -> Character:
    """One member of `race` who haunts `haunt`; `taken` keeps names apart within a district."""
    return Character(
        npc_id=entity_id(stream.substream("id")),
        race=race_name,
        name=names.make(grammar, stream.substream("name"), taken),
        guide=guide(race.guide, stream.substream("guide")),
        traits=traits(race, stream.substream("traits")),
        tastes=_tastes(race, stream.substream("tastes"), prices),
        purse_cents=race.purse_cents.draw(stream.substream("purse")),
        wage_cents=race.wage_cents,
        haunt_id=haunt.place_id,
        at=_spot(haunt, stream.substream("at")),
        awake=race.awake,
        provenance=provenance,
    )


def guide(ranges: GuideRanges, stream: Stream) -> Guide:
    """Stats within a race's ranges."""
    return Guide(
        aggression=ranges.aggression.draw(stream),
        intelligence=ranges.intelligence.draw(stream),
        charisma=ranges.charisma.draw(stream),
        survival=ranges.survival.draw(stream),
        loyalty=ranges.loyalty.draw(stream),
    )


def traits(race: Race, stream: Stream) -> tuple[str, ...]:
    """Words of character, as many as the race has."""
    return tuple(stream.sample(race.traits, race.trait_count.draw(stream)))


def wants(race: Race, stream: Stream) -> list[str]:
    """The parts that one member wants, by name."""
    return sorted(stream.sample(sorted(race.appetite), race.wants.draw(stream)))


def _tastes(race: Race, stream: Stream, prices: Prices) -> dict[str, Taste]:
    spread = prices.greed_spread_per_mille
    tastes = {}
    for part in wants(race, stream):
        greed = stream.between(1000 - spread, 1000 + spread)
        most = prices.worth_cents[part] * race.appetite[part] * greed // 1_000_000
        cap = min(max(_whole_dollars(most), prices.floor_cents(part)), prices.cap_cents(part))
        floor = max(_whole_dollars(cap * prices.lowest_offer_per_mille // 1000), prices.floor_cents(part))
        tastes[part] = Taste(floor_cents=floor, cap_cents=cap)
    return tastes


def _whole_dollars(cents: int) -> int:
    return cents // 100 * 100


def _spot(haunt: Site, stream: Stream) -> Point:
    area = haunt.area
    return Point(area.x_cm + stream.below(area.width_cm), area.y_cm + stream.below(area.depth_cm))
