"""What the player does in a turn besides talking, as the NPC perceives it: a sentence for its model."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk import intents
from bodybroker.world.talk.intents import Intent
from bodybroker.world.wording import a, dollars, words


def perceived(state: State, rules: Rules, intent: Intent) -> str:
    """The intent in words; nothing for mere talk. It must hold in `state` (`world.talk.decide.check_intent`)."""
    match intent:
        case intents.Say():
            return ""
        case intents.Bribe(cents=cents):
            return f"The broker puts {dollars(cents)} into your hand."
        case intents.Threaten():
            return "The broker threatens you."
        case intents.Tell(claim=claim) | intents.Lie(claim=claim):
            return f"The broker tells you: {_claim(state, claim)}."
        case intents.AskAbout(subject=subject):
            return f"The broker asks what you know of {_name(state, subject)}."
        case intents.Offer(item_id=item_id, price_cents=cents):
            item = state.player.inventory[item_id]
            return f"The broker asks {dollars(cents)} for {a(item.part)} of quality {item.quality}."
        case intents.PromiseOrder(order_id=order_id):
            return f"The broker gives his word to bring you {a(state.market.orders[order_id].part)}."
        case intents.PromiseMoney(cents=cents):
            return f"The broker gives his word to bring you {dollars(cents)}."
        case intents.Pay(cents=cents):
            return f"The broker pays you {dollars(cents)} of what he owes."


def _claim(state: State, claim: intents.Claimed) -> str:
    about = f" {_name(state, claim.object)}" if claim.object else ""
    return f"{_name(state, claim.subject)} {words(claim.predicate)}{about}"


def _name(state: State, of: str) -> str:
    who = EntityId(of)
    if who == PLAYER:
        return "the broker"
    return state.npcs[who].character.name if who in state.npcs else words(of)
