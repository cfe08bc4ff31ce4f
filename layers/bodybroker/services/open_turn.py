"""Use case: the player begins a turn, comes back to one, or stops one.

One read tells what a turn needs. A turn that is under way in the same world gives way first (barge-in), and what was
heard of it is on record before the new one begins.
"""

from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from bodybroker.kernel.errors import BrokerError, Conflict, NotFound
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.kernel.plans import Plan
from bodybroker.minds.encounters import Encounter
from bodybroker.minds.floor import Floor
from bodybroker.minds.gestures import perceived
from bodybroker.minds.reading import speech as reading
from bodybroker.minds.turns import TurnSettings
from bodybroker.models.calls import Payer
from bodybroker.ports.encounters import Encounters, Opening
from bodybroker.ports.tapes import Taken, Tapes
from bodybroker.ports.worlds import Receipt
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.read_world import read_outcome, read_world
from bodybroker.services.recording import same_payload
from bodybroker.services.take_turn import ToldTurn, Turn, lines_of
from bodybroker.world.conditions import check_npc_here
from bodybroker.world.talk.decide import check_intent
from bodybroker.world.talk.intents import Intent, Say

LOOKS = 20
"""How often who interrupts looks, at most, whether the other turn is on record."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the player says, to whom, under which idempotency key; `others` stand by and may answer, too.
    `intent` is what the player does besides; with one, nothing need be said, and without it the words are read.

    `language` is the one in which the answer shall be; `after` the number of the last event that the player knows,
    where this is a turn that was begun before.
    """

    npc_id: EntityId
    text: str
    turn_id: str
    plan: Plan
    others: tuple[EntityId, ...] = ()
    language: str | None = None
    intent: Intent | None = None
    after: int = 0

    @property
    def payload_hash(self) -> str:
        intent = None if self.intent is None else self.intent.model_dump()
        return digest({"turn": [self.npc_id, self.text, *self.others], "language": self.language, "intent": intent})


