"""What an NPC can do in a turn, and what the player can do to it: as the rules have it when the encounter is prepared.

A turn reads no world, so all that the rules would ask is gathered here. When the turn is recorded they decide anew.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.minds import turns
from bodybroker.world.base import PLAYER, ordered
from bodybroker.world.beliefs.reading import known_to, name, said
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.conflict.parley import check_lets_go
from bodybroker.world.market import prices
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk import pledges, quests, sway, telling, trade, violence

ERRANDS = 3
"""How many parts an NPC may think of to send for: the dearest that the player does not carry."""


TELLINGS = 4
"""How many things an NPC may think of to tell."""


class Priced(Struct, frozen=True):
    """An item of the player's that the NPC wants: the most that it gives tonight, and from what on it is insulted."""

    part: str
    most_cents: int
    insult_cents: int


class Bounds(Struct, frozen=True):
    """Prices that the NPC can name for a part."""

    low_cents: int
    high_cents: int


class Telling(Struct, frozen=True):
    """Something that the NPC would tell the player, in words; `about` are the names of those whom it concerns."""

    claim: Claim
    words: str
    about: tuple[str, ...]
    is_lie: bool = False


class Choices(Struct, frozen=True):
    """The acts that can hold.

    `items` are what the player carries and the NPC wants, by id; `offers` what it can offer for, by part; `asked_cents`
    and `asked_item` the price on the table; `offered` the part and price of its own standing word. `vows` are promises
    that it can make, `owed_cents` the most that it promises to pay. `errands` are parts that it can send for. `names`
    are those who can be talked about, by what they are called, `parts` all parts there are, `predicates` what can be
    claimed of them, each with what it asks for (`person`, `part` or nothing); `player_knows` is what the player has
    heard or seen.
    """

    npc_id: EntityId
    moods: tuple[str, ...]
    feelings: tuple[str, ...]
    items: dict[EntityId, Priced]
    offers: dict[str, Bounds]
    asked_cents: int
    asked_item: EntityId | None
    offered: tuple[str, int] | None
    purse_cents: int
    money_cents: int
    owed_cents: int
    vows: tuple[str, ...]
    errands: tuple[str, ...]
    tellings: tuple[Telling, ...]
    names: dict[str, EntityId]
    parts: tuple[str, ...]
    predicates: dict[str, str]
    player_knows: tuple[Claim, ...]
    can_attack: bool
    can_leave: bool
    in_danger: bool

    def part_of(self, item_id: EntityId) -> str:
        """The part that an item is; empty where the NPC does not want it."""
        priced = self.items.get(item_id)
        return priced.part if priced else ""


def choices(state: State, npc_id: EntityId, rules: Rules) -> Choices:
    """What the rules let this NPC and the player do to each other now."""
    npc = state.npcs[npc_id]
    items = _items(state, npc, rules)
    asked = state.talk.asks.get(npc_id)
    offer = state.market.offers.get(npc_id)
    return Choices(
        npc_id=npc_id,
        moods=turns.load().moods[npc.mood],
        feelings=_feelings(state, npc_id, rules),
        items=items,
        offers=_offers(npc, items),
        asked_cents=asked.price_cents if asked and asked.item_id in items else 0,
        asked_item=asked.item_id if asked and asked.item_id in items else None,
        offered=(offer.part, offer.price_cents) if offer else None,
        purse_cents=npc.purse_cents,
        money_cents=state.player.money_cents,
        owed_cents=pledges.most_owed_cents(npc, rules),
        vows=_vows(state, npc, rules),
        errands=_errands(state, npc, rules),
        tellings=tuple(_tellings(state, npc_id, rules)),
        names=_names(state, npc_id),
        parts=tuple(sorted(rules.parts.parts)),
        predicates=dict(_predicates(rules)),
        player_knows=tuple(belief.claim for belief in known_to(state, rules, PLAYER)),
        can_attack=_holds(violence.check_attacks, state, npc, rules),
        can_leave=_holds(check_lets_go, state, npc_id, rules),
        in_danger=state.conflict.danger is not None,
    )


def _feelings(state: State, npc_id: EntityId, rules: Rules) -> tuple[str, ...]:
    """All of them, or what words can still do today."""
    open_today = sway.room(state, npc_id, rules) > 0
    return tuple(
        name
        for name, effect in rules.talk.feelings.items()
        if open_today or not any(points > 0 for points in effect.points().values())
    )


def _items(state: State, npc: Npc, rules: Rules) -> dict[EntityId, Priced]:
    if not prices.deals(state, npc, rules) or state.phase != "night":
        return {}
    found = {}
    for item in ordered(state.player.inventory):
        if item.part in npc.character.tastes:
            most = trade.most_cents(state, npc, item.item_id, rules)
            insult = most * rules.market.haggle.insult_per_mille // 1000
            found[item.item_id] = Priced(item.part, most, insult)
    return found


def _offers(npc: Npc, items: dict[EntityId, Priced]) -> dict[str, Bounds]:
    bounds = {}
    for part in sorted({priced.part for priced in items.values()}):
        taste = npc.character.tastes[part]
        if taste.floor_cents <= npc.purse_cents:
            bounds[part] = Bounds(taste.floor_cents, min(taste.cap_cents, npc.purse_cents))
    return bounds


def _vows(state: State, npc: Npc, rules: Rules) -> tuple[str, ...]:
    return tuple(vow for vow, check in pledges.VOWS.items() if _holds(check, state, npc, rules))


def _errands(state: State, npc: Npc, rules: Rules) -> tuple[str, ...]:
    carried = {item.part for item in state.player.inventory.values()}
    tastes = npc.character.tastes
    wanted = sorted(tastes.keys() - carried, key=lambda part: (-tastes[part].cap_cents, part))
    return tuple(part for part in wanted if _holds(quests.check, state, npc, part, rules))[:ERRANDS]


def _tellings(state: State, npc_id: EntityId, rules: Rules) -> Iterator[Telling]:
    """The surest things first; a lie where there is one."""
    heard = {belief.claim for belief in known_to(state, rules, PLAYER)}
    for claim in islice((one for one in telling.tellable(state, npc_id, rules) if one not in heard), TELLINGS):
        yield _telling(state, rules, claim, is_lie=False)
    slander = telling.slander(state, npc_id, rules)
    if slander is not None and slander not in heard:
        yield _telling(state, rules, slander, is_lie=True)


def _telling(state: State, rules: Rules, claim: Claim, *, is_lie: bool) -> Telling:
    who = (EntityId(one) for one in (claim.subject, claim.object))
    about = tuple(name(state, rules, one) for one in who if one in state.npcs)
    return Telling(claim, said(state, rules, claim, PLAYER), about, is_lie)


def _predicates(rules: Rules) -> Iterator[tuple[str, str]]:
    """Those that can be claimed of an NPC about nothing, somebody or a part."""
    for predicate, rule in rules.beliefs.predicates.items():
        if "npc" in rule.subjects:
            for kind in rule.objects or ("",):
                if kind in ("", "person", "part"):
                    yield predicate, kind


def _names(state: State, npc_id: EntityId) -> dict[str, EntityId]:
    """Those who can be talked about: everybody whom the player can know of."""
    return {npc.character.name: npc.character.npc_id for npc in ordered(state.npcs) if npc.character.npc_id != npc_id}


def _holds(check: Callable[..., object], *what: object) -> bool:
    try:
        check(*what)
    except Refused:
        return False
    return True
