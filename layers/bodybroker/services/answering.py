"""One NPC answers: a model's line, at last a procedural one; then what it means to do, which is one more question."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.log import Log
from bodybroker.kernel.random import Stream
from bodybroker.minds import acts, agreement, gate
from bodybroker.minds.acts.scripted import known, sentence
from bodybroker.minds.encounters import Encounter, procedural_line
from bodybroker.minds.gate import Gate
from bodybroker.minds.prompt import Message, acts_prompt, line_prompt
from bodybroker.minds.turns import TurnSettings
from bodybroker.models.calls import Answer, Call, Fell, OutOfRungs, Payer, Speaking
from bodybroker.models.inference import ChatRequest, Chunk
from bodybroker.ports.budgets import OverBudget
from bodybroker.services.call_model import Router
from bodybroker.services.prepare_encounter import EncounterDesk
from bodybroker.services.sampling import sample
from bodybroker.services.speech import Speech
from bodybroker.world.proposals import Proposal
from bodybroker.world.talk.intents import AskAbout, Intent

PROCEDURAL_LANGUAGE = "en"
"""The grammars of configs/voices are English."""


@dataclass(frozen=True, slots=True)
class Part:
    """One NPC's part in a turn: what it was told (`heard`), and what it says. `is_unheard`: the gate did not let the
    player's words pass, so no model is asked. `intent` is what the player did besides
    talking, `words` what he said, `before` what others have answered already."""

    turn_id: str
    payer: Payer
    encounter: Encounter
    heard: str
    speech: Speech
    is_unheard: bool = False
    intent: Intent | None = None
    words: str = ""
    before: tuple[str, ...] = ()

    @property
    def prompt(self) -> list[Message]:
        """What the model is asked for the line."""
        return line_prompt(self.encounter.prefix, self.encounter.transcript, self.heard)


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Has NPCs answer."""

    encounter_desk: EncounterDesk
    router: Router
    settings: TurnSettings
    log: Log
    gate: Gate = field(default_factory=gate.load)

    async def speak(self, part: Part, floor: "asyncio.Future[None]") -> None:
        """A model's line; where none is left, a procedural one. Not a word is said before the turn has the `floor`."""
        speech = part.speech
        try:
            if not part.is_unheard:
                await self._have_a_model_speak(part, floor)
        except (OutOfRungs, OverBudget, Unavailable) as failure:
            self.log.warning("no_model", reason=str(failure), npc_id=speech.npc_id)
        if speech.listener.stopped:
            return
        if speech.held:
            self.log.warning("line_held", category=speech.held, npc_id=speech.npc_id)
        speech.begin(part.turn_id)
        speech.end()
        if speech.disagreed:
            self.log.warning("line_disagreed", about=speech.disagreed, npc_id=speech.npc_id)
        if not speech.text:
            await asyncio.shield(floor)
            self._say_without_model(part)
        elif isinstance(part.intent, AskAbout) and speech.source == "model":
            self._answer_too(part, part.intent)
        sample(self.log, part.encounter, speech)

    def _say_without_model(self, part: Part) -> None:
        """The answer to an intent, or whatever comes to the NPC's mind."""
        met, dice = (
            part.encounter,
            Stream(part.encounter.seed, "scripted", part.encounter.npc_id, str(part.encounter.moment)),
        )
        answer = None if part.is_unheard else acts.scripted(met.acts, part.intent, self.settings.scripted, dice)
        if answer is None:
            line = procedural_line(met, is_unheard=part.is_unheard, before=part.before)
            part.speech.say_without_model(line)
        else:
            part.speech.say_without_model(answer.line, answer.proposal)

    def _answer_too(self, part: Part, asked: AskAbout) -> None:
        """A model that talked around what the NPC knows and would tell is helped out."""
        telling = known(part.encounter.acts, asked)
        if telling is not None and not agreement.tells(part.speech.text, telling, part.encounter.acts):
            part.speech.add(sentence(telling))

    async def _have_a_model_speak(self, part: Part, floor: "asyncio.Future[None]") -> None:
        speech = part.speech
        async with aclosing(self.router.stream(self._line_call(part), speech.end)) as answer:
            async for each in answer:
                match each:
                    case Speaking(_, endpoint):
                        speech.by(endpoint)
                        speech.begin(part.turn_id)
                    case Chunk(text):
                        await asyncio.shield(floor)
                        speech.hear(text)
                    case Fell(reason=reason):
                        if speech.is_complete or speech.listener.stopped:  # what follows does not undo it
                            return
                        speech.cut(reason)
                    case Answer():
                        speech.answers.append(each)
                if speech.listener.stopped or speech.held or speech.disagreed:
                    return

    async def propose(self, part: Part) -> Proposal:
        """What the NPC wants to do, now that it has spoken: one more question. No answer in time, no acts."""
        if part.speech.source == "procedural":
            return part.speech.proposal
        choices, asked = part.encounter.acts, self.settings.acts
        question, schema = acts.ask(choices, asked, part.words, part.intent)
        request = ChatRequest(
            acts_prompt(part.prompt, part.speech.text, question),
            asked.max_tokens,
            asked.temperature,
            seed=_sampling_seed(part.encounter),
            schema=schema,
        )
        answered = await self._ask(part, request)
        return agreement.agreed(answered, part.speech.text, choices, part.intent)

    async def _ask(self, part: Part, request: ChatRequest) -> Proposal:
        choices = part.encounter.acts
        try:
            answer = await self.router.complete(self.encounter_desk.call("acts", part.encounter, part.payer, request))
        except OutOfRungs as nobody:
            self.log.warning("no_acts", reason=str(nobody))
            return Proposal() if nobody.unfit is None else acts.read(nobody.unfit, choices, part.words)
        except (OverBudget, Unavailable) as failure:
            self.log.warning("no_acts", reason=str(failure))
            return Proposal()
        part.speech.answers.append(answer)
        return acts.read(answer.completion.text, choices, part.words)

    def _line_call(self, part: Part) -> Call:
        speech = self.settings.speech
        seed = _sampling_seed(part.encounter)
        request = ChatRequest(part.prompt, speech.max_tokens, speech.temperature, seed=seed, stop=("\n",))
        return self.encounter_desk.call("line", part.encounter, part.payer, request)


def _sampling_seed(encounter: Encounter) -> int:
    """The model's dice are the world's: the same world at the same moment samples alike."""
    return Stream(encounter.seed, "sampling", encounter.npc_id, str(encounter.moment)).below(2**31)
