"""Haggling: how far a customer lets itself be pushed tonight, and what comes of pushing."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.random import Stream
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.conflict.danger import arise
from bodybroker.world.draft import Draft
from bodybroker.world.market import commands, events, prices, worth
from bodybroker.world.market.deals import threat
from bodybroker.world.market.state import Offer
from bodybroker.world.passage import pass_time
from bodybroker.world.powers.effects import bonus
from bodybroker.world.powers.humanity import stage
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk.events import MoodChanged


def limit(state: State, npc: Npc, item: Item, rules: Rules) -> int:
    """The most that the NPC pays for the item tonight, in cents. The same all night: asking again rolls no dice."""
    haggle, character = rules.market.haggle, npc.character
    usual = prices.market_price(state, npc, item, rules)
    night = str((state.minute + MINUTES_PER_DAY // 2) // MINUTES_PER_DAY)
    given = haggle.base + haggle.whim.draw(Stream(state.seed, "haggle", character.npc_id, night))
    holds = bond(state, character.npc_id, PLAYER, rules)
    given += holds.trust * haggle.per_trust
    given += (holds.respect + stage(state, rules).respect) * haggle.per_respect
    given += bonus(state, rules, "charm") * haggle.per_charm
    given -= haggle.greedy * sum(trait in haggle.greedy_traits for trait in character.traits)
    room = character.tastes[item.part].cap_cents - usual
    return min(usual + room * min(max(given, 0), 1000) // 1000, npc.purse_cents)


def haggle(draft: Draft, command: commands.Haggle) -> None:
    """The customer agrees, meets the player half-way, shakes its head, or takes offence."""
    state, rules = draft.state, draft.rules
    npc, item = state.npcs[command.npc_id], state.player.inventory[command.item_id]
    most, usual = limit(state, npc, item, rules), prices.quote(state, npc, item, rules)[0]
    if command.ask_cents <= most:
        _agree(draft, command, "accepted", item, command.ask_cents)
    elif command.ask_cents * 1000 <= most * rules.market.haggle.counter_per_mille and most > usual:
        _agree(draft, command, "countered", item, (usual + most + 1) // 2)
    elif command.ask_cents * 1000 <= max(most, usual) * rules.market.haggle.insult_per_mille:
        _answer(draft, command, "refused", item)
    else:
        take_offence(draft, command, npc, item)
    pass_time(draft, rules.market.haggle.minutes)


def _agree(draft: Draft, command: commands.Haggle, outcome: events.HaggleOutcome, item: Item, cents: int) -> None:
    expires = draft.state.minute + draft.rules.market.offer_minutes
    _answer(draft, command, outcome, item)
    draft.add(events.OfferMade(Offer(command.npc_id, item.part, cents, expires, worth.quality(item))))


def _answer(draft: Draft, command: commands.Haggle, outcome: events.HaggleOutcome, item: Item) -> None:
    """However it ends, nobody likes to be haggled with."""
    trust, offended = draft.rules.customers.trust, outcome == "insulted"
    draft.add(events.Haggled(command.npc_id, item, command.ask_cents, outcome))
    cause, lost = ("insulted", trust.insulted) if offended else ("haggled", trust.haggled)
    change(draft, command.npc_id, PLAYER, cause, trust=-lost)


def take_offence(draft: Draft, command: commands.Haggle, npc: Npc, item: Item) -> None:
    """Asked for far too much, the customer trusts less, is insulted, and may turn violent."""
    rules = draft.rules
    _answer(draft, command, "insulted", item)
    mood = rules.market.moods[npc.mood].insulted
    if mood != npc.mood:
        draft.add(MoodChanged(command.npc_id, mood))
    anger = npc.character.guide.aggression * rules.market.haggle.violence_per_aggression
    anger = scaled(anger, "violence", draft.state, rules)
    if draft.stream.substream("temper").chance(anger):
        arise(draft, threat(draft, npc, (item,)))
