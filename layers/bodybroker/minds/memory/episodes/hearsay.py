"""Memories of what others said: a claim, in the words of the rules, and whose word it is."""

from collections.abc import Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.episodes.base import Episode, Maker, Moment
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.events import BeliefsFormed, Learned
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.wording import a

BY_WORD = frozenset({"told", "lied", "distorted"})
"""Kinds of evidence that are somebody's word; whoever hears it cannot tell one from another."""


def _formed(now: Moment, event: BeliefsFormed) -> Iterator[Episode]:
    for learned in event.learned:
        if learned.evidence.kind in BY_WORD and learned.evidence.source is not None:
            yield _told(now, learned)


def _told(now: Moment, learned: Learned) -> Episode:
    claim, source = learned.claim, learned.evidence.source
    assert source is not None
    teller = now.name(source)
    slots = {"teller": teller, "subject": claim.subject, "claim": claim.predicate, "object": claim.object}
    return Episode(
        learned.holder,
        "hearsay",
        f"{teller} told me that {in_words(now, claim)}.",
        {name: value for name, value in slots.items() if value},
        tuple(tag for tag in (source, claim.subject, claim.object) if tag and tag != PLAYER),
        "told",
        learned.evidence.strength,
        source,
    )


def in_words(now: Moment, claim: Claim) -> str:
    """A claim as people say it."""
    says = now.world.beliefs.predicates[claim.predicate].says
    return says.format(subject=_named(now, claim.subject), object=_named(now, claim.object))


def _named(now: Moment, tag: str) -> str:
    """Whatever a claim can be about: a person, a place, a house, a part or a word."""
    state, entity = now.state, EntityId(tag)
    if entity == PLAYER or entity in state.npcs:
        return now.name(entity)
    if entity in state.places:
        return state.places[entity].site.name
    if entity in state.houses.houses:
        return state.houses.houses[entity].name
    return a(tag) if tag else ""


MAKERS: dict[type, Maker] = {BeliefsFormed: _formed}
