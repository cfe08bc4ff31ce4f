"""Use case: a turn. The player speaks, the NPC answers word by word, then acts; rules decide and the log records.

Before the first word there is one read (`open`), a reservation of what the line may cost and the model, nothing else.
What the player has seen is what is recorded: a line that the player walked away from in the middle is recorded as far
as it was spoken, a line that a model broke off is replaced by the next rung's, at last by a procedural one (`Cut` tells
the player's side to drop it), and where nothing was said nothing is recorded.
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter

from msgspec.structs import asdict

from bodybroker.kernel.errors import BrokerError, NotFound, Unavailable
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.kernel.log import Log
from bodybroker.kernel.plans import Plan
from bodybroker.kernel.random import Stream
from bodybroker.minds import acts
from bodybroker.minds.encounters import Encounter, heard, procedural_line
from bodybroker.minds.prompt import Exchange, Message, acts_prompt, line_prompt
from bodybroker.minds.turns import TurnSettings
from bodybroker.models.calls import Answer, Call, Fell, OutOfRungs, Payer, Speaking
from bodybroker.models.inference import ChatRequest, Chunk
from bodybroker.ports.budgets import OverBudget
from bodybroker.ports.encounters import Encounters
from bodybroker.services.call_model import Router
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.read_world import read_outcome
from bodybroker.services.recording import Outcome, same_payload
from bodybroker.services.speech import Speech, bill
from bodybroker.services.turn_events import Cut, Done, Listener, Started, Token, acts_of
from bodybroker.world import state
from bodybroker.world.proposals import Proposal
from bodybroker.world.talk.commands import RecordTurn
from bodybroker.world.talk.events import TurnSpoken


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that may begin: the player's `text` meets an encounter. `begun` is a reading of `perf_counter`."""

    key: WorldKey
    payer: Payer
    text: str
    command_id: str
    payload_hash: str
    encounter: Encounter
    begun: float


