"""What the player does in a turn besides talking, chosen from a menu or read out of what was said. Rules decide."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseCommand, Id, Word

Cents = Annotated[int, Field(ge=1, le=2**53)]


class Say(BaseCommand):
    """Only talk."""

    type: Literal["say"]


class Bribe(BaseCommand):
    """Give the NPC money, now."""

    type: Literal["bribe"]
    cents: Cents


class Threaten(BaseCommand):
    """Frighten the NPC, or anger it."""

    type: Literal["threaten"]


class Claimed(BaseCommand):
    """Something that may be true of somebody: an NPC, or `player`. `predicate` is one of the rules' (beliefs.yaml);
    `object` is what it asks for: an id, a part, a word, or nothing."""

    subject: Annotated[EntityId, Field(max_length=36)]
    predicate: Word
    object: Annotated[str, Field(max_length=60)] = ""


class Tell(BaseCommand):
    """Tell the NPC something that you believe."""

    type: Literal["tell"]
    claim: Claimed


class Lie(BaseCommand):
    """Tell the NPC something that you know to be false."""

    type: Literal["lie"]
    claim: Claimed


class AskAbout(BaseCommand):
    """Ask the NPC what it knows of somebody: of an NPC, or of what is said of you (`player`)."""

    type: Literal["ask"]
    subject: Annotated[EntityId, Field(max_length=36)]


class NamePrice(BaseCommand):
    """Name the price for which the NPC can have an item of the inventory."""

    type: Literal["offer"]
    item_id: Id
    price_cents: Cents


class PromiseOrder(BaseCommand):
    """Give your word on an order of the NPC."""

    type: Literal["promise_order"]
    order_id: Id


class PromiseMoney(BaseCommand):
    """Give your word that the NPC gets so much money in the next days."""

    type: Literal["promise_money"]
    cents: Cents


class Pay(BaseCommand):
    """Pay what you owe the NPC, or some of it."""

    type: Literal["pay"]
    cents: Cents


Intent = Say | Tell | Lie | AskAbout | Bribe | Threaten | NamePrice | PromiseOrder | PromiseMoney | Pay

IntentAdapter: TypeAdapter[Intent] = TypeAdapter(
    Annotated[Intent, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)
"""Reads an intent; for a request's model, annotate a field with `Intent` and the discriminator `type`."""
