"""The registry of adapters, the endpoint that loads them and their archives, in memory."""

from dataclasses import dataclass, field

from bodybroker.kernel.errors import Refused
from bodybroker.models.lora import Adapter, Base, Change, Lineup, Lineups, gather
from bodybroker.ports.lora import AdapterContended, AdapterTaken, Artefact

BASE = Base("SmolLM2-135M-Instruct", "a" * 64)
OTHER_BASE = Base("SmolLM2-135M-Instruct", "b" * 64)


def candidate(name: str = "ghoul-1", base: Base = BASE, subject: str = "ghoul") -> Adapter:
    """An adapter as an operator brings it."""
    return Adapter(name, subject, base, f"s3://adapters/{name}.tar.gz", "c" * 64, {"loss": 2.5})


@dataclass
class MemoryRegistry:
    """`ports.AdapterRegistry` and `ports.SpeakingAdapters`."""

    adapters: dict[str, Adapter] = field(default_factory=dict)
    spoken: dict[tuple[str, Base], Lineup] = field(default_factory=dict)
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def add(self, adapter: Adapter, by: str) -> None:
        if adapter.name in self.adapters:
            raise AdapterTaken(adapter.name)
        self._store(adapter, "register", by)

    def find(self, name: str) -> Adapter | None:
        return self.adapters.get(name)

    def lineup(self, subject: str, base: Base) -> Lineup:
        return self.spoken.get((subject, base), Lineup(subject, base))

    def lineups(self) -> Lineups:
        return gather(self.spoken.values())

    def commit(self, change: Change, operation: str, by: str) -> None:
        before = self.lineup(change.lineup.subject, change.lineup.base)
        follows = all(self.adapters[one.name].version + 1 == one.version for one in change.adapters)
        if before.version + 1 != change.lineup.version or not follows:
            raise AdapterContended
        self.spoken[change.lineup.subject, change.lineup.base] = change.lineup
        for adapter in change.adapters:
            self._store(adapter, operation, by)

    def all(self) -> list[Adapter]:
        return sorted(self.adapters.values(), key=lambda adapter: adapter.name)

    def history(self, name: str) -> list[dict[str, str]]:
        return [entry for named, entry in self.told if named == name]

    def _store(self, adapter: Adapter, operation: str, by: str) -> None:
        self.adapters[adapter.name] = adapter
        entry = {"at": adapter.changed_at, "by": by, "operation": operation, "state": adapter.state}
        self.told.append((adapter.name, entry))


@dataclass
class MemoryHost:
    """`ports.AdapterHost`. `steps` tells in order what was loaded and unloaded; `broken` cannot be loaded."""

    base: Base = BASE
    steps: list[tuple[str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def load(self, adapter: Adapter) -> None:
        if adapter.name in self.broken:
            raise Refused("adapter_refused", f"{adapter.name} cannot be loaded")
        if adapter.name not in self.names:
            self.steps.append(("load", adapter.name))
        self.names.add(adapter.name)

    def unload(self, name: str) -> None:
        self.steps.append(("unload", name))
        self.names.discard(name)

    def loaded(self) -> set[str]:
        return set(self.names)


@dataclass
class MemoryArchives:
    """`ports.AdapterArtefacts`: every archive is what `artefact` says."""

    artefact: Artefact = field(default_factory=lambda: Artefact("c" * 64, BASE))

    def inspect(self, uri: str) -> Artefact:
        return self.artefact
