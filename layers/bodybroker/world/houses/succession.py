"""Who comes after: other heads of houses, and heirs of houses that fell."""

from msgspec.structs import replace

from bodybroker.generation import names
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import ordered
from bodybroker.world.houses import beginning
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import HeirRose, LeaderReplaced
from bodybroker.world.houses.state import House


def depose(evening: Evening, house_id: EntityId, stream: Stream) -> None:
    """Somebody else at the head: another known member, or a stranger; with another character."""
    house = evening.houses.houses[house_id]
    rule = evening.rules.houses[house.kind]
    known = [
        npc.character
        for npc in ordered(evening.npcs)
        if evening.houses.races.get(npc.character.race) == house_id and npc.character.npc_id != house.leader_id
    ]
    taken = {other.leader for other in evening.all()}
    who, npc_id = beginning.leader(rule, stream, known, taken)
    evening.add(
        LeaderReplaced(
            house_id=house_id,
            leader=who,
            leader_id=npc_id,
            ambition=rule.ambition.draw(stream),
            honour=rule.honour.draw(stream),
            cunning=rule.cunning.draw(stream),
        )
    )


def raise_heirs(evening: Evening) -> None:
    """Houses without a quarter and without strength fall; their heirs take one quarter back from the greatest."""
    rules = evening.rules.heir
    for house in evening.all():
        if house.strength >= rules.fallen_strength or evening.holdings(house.house_id):
            continue
        stream = evening.stream.substream(f"heir/{house.house_id}")
        greatest = max(evening.all(), key=lambda other: (len(evening.holdings(other.house_id)), other.house_id))
        quarter = stream.choice(evening.holdings(greatest.house_id))
        evening.add(HeirRose(_heir(evening, house, stream), quarter.quarter_id))


def _heir(evening: Evening, house: House, stream: Stream) -> House:
    """The house under a new name and head, with strength and money to begin again."""
    rule, rules = evening.rules.houses[house.kind], evening.rules.heir
    taken = {name for other in evening.all() for name in (other.name, other.leader)}
    return replace(
        house,
        name=names.make(rule.names, stream.substream("name"), taken),
        leader=names.make(rule.leaders, stream.substream("leader"), taken),
        leader_id=None,
        ambition=rule.ambition.draw(stream),
        honour=rule.honour.draw(stream),
        cunning=rule.cunning.draw(stream),
        strength=rules.strength.draw(stream),
        wealth_cents=house.wealth_cents + min(evening.city_cents, rules.wealth_cents.draw(stream)),
    )
