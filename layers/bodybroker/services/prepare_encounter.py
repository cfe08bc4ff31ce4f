"""Use case: the player comes near an NPC. What a turn will need is gathered; the model reads it beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bodybroker.kernel.errors import NotFound, Refused, Unavailable
from bodybroker.kernel.ids import BranchId, EntityId, WorldKey
from bodybroker.minds import encounters
from bodybroker.minds.encounters import Encounter
from bodybroker.minds.prompt import Exchange, line_prompt
from bodybroker.minds.turns import TurnSettings
from bodybroker.models import tiers
from bodybroker.models.attention import Sighting, level
from bodybroker.models.calls import Call, OutOfRungs, Payer
from bodybroker.models.inference import ChatRequest
from bodybroker.models.tiers import AttentionRules
from bodybroker.ports.budgets import OverBudget
from bodybroker.ports.encounters import Encounters
from bodybroker.ports.worlds import EventStore, Head, Loaded
from bodybroker.services.call_model import Router
from bodybroker.services.read_world import read_world
from bodybroker.services.recording import Outcome, Recorder
from bodybroker.world.conditions import check_npc_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

if TYPE_CHECKING:  # a turn never asks memory, and does not load it
    from bodybroker.services.recall import Recall


@dataclass(frozen=True, slots=True)
class View:
    """How far off the player sees an NPC, in metres, and for how long not at all, in milliseconds (None: never yet)."""

    distance_m: float
    unseen_ms: int | None


@dataclass(frozen=True, slots=True)
class EncounterDesk:
    """Prepares encounters and keeps them up with the world. Without `recall` NPCs have in mind what they had before."""

    store: EventStore
    encounters: Encounters
    rules: Rules
    settings: TurnSettings
    recorder: Recorder
    recall: "Recall | None" = None
    attention: AttentionRules = field(default_factory=lambda: tiers.load().attention)

    def prepare(
        self, key: WorldKey, npc_id: EntityId, view: View | None = None, language: str | None = None
    ) -> Encounter:
        """Gather and store an encounter, or bring one that has begun up to date.

        `view` is how the player's side sees the NPC; without one they stand face to face. `language` is the one in
        which the NPC shall answer. Raises NotFound, or Refused when the two are not in one place.
        """
        loaded = read_world(self.store, key)
        if npc_id not in loaded.state.npcs:
            raise NotFound("Nobody of that id lives in this world.", code="unknown_npc")
        check_npc_here(loaded.state, npc_id)
        before = self.encounters.find(key, npc_id)
        if before is not None and not self._goes_on(before, loaded.head):
            before = None
        recollections = self._recollect(key, loaded, npc_id, before)
        encounter = self._gather(loaded.state, npc_id, loaded.head.branch_id, language, recollections)
        if before is not None and before.language == encounter.language:
            encounter = encounters.follow(before, encounter, self.settings.speech.memory)
        if view is not None:
            sighting = Sighting(view.distance_m, view.unseen_ms, "major" if encounter.is_major else "resident")
            worth = level(sighting, self.attention, before.attention if before else None)
            encounter = replace(encounter, attention=worth)
        self.encounters.put(key, encounter)
        return encounter

    def follow(self, key: WorldKey, before: Encounter, outcome: Outcome, said: Exchange | Sequence[str]) -> None:
        """Bring an encounter up to date after a turn: with what was said to the NPC and by it, or what it overheard.

        One whose NPC is no longer there is left to expire.
        """
        try:
            check_npc_here(outcome.state, before.npc_id)
        except Refused:
            return
        memory = self.settings.speech.memory
        language, recollections = before.language, before.recollections
        now = self._gather(outcome.state, before.npc_id, outcome.head.branch_id, language, recollections)
        if isinstance(said, Exchange):
            now = encounters.follow(before, now, memory, said)
        else:
            now = encounters.overhear(encounters.follow(before, now, memory), said, memory)
        self.encounters.put(key, now)

    def is_current(self, encounter: Encounter, head: Head, language: str | None) -> bool:
        """Whether nothing has happened in the world since the encounter was prepared for an answer in that language."""
        here = (encounter.branch_id, encounter.version) == (head.branch_id, head.version)
        return here and encounter.language == (language or self.settings.language) and self._is_fresh(encounter)

    def call(self, job: str, encounter: Encounter, payer: Payer, request: ChatRequest) -> Call:
        """The call of a model for an encounter's NPC. Whom the player speaks to has all of the attention."""
        subjects = (encounter.npc_id, encounter.race)
        call_id = self.recorder.new_id()
        return Call(
            call_id,
            job,
            payer,
            request,
            subjects=subjects,
            is_major=encounter.is_major,
            attention=encounter.attention if job == "warm" else "full",
        )

    def warm(self, router: Router, encounter: Encounter, payer: Payer) -> bool:
        """Have the model read the encounter's prompt, so that a turn waits for the player's words only; says if it did.

        It is the player's call like any other: were it the house's, coming near would be a way to spend without end.
        """
        known = encounters.heard(encounter, "")
        prompt = line_prompt(encounter.prefix, encounter.transcript, *([known] if known else ()))
        request = ChatRequest(prompt, max_tokens=1)
        try:
            router.complete_now(self.call("warm", encounter, payer, request))
        except (OutOfRungs, OverBudget, Unavailable):
            return False
        return True

    def _is_fresh(self, encounter: Encounter) -> bool:
        return encounter.expires_at > self.recorder.clock.now().timestamp()

    def _goes_on(self, before: Encounter, head: Head) -> bool:
        """Whether it is the same talk, on the same line of history."""
        return before.branch_id == head.branch_id and self._is_fresh(before)

    def _recollect(self, key: WorldKey, loaded: Loaded, npc_id: EntityId, before: Encounter | None) -> tuple[str, ...]:
        """What comes to the NPC's mind, about what was said last where they talk; where memory cannot be asked, what
        came to its mind before."""
        if self.recall is None:
            return before.recollections if before is not None else ()
        said = before.said if before is not None else ""
        return self.recall.in_mind(key, loaded, npc_id, said, self.settings.context.memories)

    def _gather(
        self,
        state: State,
        npc_id: EntityId,
        branch_id: BranchId,
        language: str | None,
        recollections: tuple[str, ...],
    ) -> Encounter:
        lifetime = timedelta(minutes=self.settings.encounter_minutes)
        return encounters.begin(
            state,
            npc_id,
            self.rules,
            encounter_id=self.recorder.new_id(),
            branch_id=branch_id,
            expires_at=int((self.recorder.clock.now() + lifetime).timestamp()),
            language=language,
            recollections=recollections,
        )
