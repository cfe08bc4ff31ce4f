"""Who says something, and about what: one at a time, none too often. `minds/barks.py` has the words."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds import encounters, voices
from bodybroker.minds.barks import bark
from bodybroker.minds.behaviour.choosing import Choice
from bodybroker.minds.behaviour.mind import Mind
from bodybroker.minds.behaviour.rules import BarkRules
from bodybroker.minds.behaviour.senses import Standing
from bodybroker.minds.memory.calendar import night_of


class Cue(Struct, frozen=True):
    """A bark that is due: in what situation, and at whom (None: at nobody).

    `repertoire` names the barks that it is one of; none of those comes twice in a night before all have come.
    """

    npc_id: EntityId
    situation: str
    towards: EntityId | None
    repertoire: str


def cue(choices: Sequence[Choice], standing: Mapping[EntityId, Standing], minds: Mapping[EntityId, Mind]) -> Cue | None:
    """Who of those around barks now: the one that minds most, if it has been quiet for long enough around it."""
    due = [choice for choice in choices if _is_due(choice, standing[choice.npc_id], minds[choice.npc_id])]
    if not due:
        return None
    rules = minds[due[0].npc_id].behaviour
    silences = [quiet for each in standing.values() if (quiet := each.quiet_ms) is not None]
    if silences and min(silences) < rules.barks.around_ms:
        return None
    loudest = max(due, key=lambda choice: (choice.score, choice.npc_id))
    situation = rules.acts[loudest.act].bark
    assert situation is not None
    npc = minds[loudest.npc_id].npc
    return Cue(loudest.npc_id, situation, loudest.towards, f"{npc.character.race}/{situation}/{npc.mood}")


def words(cue: Cue, mind: Mind, heard: int) -> str | None:
    """What is barked where `heard` of that repertoire were heard tonight; None where the voice has no words for it."""
    state, npc = mind.state, mind.npc
    night = night_of(state.minute, mind.rules.clock)
    stream = Stream(state.seed, "bark", cue.npc_id, str(night))
    known = encounters.facts(state, cue.npc_id)
    facts = {name: stream.choice(values) for name, values in known.items() if values}
    voice = voices.load(npc.character.race)
    return bark(voice, npc.mood, cue.situation, facts, state.seed, night, heard)


def _is_due(choice: Choice, standing: Standing, mind: Mind) -> bool:
    rules = mind.behaviour
    if not rules.levels[choice.attention].barks or rules.acts[choice.act].bark is None:
        return False
    return standing.quiet_ms is None or standing.quiet_ms >= _silence(choice, standing, rules.barks)


def _silence(choice: Choice, standing: Standing, rules: BarkRules) -> int:
    """How long it must have been quiet: less when it has just made up its mind."""
    doing = standing.doing
    is_new = doing is None or (doing.act, doing.towards) != (choice.act, choice.towards)
    return rules.changed_ms if is_new else rules.own_ms
