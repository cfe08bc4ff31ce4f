"""The shape of a structured logger. The doors pass the real one (Powertools); tests pass a list."""

from typing import Protocol


class Log(Protocol):
    """Writes one record: a message and its fields."""

    def info(self, message: str, **fields: object) -> None: ...

    def warning(self, message: str, **fields: object) -> None: ...

    def error(self, message: str, **fields: object) -> None: ...