@dataclass(frozen=True, slots=True)
class ToldTurn:
    """A turn that has been taken before."""

    npc_id: EntityId
    command_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class TurnDesk:
    """Takes turns."""

    commands: CommandDesk
    encounters: Encounters
    encounter_desk: EncounterDesk
    router: Router
    settings: TurnSettings
    log: Log

    def open(self, key: WorldKey, npc_id: EntityId, text: str, command_id: str, plan: Plan) -> Turn | ToldTurn:
        """See whether the turn may begin. One read, unless the encounter was not prepared or the world has moved since.

        Raises NotFound, or Refused when the two are not face to face or the idempotency key has another request.
        """
        begun = perf_counter()
        payload_hash = digest({"turn": [npc_id, text]})
        opening = self.encounters.open(key, npc_id, command_id)
        if opening.head is None:
            raise NotFound("You have no such world.")
        if opening.receipt is not None:
            outcome = read_outcome(self.commands.store, key, same_payload(opening.receipt, payload_hash))
            return ToldTurn(npc_id, command_id, outcome)
        encounter = opening.encounter
        if encounter is None or not self.encounter_desk.is_current(encounter, opening.head):
            encounter = self.encounter_desk.prepare(key, npc_id)
        return Turn(key, Payer(key.player, plan, key.world), text, command_id, payload_hash, encounter, begun)

    async def take(self, turn: Turn | ToldTurn, listener: Listener) -> None:
        """Let the listener hear the turn, to its end or until the listener has left; record it.

        Raises Refused or Conflict when the world moved so far meanwhile that the turn cannot be recorded.
        """
        if isinstance(turn, ToldTurn):
            self._tell_again(turn, listener)
            return
        encounter = turn.encounter
        speech = Speech(listener, turn.begun, encounter.name, self.settings.speech.max_sentences)
        prompt = line_prompt(encounter.prefix, encounter.transcript, heard(encounter, turn.text))
        await self._speak(turn, prompt, speech)
        if not speech.text:  # the listener left before a word was said
            return
        proposal = await self._propose(turn, prompt, speech)
        outcome = await asyncio.to_thread(self._record, turn, speech, proposal)
        if outcome.replayed:
            listener.emit(Cut("superseded"))
            listener.emit(Token(_spoken(outcome).line))
        await asyncio.to_thread(self._follow, turn, outcome)
        await self.router.settled()
        self._finish(outcome, speech)

    def _tell_again(self, turn: ToldTurn, listener: Listener) -> None:
        spoken = _spoken(turn.outcome)
        listener.emit(Started(turn.command_id, turn.npc_id, spoken.source, spoken.model))
        listener.emit(Token(spoken.line))
        self._finish(turn.outcome, Speech(listener, 0, "", self.settings.speech.max_sentences))

    async def _speak(self, turn: Turn, prompt: list[Message], speech: Speech) -> None:
        """A model's line; where none is left, a procedural one."""
        listener, npc_id = speech.listener, turn.encounter.npc_id
        started = False
        try:
            async with aclosing(self.router.stream(self._line_call(turn, prompt), speech.end)) as answer:
                async for each in answer:
                    match each:
                        case Speaking(_, endpoint):
                            speech.by(endpoint)
                            if not started:
                                listener.emit(Started(turn.command_id, npc_id, "model", endpoint))
                                started = True
                        case Chunk(text):
                            speech.hear(text)
                        case Fell(reason=reason):
                            if speech.is_complete:  # what follows does not undo it
                                break
                            speech.cut(reason)
                        case Answer():
                            speech.answers.append(each)
                    if listener.left:
                        break
        except (OutOfRungs, OverBudget, Unavailable) as failure:
            self.log.warning("no_model", reason=str(failure), npc_id=npc_id)
        if not started:
            listener.emit(Started(turn.command_id, npc_id, "procedural", ""))
        if not speech.end() and not listener.left:
            speech.say_without_model(procedural_line(turn.encounter))

    def _line_call(self, turn: Turn, prompt: list[Message]) -> Call:
        speech = self.settings.speech
        seed = _sampling_seed(turn.encounter)
        request = ChatRequest(prompt, speech.max_tokens, speech.temperature, seed=seed, stop=("\n",))
        return self.encounter_desk.call("line", turn.encounter, turn.payer, request)

    async def _propose(self, turn: Turn, prompt: list[Message], speech: Speech) -> Proposal:
        """What the NPC wants to do, now that it has spoken: one more question. No answer in time, no acts."""
        if speech.source == "procedural" or speech.listener.left:
            return Proposal()
        asked = self.settings.acts
        request = ChatRequest(
            acts_prompt(prompt, speech.text, asked.question),
            asked.max_tokens,
            asked.temperature,
            seed=_sampling_seed(turn.encounter),
            schema=turn.encounter.acts,
        )
        try:
            answer = await self.router.complete(self.encounter_desk.call("acts", turn.encounter, turn.payer, request))
        except OutOfRungs as nobody:
            self.log.warning("no_acts", reason=str(nobody))
            return Proposal() if nobody.unfit is None else acts.read(nobody.unfit, turn.encounter.npc_id)
        except (OverBudget, Unavailable) as failure:
            self.log.warning("no_acts", reason=str(failure))
            return Proposal()
        speech.answers.append(answer)
        return acts.read(answer.completion.text, turn.encounter.npc_id)

    def _record(self, turn: Turn, speech: Speech, proposal: Proposal) -> Outcome:
        """Commit the turn as any command is committed: the rules decide what of the proposal holds."""
        command = RecordTurn(
            npc_id=turn.encounter.npc_id,
            player_text=turn.text,
            line=speech.text,
            source=speech.source,
            model=speech.model,
            proposal=proposal,
        )
        branch = turn.encounter.branch_id
        submission = Submission(turn.command_id, turn.payload_hash, command, expected_branch=branch)
        return self.commands.handle(turn.key, submission)

    def _follow(self, turn: Turn, outcome: Outcome) -> None:
        """Keep the encounter up; it is a cache, so a turn that is recorded does not fail on it."""
        said = Exchange(heard(turn.encounter, turn.text), _spoken(outcome).line)
        try:
            self.encounter_desk.follow(turn.key, turn.encounter, outcome, said)
        except BrokerError as error:
            self.log.warning("encounter_not_kept", detail=error.detail)

    def _finish(self, outcome: Outcome, speech: Speech) -> None:
        """Show the acts and what the turn came to."""
        for act in acts_of(outcome):
            speech.listener.emit(act)
        spoken, head = _spoken(outcome), outcome.head
        done = Done(
            version=head.version,
            branch_id=head.branch_id,
            hash=state.hash(outcome.state),
            source=spoken.source,
            model=spoken.model,
            usage=bill(speech.answers),
            first_token_ms=speech.first_token_ms,
            line=spoken.line,
        )
        speech.listener.emit(done)
        self.log.info("turn", source=done.source, first_token_ms=done.first_token_ms, usage=asdict(done.usage))


def _spoken(outcome: Outcome) -> TurnSpoken:
    return next(recorded.event for recorded in outcome.recorded if isinstance(recorded.event, TurnSpoken))


def _sampling_seed(encounter: Encounter) -> int:
    """The model's dice are the world's: the same world at the same moment samples alike."""
    return Stream(encounter.seed, "sampling", encounter.npc_id, str(encounter.moment)).below(2**31)
