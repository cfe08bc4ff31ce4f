"""Use case: a turn. The player speaks, the NPC answers word by word, then acts; rules decide and the log records.

Before the first word there is one read (`open`) and the model, nothing else. What the player has seen is what is
recorded: a line that the player walked away from in the middle is recorded as far as it was spoken, a line that the
model broke off is replaced by a procedural one (`Cut` tells the player's side to drop it), and where nothing was said
nothing is recorded.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from time import perf_counter

from msgspec.structs import asdict

from bodybroker.kernel.errors import BrokerError, NotFound
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.kernel.log import Log
from bodybroker.kernel.random import Stream
from bodybroker.minds import acts
from bodybroker.minds.encounters import Encounter, heard, procedural_line
from bodybroker.minds.line import Line
from bodybroker.minds.prompt import Exchange, Message, acts_prompt, line_prompt
from bodybroker.minds.turns import TurnSettings
from bodybroker.models.inference import ChatRequest, Chunk, ModelFailed
from bodybroker.models.prices import Price
from bodybroker.models.usage import Usage
from bodybroker.ports import Encounters, Model
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.read_world import read_outcome
from bodybroker.services.recording import Outcome, same_payload
from bodybroker.services.turn_events import Bill, Cut, Done, Listener, Source, Started, Token, acts_of
from bodybroker.world import state
from bodybroker.world.proposals import Proposal
from bodybroker.world.talk.commands import RecordTurn
from bodybroker.world.talk.events import TurnSpoken


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that may begin: the player's `text` meets an encounter. `begun` is a reading of `perf_counter`."""

    key: WorldKey
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


@dataclass
class Speech:
    """A line in the making: what the listener has heard of it."""

    listener: Listener
    begun: float
    line: str = ""
    source: Source = "model"
    usage: Usage = field(default_factory=Usage)
    first_token_ms: int = 0

    def say(self, text: str) -> None:
        """The next piece."""
        if text:
            self.first_token_ms = self.first_token_ms or max(1, round((perf_counter() - self.begun) * 1000))
            self.line += text
            self.listener.emit(Token(text))


