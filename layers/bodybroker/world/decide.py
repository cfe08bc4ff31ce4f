"""Decide: what a command brings about. Pure: the state, the rules and the world's own seed decide, nothing else."""

from collections.abc import Callable
from typing import Any

from bodybroker.generation import district
from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.world import commands, events, market, turns
from bodybroker.world.checks import check, free_equipment
from bodybroker.world.commands import Command, RecordTurn
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from bodybroker.world.passage import pass_time, phase_at
from bodybroker.world.robbery import rob
from bodybroker.world.rules import Rules
from bodybroker.world.state import Equipment, Growth, Npc, Place, Player, State


def create(seed: int, rules: Rules) -> list[Event]:
    """The events that make a new world; `seed` in [0, SEED_LIMIT), ValueError otherwise."""
    if not 0 <= seed < SEED_LIMIT:
        raise ValueError(f"a seed lies in [0, {SEED_LIMIT}), got {seed}")
    made = district.generate(seed, rules.recipe)
    home = next(site.place_id for site in made.sites.values() if site.kind == "hideout")
    start = rules.clock.start_minute
    return [
        events.WorldCreated(
            seed=seed,
            district=made.name,
            minute=start,
            phase=phase_at(start, rules.clock),
            rank=rules.player.rank,
            city_cents=rules.police.city_cents,
            player=Player(
                place_id=home,
                money_cents=rules.player.money_cents,
                heat=0,
                health=rules.player.health,
                inventory={},
            ),
            places={
                place_id: Place(site, _by_id(made.stock.get(place_id, ())), site.alarm)
                for place_id, site in made.sites.items()
            },
            npcs={
                npc_id: Npc(character, rules.races.races[character.race].mood, character.purse_cents, 0)
                for npc_id, character in made.characters.items()
            },
        )
    ]


def decide(state: State, command: Command | RecordTurn, rules: Rules) -> list[Event]:
    """The events that `command` brings about; raises Refused with the code of the rule that forbids it."""
    check(state, command, rules)
    draft = Draft(state, rules)
    _DECIDERS[type(command)](draft, command)
    return draft.events


def _travel(draft: Draft, command: commands.Travel) -> None:
    here = draft.state.places[draft.state.player.place_id].site
    minutes = next(way.minutes for way in here.exits if way.place_id == command.place_id)
    draft.add(events.Travelled(from_id=here.place_id, place_id=command.place_id))
    pass_time(draft, minutes)


def _buy_equipment(draft: Draft, command: commands.BuyEquipment) -> None:
    rule = draft.rules.equipment
    bought = Equipment(
        equipment_id=entity_id(draft.stream.substream("equipment")),
        kind=command.equipment,
        growth_id=None,
        provenance=draft.provenance("shop"),
    )
    draft.add(events.EquipmentBought(bought, rule.equipment[command.equipment].price_cents))
    pass_time(draft, rule.buying_minutes)


def _grow_part(draft: Draft, command: commands.GrowPart) -> None:
    rule = draft.rules.parts.parts[command.part].growth
    assert rule is not None
    piece = free_equipment(draft.state, rule.equipment)
    assert piece is not None
    growth = Growth(
        growth_id=entity_id(draft.stream.substream("growth")),
        equipment_id=piece.equipment_id,
        part=command.part,
        quality=rule.quality.draw(draft.stream.substream("quality")),
        started_minute=draft.state.minute,
        ready_minute=draft.state.minute + rule.minutes,
        item=None,
    )
    draft.add(events.GrowthStarted(growth, rule.cost_cents))
    pass_time(draft, draft.rules.equipment.starting_minutes)


def _collect_part(draft: Draft, command: commands.CollectPart) -> None:
    item = draft.state.growths[command.growth_id].item
    assert item is not None
    draft.add(events.PartCollected(command.growth_id, item.item_id))
    pass_time(draft, draft.rules.equipment.collecting_minutes)


def _sell_part(draft: Draft, command: commands.SellPart) -> None:
    npc, item = draft.state.npcs[command.npc_id], draft.state.player.inventory[command.item_id]
    price, on_offer = market.quote(draft.state, npc, item, draft.rules)
    draft.add(events.PartSold(command.npc_id, item, price, on_offer))
    pass_time(draft, draft.rules.market.deal_minutes)


def _wait(draft: Draft, command: commands.Wait) -> None:
    pass_time(draft, command.minutes)


def _lie_low(draft: Draft, command: commands.LieLow) -> None:
    pass_time(draft, draft.rules.player.lie_low_minutes, hiding=True)


_DECIDERS: dict[type, Callable[[Draft, Any], None]] = {
    commands.Travel: _travel,
    commands.RobMorgue: rob,
    commands.BuyEquipment: _buy_equipment,
    commands.GrowPart: _grow_part,
    commands.CollectPart: _collect_part,
    commands.SellPart: _sell_part,
    commands.Wait: _wait,
    commands.LieLow: _lie_low,
    RecordTurn: turns.record,
}


def _by_id(items: tuple[Item, ...]) -> dict[EntityId, Item]:
    return {item.item_id: item for item in items}
