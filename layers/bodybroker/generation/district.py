"""Districts: a street, lots along it, what lies in morgues and hospitals, who lives there. Same seed, same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from msgspec.structs import replace
from pydantic import Field, model_validator

from bodybroker.generation import characters, names
from bodybroker.generation.entities import (
    Character,
    District,
    Exit,
    Item,
    PlaceKind,
    Point,
    Provenance,
    Rectangle,
    Site,
)
from bodybroker.generation.parameters import Parameters, Positive, PositiveRange, Quality, Range, Share, Word
from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream

GENERATOR = "district"
GENERATOR_VERSION = 2

LotKind = Literal["hideout", "morgue", "hospital", "graveyard", "club", "den", "crypt", "warehouse"]


class Lot(Parameters):
    """A kind of building: how many there are, how large they are."""

    count: PositiveRange
    width_cm: PositiveRange
    depth_cm: PositiveRange


class Residents(Parameters):
    """How many of a race haunt a kind of place."""

    race: Word
    haunt: PlaceKind
    count: Range


class Plan(Parameters):
    """How a district is laid out (keys explained in district.yaml)."""

    street_width_cm: PositiveRange
    gap_cm: Range
    walking_cm_per_minute: Positive
    officers: PositiveRange
    lots: dict[LotKind, Lot]
    residents: Annotated[tuple[Residents, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _playable(self) -> Self:
        faults = []
        hideout = self.lots.get("hideout")
        if hideout is None or hideout.count != PositiveRange(low=1, high=1):
            faults.append("lots.hideout must be there exactly once")
        if "morgue" not in self.lots:
            faults.append("lots.morgue must be there")
        homeless = {group.haunt for group in self.residents} - self.lots.keys() - {"street"}
        faults += [f"residents haunt a {kind}, lots has none" for kind in sorted(homeless)]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Store(Parameters):
    """What a morgue or a hospital holds when it is made (keys explained in morgue.yaml)."""

    stock: Range
    quality: Quality
    guards: PositiveRange
    cameras: Range
    alarm: Share


@dataclass(frozen=True)
class Recipe:
    """All that a district is made from, besides its seed; `weights` say how often a part lies in a store."""

    plan: Plan
    stores: dict[PlaceKind, Store]
    weights: dict[str, int]
    prices: characters.Prices
    races: dict[str, characters.Race]
    names: dict[str, names.Grammar]


def generate(seed: int, recipe: Recipe) -> District:
    """The district of `seed`."""
    stream = Stream(seed, GENERATOR, str(GENERATOR_VERSION))
    provenance = Provenance(seed=seed, generator=GENERATOR, generator_version=GENERATOR_VERSION)
    taken: set[str] = set()
    name = names.make(recipe.names["district"], stream.substream("name"), taken)
    sites = _sites(recipe, stream.substream("sites"), taken, provenance)
    stock = {
        site.place_id: tuple(_stock(recipe, site.kind, stream.substream(f"stock/{i}"), provenance))
        for i, site in enumerate(sites)
        if site.kind in recipe.stores
    }
    people = _people(recipe, sites, stream.substream("people"), taken, provenance)
    return District(
        name=name,
        sites={site.place_id: site for site in sites},
        stock=stock,
        characters={person.npc_id: person for person in people},
    )


def make_item(stream: Stream, weights: dict[str, int], quality: Range, provenance: Provenance) -> Item:
    """One body part as a store receives it."""
    return Item(
        item_id=entity_id(stream),
        part=stream.weighted(sorted(weights.items())),
        quality=stream.between(quality.low, quality.high),
        provenance=provenance,
    )


def _sites(recipe: Recipe, stream: Stream, taken: set[str], provenance: Provenance) -> list[Site]:
    """The street first, then the lots in random order, dealt to its south and north sides in turn."""
    plan = recipe.plan
    kinds: list[LotKind] = []
    for kind in sorted(plan.lots):
        kinds += [kind] * plan.lots[kind].count.draw(stream)
    kinds = stream.sample(kinds, len(kinds))
    areas = _areas(plan, kinds, stream.substream("areas"))
    built: list[PlaceKind] = ["street", *kinds]
    sites = [
        _site(recipe, kind, area, stream.substream(f"site/{i}"), taken, provenance)
        for i, (kind, area) in enumerate(zip(built, areas, strict=True))
    ]
    return _join(plan, sites)


def _areas(plan: Plan, kinds: list[LotKind], stream: Stream) -> list[Rectangle]:
    """The street's rectangle, then each lot's; the ground's corner (0, 0) is south-west of them all."""
    width = plan.street_width_cm.draw(stream)
    south_depth = max(plan.lots[kind].depth_cm.high for kind in kinds)
    ends = [0, 0]
    lots = []
    for i, kind in enumerate(kinds):
        lot = plan.lots[kind]
        w, d = lot.width_cm.draw(stream), lot.depth_cm.draw(stream)
        x = ends[i % 2] + plan.gap_cm.draw(stream)
        ends[i % 2] = x + w
        lots.append(Rectangle(x, south_depth - d if i % 2 == 0 else south_depth + width, w, d))
    return [Rectangle(0, south_depth, max(ends), width), *lots]


