"""Selling an ally to another house."""

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, relations
from bodybroker.world.houses.commands import DoubleCross
from bodybroker.world.houses.state import Tie
from bodybroker.world.houses.ties import hunted, stood
from bodybroker.world.passage import pass_time
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def decide(draft: Draft, command: DoubleCross) -> None:
    """The buyer pays, the ally bleeds, and every house of honour remembers."""
    state, rules = draft.state, draft.rules.houses.double_cross
    draft.add(
        events.HouseBetrayed(
            house_id=command.house_id,
            for_house_id=command.for_house_id,
            cents=reward_cents(state, command.for_house_id, draft.rules),
            strength=min(rules.strength, state.houses.houses[command.house_id].strength),
            ties=_ties(state, command, draft.rules),
        )
    )
    pass_time(draft, rules.minutes)


def reward_cents(state: State, buyer_id: EntityId, rules: Rules) -> int:
    """What a house pays for the secrets of another."""
    reward = rules.houses.double_cross
    return min(reward.most_cents, state.houses.houses[buyer_id].wealth_cents * reward.reward_per_mille // 1000)


def _ties(state: State, command: DoubleCross, rules: Rules) -> dict[EntityId, Tie]:
    changes = rules.houses.double_cross
    betrayed = relations.tie(state, command.house_id)
    betrayed = replace(betrayed, allied_until=0, spied_until=0, betrayals=betrayed.betrayals + 1, favour=None)
    ties = {
        command.house_id: hunted(stood(betrayed, -changes.betrayed_standing, rules), changes.betrayed_hunt),
        command.for_house_id: stood(relations.tie(state, command.for_house_id), changes.standing, rules),
    }
    for house_id, house in sorted(state.houses.houses.items()):
        if house_id not in ties:
            shock = house.honour * changes.per_honour // 100
            ties[house_id] = stood(relations.tie(state, house_id), -shock, rules)
    return ties
