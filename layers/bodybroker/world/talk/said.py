"""What NPCs have said tonight, as fingerprints: so that nobody says the same again before the night is over."""

from zlib import crc32

from msgspec import Struct

from bodybroker.world.base import MINUTES_PER_DAY

_NOON = MINUTES_PER_DAY // 2
_MOST = 512
"""Lines remembered of one night: more than there is time to say (a turn takes minutes)."""


class Said(Struct, frozen=True):
    """Fingerprints of the lines of a night (a night goes from noon to noon), the oldest first."""

    night: int = 0
    lines: tuple[int, ...] = ()


def fingerprint(line: str) -> int:
    """The same for lines that differ in case and signs only."""
    return crc32(" ".join("".join(c if c.isalnum() else " " for c in line.casefold()).split()).encode())


def night_of(minute: int) -> int:
    """The night to which a minute of the game belongs."""
    return (minute + _NOON) // MINUTES_PER_DAY


def tonight(said: Said, minute: int) -> tuple[int, ...]:
    """The lines that count at that minute."""
    return said.lines if said.night == night_of(minute) else ()


def with_line(said: Said, minute: int, line: str) -> Said:
    """What has been said once that line is said, too."""
    mark, lines = fingerprint(line), tonight(said, minute)
    return Said(night_of(minute), lines if mark in lines else (*lines, mark)[-_MOST:])
