"""LoRA adapters: which there are, who speaks for whom, and where they are loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bodybroker.models.lora import Adapter, Base, Change, Lineup, Lineups


class AdapterTaken(Exception):
    """The name belongs to an adapter already."""


class AdapterContended(Exception):
    """Somebody else changed the adapter or its line-up since it was read; nothing was written."""


class SpeakingAdapters(Protocol):
    """What a caller of models asks: cheap, and at most half a minute old."""

    def lineups(self) -> Lineups:
        """Every line-up with its live adapter and its canary; raises Unavailable while none was ever read."""


class AdapterRegistry(Protocol):
    """All adapters that there ever were, with their history. Every write is conditional."""

    def add(self, adapter: Adapter, by: str) -> None:
        """Store a new candidate; raises AdapterTaken."""

    def find(self, name: str) -> Adapter | None:
        """An adapter by its name."""

    def lineup(self, subject: str, base: Base) -> Lineup:
        """The line-up of a subject on a base; an empty one where nothing was ever promoted."""

    def commit(self, change: Change, operation: str, by: str) -> None:
        """Write a change whole, and who made it into the history; raises AdapterContended."""

    def all(self) -> Iterable[Adapter]:
        """Every adapter, retired ones too, by name."""

    def history(self, name: str) -> list[dict[str, str]]:
        """What happened to an adapter, oldest first: `at`, `by`, `operation` and the `state` it then had."""


class AdapterHost(Protocol):
    """The endpoint that loads adapters."""

    base: Base
    """The model that it serves."""

    def load(self, adapter: Adapter) -> None:
        """Load an adapter and wait until it answers; nothing happens where it is loaded.

        Raises Refused `adapter_refused` with the host's reason when it cannot be loaded, Unavailable.
        """

    def unload(self, name: str) -> None:
        """Unload an adapter; nothing happens where it is not loaded."""

    def loaded(self) -> set[str]:
        """The names of the adapters that are loaded or being loaded."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """An archive: the SHA-256 of its bytes, and the base that it says it was trained on."""

    digest: str
    base: Base


class AdapterArtefacts(Protocol):
    """The archives of adapters."""

    def inspect(self, uri: str) -> Artefact:
        """Read the archive at `uri`; raises Refused `artefact_missing` or `artefact_unreadable`, Unavailable."""
