"""Killing a passer-by for the freshest of parts, and what it does to the killer."""

from bodybroker.generation.district import make_item
from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.bonds.witnesses import saw_killing
from bodybroker.world.conflict import danger
from bodybroker.world.conflict.state import Danger
from bodybroker.world.crime import chances, events, law, patrols, tools
from bodybroker.world.crime.commands import Kill
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.powers import effects
from bodybroker.world.state import heated


def kill(draft: Draft, command: Kill) -> None:
    """The victim dies, or fights back."""
    stream = draft.stream.substream("victim")
    if stream.chance(chances.resisted(draft.state, draft.rules)):
        victim = law.fighter("The victim", draft.rules.crime.kill.victim, stream)
        danger.arise(draft, Danger("victim", command.place_id, (victim,)))
    else:
        harvest(draft, command.place_id)


def harvest(draft: Draft, place_id: EntityId) -> None:
    """The victim is dead: the parts are cut out, time passes, and witnesses send the officers of the street."""
    state, rule, police = draft.state, draft.rules.crime.kill, draft.rules.police
    seen = draft.stream.substream("witness").chance(chances.witnessed(state, draft.rules, state.places[place_id]))
    known = law.suspicion(state, police.record.body, police.leads.body + (police.leads.witness if seen else 0))
    killed = events.VictimKilled(
        place_id=place_id,
        items=_parts(draft),
        humanity=max(0, state.player.humanity - rule.humanity),
        heat=heated(state, rule.heat + (rule.witnessed_heat if seen else 0)),
        witnessed=seen,
        **known,
    )
    draft.add(killed)
    saw_killing(draft)
    pass_time(draft, rule.minutes)
    if seen and patrols.officers(draft.state, draft.rules):
        law.chase(draft, killed.items)


def report(draft: Draft) -> None:
    """The victim lived and tells the police."""
    state, rules = draft.state, draft.rules
    leads = law.suspicion(state, 0, rules.police.leads.witness)["leads"]
    draft.add(events.VictimReported(heated(state, rules.crime.kill.witnessed_heat), leads))


def _parts(draft: Draft) -> tuple[Item, ...]:
    """As many parts as strength and tools allow and the bag holds."""
    state, rules, rule = draft.state, draft.rules, draft.rules.crime.kill
    stream, tool = draft.stream.substream("parts"), tools.owned(state, rules)
    strength = effects.bonus(state, rules, "strength")
    count = rule.parts.draw(stream) + strength // rule.strength_per_part + tool.parts
    room = rules.player.bag_size - len(state.player.inventory)
    quality = rule.quality.model_copy(
        update={
            "low": min(100, rule.quality.low + tool.quality),
            "high": min(100, rule.quality.high + tool.quality),
        }
    )
    return tuple(
        make_item(stream, rules.recipe.weights, quality, draft.provenance("kill")) for _ in range(min(count, room))
    )
