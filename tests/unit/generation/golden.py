"""Freeze what a new version of a generator makes: ``python -m tests.unit.generation.golden``."""

import json
from hashlib import sha256
from pathlib import Path

import msgspec
from bodybroker.generation import city, terrain

SEEDS = (0, 1, 7, 2**53, 2**64 - 1)
HERE = Path(__file__).parent


def main() -> None:
    """Write the rules of today, and the SHA-256 of what they make."""
    grounds = terrain.load()
    _write("terrain/golden/rules.json", json.loads(grounds.model_dump_json()))
    made = {
        f"{kind} {seed}": _digest(terrain.generate(kind, seed, grounds)) for kind in terrain.KINDS for seed in SEEDS
    }
    _write("terrain/golden/grounds.json", {"version": terrain.VERSION, "grounds": made})
    cities = city.load()
    _write("city/golden/rules.json", json.loads(cities.model_dump_json()))
    _write(
        "city/golden/cities.json",
        {"version": city.VERSION, "cities": {str(seed): _digest(city.generate(seed, cities)) for seed in SEEDS}},
    )


def _digest(layout: msgspec.Struct) -> str:
    return sha256(msgspec.json.encode(layout)).hexdigest()


def _write(name: str, document: object) -> None:
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
