"""Sixty nights that happened: a bot plays by the world's rules, and a script talks to whom it meets."""

from dataclasses import dataclass, field

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world import decide
from bodybroker.world.apply import apply, fold
from bodybroker.world.commands import RecordTurn
from bodybroker.world.conditions import met
from bodybroker.world.events import Event
from bodybroker.world.proposals import Proposal
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable
from tests.benchmarks.memory.talk import Script, Utterance

TALK_PER_MILLE = 120
"""How often the script speaks where somebody is met, per command of the bot."""
COMMANDS_PER_DAY = 400


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, its version and the state before it."""

    seq: int
    before: State | None
    event: Event


@dataclass
class History:
    """What happened in one world, and what the script said by the version of the turn."""

    seed: int
    rules: Rules
    events: list[Happened] = field(default_factory=list)
    said: dict[int, Utterance] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """The world as it is in the end."""
        last = self.events[-1]
        assert last.before is not None
        return apply(last.before, last.event)


def play(seed: int, style: str, nights: int, rules: Rules) -> History:
    """A world of `seed` after so many nights of a bot of that style; the same arguments, the same history."""
    table, mind = _Talking(seed, rules, keep_log=True), Mind(STYLES[style], seed)
    script, stream = Script(seed, rules), Stream(seed, "benchmark", "talk")
    said: list[tuple[int, Utterance]] = []
    last_day, today, commands = table.view["time"]["day"] + nights, 0, 0
    while (day := table.view["time"]["day"]) < last_day and commands < COMMANDS_PER_DAY:
        today, commands = (day, commands + 1) if day == today else (day, 0)
        if stream.chance(TALK_PER_MILLE) and (spoken := _talk(table, script, stream)) is not None:
            said.append(spoken)
        table.command(mind.next(table.view))
    assert table.log is not None
    return History(seed, rules, _with_states(table.log), dict(said))


def _with_states(log: list[Event]) -> list[Happened]:
    state: State | None = None
    happened = []
    for seq, event in enumerate(log, start=1):
        happened.append(Happened(seq, state, event))
        state = fold([event]) if state is None else apply(state, event)
    return happened


def _talk(table: "_Talking", script: Script, stream: Stream) -> tuple[int, Utterance] | None:
    """Something said to one who is here while the others listen; nothing where nobody is or nobody may talk."""
    here = [npc.character.npc_id for npc in met(table.state)]
    if not here or table.state.conflict.danger is not None:
        return None
    listener = stream.choice(here)
    utterance = script.next(table.state, listener)
    seq = table.say(listener, utterance, tuple(npc_id for npc_id in here if npc_id != listener))
    return None if seq is None else (seq, utterance)


class _Talking(LocalTable):
    """A table at which one can also talk."""

    def say(self, npc_id: EntityId, utterance: Utterance, heard_by: tuple[EntityId, ...]) -> int | None:
        """The version of the turn; None where the rules refuse it."""
        turn = RecordTurn(
            npc_id, utterance.text, utterance.line, "model", "script", Proposal(()), heard_by if utterance.aloud else ()
        )
        try:
            made = decide.decide(self.state, turn, self.rules)
        except Refused:
            return None
        assert self.log is not None
        self.state = fold(made, self.state)
        self._view = None
        self.log += made
        return len(self.log) - len(made) + 1
