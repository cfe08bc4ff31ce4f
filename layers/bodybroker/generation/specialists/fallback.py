"""What a specialist says without a model: its guide's grammar and lists, walked in the world's own order."""

from bodybroker.generation.locations import Addition, Clue, Entity, Hazard
from bodybroker.generation.specialists import grammar
from bodybroker.generation.specialists.answers import plain, tagged, wishes
from bodybroker.generation.specialists.guides import Choice, Specialist, Specialists
from bodybroker.generation.specialists.variants import ATTEMPTS, Variant
from bodybroker.kernel.random import Stream

PHRASES = frozenset({"personality", "wants"})
"""Written small: they stand within a sentence."""


def fallback(specialists: Specialists, entity: Entity, place: Entity, variant: Variant, world: Stream) -> Addition:
    """The addition to an entity of `place`, from the world's stream: the same at any time and on any machine.

    Within a world, no two numbers of a specialist give the same text before its grammar is used up
    (`grammar.period`). Another attempt gives another text.
    """
    guide = specialists.guides[entity.specialist]
    number = variant.number + (variant.attempt - 1) * ATTEMPTS
    made = _Writer(guide, entity, place, number, world.substream(entity.specialist))
    clue = made.spell("clue") if guide.writes.clue else ""
    addition = Addition(
        entity=entity.id,
        title=made.spell("title"),
        text=made.spell("text"),
        traits=made.choose("traits", guide.writes.traits),
        personality=made.spell("personality") if guide.writes.personality else "",
        wants=made.spell("wants") if guide.writes.wants else "",
        props=wishes(made.choose("props", guide.writes.props)),
        hazards=tuple(Hazard(kind, made.sign(kind)) for kind in made.choose("hazards", guide.writes.hazards)),
        clues=(Clue(clue),) if clue else (),
    )
    return tagged(specialists, addition)


class _Writer:
    def __init__(self, guide: Specialist, entity: Entity, place: Entity, number: int, stream: Stream) -> None:
        self._guide, self._entity, self._number, self._stream = guide, entity, number, stream
        self._facts = {"thing": plain(entity.kind_of), "place": plain(place.kind_of)}

    def spell(self, root: str) -> str:
        symbols, kind = self._guide.grammar, self._entity.kind_of
        text = grammar.spell(symbols, root, kind, self._facts, self._number, self._stream.substream(root))
        return text if root in PHRASES else text[:1].upper() + text[1:]

    def choose(self, field: str, choice: Choice | None) -> tuple[str, ...]:
        if choice is None:
            return ()
        stream = self._stream.substream(f"{field} {self._number}")
        return tuple(stream.sample(choice.words(self._entity.kind_of), choice.count.draw(stream)))

    def sign(self, hazard: str) -> str:
        return self._stream.substream(f"sign {self._number}").choice(self._guide.signs[hazard])
