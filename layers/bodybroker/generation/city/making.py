"""A city from a seed: avenues and districts, who holds them, then streets, blocks and lots, and what no city lacks."""

from dataclasses import dataclass
from math import isqrt

from bodybroker.generation import names
from bodybroker.generation.city import holding, parcels
from bodybroker.generation.city.layout import Block, CityDistrict, CityLayout, Lot, Street, Territory
from bodybroker.generation.city.parcels import Parcel
from bodybroker.generation.city.roads import Ground, Road, ring, stretched
from bodybroker.generation.city.rules import CityRules
from bodybroker.generation.entities import Provenance
from bodybroker.generation.requests import InvalidRequest, seed_faults
from bodybroker.kernel.random import Stream

GENERATOR = "city"
VERSION = 1


@dataclass
class Plot:
    """A block while the city is being made: its district and its lots."""

    district: int
    ground: Ground
    parcels: list[Parcel]


def generate(seed: int, rules: CityRules) -> CityLayout:
    """The city of `seed`. Raises InvalidRequest."""
    faults = seed_faults(seed)
    if faults:
        raise InvalidRequest(faults)
    stream = Stream(seed, GENERATOR, str(VERSION))
    taken: set[str] = set()
    grounds, roads, size = _parted(rules, stream.substream("avenues"), taken)
    avenues = list(roads)
    kinds = _characters(rules, grounds, size, stream.substream("kinds"))
    areas = [ground.area for ground in grounds]
    near = holding.neighbours(areas, rules.widths.avenue.high)
    holder = holding.held(rules.houses, near, stream.substream("houses"))
    home = stream.substream("home").below(len(grounds))
    plots: list[Plot] = []
    for i, ground in enumerate(grounds):
        own = stream.substream(f"district/{i}")
        kind = rules.kinds[kinds[i]]
        pieces, inner = parcels.blocks(rules, kind, ground, own, taken)
        roads += inner
        plots += [Plot(i, piece, parcels.lots(kind, piece, own)) for piece in pieces]
    _fulfil(rules, plots, kinds, home, stream.substream("needs"))
    junctions, streets = stretched(roads)
    called = [names.make(rules.quarters, stream.substream(f"name/{i}"), taken) for i in range(len(grounds))]
    blocks, lots = _numbered(plots)
    return CityLayout(
        provenance=Provenance(seed=seed, generator=GENERATOR, generator_version=VERSION),
        width_cm=size[0],
        depth_cm=size[1],
        junctions=junctions,
        streets=streets,
        districts=tuple(
            CityDistrict(f"d{i + 1}", kinds[i], called[i], area, holder[i], i == home) for i, area in enumerate(areas)
        ),
        blocks=blocks,
        lots=lots,
        territories=_territories(rules, holder, holding.fronts(avenues, areas, holder), stream, taken),
    )


