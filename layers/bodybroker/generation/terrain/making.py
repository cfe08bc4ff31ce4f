"""Open ground from a seed: land, bends, gates and points, ways between them, then all that stands around."""

import numpy as np

from bodybroker.generation.entities import Provenance
from bodybroker.generation.requests import InvalidRequest, seed_faults
from bodybroker.generation.terrain import bends as bending
from bodybroker.generation.terrain import furnishing, ground, points, reach, scattering, sights, spawning, ways
from bodybroker.generation.terrain.bends import Bends
from bodybroker.generation.terrain.canvas import Array, Canvas, grown
from bodybroker.generation.terrain.layout import KINDS, Path, TerrainKind, TerrainLayout
from bodybroker.generation.terrain.rules import TerrainRules
from bodybroker.kernel.random import Stream

GENERATOR = "terrain"
VERSION = 1


def generate(
    kind: TerrainKind, seed: int, rules: TerrainRules, size_cells: int | tuple[int, int] | None = None
) -> TerrainLayout:
    """The ground of `seed`; `size_cells` are its columns and rows, or one number for both. Raises InvalidRequest."""
    size = rules.default_cells if size_cells is None else size_cells
    columns, rows = (size, size) if isinstance(size, int) else size
    _check(kind, seed, rules, columns, rows)
    stream = Stream(seed, GENERATOR, str(VERSION), kind)
    own = stream.substream("noise").u64()  # kinds of the same seed share no field
    canvas = ground.shaped(own, rules, rules.grounds[kind], columns, rows, stream.substream("ground"))
    bends = bending.lattice(canvas)
    bending.open_gates(canvas, bends, stream.substream("gates"))
    plans = points.choose(canvas, bends, stream.substream("points"))
    paths = ways.join(canvas, bends, stream.substream("ways"))
    middle = _surface(canvas, paths)
    furnishing.enclose(canvas, bends, stream.substream("fence"))
    furnishing.build(canvas, plans, stream.substream("structures"))
    furnishing.furnish(canvas, bends, _walked(canvas, bends, middle), stream.substream("furniture"))
    scattering.strew(canvas)
    return _finished(kind, seed, canvas, bends, paths, middle, stream.substream("spawns"))


def _check(kind: str, seed: int, rules: TerrainRules, columns: int, rows: int) -> None:
    faults = seed_faults(seed)
    if kind not in rules.grounds:
        faults.append(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    side = rules.side_cells
    for name, count in (("columns", columns), ("rows", rows)):
        if not side.low <= count <= side.high:
            faults.append(f"size_cells: {name} must lie in {side.low}..{side.high}, got {count}")
    if faults:
        raise InvalidRequest(faults)


def _surface(canvas: Canvas, paths: list[Path]) -> Array:
    """Give cells their surfaces and keep the ways free; the cells through which ways run."""
    network = canvas.ground.network
    main = ways.covered(canvas, [path for path in paths if path.kind == network.main])
    side = ways.covered(canvas, [path for path in paths if path.kind != network.main])
    ground.surfaced(canvas, main, side)
    canvas.free |= grown(main | side)
    return main | side


def _walked(canvas: Canvas, bends: Bends, middle: Array) -> Array:
    """Where not even furniture may stand: the ways, as wide as they are kept free, and the middles of points."""
    walked = grown(middle)
    cell = canvas.rules.cell_cm
    for point in bends.points.values():
        walked[point.at.y_cm // cell, point.at.x_cm // cell] = True
    return walked


def _finished(
    kind: TerrainKind, seed: int, canvas: Canvas, bends: Bends, paths: list[Path], middle: Array, stream: Stream
) -> TerrainLayout:
    rules = canvas.rules
    barred = [ord(rules.letters[surface]) for surface in rules.impassable]
    floor = reach.cells(~(np.isin(canvas.surface, barred) | canvas.blocked), rules.cell_cm)
    gates = tuple(bends.gates.values())
    reached = reach.flood(floor, spawning.inside(canvas, gates[0]))
    lines = canvas.surface.tobytes().decode("ascii")
    return TerrainLayout(
        kind=kind,
        provenance=Provenance(seed=seed, generator=GENERATOR, generator_version=VERSION),
        columns=canvas.columns,
        rows=canvas.rows,
        cell_cm=rules.cell_cm,
        height_cm=tuple(canvas.height.ravel().tolist()),
        moisture=tuple(canvas.moisture.ravel().tolist()),
        surface=tuple(lines[i : i + canvas.columns] for i in range(0, len(lines), canvas.columns)),
        legend={letter: name for name, letter in sorted(rules.letters.items()) if letter in lines},
        impassable=rules.impassable,
        gates=gates,
        points=tuple(bends.points.values()),
        paths=tuple(paths),
        props=tuple(canvas.props),
        spawns=spawning.spawns(canvas, bends, paths, middle, reached, stream),
        sights=sights.lines(canvas, bends),
    )
