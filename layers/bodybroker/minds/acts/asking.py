"""How a model is asked for acts: one short question, and a JSON schema that lets it answer only what can hold.

    {"mood": "pleased", "feeling": "warmer", "act": {"do": "offer", "part": "liver", "dollars": 120}}

Prices are in whole dollars, as they are spoken. Where the player spoke of somebody whom the NPC may know, `heard` asks
first what he claimed.
"""

from collections.abc import Iterator
from typing import Any

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.acts import hearing
from bodybroker.minds.acts.choices import Choices, Priced
from bodybroker.minds.turns import ActsSettings
from bodybroker.world.talk import intents
from bodybroker.world.talk.intents import Intent

Schema = dict[str, Any]
CENTS = 100

NONE = "none"
SAME = "same"
"""The act that is none, and the feeling that changes nothing."""


def ask(choices: Choices, settings: ActsSettings, text: str, intent: Intent | None = None) -> tuple[str, Schema]:
    """The question to the model and the schema of its answer, after the player's words and intent."""
    heard = None if intent is not None else hearing.schema(text, choices)
    return _question(choices, settings, intent, hears=heard is not None), _schema(choices, intent, heard)


def _schema(choices: Choices, intent: Intent | None, heard: Schema | None) -> Schema:
    return _object(
        **({} if heard is None else {"heard": heard}),
        mood={"enum": list(choices.moods)},
        feeling={"enum": list(choices.feelings)},
        act={"anyOf": list(acts(choices, intent))},
    )


def _question(choices: Choices, settings: ActsSettings, intent: Intent | None, *, hears: bool) -> str:
    """Every act that the NPC may choose, each with what it means, and what it could tell."""
    kinds = {act["properties"]["do"]["const"] for act in acts(choices, intent)}
    meanings = "; ".join(f"{kind} = {meaning}" for kind, meaning in settings.acts.items() if kind in kinds)
    asked = [settings.question.format(acts=meanings)]
    if tellings := dict(tellable(choices, intent)):
        asked.append(
            settings.tellings.format(tellings="; ".join(f"{key} = {words}" for key, words in tellings.items()))
        )
    if hears:
        asked.append(settings.heard)
    return " ".join(asked)


def acts(choices: Choices, intent: Intent | None = None) -> Iterator[Schema]:
    """The schema of each act that can hold."""
    yield _act(NONE)
    yield from _trade(choices, on_table(choices, intent))
    if "hold" in choices.vows:
        yield _act("hold")
    if "silence" in choices.vows:
        yield _act("silence")
    if "pay" in choices.vows and choices.owed_cents >= CENTS:
        yield _act("owe", dollars=_dollars(CENTS, choices.owed_cents))
    if tellings := [key for key, _ in tellable(choices, intent)]:
        yield _act("tell", what={"enum": tellings})
    if choices.errands and not choices.in_danger:
        yield _act("errand", part={"enum": list(choices.errands)})
    if choices.can_attack:
        yield _act("attack")
    if choices.can_leave:
        yield _act("leave")


def on_table(choices: Choices, intent: Intent | None) -> tuple[Priced, int] | None:
    """What the player asks a price for, and how much: in this turn, or since an earlier one."""
    if isinstance(intent, intents.NamePrice):
        priced = choices.items.get(intent.item_id)
        return None if priced is None or intent.price_cents > priced.insult_cents else (priced, intent.price_cents)
    if choices.asked_item is not None:
        return choices.items[choices.asked_item], choices.asked_cents
    return None


def can_accept(choices: Choices, intent: Intent | None) -> bool:
    """Whether the NPC may say yes to the price on the table."""
    asked = on_table(choices, intent)
    return asked is not None and asked[1] <= min(asked[0].most_cents, choices.purse_cents)


def tellable(choices: Choices, intent: Intent | None) -> Iterator[tuple[str, str]]:
    """What the NPC may tell, by its key in the answer; asked about somebody, only what concerns that one."""
    for index, telling in enumerate(choices.tellings):
        if not isinstance(intent, intents.AskAbout) or EntityId(intent.subject) in (
            telling.claim.subject,
            telling.claim.object,
        ):
            yield telling_key(index), telling.words


def telling_key(index: int) -> str:
    """The name of a telling in the question and the answer."""
    return f"s{index + 1}"


def _trade(choices: Choices, asked: tuple[Priced, int] | None) -> Iterator[Schema]:
    """With a price on the table the NPC answers that; without one it may name its own, part by part."""
    if asked is None:
        for part, bounds in choices.offers.items():
            yield _act("offer", part={"const": part}, dollars=_dollars(bounds.low_cents, bounds.high_cents))
        return
    priced, cents = asked
    yield _act("refuse")
    if cents <= min(priced.most_cents, choices.purse_cents):
        yield _act("accept")
    bounds_of = choices.offers.get(priced.part)
    if bounds_of is not None and bounds_of.low_cents < cents - CENTS:
        yield _act("counter", dollars=_dollars(bounds_of.low_cents, min(bounds_of.high_cents, cents - 1)))


def _act(kind: str, **fields: Schema) -> Schema:
    return _object(do={"const": kind}, **fields)


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _dollars(low_cents: int, high_cents: int) -> Schema:
    """Whole dollars within the bounds."""
    low = -(-low_cents // CENTS)
    return {"type": "integer", "minimum": low, "maximum": max(low, high_cents // CENTS)}
