"""Writes the golden files anew, after a change that was meant: python -m tests.unit.world.golden.record"""

import json
from hashlib import sha256
from pathlib import Path

import msgspec
from bodybroker.generation.district import generate
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.world import events, rules, state
from bodybroker.world.events import WorldRewound

from tests.unit.world.golden import night

HERE = Path(__file__).parent
SEEDS = (0, 7, SEED_LIMIT - 1)
REWOUND = WorldRewound("0192f3a4-0000-7000-8000-000000000001", 59, 12)


def main():
    documents = rules.load().model_dump(mode="json")
    (HERE / "rules.json").write_text(json.dumps(documents, indent=1, sort_keys=True) + "\n")
    played = list(night.play(documents))
    made = [event for _, of_step, _ in played for event in of_step]
    (HERE / "events.jsonl").write_bytes(b"".join(events.encode(event) + b"\n" for event in (*made, REWOUND)))
    (HERE / "politics.json").write_text(json.dumps({"sha256": night.politics(documents)}) + "\n")
    recipe = rules.validate(documents).recipe
    districts = {seed: sha256(msgspec.json.encode(generate(seed, recipe))).hexdigest() for seed in SEEDS}
    (HERE / "districts.json").write_text(json.dumps(districts, indent=1) + "\n")
    _, _, last = played[-1]
    (HERE / "end.json").write_text(json.dumps({"version": last.version, "hash": state.hash(last)}) + "\n")


if __name__ == "__main__":
    main()
