"""Use case: look at a place as it was made, at how it came to be, and at a job that makes one."""

from dataclasses import dataclass

from msgspec import Struct

from bodybroker.generation import assembly
from bodybroker.generation.jobs import Job, Step
from bodybroker.generation.locations import Made
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.kernel.json import canonical
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.read_world import read_world
from bodybroker.world.story.state import SettledLocation


@dataclass(frozen=True, slots=True)
class Found:
    """A place as the active branch knows it, and its document: canonical JSON whose SHA-256 is `settled.digest`."""

    settled: SettledLocation
    document: bytes


class Explained(Struct, frozen=True):
    """How one entity of a place came to be; `title` as it was given."""

    entity: str
    kind: str
    kind_of: str
    title: str
    made: Made


class Explanation(Struct, frozen=True):
    """How a place came to be. `layout` says whether layer 1, run now on the recorded seed, gives the same bytes:
    `same`, or `other`, or `version` where the generators have changed since."""

    place_id: EntityId
    settled: SettledLocation
    generators: dict[str, int]
    layout: str
    entities: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class LocationReader:
    """Reads places. All of it raises NotFound and Unavailable."""

    shop: Workshop
    rules: assembly.Rules

    def job(self, key: WorldKey, job_id: str) -> Job:
        """A job as it is now."""
        return self.shop.find(key, job_id)

    def steps(self, key: WorldKey, job_id: str, after: int = 0) -> tuple[Step, ...]:
        """What happened to a job after its step `after`."""
        return tuple(step for step in self.shop.find(key, job_id).steps if step.seq > after)

    def find(self, key: WorldKey, place_id: EntityId) -> Found:
        """A place that was made on the active branch's history."""
        state = read_world(self.shop.worlds, key).state
        if place_id not in state.places:
            raise NotFound("This world has no such place.", code="unknown_place")
        settled = state.story.locations.get(place_id)
        if settled is None:
            raise NotFound("This place has not been made yet.", code="location_not_made")
        document = self.shop.locations.document(key, settled.digest)
        if document is None:
            raise NotFound("The document of this place is gone.", code="location_gone")
        return Found(settled, document)

    def explain(self, key: WorldKey, place_id: EntityId) -> Explanation:
        """How a place came to be, entity by entity."""
        found = self.find(key, place_id)
        location = assembly.decode(found.document)
        return Explanation(
            place_id=place_id,
            settled=found.settled,
            generators=location.versions,
            layout=self._regenerated(location),
            entities=tuple(
                Explained(each.entity.id, each.entity.kind, each.entity.kind_of, each.addition.title, each.made)
                for each in location.described
            ),
        )

    def _regenerated(self, location: assembly.Location) -> str:
        draft = assembly.begin(location.site, location.seed, self.rules)
        if canonical(draft.layout) == canonical(location.layout):
            return "same"
        made, recorded = draft.layout.provenance, location.layout.provenance
        now = {"assembly": assembly.VERSION, made.generator: made.generator_version}
        was = {name: version for name, version in location.versions.items() if name != recorded.generator}
        was[recorded.generator] = recorded.generator_version
        return "other" if now == was else "version"
