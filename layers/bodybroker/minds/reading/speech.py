"""What the player does, or claims, in free speech: for who types instead of choosing. A model adds what rules miss."""

from collections.abc import Mapping

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.acts.choices import Choices
from bodybroker.minds.reading import phrases
from bodybroker.minds.reading.sentences import NAME, PART, Sentence, sentences
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.talk import intents
from bodybroker.world.talk.intents import Intent


def read(text: str, choices: Choices) -> Intent | None:
    """The intent in the player's words: the first that a rule finds, sentence by sentence; None where he only talks."""
    for sentence in sentences(text, choices.parts, choices.names):
        intent = _intent(sentence, choices) or _told(sentence, choices)
        if intent is not None:
            return intent
    return None


def claim(sentence: Sentence) -> Claim | None:
    """What the sentence claims of somebody by name."""
    book = phrases.load()
    if sentence.is_question or not sentence.names or book.compiled["doubts"].search(sentence.text):
        return None
    for predicate in book.claims:
        found = book.compiled[f"claims.{predicate}"].search(sentence.text)
        if found is not None:
            first = sentence.text[: found.start()].count(NAME)
            about = sentence.names[first : first + found[0].count(NAME)]
            part = sentence.parts[sentence.text[: found.start()].count(PART)] if PART in found[0] else ""
            return Claim(about[0], predicate, about[1] if len(about) > 1 else part)
    return None


def mentions(text: str, names: Mapping[str, EntityId]) -> tuple[EntityId, ...]:
    """Those whom a text names."""
    return tuple(dict.fromkeys(who for sentence in sentences(text, (), names) for who in sentence.names))


def _told(sentence: Sentence, choices: Choices) -> Intent | None:
    """The player tells what he has heard; what he has not, he made up."""
    found = claim(sentence)
    if found is None:
        return None
    claimed = intents.Claimed(subject=found.subject, predicate=found.predicate, object=found.object)
    if found in choices.player_knows:
        return intents.Tell(type="tell", claim=claimed)
    return intents.Lie(type="lie", claim=claimed)


def _intent(sentence: Sentence, choices: Choices) -> Intent | None:
    compiled = phrases.load().compiled
    for kind in phrases.load().intents:
        if compiled[f"intents.{kind}"].search(sentence.text):
            intent = _of_kind(kind, sentence, choices)
            if intent is not None:
                return intent
    return None


def _of_kind(kind: phrases.Kind, sentence: Sentence, choices: Choices) -> Intent | None:
    if kind == "threaten" and not sentence.is_question:
        return intents.Threaten(type="threaten")
    if kind == "ask":
        return intents.AskAbout(type="ask", subject=sentence.names[-1] if sentence.names else PLAYER)
    if not sentence.cents or sentence.cents[0] <= 0:
        return None
    cents = sentence.cents[-1]
    match kind:
        case "offer":
            item_id = _item(sentence, choices)
            return None if item_id is None else intents.NamePrice(type="offer", item_id=item_id, price_cents=cents)
        case "bribe" if not sentence.is_question and not sentence.parts:
            return intents.Bribe(type="bribe", cents=cents)
        case "promise_money" if not sentence.is_question and not sentence.parts:
            return intents.PromiseMoney(type="promise_money", cents=cents)
    return None


def _item(sentence: Sentence, choices: Choices) -> EntityId | None:
    """The best item of the part that is spoken of; where none is named, the only part that the NPC wants."""
    wanted = {priced.part for priced in choices.items.values()}
    part = sentence.parts[-1] if sentence.parts else wanted.pop() if len(wanted) == 1 else None
    fitting = [(priced.most_cents, item_id) for item_id, priced in choices.items.items() if priced.part == part]
    return max(fitting)[1] if fitting else None
