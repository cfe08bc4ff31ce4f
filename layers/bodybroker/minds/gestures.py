"""What the player does in a turn besides talking, as the NPC perceives it: a sentence for its model."""

from bodybroker.world.beliefs import reading
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk import intents
from bodybroker.world.talk.intents import Intent
from bodybroker.world.wording import a, dollars


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
            told = Claim(claim.subject, claim.predicate, claim.object)
            return f"The broker tells you that {reading.said(state, rules, told)}."
        case intents.AskAbout(subject=subject):
            return f"The broker asks what you know of {reading.name(state, rules, subject)}."
        case intents.NamePrice(item_id=item_id, price_cents=cents):
            item = state.player.inventory[item_id]
            return f"The broker asks {dollars(cents)} for {a(item.part)} of quality {item.quality}."
        case intents.PromiseOrder(order_id=order_id):
            return f"The broker gives his word to bring you {a(state.market.orders[order_id].part)}."
        case intents.PromiseMoney(cents=cents):
            return f"The broker gives his word to bring you {dollars(cents)}."
        case intents.Pay(cents=cents):
            return f"The broker pays you {dollars(cents)} of what he owes."
