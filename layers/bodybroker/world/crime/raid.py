"""A raid on the hideout: nobody is asked, nobody needs to be there."""

from collections.abc import Sequence

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.crime import events, law
from bodybroker.world.crime.heat import evidence
from bodybroker.world.crime.investigation import case_of
from bodybroker.world.draft import Draft
from bodybroker.world.places import hideout_id


def raid(draft: Draft) -> None:
    """The police take their share of the hideout; who is at home is arrested and searched."""
    state, police = draft.state, draft.rules.police
    rule, stream = police.raid, draft.stream.substream(f"raid/{state.minute}/search")
    home = hideout_id(state)
    at_home = not draft.offscreen and state.player.place_id == home
    kept = state.lab.stores[home].items if home in state.lab.stores else {}
    found = sorted(kept.keys() | (state.player.inventory.keys() if at_home else set()))
    items = _share(stream, found, rule.items_per_mille.draw(stream))
    equipment = _share(stream, sorted(state.lab.equipment), rule.equipment_per_mille.draw(stream))
    growths = [growth for _, growth in sorted(state.lab.growths.items()) if growth.equipment_id in equipment]
    points = evidence(state) * rule.evidence_left_per_mille // 1000
    draft.add(
        events.HideoutRaided(
            items=items + tuple(growth.item.item_id for growth in growths if growth.item is not None),
            equipment=equipment,
            growths=tuple(growth.growth_id for growth in growths),
            place_id=home,
            fine_cents=min(state.player.money_cents, rule.fine_cents),
            case=case_of(points, police.investigation, None),
        )
    )
    if at_home:
        law.arrest(draft, ())


def _share(stream: Stream, ids: Sequence[EntityId], per_mille: int) -> tuple[EntityId, ...]:
    return tuple(sorted(stream.sample(ids, len(ids) * per_mille // 1000)))
