"""What may be asked of a generator."""

SEEDS = 2**64
"""Seeds lie in [0, SEEDS)."""


class InvalidRequest(ValueError):
    """What was asked for cannot be made; `faults` lists every reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def seed_faults(seed: int) -> list[str]:
    """What is wrong with a seed."""
    return [] if 0 <= seed < SEEDS else [f"seed must lie in 0..{SEEDS - 1}, got {seed}"]
