"""What an NPC has in mind when it meets the player: a few short sentences, the weightiest first, within a bound.

They follow what a model has read before (`prompt.prefix`), so they are what it has to read anew.
"""

from collections.abc import Iterable, Iterator, Sequence

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.behaviour import mind
from bodybroker.minds.behaviour import rules as behaviour
from bodybroker.minds.gate import UNHEARD, let_in
from bodybroker.minds.turns import ContextSettings
from bodybroker.world.base import PLAYER, ordered
from bodybroker.world.beliefs import reading
from bodybroker.world.beliefs.state import Belief
from bodybroker.world.bonds.between import bond
from bodybroker.world.conditions import met
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.wording import a, dollars


def assemble(
    state: State, npc: Npc, rules: Rules, settings: ContextSettings, recollections: Sequence[str] = ()
) -> tuple[str, ...]:
    """How things stand, what the NPC wants and thinks of the broker, waits for, holds to be true and remembers
    (`recollections`, the weightiest first). A sentence that does not pass the gate is left out."""
    sentences = (
        *_situation(state, npc),
        *_want(state, npc, rules, settings),
        *_bond(state, npc, rules, settings),
        *_expectations(state, npc.character.npc_id),
        *_beliefs(state, npc.character.npc_id, rules, settings.beliefs),
        *recollections[: settings.memories],
    )
    return tuple(passed for each in sentences if (passed := let_in(each)) != UNHEARD)


def within(sentences: Iterable[str], room: int) -> Iterator[str]:
    """The sentences that fit into `room` bytes together, in their order."""
    for sentence in sentences:
        if (taken := size((sentence,))) <= room:
            room -= taken
            yield sentence


def size(sentences: Iterable[str]) -> int:
    """Bytes of the sentences, with what parts them."""
    return sum(len(sentence.encode()) + 1 for sentence in sentences)


def _want(state: State, npc: Npc, rules: Rules, settings: ContextSettings) -> Iterator[str]:
    """What the NPC wants of the broker now: what it is inclined to most, if it is inclined to anything."""
    inclined = mind.read(state, npc.character.npc_id, rules, behaviour.load()).inclined(PLAYER)
    wishes = [(each.settled * each.urge // 1000, each.way.name) for each in inclined if each.way.name in settings.wants]
    strongest, name = max(wishes, default=(0, ""))
    if strongest >= settings.wants_from:
        yield settings.wants[name]


def _bond(state: State, npc: Npc, rules: Rules, settings: ContextSettings) -> Iterator[str]:
    """What the NPC holds of the broker, in words, and who owes whom."""
    npc_id = npc.character.npc_id
    towards, back = bond(state, npc_id, PLAYER, rules), bond(state, PLAYER, npc_id, rules)
    for score, shades in settings.bond.items():
        points = getattr(towards, score)
        if says := next(shade.says for shade in shades if points <= shade.up_to):
            yield says
    if towards.debt_cents > 0:
        yield f"You owe the broker {dollars(towards.debt_cents)}."
    if back.debt_cents > 0:
        yield f"The broker owes you {dollars(back.debt_cents)}."


def _expectations(state: State, npc_id: EntityId) -> Iterator[str]:
    """What the NPC has asked for, and the words given between the two."""
    for order in ordered(state.market.orders):
        if order.npc_id == npc_id:
            promised = "; the broker promised it" if order.promised else ""
            yield f"You have asked for {a(order.part)}, for {dollars(order.price_cents)}{promised}."
    for pledge in ordered(state.talk.pledges):
        if pledge.by == npc_id and pledge.vow == "silence":
            yield "You gave your word to tell nobody anything of the broker."
        if pledge.to == npc_id and pledge.vow == "pay":
            yield f"The broker gave his word to pay you {dollars(pledge.cents)}."
    if (ask := state.talk.asks.get(npc_id)) is not None and state.minute < ask.expires_minute:
        yield f"The broker asks {dollars(ask.price_cents)} for {a(ask.part)}."


def _beliefs(state: State, npc_id: EntityId, rules: Rules, limit: int) -> Iterator[str]:
    """What the NPC believes of the broker, then of those who are here, then of anybody; each the surest first."""
    near = {npc.character.npc_id: 1 for npc in met(state)} | {PLAYER: 0}

    def distance(belief: Belief) -> int:
        return min(near.get(EntityId(who), 2) for who in (belief.claim.subject, belief.claim.object))

    for belief in sorted(reading.known_to(state, rules, npc_id), key=distance)[:limit]:
        sentence = reading.put(state, rules, belief)
        yield sentence[0].upper() + sentence[1:]


def _situation(state: State, npc: Npc) -> tuple[str, ...]:
    """How things stand, a sentence for each thing that changes while the two talk."""
    carried = ", ".join(sorted(item.part for item in state.player.inventory.values())) or "nothing"
    offer = state.market.offers.get(npc.character.npc_id)
    given = f"offered ${offer.price_cents // 100} for a {offer.part}" if offer else "made no offer"
    return (
        f"You are {npc.mood}.",
        f"The broker carries {carried}.",
        f"You have {given}.",
        f"You have ${npc.purse_cents // 100}.",
        f"You are at {state.places[npc.character.haunt_id].site.name}.",
    )
