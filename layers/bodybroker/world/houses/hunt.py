"""Being hunted: who sets out of a night, and who they are."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bodybroker.generation import names
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.conflict import danger
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, relations
from bodybroker.world.houses.state import Attempt, House, Tie
from bodybroker.world.houses.ties import hunted
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def provoke(draft: Draft, npc_ids: Iterable[EntityId], points: int) -> None:
    """The player has wronged people: their houses hunt the player by so many points more for each of them."""
    wronged = Counter(relations.house_of(draft.state, npc_id) for npc_id in npc_ids)
    for house_id in sorted(filter(None, wronged)):
        tie = relations.tie(draft.state, house_id)
        grown = hunted(tie, points * wronged[house_id])
        if grown != tie:
            draft.add(events.HuntChanged(house_id, 0, {house_id: grown}))


def attempt(state: State, ties: Mapping[EntityId, Tie], rules: Rules, stream: Stream) -> Attempt | None:
    """The hunters of the coming night, with the ties of this dusk: of the house that hunts hardest and sets out."""
    shelter = _protection(state, rules)
    for house_id in sorted(ties, key=lambda house_id: (-ties[house_id].hunt, house_id)):
        reached = relations.stage(ties[house_id].hunt, rules)
        own = stream.substream(house_id)
        if reached is None:
            continue
        chance = rules.hunted.stages[reached].per_mille * max(0, 1000 - shelter) // 1000
        if own.chance(scaled(chance, "hunted", state, rules)):
            return Attempt(house_id, state.minute + rules.hunted.strike_minutes.draw(own))
    return None


def _protection(state: State, rules: Rules) -> int:
    """How much less likely hunters set out, per mille."""
    friends = relations.allies(state)
    home = state.houses.quarters.get(state.houses.home_id or EntityId(""))
    at_home = home is not None and home.house_id in friends
    hunted = rules.hunted
    return len(friends) * hunted.ally_protection_per_mille + at_home * hunted.home_protection_per_mille


def _is_abroad(draft: Draft) -> bool:
    """Whether hunters can find the player: out of the hideout by night, and not away from the game."""
    state = draft.state
    return not draft.offscreen and state.phase == "night" and site_here(state).kind != "hideout"


def strike(draft: Draft) -> None:
    """The hunters come."""
    state = draft.state
    coming = state.houses.attempt
    assert coming is not None
    found = _is_abroad(draft) and state.conflict.danger is None
    draft.add(events.HuntersCame(coming.house_id, found))
    if found:
        foes = _hunters(state, state.houses.houses[coming.house_id], draft.rules, draft.stream.substream("hunters"))
        danger.arise(draft, Danger("hunters", place_id=state.player.place_id, foes=foes, house_id=coming.house_id))


def _hunters(state: State, house: House, rules: Rules, stream: Stream) -> tuple[Fighter, ...]:
    hunted = rules.hunted
    reached = relations.stage(relations.tie(state, house.house_id).hunt, rules) or "watched"
    more = house.strength * hunted.strength_per_mille // 1000
    grammar, taken = rules.houses.houses[house.kind].leaders, {house.leader}
    return tuple(
        Fighter(
            name=names.make(grammar, own.substream("name"), taken),
            strength=min(100, hunted.strength.draw(own) + more),
            speed=hunted.speed.draw(own),
            nerve=min(100, hunted.nerve.draw(own) + more),
            health=100,
        )
        for own in (stream.substream(str(i)) for i in range(hunted.stages[reached].hunters.draw(stream)))
    )
