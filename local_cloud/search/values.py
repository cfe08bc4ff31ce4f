"""Field kinds, and how a JSON value becomes the value that is indexed, compared and sorted by."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Value = str | int | float

INTEGERS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
FLOATS = {"half_float", "float", "double"}
STRINGS = {"text", "keyword"}
KINDS = STRINGS | INTEGERS.keys() | FLOATS | {"boolean", "date", "knn_vector"}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?")
_EXTENDED = re.compile(r"\d{4}-\d{2}-\d{2}(T|$)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(kind: str, value: Any, round_up: bool = False) -> Value:
    """The indexed form of a JSON value of a field's kind: dates are milliseconds, booleans 0 and 1.

    `round_up` makes a date that names a day, month or year mean its end. Raises ValueError with what is wrong.
    """
    if isinstance(value, dict | list) or value is None:
        raise ValueError(f"a value of type [{kind}] must be a single value, not [{value}]")
    if kind == "date":
        return _date(value, round_up)
    return _READERS[kind](value)


def read_vector(value: Any, dimension: int, cosine: bool) -> list[float]:
    """A vector of a field's dimension; raises ValueError with what is wrong."""
    if not isinstance(value, list) or not all(_is_number(item) and math.isfinite(item) for item in value):
        raise ValueError("a vector must be a list of finite numbers")
    if len(value) != dimension:
        raise ValueError(f"Vector dimension mismatch. Expected: {dimension}, Given: {len(value)}")
    if cosine and not any(value):
        raise ValueError("zero vector is not supported when space type is [cosinesimil]")
    return [float(item) for item in value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _integer(bits: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if isinstance(value, bool):
            raise ValueError(f"[{value}] is not a number")
        try:
            number = value if isinstance(value, int) else math.trunc(float(value))
        except (ValueError, OverflowError) as error:
            raise ValueError(f'For input string: "{value}"') from error
        if not -(1 << bits - 1) <= number < 1 << bits - 1:
            raise ValueError(f"Value [{value}] is out of range for {bits} bits")
        return number

    return convert


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(f"[{value}] is not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'For input string: "{value}"') from error
    if not math.isfinite(number):
        raise ValueError(f"only finite values are supported, but got [{value}]")
    return number


def _boolean(value: Any) -> int:
    if value in ("true", "false", "") or isinstance(value, bool):
        return int(value in (True, "true"))
    raise ValueError(f"Failed to parse value [{value}] as only [true] or [false] are allowed.")


def _date(value: Any, round_up: bool) -> int:
    text = str(value)
    try:
        if _is_number(value):
            return int(value)
        if match := _PARTIAL_DATE.fullmatch(text):
            year, month = int(match[1]), int(match[2] or 1)
            start = datetime(year, month, 1, tzinfo=UTC)
            months = 1 if match[2] else 12
            following = datetime(year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1, 1, tzinfo=UTC)
        elif not _EXTENDED.match(text):
            raise ValueError("not in the extended format of ISO 8601")
        else:
            start = datetime.fromisoformat(text)
            start = start if start.tzinfo else start.replace(tzinfo=UTC)
            following = start + (timedelta(days=1) if _DAY.fullmatch(text) else timedelta(milliseconds=1))
    except (ValueError, OverflowError) as error:
        reason = f"failed to parse date field [{text}] with format [strict_date_optional_time||epoch_millis]"
        raise ValueError(reason) from error
    milliseconds = timedelta(milliseconds=1)
    return (following - _EPOCH) // milliseconds - 1 if round_up else (start - _EPOCH) // milliseconds


_READERS: dict[str, Callable[[Any], Value]] = {
    **dict.fromkeys(STRINGS, _string),
    **{kind: _integer(bits) for kind, bits in INTEGERS.items()},
    **dict.fromkeys(FLOATS, _float),
    "boolean": _boolean,
}