def _parted(rules: CityRules, stream: Stream, taken: set[str]) -> tuple[list[Ground], list[Road], tuple[int, int]]:
    """Districts, as many as there are quarters, the avenues around and between them, and the city's size in cm."""
    count = sum(house.quarters for house in rules.houses.values())
    side = rules.district_cm.draw(stream)
    across = isqrt(count * 4 // 3) or 1  # a city is somewhat wider than it is deep
    size = (side * across, side * -(-count // across))

    def name() -> str:
        return names.make(rules.names.avenue, stream, taken)

    whole, roads = ring(*size, rules.widths.avenue.draw(stream), (name(), name(), name(), name()))
    open_, found = [(whole, count)], []
    while open_:
        ground, share = open_.pop()
        if share == 1:
            found.append(ground)
            continue
        less = share // 2
        sway = rules.cut.draw(stream) - 500
        at = 1000 * less // share + sway * min(less, share - less) // share
        one, other, road = ground.cut("avenue", name(), rules.widths.avenue.draw(stream), at)
        roads.append(road)
        open_ += [(other, share - less), (one, less)]
    return found, roads, size


def _characters(rules: CityRules, grounds: list[Ground], size: tuple[int, int], stream: Stream) -> list[str]:
    """The kind of each district, from the middle of the city outwards; what the needs ask for comes first."""

    def away(i: int) -> int:
        area = grounds[i].area
        x, y = area.x_cm + area.width_cm // 2, area.y_cm + area.depth_cm // 2
        return max(abs(2 * x - size[0]) * size[1], abs(2 * y - size[1]) * size[0])

    order = sorted(range(len(grounds)), key=lambda i: (away(i), i))
    wanted = _needed(rules, stream)[: len(grounds)]
    chances = [(kind, rule.weight) for kind, rule in sorted(rules.kinds.items())]
    wanted += [stream.weighted(chances) for _ in range(len(grounds) - len(wanted))]
    place = {"middle": 0, "any": 1, "edge": 2}
    wanted = sorted(stream.sample(wanted, len(wanted)), key=lambda kind: place[rules.kinds[kind].prefers])
    kinds = dict(zip(order, wanted, strict=True))
    return [kinds[i] for i in range(len(grounds))]


def _needed(rules: CityRules, stream: Stream) -> list[str]:
    """Kinds of districts that have room for all that no city lacks."""
    kinds: list[str] = []
    for need in rules.needs:
        if not set(need.districts) & set(kinds):
            kinds.append(stream.choice(need.districts))
    return kinds


def _fulfil(rules: CityRules, plots: list[Plot], kinds: list[str], home: int, stream: Stream) -> None:
    """Let there be a hideout at home, and as much of everything else as the needs say."""
    kept: set[tuple[int, int]] = set()
    _settle(plots, [i for i, plot in enumerate(plots) if plot.district == home], rules.hideout, False, kept, stream)
    for need in rules.needs:
        fit = [i for i, plot in enumerate(plots) if kinds[plot.district] in need.districts]
        lots = [(i, j) for i in fit for j, parcel in enumerate(plots[i].parcels) if parcel.kind == need.kind]
        kept.update(lots[: need.count])
        for _ in range(need.count - len(lots)):
            _settle(plots, fit, need.kind, need.whole, kept, stream)


def _settle(
    plots: list[Plot], among: list[int], kind: str, whole: bool, kept: set[tuple[int, int]], stream: Stream
) -> None:
    """Give some lot another kind, or a whole block; lots that are `kept` have theirs for good."""
    for i in (*stream.sample(among, len(among)), *range(len(plots))):
        lots = plots[i].parcels
        free = [j for j in range(len(lots)) if (i, j) not in kept]
        if whole and len(free) == len(lots):
            plots[i].parcels = [parcels.whole(kind, plots[i].ground, stream)]
            kept.add((i, 0))
            return
        if free and not whole:
            j = stream.choice(free)
            lots[j] = lots[j]._replace(kind=kind)
            kept.add((i, j))
            return


def _numbered(plots: list[Plot]) -> tuple[tuple[Block, ...], tuple[Lot, ...]]:
    """Blocks and lots; doors open onto the stretch of road in front of them."""
    blocks: list[Block] = []
    lots: list[Lot] = []
    for number, plot in enumerate(plots, 1):
        block = Block(f"b{number}", f"d{plot.district + 1}", plot.ground.area)
        blocks.append(block)
        for parcel in plot.parcels:
            street = parcel.road.stretch(parcel.along)
            lots.append(Lot(f"l{len(lots) + 1}", parcel.kind, block.id, parcel.area, parcel.door, street.id))
    return tuple(blocks), tuple(lots)


def _territories(
    rules: CityRules, holder: list[str], fronts: dict[str, list[Street]], stream: Stream, taken: set[str]
) -> tuple[Territory, ...]:
    return tuple(
        Territory(
            house=kind,
            name=names.make(house.names, stream.substream(f"house/{kind}"), taken),
            race=house.race,
            districts=tuple(f"d{i + 1}" for i, by in enumerate(holder) if by == kind),
            fronts=tuple(street.id for street in fronts.get(kind, [])),
        )
        for kind, house in sorted(rules.houses.items())
    )
