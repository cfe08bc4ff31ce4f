"""`bodybroker generate room --kind morgue --seed 7 --png`: prints what layer 1 makes, and draws it.

    bodybroker generate room|building|terrain|city|monster [--kind KIND] [--seed N] [--png] [--svg] [--json]

`room` draws one room of a building, `--room` says which by its id or kind (left out: the one that all protects).
Files go to build/generated, or to `--out`.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scripts.generate import building_map, generators, png, svg
from scripts.generate.generators import Generator
from scripts.generate.shapes import Sheet

OUT = Path("build") / "generated"
WHAT = ("room", "building", "terrain", "city", "monster")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0; 2 for a request that makes no sense, which is then said in one line."""
    asked = _parser().parse_args(arguments)
    name = "building" if asked.what == "room" else asked.what
    generator = generators.load()[name]
    kind = asked.kind or generator.kinds[0]
    try:
        made = generator.make(kind, asked.seed, **_sizes(asked, name))
        sheet = building_map.room(made, asked.room) if asked.what == "room" else generator.draw(made)
    except ValueError as wrong:
        print(f"bodybroker: {wrong}", file=sys.stderr)
        return 2
    faults = list(generator.faults(made))
    print(_summary(generator, kind, asked.seed, made, faults))
    for path in _write(asked, f"{asked.what}-{kind}-{asked.seed}", made, sheet):
        print(path)
    return 1 if faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bodybroker", description="The designers' tool of The Body Broker.")
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="make something of layer 1, print and draw it")
    generate.add_argument("what", choices=WHAT)
    generate.add_argument("--kind", help="such as morgue, forest, vampire (left out: the first there is)")
    generate.add_argument("--seed", type=int, default=7, help="0 to 2**64-1; the same seed makes the same")
    generate.add_argument("--room", help="room: its id or kind")
    generate.add_argument("--width-cm", type=int, help="building: instead of a size drawn from its plan")
    generate.add_argument("--depth-cm", type=int)
    generate.add_argument("--size-cells", type=int, help="terrain: cells along each side")
    for form in ("png", "svg", "json"):
        generate.add_argument(f"--{form}", action="store_true", help=f"write it as {form.upper()}")
    generate.add_argument("--out", type=Path, default=OUT, help=f"the folder for files (left out: {OUT})")
    return parser


def _sizes(asked: argparse.Namespace, name: str) -> dict[str, int]:
    """What the generator was asked of sizes; ValueError for a size that it does not know."""
    known = {"building": ("width_cm", "depth_cm"), "terrain": ("size_cells",)}.get(name, ())
    given = {size: getattr(asked, size) for size in ("width_cm", "depth_cm", "size_cells")}
    foreign = [size for size, value in given.items() if value is not None and size not in known]
    if foreign:
        raise ValueError(f"a {name} takes no {', '.join(size.replace('_', '-') for size in foreign)}")
    return {size: value for size, value in given.items() if value is not None}


def _summary(generator: Generator, kind: str, seed: int, made: Any, faults: Sequence[str]) -> str:
    figures = [f"  {name.replace('_', ' '):<18}{value:>10.6g}" for name, value in generator.measure(made).items()]
    size = len(msgspec.json.encode(made))
    head = f"{kind} of seed {seed}, {size:,} bytes of JSON, {'no faults' if not faults else 'BROKEN'}"
    return "\n".join([head, *figures, *(f"  fault: {fault}" for fault in faults)])


def _write(asked: argparse.Namespace, stem: str, made: Any, sheet: Sheet) -> list[Path]:
    """The files that were asked for."""
    writers: dict[str, Callable[[Path], object]] = {
        "json": lambda path: path.write_bytes(msgspec.json.format(msgspec.json.encode(made))),
        "svg": lambda path: path.write_text(svg.write(sheet), encoding="utf-8"),
        "png": lambda path: png.render(sheet).save(path),
    }
    written = []
    for form, write in writers.items():
        if getattr(asked, form):
            asked.out.mkdir(parents=True, exist_ok=True)
            written.append(asked.out / f"{stem}.{form}")
            write(written[-1])
    return written


if __name__ == "__main__":
    sys.exit(main())
