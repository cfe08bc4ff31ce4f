"""Turns of talk as services.take_turn takes them, with the real prompts, rules and rows; a speaker is the model."""

from dataclasses import dataclass

import msgspec
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.minds import acts, turns
from bodybroker.minds.encounters import Encounter, heard
from bodybroker.minds.floor import Floor
from bodybroker.minds.line import Line
from bodybroker.minds.prompt import Exchange, Message, acts_prompt, line_prompt
from bodybroker.models.inference import ChatRequest
from bodybroker.models.player_day import JobUse
from bodybroker.ports.tapes import Page, Told
from bodybroker.services.handle_command import Submission
from bodybroker.services.turn_events import Token
from bodybroker.world.talk.commands import RecordTurn
from msgspec.structs import replace

from scripts.player_day.cloud import Backend, size
from scripts.player_day.prefixes import PrefixCache
from scripts.player_day.speakers import Speaker
from scripts.player_day.tokenizer import Tokenizer

TOKEN_MS = 16
"""Between two tokens of an endpoint that keeps the requirement's pace."""
EVENT = b"id: 10\nevent: token\ndata: %s\n\n"


@dataclass
class Talk:
    """Talks of one player. `hosted` and `cloud` are the prefix caches of our endpoints and of a cloud provider."""

    backend: Backend
    tokenizer: Tokenizer
    speaker: Speaker
    hosted: PrefixCache
    cloud: PrefixCache

    def meet(self, key: WorldKey, npc_id: EntityId, now: float) -> None:
        """Prepare the encounter and let the model read it; raises BrokerError when the two are not face to face."""
        with self.backend.meter.at_work("encounters"):
            encounter = self.backend.approach.prepare(key, npc_id)
        known = line_prompt(encounter.prefix, encounter.transcript, heard(encounter, ""))
        self._count("warm", encounter, known, 1, now)
        self.backend.after("encounters", 0, size({"npc_id": npc_id, "name": encounter.name}))

    def say(self, key: WorldKey, npc_id: EntityId, text: str, now: float) -> None:
        """One turn, from the one read at its beginning to the encounter's row at its end; raises BrokerError."""
        with self.backend.meter.at_work("turns"):
            encounter, line = self._take(key, npc_id, text, now)
        sent = len(EVENT % msgspec.json.encode(Token("", npc_id))) * len(self.tokenizer.encode(line)) + len(
            line.encode()
        )
        self.backend.after("turns", size({"text": text}), sent + size(encounter.npc_id))

    def _take(self, key: WorldKey, npc_id: EntityId, text: str, now: float) -> tuple[Encounter, str]:
        command_id = self.backend.new_id()
        opening = self.backend.encounters.open(key, [npc_id], command_id)
        assert opening.head is not None
        encounter = opening.encounters.get(npc_id)
        if encounter is None or not self.backend.speech.is_current(encounter, opening.head, None):
            encounter = self.backend.speech.prepare(key, npc_id)
        settings = turns.load()
        words = heard(encounter, text)
        prompt = line_prompt(encounter.prefix, encounter.transcript, words)
        spoken = self._line(encounter, prompt, now)
        self._tape(key, command_id, opening.floor, encounter, spoken)
        question, schema = acts.ask(encounter.acts, settings.acts, text)
        asked = ChatRequest(
            acts_prompt(prompt, spoken, question),
            settings.acts.max_tokens,
            settings.acts.temperature,
            schema=schema,
        )
        answer = self.speaker.acts(asked, encounter)
        self._count("acts", encounter, list(asked.messages), len(self.tokenizer.encode(answer)), now)
        command = RecordTurn(npc_id, text, spoken, "model", "player-day", acts.read(answer, encounter.acts, text))
        submission = Submission(command_id, digest({"turn": [npc_id, text]}), command, None, encounter.branch_id)
        outcome = self.backend.commands.handle(key, submission)
        self.backend.speech.follow(key, encounter, outcome, Exchange(words, spoken))
        return encounter, spoken

    def _tape(self, key: WorldKey, turn_id: str, before: Floor, encounter: Encounter, line: str) -> None:
        """What services.taping writes and reads while a line is told: the floor, page after page, the floor again."""
        tapes = self.backend.tapes
        floor = replace(before, version=before.version + 1, turn_id=turn_id, is_over=False)
        tapes.put_floor(key, floor)
        length = -(-len(line) // max(1, len(self.tokenizer.encode(line)))) or 1
        tokens = [line[start : start + length] for start in range(0, len(line), length)]
        told = [
            Told(number, "token", msgspec.json.encode(Token(text, encounter.npc_id)).decode())
            for number, text in enumerate(tokens, start=1)
        ]
        per_page = max(1, turns.load().floor.watch_ms // TOKEN_MS)
        for start in range(0, len(told), per_page):
            tapes.append(key, turn_id, Page(tuple(told[start : start + per_page])))
            tapes.floor(key)
        tapes.put_floor(key, floor.left())

    def _line(self, encounter: Encounter, prompt: list[Message], now: float) -> str:
        speech = turns.load().speech
        request = ChatRequest(prompt, speech.max_tokens, speech.temperature, stop=("\n",))
        written = self.speaker.line(request, encounter)
        line = Line(encounter.name, speech.max_sentences)
        shown = line.feed(written)
        shown += line.finish()
        self._count("line", encounter, prompt, len(self.tokenizer.encode(written)), now)
        return shown or written

    def _count(self, job: str, encounter: Encounter, messages: list[Message], completion: int, now: float) -> None:
        """Put a call on the meter. Only our own endpoints are warmed, so only they read before a turn."""
        ids = self.tokenizer.prompt(messages)
        cloud = self.cloud.read(encounter.npc_id, ids, now) if job != "warm" else 0
        use = JobUse(1, len(ids), self.hosted.read(encounter.npc_id, ids, now), cloud, completion)
        self.backend.meter.call(job, use)