@dataclass(frozen=True, slots=True)
class TurnDesk:
    """Takes turns. `price` is that of the model's tokens."""

    commands: CommandDesk
    encounters: Encounters
    encounter_desk: EncounterDesk
    model: Model
    settings: TurnSettings
    price: Price
    log: Log

    def open(self, key: WorldKey, npc_id: EntityId, text: str, command_id: str) -> Turn | ToldTurn:
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
        return Turn(key, text, command_id, payload_hash, encounter, begun)

    async def take(self, turn: Turn | ToldTurn, listener: Listener) -> None:
        """Let the listener hear the turn, to its end or until the listener has left; record it.

        Raises Refused or Conflict when the world moved so far meanwhile that the turn cannot be recorded.
        """
        if isinstance(turn, ToldTurn):
            self._tell_again(turn, listener)
            return
        encounter, speech = turn.encounter, Speech(listener, turn.begun)
        listener.emit(Started(turn.command_id, encounter.npc_id, "model", self.model.name))
        prompt = line_prompt(encounter.prefix, encounter.transcript, heard(encounter, turn.text))
        await self._speak(turn, prompt, speech)
        if not speech.line:  # the listener left before a word was said
            return
        proposal = await self._propose(turn, prompt, speech)
        outcome = await asyncio.to_thread(self._record, turn, speech, proposal)
        if outcome.replayed:
            listener.emit(Cut("superseded"))
            listener.emit(Token(_spoken(outcome).line))
        await asyncio.to_thread(self._follow, turn, outcome)
        self._finish(outcome, speech)

    def _tell_again(self, turn: ToldTurn, listener: Listener) -> None:
        spoken = _spoken(turn.outcome)
        listener.emit(Started(turn.command_id, turn.npc_id, spoken.source, spoken.model))
        listener.emit(Token(spoken.line))
        self._finish(turn.outcome, Speech(listener, begun=0))

    async def _speak(self, turn: Turn, prompt: list[Message], speech: Speech) -> None:
        """The model's line; where it fails, a procedural one in its place."""
        line = Line(turn.encounter.name, self.settings.speech.max_sentences)
        try:
            async with aclosing(self.model.stream(self._line_request(turn, prompt))) as chunks:
                deadline_ms = self.settings.deadlines_ms.first_token
                while not speech.listener.left and (chunk := await _next(chunks, deadline_ms)) is not None:
                    speech.say(line.feed(chunk.text))
                    speech.usage = chunk.usage or Usage(completion_tokens=speech.usage.completion_tokens + 1)
                    deadline_ms = self.settings.deadlines_ms.between_tokens
        except ModelFailed as failure:
            if not line.over and not speech.listener.left:
                self._speak_without_model(turn, speech, failure)
                return
        speech.say(line.finish())
        if not speech.line and not speech.listener.left:
            self._speak_without_model(turn, speech, ModelFailed("garbage", "no words"))

    def _speak_without_model(self, turn: Turn, speech: Speech, failure: ModelFailed) -> None:
        self.log.warning("model_failed", reason=failure.reason, detail=str(failure), endpoint=self.model.name)
        speech.listener.emit(Cut(failure.reason))
        speech.line, speech.source = "", "procedural"
        speech.say(procedural_line(turn.encounter))

    def _line_request(self, turn: Turn, prompt: list[Message]) -> ChatRequest:
        speech = self.settings.speech
        return ChatRequest(
            prompt, speech.max_tokens, speech.temperature, seed=_sampling_seed(turn.encounter), stop=("\n",)
        )

    async def _propose(self, turn: Turn, prompt: list[Message], speech: Speech) -> Proposal:
        """What the NPC wants to do, now that it has spoken: one more question. No answer in time, no acts."""
        if speech.source == "procedural" or speech.listener.left:
            return Proposal()
        asked = self.settings.acts
        request = ChatRequest(
            acts_prompt(prompt, speech.line, asked.question),
            asked.max_tokens,
            asked.temperature,
            seed=_sampling_seed(turn.encounter),
            schema=turn.encounter.acts,
        )
        try:
            async with asyncio.timeout(self.settings.deadlines_ms.acts / 1000):
                answer = await asyncio.to_thread(self.model.complete, request)
        except (ModelFailed, TimeoutError) as failure:
            self.log.warning("no_acts", detail=str(failure), endpoint=self.model.name)
            return Proposal()
        speech.usage += answer.usage
        return acts.read(answer.text, turn.encounter.npc_id)

    def _record(self, turn: Turn, speech: Speech, proposal: Proposal) -> Outcome:
        """Commit the turn as any command is committed: the rules decide what of the proposal holds."""
        command = RecordTurn(
            npc_id=turn.encounter.npc_id,
            player_text=turn.text,
            line=speech.line,
            source=speech.source,
            model=self.model.name if speech.source == "model" else "",
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
        spoken, head, usage = _spoken(outcome), outcome.head, speech.usage
        bill = Bill(**asdict(usage), cost_nanodollars=self.price.cost_nanodollars(usage))
        done = Done(
            version=head.version,
            branch_id=head.branch_id,
            hash=state.hash(outcome.state),
            source=spoken.source,
            model=spoken.model,
            usage=bill,
            first_token_ms=speech.first_token_ms,
            line=spoken.line,
        )
        speech.listener.emit(done)
        self.log.info("turn", source=done.source, first_token_ms=done.first_token_ms, usage=asdict(bill))


async def _next(chunks: AsyncGenerator[Chunk, None], deadline_ms: int) -> Chunk | None:
    """The next chunk, None at the end; raises ModelFailed `deadline`."""
    try:
        async with asyncio.timeout(deadline_ms / 1000):
            return await anext(chunks, None)
    except TimeoutError as late:
        raise ModelFailed("deadline", f"no token for {deadline_ms} ms") from late


def _spoken(outcome: Outcome) -> TurnSpoken:
    return next(recorded.event for recorded in outcome.recorded if isinstance(recorded.event, TurnSpoken))


def _sampling_seed(encounter: Encounter) -> int:
    """The model's dice are the world's: the same world at the same moment samples alike."""
    return Stream(encounter.seed, "sampling", encounter.npc_id, str(encounter.moment)).below(2**31)
