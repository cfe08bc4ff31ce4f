"""What an NPC has in mind when it meets the player: a few short sentences, the weightiest first, within a bound.

They follow what a model has read before (`prompt.prefix`), so they are what it has to read anew.
"""

from collections.abc import Iterable, Iterator, Sequence

from bodybroker.minds.turns import ContextSettings
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State


def assemble(
    state: State, npc: Npc, rules: Rules, settings: ContextSettings, recollections: Sequence[str] = ()
) -> tuple[str, ...]:
    """How things stand and what the NPC remembers: `recollections`, the weightiest first."""
    return (*_situation(state, npc), *recollections[: settings.memories])


def within(sentences: Iterable[str], room: int) -> Iterator[str]:
    """The sentences that fit into `room` bytes together, in their order."""
    for sentence in sentences:
        if (taken := size((sentence,))) <= room:
            room -= taken
            yield sentence


def size(sentences: Iterable[str]) -> int:
    """Bytes of the sentences, with what parts them."""
    return sum(len(sentence.encode()) + 1 for sentence in sentences)


def _situation(state: State, npc: Npc) -> tuple[str, ...]:
    """How things stand, a sentence for each thing that changes while the two talk."""
    carried = ", ".join(sorted(item.part for item in state.player.inventory.values())) or "nothing"
    offer = state.market.offers.get(npc.character.npc_id)
    given = f"offered ${offer.price_cents // 100} for a {offer.part}" if offer else "made no offer"
    return (
        f"You are {npc.mood}.",
        f"The broker carries {carried}.",
        f"You have {given}.",
        f"You have ${npc.purse_cents // 100}.",
        f"You are at {state.places[npc.character.haunt_id].site.name}.",
    )
