"""How the law takes hold of the player: the answer to a robbery, the chase, the arrest."""

from collections.abc import Iterable

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.conflict import danger
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.crime import chances, events, patrols
from bodybroker.world.crime.heat import HIGHEST, held
from bodybroker.world.crime.rules import People
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.places import street
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, heated


def answer(draft: Draft, place_id: EntityId, loot: Iterable[EntityId], noticed: bool) -> events.PoliceResponded:
    """Records how the law answers a robbery: not at all, by a chase that is still to come, or by an arrest."""
    state, police, player = draft.state, draft.rules.police, draft.state.player
    if not noticed:
        return _record(
            draft, events.PoliceResponded("unnoticed", place_id, (), 0, player.heat, player.health, player.place_id)
        )
    heat = heated(state, police.noticed_heat)
    leads = police.leads.robbery + state.places[place_id].site.cameras * police.leads.camera
    outside = street(state).site.place_id
    if not draft.stream.substream("police").chance(chances.arrested(state, draft.rules, heat)):
        known = suspicion(state, police.record.noticed, leads)
        return _record(draft, events.PoliceResponded("chase", place_id, (), 0, heat, player.health, outside, **known))
    known = suspicion(state, police.record.noticed + police.record.arrest, leads)
    fine, left = _fine(state, draft.rules, heat), _left(state, draft.rules, heat)
    return _record(
        draft, events.PoliceResponded("arrest", place_id, tuple(loot), fine, left, player.health, outside, **known)
    )


def chase(draft: Draft, stakes: tuple[Item, ...]) -> None:
    """Officers are after the player, in the street."""
    rule, stream = draft.rules.police.chase, draft.stream.substream("chase")
    count = min(max(1, patrols.officers(draft.state, draft.rules)), rule.officers_at_most)
    foes = tuple(fighter(f"Officer {i + 1}", rule.officer, stream) for i in range(count))
    place_id = street(draft.state).site.place_id
    danger.arise(draft, Danger("police", place_id, foes, stakes))


def arrest(draft: Draft, stakes: Iterable[Item], fine_per_mille: int = 1000) -> None:
    """The player is taken, pays, loses the stakes and all tools, and sits in a cell."""
    state, police = draft.state, draft.rules.police
    fine = _fine(state, draft.rules, state.player.heat) * fine_per_mille // 1000
    draft.add(
        events.PlayerArrested(
            place_id=street(state).site.place_id,
            confiscated=carried(state, stakes),
            fine_cents=fine,
            heat=_left(state, draft.rules, state.player.heat),
            record=suspicion(state, police.record.arrest, 0)["record"],
        )
    )
    pass_time(draft, police.cell_minutes)


def carried(state: State, stakes: Iterable[Item]) -> tuple[EntityId, ...]:
    """Which of the stakes the player still carries."""
    return tuple(item.item_id for item in stakes if item.item_id in state.player.inventory)


def fighter(name: str, people: People, stream: Stream) -> Fighter:
    """A stranger who fights."""
    return Fighter(
        name=name,
        strength=people.strength.draw(stream),
        speed=people.speed.draw(stream),
        nerve=people.nerve.draw(stream),
        health=max(1, people.health.draw(stream)),
    )


def suspicion(state: State, record: int, leads: int) -> dict[str, int]:
    """Points that deeds add to the record and to the leads, as far as there is room for them."""
    return {
        "record": min(record, HIGHEST - state.crime.record),
        "leads": min(leads, HIGHEST - state.crime.leads),
    }


def _record(draft: Draft, response: events.PoliceResponded) -> events.PoliceResponded:
    draft.add(response)
    return response


def _left(state: State, rules: Rules, heat: int) -> int:
    """Heat that is left after an arrest."""
    return held(state, rules, heat, heat * rules.police.heat_left_per_mille // 1000)


def _fine(state: State, rules: Rules, heat: int) -> int:
    return min(state.player.money_cents, rules.police.fine_cents + heat * rules.police.fine_cents_per_heat)
