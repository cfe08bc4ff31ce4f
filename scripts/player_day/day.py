"""A bot's day: commands and looks at their pace, turns of talk with whoever is near, until its hours are over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bodybroker.kernel.errors import BrokerError
from bodybroker.kernel.ids import EntityId, WorldId, WorldKey
from bodybroker.kernel.plans import Plan
from bodybroker.kernel.random import Stream
from bodybroker.models.cost_settings import CostSettings
from bodybroker.models.player_day import PlanUse

from play.bots.mind import Mind
from play.bots.styles import STYLES
from scripts.player_day.cloud import PLAYER, Backend, Refusal
from scripts.player_day.meter import Meter
from scripts.player_day.prefixes import PrefixCache
from scripts.player_day.speakers import Speaker
from scripts.player_day.talk import Talk
from scripts.player_day.tokenizer import Tokenizer
from scripts.player_day.words import player_words

Json = dict[str, Any]


@dataclass
class Counts:
    """What a bot has done."""

    commands: int = 0
    refusals: int = 0
    looks: int = 0
    encounters: int = 0
    turns: int = 0


class Day:
    """One bot's day on a backend of its own. The clock is in seconds of play."""

    def __init__(
        self, seed: int, style: str, plan: Plan, settings: CostSettings, tokenizer: Tokenizer, speaker: Speaker
    ) -> None:
        self._pace, self._seconds = settings.pace, float(settings.hours_per_day * 3600)
        self.meter, self.counts = Meter(), Counts()
        self._backend = Backend(seed, self.meter)
        caches = PrefixCache(settings.prefix_cache.hosted), PrefixCache(settings.prefix_cache.cloud)
        self._talk = Talk(self._backend, tokenizer, speaker, *caches)
        self._mind = Mind(STYLES[style], seed)
        self._stream = Stream(seed, "talk", style)
        self._between_turns = 3600 / float(settings.pace.turns_per_hour.of(plan))
        self._seed, self._now, self._spoken = seed, 0.0, 0

    def play(self) -> None:
        """Live the day."""
        with self._backend.cloud.listening():
            self._live()
        self._backend.cloud.close()

    def _live(self) -> None:
        backend = self._backend
        world = backend.request("worlds", "POST", "/worlds", {"seed": self._seed}, backend.new_id())
        self._key = WorldKey(PLAYER, WorldId(world["world_id"]))
        self._path = f"/worlds/{self._key.world}"
        self._view: Json = world["view"]
        next_look = 0.0
        while self._now < self._seconds:
            if self._now >= next_look:
                self._look()
                next_look += float(self._pace.look_seconds)
            if self._owes_turns() and self._view["npcs"] and self._view["danger"] is None:
                self._converse()
            self._act()

    def _pass(self, seconds: float) -> None:
        self._now += seconds
        self._backend.scheduler.clock.instant += timedelta(seconds=seconds)

    def _act(self) -> None:
        command = self._mind.next(self._view)
        self._pass(float(self._pace.command_seconds))
        try:
            body = {"command": command}
            answer = self._backend.request("commands", "POST", f"{self._path}/commands", body, self._backend.new_id())
        except Refusal:
            self.counts.refusals += 1
            self._look()
        else:
            self.counts.commands += 1
            self._view = answer["view"]

    def _look(self) -> None:
        self.counts.looks += 1
        self._view = self._backend.request("worlds", "GET", self._path)["view"]

    def _owes_turns(self) -> int:
        """Turns that would have been due by now."""
        return int(self._now / self._between_turns) - self._spoken

    def _converse(self) -> None:
        """Talk with somebody here, for as many turns as are due, unless the talk ends before."""
        npc = self._stream.choice(self._view["npcs"])
        npc_id = EntityId(npc["npc_id"])
        try:
            self._talk.meet(self._key, npc_id, self._now)
        except BrokerError:
            return
        self.counts.encounters += 1
        for nth in range(min(self._owes_turns(), self._pace.longest_talk)):
            words = player_words(self._view, npc, nth, self._stream)
            try:
                self._talk.say(self._key, npc_id, words, self._now)
            except BrokerError:
                break
            self._spoken += 1
            self.counts.turns += 1
            self._pass(float(self._pace.turn_seconds))
            self._look()
            if npc_id not in {other["npc_id"] for other in self._view["npcs"]} or self._view["danger"]:
                break

    def use(self) -> PlanUse:
        """What the day came to."""
        counts = self.counts
        return PlanUse(
            days=1,
            commands=counts.commands,
            refusals=counts.refusals,
            looks=counts.looks,
            encounters=counts.encounters,
            turns=counts.turns,
            jobs=dict(self.meter.jobs),
            functions=dict(self.meter.functions),
        )
