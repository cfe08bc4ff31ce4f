"""Use cases of operators: register LoRA adapters, promote them, roll back, retire; load and unload them accordingly.

What speaks is loaded before it speaks. What has been retired is unloaded when nobody can still be asking it: callers
read the line-ups from a cache, and answers take their time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import NotFound, Refused
from bodybroker.models import lora
from bodybroker.models.lora import Adapter, Change, Lineup
from bodybroker.ports.lora import AdapterArtefacts, AdapterContended, AdapterHost, AdapterRegistry, AdapterTaken

SPEAKING = ("canary", "live")


@dataclass(frozen=True, slots=True)
class AdapterDesk:
    """The registry of adapters and the endpoint that loads them; `drain` is how long a retired one stays loaded."""

    registry: AdapterRegistry
    host: AdapterHost
    artefacts: AdapterArtefacts
    clock: Clock
    drain: timedelta

    def register(self, adapter: Adapter, by: str) -> Adapter:
        """Take a new candidate in.

        Raises Refused: `adapter_of_another_base`, `adapter_digest`, `artefact_missing`, `adapter_taken`.
        """
        if adapter.base != self.host.base:
            raise Refused(
                "adapter_of_another_base", f"{adapter.name} is for {adapter.base}; here {self.host.base} serves."
            )
        artefact = self.artefacts.inspect(adapter.uri)
        if artefact.digest != adapter.digest:
            raise Refused("adapter_digest", f"The archive's SHA-256 is {artefact.digest}, not {adapter.digest}.")
        if artefact.base != adapter.base:
            raise Refused("adapter_of_another_base", f"The archive says that it is for {artefact.base}.")
        adapter = replace(adapter, state="candidate", per_mille=0, version=1, changed_at=self._now())
        try:
            self.registry.add(adapter, by)
        except AdapterTaken as taken:
            raise Refused("adapter_taken", f"There is an adapter {adapter.name} already.") from taken
        return adapter

    def promote(self, name: str, per_mille: int | None, by: str) -> Adapter:
        """Let a candidate answer `per_mille` of the players; with None, let the canary answer all of them.

        Raises NotFound, Refused (see models.lora; `adapter_refused` when it cannot be loaded, `adapter_contended`).
        """

        def change(adapter: Adapter, lineup: Lineup) -> Change:
            if per_mille is not None:
                return lora.begin_canary(lineup, adapter, per_mille, self._now())
            live = self._find(lineup.live) if lineup.live is not None else None
            return lora.go_live(lineup, adapter, live, self._now())

        return self._change(name, change, "promote", by)

    def roll_back(self, name: str, by: str) -> Adapter:
        """Take a canary or a live adapter back; what was live before a live one is live again. Raises as `promote`."""

        def change(adapter: Adapter, lineup: Lineup) -> Change:
            is_live = adapter.state == "live" and lineup.previous is not None
            previous = self._find(str(lineup.previous)) if is_live else None
            return lora.roll_back(lineup, adapter, previous, self._now())

        return self._change(name, change, "rollback", by)

    def retire(self, name: str, by: str) -> Adapter:
        """End an adapter for good. Raises as `promote`."""
        return self._change(name, lambda adapter, lineup: lora.retire(lineup, adapter, self._now()), "retire", by)

    def reconcile(self) -> dict[str, list[str]]:
        """Load what speaks and is not loaded, unload what does not speak any more; the names of both.

        Only adapters of the registry are touched. One that cannot be loaded again raises Refused at the end.
        """
        loaded, refused = self.host.loaded(), None
        done: dict[str, list[str]] = {"loaded": [], "unloaded": []}
        for adapter in self.registry.all():
            if self._speaks(adapter) and adapter.name not in loaded:
                try:
                    self.host.load(adapter)
                    done["loaded"].append(adapter.name)
                except Refused as error:
                    refused = error
            elif adapter.name in loaded and self._is_idle(adapter.name):
                self.host.unload(adapter.name)
                done["unloaded"].append(adapter.name)
        if refused is not None:
            raise refused
        return done

    def _change(self, name: str, change: Callable[[Adapter, Lineup], Change], operation: str, by: str) -> Adapter:
        """Decide the change, load what will speak, then write: whoever is told of an adapter finds it loaded."""
        adapter = self._find(name)
        decided = change(adapter, self.registry.lineup(adapter.subject, adapter.base))
        speaking = [moved for moved in decided.adapters if moved.state in SPEAKING]
        for moved in speaking:
            self.host.load(moved)
        try:
            self.registry.commit(decided, operation, by)
        except AdapterContended as contended:
            detail = f"Somebody else changed {name} or who speaks for {adapter.subject}; look again."
            raise Refused("adapter_contended", detail) from contended
        for moved in speaking:  # a comparison may have unloaded what did not speak yet
            self.host.load(moved)
        return next(moved for moved in decided.adapters if moved.name == name)

    def _find(self, name: str) -> Adapter:
        adapter = self.registry.find(name)
        if adapter is None:
            raise NotFound(f"There is no adapter {name}.", code="unknown_adapter")
        return adapter

    def _speaks(self, adapter: Adapter) -> bool:
        return adapter.state in SPEAKING and adapter.base == self.host.base

    def _is_idle(self, name: str) -> bool:
        """Whether an adapter does not speak now, nor can anybody still be asking it."""
        adapter = self._find(name)
        if self._speaks(adapter):
            return False
        return self.clock.now() - datetime.fromisoformat(adapter.changed_at) >= self.drain

    def _now(self) -> str:
        return self.clock.now().isoformat()
