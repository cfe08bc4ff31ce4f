"""Treating a part for a race: ingredients, a steady hand and a good machine; it may fail."""

from msgspec.structs import replace

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.lab import commands, craft, events, storage
from bodybroker.world.lab.equipment import best_free
from bodybroker.world.passage import pass_time
from bodybroker.world.places import hideout_id
from bodybroker.world.state import State


def at_hand(state: State, item_id: EntityId) -> Item | None:
    """An item that lies ready in the lab: in the bag or in the hideout's stash."""
    in_bag = state.player.inventory.get(item_id)
    return in_bag or storage.store_at(state, hideout_id(state)).items.get(item_id)


def treat(draft: Draft, command: commands.TreatPart) -> None:
    """The part comes out treated, or worse than it was."""
    state, rules = draft.state, draft.rules
    recipe, item = rules.recipes.recipes[command.recipe], at_hand(state, command.item_id)
    piece = best_free(state, recipe.equipment, rules)
    assert item is not None and piece is not None
    stream = draft.stream.substream("treatment")
    succeeds = stream.chance(recipe.success_per_mille * craft.with_crew(state, piece, rules) // 1000)
    result = (
        replace(item, treated_for=recipe.race)
        if succeeds
        else replace(item, quality=craft.quality(item.quality, recipe.failure_per_mille.draw(stream)))
    )
    contaminated = craft.contaminates(piece, rules, stream)
    wear, dirt = craft.used(piece, rules)
    draft.add(
        events.PartTreated(
            recipe=command.recipe,
            outcome="treated" if succeeds else "failed",
            item=replace(result, contaminated=item.contaminated or contaminated),
            used=dict(sorted(recipe.ingredients.items())),
            equipment_id=piece.equipment_id,
            wear=wear,
            dirt=dirt,
        )
    )
    pass_time(draft, recipe.minutes)
