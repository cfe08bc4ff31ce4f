"""Intrigues: prepared, struck, settled."""

from msgspec.structs import replace

from bodybroker.kernel.ids import entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world.base import ordered
from bodybroker.world.houses import succession
from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import IntrigueAdvanced, IntrigueSettled
from bodybroker.world.houses.rules import SCHEMES
from bodybroker.world.houses.state import House, Intrigue


def begin(evening: Evening, house: House, target: House) -> None:
    """The house starts to scheme against the target."""
    rules, stream = evening.rules.intrigue, evening.stream.substream(f"intrigue/{house.house_id}")
    intrigue = Intrigue(
        intrigue_id=entity_id(stream.substream("id")),
        scheme=stream.weighted([(scheme, rules.weights[scheme]) for scheme in SCHEMES]),
        house_id=house.house_id,
        target_id=target.house_id,
        stage="preparing",
        due_day=evening.day + rules.preparing_days.draw(stream),
    )
    evening.add(IntrigueAdvanced(intrigue))


def go_on(evening: Evening) -> None:
    """Intrigues that are due go on to their next stage."""
    for intrigue in ordered(evening.houses.intrigues):
        if intrigue.due_day > evening.day or intrigue.intrigue_id not in evening.houses.intrigues:
            continue
        stream = evening.stream.substream(f"intrigue/{intrigue.intrigue_id}")
        if intrigue.stage == "preparing":
            due = evening.day + evening.rules.intrigue.striking_days.draw(stream)
            evening.add(IntrigueAdvanced(replace(intrigue, stage="striking", due_day=due)))
        else:
            _settle(evening, intrigue, stream)


def _settle(evening: Evening, intrigue: Intrigue, stream: Stream) -> None:
    rules, houses = evening.rules.intrigue, evening.houses.houses
    house, target = houses[intrigue.house_id], houses[intrigue.target_id]
    worked = stream.chance(rules.success.base + (house.cunning - target.cunning) * rules.success.per_cunning)
    exposed = stream.chance(rules.exposed_per_mille)
    cents = strength = 0
    if worked and intrigue.scheme == "theft":
        cents = target.wealth_cents * rules.theft_per_mille.draw(stream) // 1000
    elif worked and intrigue.scheme == "sabotage":
        strength = rules.sabotage.draw(stream)
    grudge = (rules.victim_grudge if worked else rules.exposed_grudge) if exposed else 0
    evening.add(IntrigueSettled(intrigue, worked, exposed, cents, strength, grudge))
    if worked and intrigue.scheme == "usurpation":
        succession.depose(evening, intrigue.target_id, stream.substream("leader"))
