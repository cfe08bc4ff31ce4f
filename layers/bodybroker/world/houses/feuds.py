"""Houses are people: what their heads hold of each other counts in politics, and politics leaves its mark on them."""

from collections.abc import Iterable

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import ordered
from bodybroker.world.bonds.between import affinity
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.rules import Effect
from bodybroker.world.draft import Draft
from bodybroker.world.houses.happenings import (
    Happening,
    IntrigueSettled,
    QuarterFought,
    TreatyBroken,
    TreatySigned,
)
from bodybroker.world.houses.relations import house_of
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

Likings = dict[tuple[EntityId, EntityId], int]
"""By the ids of two NPCs: how much better the one thinks of the other than its race and house would have it."""


def likings(state: State, rules: Rules) -> Likings:
    """Of all heads of houses who are known NPCs."""
    heads = [house.leader_id for house in ordered(state.houses.houses) if house.leader_id in state.npcs]
    ids = [head for head in heads if head is not None]
    return {(one, other): affinity(state, one, other, rules) for one in ids for other in ids if one != other}


def felt(draft: Draft, happenings: Iterable[Happening]) -> None:
    """What an evening that was just recorded leaves between heads, and between members who clashed over the home."""
    version = draft.state.version
    feelings = _Feelings(draft, version)
    for happening in happenings:
        match happening:
            case QuarterFought():
                feelings.war(happening)
            case TreatyBroken():
                feelings.heads(happening.other_id, happening.house_id, "betrayed", draft.rules.houses.feuds.betrayed)
            case TreatySigned():
                one, other = happening.treaty.houses
                feelings.heads(one, other, "allied", draft.rules.houses.feuds.allied)
                feelings.heads(other, one, "allied", draft.rules.houses.feuds.allied)
            case IntrigueSettled() if happening.exposed:
                intrigue = happening.intrigue
                feelings.heads(intrigue.target_id, intrigue.house_id, "wronged", draft.rules.houses.feuds.wronged)


class _Feelings:
    """The changes of bonds that one evening is to blame for."""

    def __init__(self, draft: Draft, version: int) -> None:
        self._draft = draft
        self._version = version

    def heads(self, house_id: EntityId, other_id: EntityId, cause: str, effect: Effect) -> None:
        """What one head comes to hold of another, where both are known NPCs."""
        houses = self._draft.state.houses.houses
        self._change(houses[house_id].leader_id, houses[other_id].leader_id, cause, effect)

    def war(self, fought: QuarterFought) -> None:
        """The attacked head minds; the loser learns to fear the winner; at home, members of both sides clash."""
        rule = self._draft.rules.houses.feuds
        self.heads(fought.other_id, fought.house_id, "attacked", rule.attacked)
        if fought.taken:
            self.heads(fought.other_id, fought.house_id, "quarter_lost", rule.beaten)
        else:
            self.heads(fought.house_id, fought.other_id, "repelled", rule.repelled)
        if fought.quarter_id == self._draft.state.houses.home_id:
            winner, loser = fought.house_id, fought.other_id
            self._clash(*((winner, loser) if fought.taken else (loser, winner)))

    def _clash(self, winner: EntityId, loser: EntityId) -> None:
        state, rule = self._draft.state, self._draft.rules.houses.feuds
        stream = Stream(state.seed, "clashes", str(state.houses.day), winner, loser)
        strong, weak = (self._members(house_id) for house_id in (winner, loser))
        for victim in stream.sample(weak, min(rule.clashes, len(weak))) if strong else ():
            self._change(victim, stream.choice(strong), "struck", rule.struck)

    def _members(self, house_id: EntityId) -> list[EntityId]:
        state = self._draft.state
        return [npc_id for npc_id in sorted(state.npcs) if house_of(state, npc_id) == house_id]

    def _change(self, of: EntityId | None, towards: EntityId | None, cause: str, effect: Effect) -> None:
        npcs = self._draft.state.npcs
        if of in npcs and towards in npcs and of is not None and towards is not None and of != towards:
            change(self._draft, of, towards, cause, self._version, **effect.points())
