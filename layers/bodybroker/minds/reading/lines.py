"""What a line of an NPC binds it to."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.reading import phrases
from bodybroker.minds.reading.sentences import sentences


class Said(Struct, frozen=True):
    """Commitments in an NPC's words. `price_cents` is what it says it pays, for `part` where it names one."""

    deal: bool = False
    refusal: bool = False
    goodbye: bool = False
    threat: bool = False
    price_cents: int | None = None
    part: str | None = None

    @property
    def nothing(self) -> bool:
        """Only talk."""
        return self == Said()


def said(line: str, parts: Sequence[str], names: Mapping[str, EntityId]) -> Said:
    """What the line commits the NPC to; the last price that it names counts. A no to a price is no no to another."""
    deal = refusal = goodbye = threat = False
    price: int | None = None
    part: str | None = None
    for sentence in sentences(line, parts, names):
        goodbye |= _is("goodbye", sentence.text)
        if sentence.cents and _is("price_proposed", sentence.text):
            price, part = sentence.cents[-1], sentence.parts[-1] if sentence.parts else part
        if sentence.is_question:
            continue
        threat |= _is("threat", sentence.text)
        part = sentence.parts[-1] if sentence.parts else part
        refuses = _is("refusal", sentence.text)
        refusal |= refuses
        deal |= not refuses and _is("deal", sentence.text)
        if sentence.cents and not refuses and _is("price", sentence.text):
            price = sentence.cents[-1]
    return Said(deal and not refusal, refusal, goodbye, threat, price, part)


def _is(kind: phrases.Commitment, text: str) -> bool:
    return phrases.load().compiled[f"commitments.{kind}"].search(text) is not None