@dataclass(frozen=True, slots=True)
class RunningTurn:
    """A turn that is being taken, or was a moment ago: what was told after event `after` is on its tape."""

    key: WorldKey
    turn_id: str
    after: int


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """Opens turns."""

    commands: CommandDesk
    encounters: Encounters
    encounter_desk: EncounterDesk
    tapes: Tapes
    settings: TurnSettings

    def open(self, key: WorldKey, said: Utterance) -> Turn | ToldTurn | RunningTurn:
        """See whether the turn may begin. One read, unless the encounter was not prepared, the world has moved since or
        another turn is under way.

        Raises NotFound; Refused when they are not face to face, or when the idempotency key has another request;
        TooMany; Conflict when another turn begins in the same moment.
        """
        begun = perf_counter()
        npc_ids = (said.npc_id, *said.others)
        opening = self.encounters.open(key, npc_ids, said.turn_id)
        if opening.head is None:
            raise NotFound("You have no such world.")
        if opening.receipt is not None:
            return self._told(key, opening.receipt, said)
        now = self._now()
        if opening.floor.turn_id == said.turn_id and opening.floor.is_live(now):
            same_payload(Receipt(said.turn_id, opening.floor.payload_hash, key.world, 0, 0, 0), said.payload_hash)
            return RunningTurn(key, said.turn_id, said.after)
        floor = opening.floor.taken(said.turn_id, said.payload_hash, now, self.settings.floor)
        if not opening.floor.is_live(now):
            return self._turn(key, said, opening, floor, has_floor=False, begun=begun)
        self._interrupt(key, opening, floor)
        try:
            opening = self.encounters.open(key, npc_ids, said.turn_id)
            return self._turn(key, said, opening, floor, has_floor=True, begun=begun)
        except BrokerError:
            with suppress(Taken):
                self.tapes.put_floor(key, floor.left())
            raise

    def _turn(
        self, key: WorldKey, said: Utterance, opening: Opening, floor: Floor, *, has_floor: bool, begun: float
    ) -> Turn:
        gesture = self._gesture(key, said)
        present = [self._prepared(key, npc_id, opening, said.language) for npc_id in (said.npc_id, *said.others)]
        return Turn(
            key,
            Payer(key.player, said.plan, key.world),
            said.text,
            said.intent or reading.read(said.text, present[0].acts),
            gesture,
            said.turn_id,
            said.payload_hash,
            present,
            floor,
            has_floor,
            begun,
        )

    def come_back(self, key: WorldKey, turn_id: str, after: int) -> ToldTurn | RunningTurn:
        """A turn of which the player knows the events up to number `after`; raises NotFound `unknown_turn`."""
        if self.tapes.pages(key, turn_id, 0) or self.is_live(key, turn_id):
            return RunningTurn(key, turn_id, after)
        receipt = self.commands.store.receipt(key, turn_id)
        outcome = read_outcome(self.commands.store, key, receipt) if receipt is not None else None
        if outcome is None or not lines_of(outcome):  # that key was a command's
            raise NotFound("There is no such turn.", code="unknown_turn")
        return ToldTurn(turn_id, outcome, after)

    def stop(self, key: WorldKey, turn_id: str) -> bool:
        """Stop a turn; False where it is over already. Raises NotFound `unknown_turn`."""
        while True:
            floor = self.tapes.floor(key)
            if floor.turn_id != turn_id or not floor.is_live(self._now()):
                if self.commands.store.receipt(key, turn_id) is None and not self.tapes.pages(key, turn_id, 0):
                    raise NotFound("There is no such turn.", code="unknown_turn")
                return False
            if floor.is_cancelled:
                return True
            try:
                self.tapes.put_floor(key, floor.cancelled())
            except Taken:
                continue
            return True

    def _gesture(self, key: WorldKey, said: Utterance) -> str:
        """What the NPC sees the player do; raises Refused where that would come to nothing."""
        if said.intent is None or isinstance(said.intent, Say):
            return ""
        state, rules = read_world(self.commands.store, key).state, self.commands.rules
        check_npc_here(state, said.npc_id)
        check_intent(state, said.npc_id, said.intent, rules)
        return perceived(state, rules, said.intent)

    def _told(self, key: WorldKey, receipt: Receipt, said: Utterance) -> ToldTurn | RunningTurn:
        """A turn that is on record: from its tape where the player has heard some of it, else from the log."""
        receipt = same_payload(receipt, said.payload_hash)
        if said.after and self.tapes.pages(key, said.turn_id, 0):
            return RunningTurn(key, said.turn_id, said.after)
        return ToldTurn(said.turn_id, read_outcome(self.commands.store, key, receipt), said.after)

    def _interrupt(self, key: WorldKey, opening: Opening, floor: Floor) -> None:
        """Take the floor from a turn under way, and wait until what was heard of it is recorded, or for long enough."""
        assert opening.head is not None
        try:
            self.tapes.put_floor(key, floor)
        except Taken as taken:
            raise Conflict(
                "Another turn began at the same time.", current_version=opening.head.version, code="turn_in_progress"
            ) from taken
        for _ in range(LOOKS):
            pages = self.tapes.pages(key, opening.floor.turn_id, 0)
            if pages and pages[-1].is_last:
                return
            self.commands.pause(self.settings.floor.yield_ms / LOOKS / 1000)

    def _prepared(self, key: WorldKey, npc_id: EntityId, opening: Opening, language: str | None) -> Encounter:
        assert opening.head is not None
        encounter = opening.encounters.get(npc_id)
        if encounter is None or not self.encounter_desk.is_current(encounter, opening.head, language):
            return self.encounter_desk.prepare(key, npc_id, language=language)
        return encounter

    def is_live(self, key: WorldKey, turn_id: str) -> bool:
        """Whether the turn is under way."""
        floor = self.tapes.floor(key)
        return floor.turn_id == turn_id and floor.is_live(self._now())

    def _now(self) -> int:
        """Milliseconds since 1970."""
        return round(1000 * self.encounter_desk.recorder.clock.now().timestamp())
