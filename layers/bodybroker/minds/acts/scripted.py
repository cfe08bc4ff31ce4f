"""What an NPC answers to an intent when no model speaks for it: by the rules, in a few set words."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.acts.asking import CENTS, can_accept, on_table
from bodybroker.minds.acts.choices import Choices, Telling
from bodybroker.minds.turns import ScriptedSettings
from bodybroker.world.proposals import Accept, CounterOffer, Diff, Proposal, Refuse, Tell
from bodybroker.world.talk import intents
from bodybroker.world.talk.intents import Intent


class Scripted(Struct, frozen=True):
    """A line and the acts that agree with it."""

    line: str
    proposal: Proposal


def answer(choices: Choices, intent: Intent | None, settings: ScriptedSettings, dice: Stream) -> Scripted | None:
    """The answer to a price or to a question about somebody; None to everything else."""
    if isinstance(intent, intents.AskAbout):
        telling = known(choices, intent)
        if telling is None:
            return Scripted(dice.choice(settings.nothing), Proposal())
        return Scripted(sentence(telling), Proposal((Tell(choices.npc_id, telling.claim, telling.is_lie),)))
    if isinstance(intent, intents.NamePrice):
        return _price(choices, intent, settings, dice)
    return None


def known(choices: Choices, intent: intents.AskAbout) -> Telling | None:
    """What the NPC tells whoever asks about that one; it prefers the truth."""
    about = EntityId(intent.subject)
    return next((one for one in choices.tellings if about in (one.claim.subject, one.claim.object)), None)


def sentence(telling: Telling) -> str:
    """A telling as a sentence of its own."""
    return f"{telling.words[:1].upper()}{telling.words[1:]}."


def _price(choices: Choices, intent: intents.NamePrice, settings: ScriptedSettings, dice: Stream) -> Scripted | None:
    """Yes to a fair price; half of the way to the most to a dear one; no where there is nothing between."""
    asked = on_table(choices, intent)
    if asked is None:
        return None
    priced, cents = asked
    if can_accept(choices, intent):
        return _said(settings.accept, dice, priced.part, cents, Accept(choices.npc_id))
    bounds = choices.offers.get(priced.part)
    if bounds is not None:
        most = min(priced.most_cents, bounds.high_cents, cents - 1)
        middle = (bounds.low_cents + most) // 2 // CENTS * CENTS
        if bounds.low_cents <= middle <= most:
            return _said(settings.counter, dice, priced.part, middle, CounterOffer(choices.npc_id, middle))
    return _said(settings.refuse, dice, priced.part, cents, Refuse(choices.npc_id))


def _said(lines: tuple[str, ...], dice: Stream, part: str, cents: int, act: Diff) -> Scripted:
    dollars = f"${cents // CENTS}" + (f".{cents % CENTS:02}" if cents % CENTS else "")
    return Scripted(dice.choice(lines).format(part=part, price=dollars), Proposal((act,)))