def _site(
    recipe: Recipe, kind: PlaceKind, area: Rectangle, stream: Stream, taken: set[str], provenance: Provenance
) -> Site:
    guards, cameras, alarm = 0, 0, 0
    store = recipe.stores.get(kind)
    if kind == "street":
        guards = recipe.plan.officers.draw(stream)
    elif store is not None:
        guards, alarm, cameras = store.guards.draw(stream), store.alarm.draw(stream), store.cameras.draw(stream)
    return Site(
        place_id=entity_id(stream.substream("id")),
        kind=kind,
        name=names.make(recipe.names[kind], stream.substream("name"), taken),
        area=area,
        exits=(),
        guards=guards,
        alarm=alarm,
        cameras=cameras,
        provenance=provenance,
    )


def _join(plan: Plan, sites: list[Site]) -> list[Site]:
    """Doors: every lot opens onto the street, and the street onto every lot, the same walk both ways."""
    street, *lots = sites
    outward = []
    joined = []
    for lot in lots:
        is_north = lot.area.y_cm > street.area.y_cm
        door = Point(
            lot.area.x_cm + lot.area.width_cm // 2,
            street.area.y_cm + street.area.depth_cm if is_north else street.area.y_cm,
        )
        minutes = _walk(plan, street.area, door)
        outward.append(Exit(lot.place_id, door, minutes))
        joined.append(replace(lot, exits=(Exit(street.place_id, door, minutes),)))
    return [replace(street, exits=tuple(outward)), *joined]


def _walk(plan: Plan, street: Rectangle, door: Point) -> int:
    """Minutes from the middle of the street to a door, along the street and then across; at least one."""
    middle = Point(street.x_cm + street.width_cm // 2, street.y_cm + street.depth_cm // 2)
    distance = abs(door.x_cm - middle.x_cm) + abs(door.y_cm - middle.y_cm)
    return max(1, -(-distance // plan.walking_cm_per_minute))


def _stock(recipe: Recipe, kind: PlaceKind, stream: Stream, provenance: Provenance) -> Iterator[Item]:
    store = recipe.stores[kind]
    for _ in range(store.stock.draw(stream)):
        yield make_item(stream, recipe.weights, store.quality, provenance)


def _people(
    recipe: Recipe, sites: list[Site], stream: Stream, taken: set[str], provenance: Provenance
) -> Iterator[Character]:
    for i, group in enumerate(recipe.plan.residents):
        haunts = [site for site in sites if site.kind == group.haunt]
        for j in range(group.count.draw(stream.substream(f"count/{i}"))):
            own = stream.substream(f"npc/{i}/{j}")
            yield characters.make(
                group.race,
                recipe.races[group.race],
                own.substream("haunt").choice(haunts),
                own,
                recipe.prices,
                recipe.names[group.race],
                taken,
                provenance,
            )
