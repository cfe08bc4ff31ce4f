"""An NPC does what it says: its line is held against what the rules allow, and its acts against its line.

A line may promise only what can hold: `disagrees` tells before a sentence is shown. When the line has been said,
`agreed` makes the acts follow it: who says "deal" has made one, who names a price has offered it, who says goodbye
leaves, who says what it knows has told it. Acts that the line speaks against are disowned.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from bodybroker.minds.acts.asking import can_accept, on_table
from bodybroker.minds.acts.choices import Choices, Telling
from bodybroker.minds.reading.lines import Said, said
from bodybroker.minds.reading.sentences import sentences
from bodybroker.minds.reading.speech import claim, mentions
from bodybroker.world.proposals import (
    Accept,
    Attack,
    CounterOffer,
    Diff,
    Leave,
    MakeOffer,
    Proposal,
    Refuse,
    Tell,
)
from bodybroker.world.talk import intents
from bodybroker.world.talk.intents import Intent

MONEY = (intents.Bribe, intents.PromiseMoney, intents.PromiseOrder, intents.Pay)
"""Intents to which a yes is no deal over a part."""
TRADE = (Accept, CounterOffer, MakeOffer, Refuse)


def disagrees(line: str, choices: Choices, intent: Intent | None = None) -> str | None:
    """Why the line, as far as it has come, must not be said: it promises what the rules would not allow; else None."""
    words = said(line, choices.parts, choices.names)
    if words.goodbye and not choices.can_leave:
        return "goodbye"
    if words.price_cents is not None and not _can_name(words, choices, intent):
        return "price"
    if words.deal and words.price_cents is None and not _can_agree(choices, intent):
        return "deal"
    return None


def agreed(proposal: Proposal, line: str, choices: Choices, intent: Intent | None = None) -> Proposal:
    """The proposal that agrees with the line."""
    words = said(line, choices.parts, choices.names)
    trade = _trade(words, choices, intent)
    kept: list[Diff] = []
    disowned: list[Diff] = []
    for diff in proposal.diffs:
        is_kept = _is_spoken(diff, line, choices) and not _is_against(diff, words, trade)
        (kept if is_kept else disowned).append(diff)
    meant = (trade, *_told(line, choices), *_parting(words, choices))
    kept += [diff for diff in meant if diff is not None and diff not in kept]
    return replace(proposal, diffs=tuple(kept), disowned=(*proposal.disowned, *disowned))


def _can_agree(choices: Choices, intent: Intent | None) -> bool:
    """Whether there is anything that a "deal" can be about."""
    if on_table(choices, intent) is not None:
        return can_accept(choices, intent)
    return choices.offered is not None or isinstance(intent, MONEY)


def _can_name(words: Said, choices: Choices, intent: Intent | None) -> bool:
    """Whether the NPC can pay what it says, for the part that it means or for any."""
    price, part = words.price_cents or 0, _part(words, choices, intent)
    if choices.offered is not None and choices.offered[1] == price and part in (None, choices.offered[0]):
        return True
    asked = on_table(choices, intent)
    if asked is not None and asked[0].part == part and asked[1] == price:
        return can_accept(choices, intent)
    bounds = [choices.offers[part]] if part in choices.offers else [] if part else [*choices.offers.values()]
    return any(one.low_cents <= price <= one.high_cents for one in bounds)


def _part(words: Said, choices: Choices, intent: Intent | None) -> str | None:
    """The part that a price is for: the one that is named, the one on the table, the only one there is."""
    if words.part is not None:
        return words.part
    asked = on_table(choices, intent)
    if asked is not None:
        return asked[0].part
    return next(iter(choices.offers)) if len(choices.offers) == 1 else None


def _trade(words: Said, choices: Choices, intent: Intent | None) -> Diff | None:
    """The act that the words are: a yes, a no, a price."""
    asked, part, npc_id = on_table(choices, intent), _part(words, choices, intent), choices.npc_id
    on_it = asked is not None and part in (None, asked[0].part)
    if words.price_cents is not None and part is not None:
        if asked is not None and on_it and words.price_cents <= asked[1]:
            return Accept(npc_id) if words.price_cents == asked[1] else CounterOffer(npc_id, words.price_cents)
        if choices.offered != (part, words.price_cents):
            return MakeOffer(npc_id, part, words.price_cents)
        return None
    if asked is not None and words.deal:
        return Accept(npc_id)
    if asked is not None and words.refusal:
        return Refuse(npc_id)
    return None


def tells(line: str, telling: Telling, choices: Choices) -> bool:
    """Whether the line says so: in these words, or as a claim that a rule reads."""
    if telling.words.casefold() in line.casefold():
        return True
    return any(claim(sentence) == telling.claim for sentence in sentences(line, choices.parts, choices.names))


def _told(line: str, choices: Choices) -> Iterator[Diff]:
    for telling in choices.tellings:
        if tells(line, telling, choices):
            yield Tell(choices.npc_id, telling.claim, telling.is_lie)


def _is_spoken(diff: Diff, line: str, choices: Choices) -> bool:
    """Nobody tells anything without a word: what is told is said, or at least everybody whom it is about is named."""
    if not isinstance(diff, Tell):
        return True
    for telling in choices.tellings:
        if telling.claim == diff.claim:
            named = mentions(line, choices.names)
            about = [choices.names.get(name) for name in telling.about]
            return tells(line, telling, choices) or bool(about and all(who in named for who in about))
    return False


def _parting(words: Said, choices: Choices) -> Iterator[Diff]:
    if words.goodbye:
        yield Leave(choices.npc_id)


def _is_against(diff: Diff, words: Said, trade: Diff | None) -> bool:
    """Whether the words speak against the act."""
    if diff == trade:
        return False
    if isinstance(diff, TRADE) and trade is not None:
        return True
    if words.refusal or words.threat:
        return isinstance(diff, (Accept, MakeOffer, CounterOffer))
    return words.deal and isinstance(diff, (Attack, Refuse))
