"""Use case: a turn. The player speaks, one or more NPCs answer word by word, then act; rules decide, the log records.

Before the first word there is one read (`open_turn`), a reservation of what the line may cost and the model, nothing
else; the floor is taken meanwhile. What was told is what is recorded: a line that the player stopped in the middle is
recorded as far as it was spoken, a line that a model broke off is replaced by the next rung's, at last by a procedural
one (`Cut` tells the player's side to drop it), and where nothing was said nothing is recorded.
"""

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from msgspec.structs import asdict, replace

from bodybroker.kernel.errors import BrokerError, Conflict, Refused
from bodybroker.kernel.ids import WorldKey
from bodybroker.kernel.log import Log
from bodybroker.minds import agreement, company
from bodybroker.minds.company import Heard
from bodybroker.minds.encounters import Encounter, heard
from bodybroker.minds.floor import Floor
from bodybroker.minds.gate import UNHEARD, safety
from bodybroker.minds.prompt import Exchange
from bodybroker.minds.turns import TurnSettings
from bodybroker.models.calls import Payer
from bodybroker.ports.tapes import Taken, Tapes
from bodybroker.services.answering import PROCEDURAL_LANGUAGE, AnswerDesk, Part
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.read_world import read_outcome
from bodybroker.services.recording import Outcome
from bodybroker.services.speech import Speech, bill
from bodybroker.services.turn_events import Answered, Cut, Done, Listener, Notice, Started, Token, acts_of
from bodybroker.world import state
from bodybroker.world.proposals import Proposal
from bodybroker.world.talk.commands import RecordTalk, RecordTurn
from bodybroker.world.talk.events import TurnSpoken
from bodybroker.world.talk.intents import Intent


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that may begin: the player's `text` meets those who are there, the one spoken to first. `intent` is what
    the player does besides talking, `gesture` how that looks.

    `begun` is a reading of `perf_counter`. The turn has the `floor` already when `has_floor`.
    `held` is the category for which the gate held what was said; `text` is then `UNHEARD`.
    """

    key: WorldKey
    payer: Payer
    text: str
    intent: Intent | None
    gesture: str
    turn_id: str
    payload_hash: str
    present: Sequence[Encounter]
    floor: Floor
    has_floor: bool
    begun: float
    held: str = ""


class Joined(Exception):
    """This very turn, asked for twice in the same moment, is being taken already: it can be followed on its tape."""


@dataclass(frozen=True, slots=True)
class ToldTurn:
    """A turn that has been taken before; of its events the player knows those up to number `after`."""

    turn_id: str
    outcome: Outcome
    after: int = 0


@dataclass(frozen=True, slots=True)
class TurnDesk:
    """Takes turns that have been opened (`open_turn`)."""

    commands: CommandDesk
    encounter_desk: EncounterDesk
    answers: AnswerDesk
    tapes: Tapes
    settings: TurnSettings
    log: Log

    async def take(self, turn: Turn | ToldTurn, listener: Listener) -> None:
        """Let the listener hear the turn, to its end or until it is stopped; record it.

        Raises Refused or Conflict when the world moved so far meanwhile that the turn cannot be recorded, or when
        somebody else took the floor or stopped the turn before a word was said; Joined when that was this very turn.
        """
        if isinstance(turn, ToldTurn):
            self._tell_again(turn, listener)
            return
        turn = self._judge(turn, listener)
        try:
            parts = await self._talk(turn, listener)
        except Taken:
            await self._give_way(turn, listener)
            return
        if not parts:
            raise Refused(f"turn_{listener.stopped}", "The turn was stopped before a word was said.")
        proposals = await self._propose(parts, listener)
        outcome = await asyncio.to_thread(self._record, turn, parts, proposals)
        if outcome.replayed:
            self._correct(outcome, parts, listener)
        await asyncio.to_thread(self._follow, turn, outcome, parts)
        await self.answers.router.settled()
        self._finish(outcome, turn.present[0].language, listener, [part.speech for part in parts])

    def _judge(self, turn: Turn, listener: Listener) -> Turn:
        """The turn as anybody may read it: words that the gate holds go nowhere, only that they were held is known."""
        verdict = self.answers.gate.player(turn.text)
        if verdict.passes:
            return turn
        self.log.warning("player_held", action=verdict.done, category=verdict.category, rule=verdict.rule)
        text = safety.load().help_text if verdict.done == "help" else ""
        listener.emit(Notice(verdict.done, verdict.category, text))
        return dataclasses.replace(turn, text=UNHEARD, held=verdict.category)

    async def _talk(self, turn: Turn, listener: Listener) -> list[Part]:
        """Who answers, one after the other: whoever has said something."""
        floor = asyncio.ensure_future(self._take_floor(turn))
        parts: list[Part] = []
        said: list[Heard] = []
        try:
            while (speaker := company.next_speaker(turn.present, turn.text, said, self.settings.company)) is not None:
                part = self._part(turn, speaker, said, listener)
                await listener.unless_stopped(self.answers.speak(part, floor))
                part.speech.end()
                if not part.speech.text:
                    break
                parts.append(part)
                said.append(Heard(speaker.npc_id, speaker.name, part.speech.text))
                if listener.stopped:
                    break
            await asyncio.shield(floor)
        finally:
            await asyncio.wait({floor})
            floor.cancelled() or floor.exception()  # whoever waited for it has seen it
        return parts

    def _part(self, turn: Turn, speaker: Encounter, said: Sequence[Heard], listener: Listener) -> Part:
        gate, sentences = self.answers.gate, self.settings.speech.max_sentences
        hidden = gate.hide([*(m["content"] for m in speaker.prefix[:1]), *speaker.situation])
        words, intent = ("", None) if said else (turn.text, turn.intent)
        objection = partial(agreement.disagrees, choices=speaker.acts, intent=intent)
        speech = Speech(listener, turn.begun, speaker.npc_id, speaker.name, sentences, gate, hidden, objection)
        seen = (turn.gesture,) if turn.gesture else ()
        stage = (*company.stage(turn.present, speaker), *company.account(turn.text, said), *seen)
        text = heard(speaker, "" if said else turn.text, *stage)
        before = tuple(other.line for other in said)
        return Part(turn.turn_id, turn.payer, speaker, text, speech, bool(turn.held), intent, words, before)

    async def _take_floor(self, turn: Turn) -> None:
        if not turn.has_floor:
            await asyncio.to_thread(self.tapes.put_floor, turn.key, turn.floor)

    async def _give_way(self, turn: Turn, listener: Listener) -> None:
        """Somebody else took the floor between our look and our hand: this very turn, or another one."""
        receipt = await asyncio.to_thread(self.commands.store.receipt, turn.key, turn.turn_id)
        if receipt is not None and receipt.payload_hash == turn.payload_hash:
            outcome = await asyncio.to_thread(read_outcome, self.commands.store, turn.key, receipt)
            self._tell_again(ToldTurn(turn.turn_id, outcome), listener)
            return
        floor = await asyncio.to_thread(self.tapes.floor, turn.key)
        if (floor.turn_id, floor.payload_hash) == (turn.turn_id, turn.payload_hash):
            raise Joined
        code = "turn_in_progress"
        raise Conflict("Another turn began at the same time.", current_version=turn.present[0].version, code=code)

    async def _propose(self, parts: Sequence[Part], listener: Listener) -> Sequence[Proposal]:
        """What each wants to do; nothing where the player stopped them."""
        if listener.stopped:
            return [Proposal() for _ in parts]
        asked = asyncio.gather(*(self.answers.propose(part) for part in parts))
        proposals = await listener.unless_stopped(_result(asked))
        return [Proposal() for _ in parts] if proposals is None else proposals

    def _record(self, turn: Turn, parts: Sequence[Part], proposals: Sequence[Proposal]) -> Outcome:
        """Commit the turn as any command is committed: the rules decide what of the proposals holds."""
        present = [encounter.npc_id for encounter in turn.present]
        turns = tuple(
            RecordTurn(
                npc_id=part.encounter.npc_id,
                player_text="" if nth else turn.text,
                held="" if nth else turn.held,
                line=part.speech.text,
                source=part.speech.source,
                model=part.speech.model,
                proposal=proposal,
                heard_by=tuple(npc_id for npc_id in present if npc_id != part.encounter.npc_id),
                intent=None if nth else turn.intent,
            )
            for nth, (part, proposal) in enumerate(zip(parts, proposals, strict=True))
        )
        command = turns[0] if len(turns) == 1 else RecordTalk(turns)
        branch = turn.present[0].branch_id
        return self.commands.handle(
            turn.key, Submission(turn.turn_id, turn.payload_hash, command, expected_branch=branch)
        )

    def _correct(self, outcome: Outcome, parts: Sequence[Part], listener: Listener) -> None:
        """The same turn was recorded meanwhile with other words: they hold."""
        for part in parts:
            listener.emit(Cut("superseded", part.encounter.npc_id))
        for spoken in lines_of(outcome):
            listener.emit(Token(spoken.line, spoken.npc_id))

    def _follow(self, turn: Turn, outcome: Outcome, parts: Sequence[Part]) -> None:
        """Keep the encounters up; they are a cache, so a turn that is recorded does not fail on them."""
        spoke = {part.encounter.npc_id: part for part in parts}
        lines = {spoken.npc_id: spoken.line for spoken in lines_of(outcome)}
        names = {encounter.npc_id: encounter.name for encounter in turn.present}
        account = company.account(turn.text, [Heard(npc_id, names[npc_id], line) for npc_id, line in lines.items()])
        for encounter in turn.present:
            part = spoke.get(encounter.npc_id)
            said = Exchange(part.heard, lines[encounter.npc_id]) if part else account
            try:
                self.encounter_desk.follow(turn.key, replace(encounter, said=turn.text), outcome, said)
            except BrokerError as error:
                self.log.warning("encounter_not_kept", detail=error.detail)

    def _tell_again(self, turn: ToldTurn, listener: Listener) -> None:
        """What the log holds, in one piece; who had begun to hear it drops that."""
        spoken = lines_of(turn.outcome)
        for each in spoken:
            listener.emit(Started(turn.turn_id, each.npc_id, each.source, each.model))
            if turn.after:
                listener.emit(Cut("superseded", each.npc_id))
            listener.emit(Token(each.line, each.npc_id))
        self._finish(turn.outcome, self.settings.language, listener, ())

    def _finish(self, outcome: Outcome, language: str, listener: Listener, speeches: Sequence[Speech]) -> None:
        """Show the acts and what the turn came to."""
        for act in acts_of(outcome):
            listener.emit(act)
        head = outcome.head
        answers = tuple(
            Answered(s.npc_id, s.line, s.source, s.model, language if s.source == "model" else PROCEDURAL_LANGUAGE)
            for s in lines_of(outcome)
        )
        done = Done(
            version=head.version,
            branch_id=head.branch_id,
            hash=state.hash(outcome.state),
            source=answers[0].source,
            model=answers[0].model,
            usage=bill([answer for speech in speeches for answer in speech.answers]),
            first_token_ms=speeches[0].first_token_ms if speeches else 0,
            line=answers[0].line,
            answers=answers,
            stopped=listener.stopped,
            intent_refused=lines_of(outcome)[0].intent_refused,
        )
        listener.emit(done)
        self.log.info("turn", source=done.source, first_token_ms=done.first_token_ms, usage=asdict(done.usage))


async def _result(work: "asyncio.Future[list[Proposal]]") -> list[Proposal]:
    return await work


def lines_of(outcome: Outcome) -> list[TurnSpoken]:
    """What the turn that led to it said, in its order; nothing where that was no turn."""
    return [recorded.event for recorded in outcome.recorded if isinstance(recorded.event, TurnSpoken)]
