"""Treaties between houses, and how they are broken."""

from bodybroker.world.houses.evening import Evening
from bodybroker.world.houses.happenings import TreatiesEnded, TreatyBroken, TreatySigned
from bodybroker.world.houses.rules import TREATIES
from bodybroker.world.houses.state import House, Treaty


def end_treaties(evening: Evening) -> None:
    """Treaties whose time is up bind nobody."""
    ended = tuple(treaty for treaty in evening.houses.treaties if treaty.until_day <= evening.day)
    if ended:
        evening.add(TreatiesEnded(ended))


def may_sign(evening: Evening, house: House, other: House) -> bool:
    """Whether two houses can come to a treaty."""
    rules, ids = evening.rules, (house.house_id, other.house_id)
    grudge = max(evening.grudge(*ids), evening.grudge(*reversed(ids)))
    free = all(len(evening.treaties(house_id)) < rules.treaty_limit for house_id in ids)
    return free and grudge <= rules.treaty_grudge and other.house_id not in evening.partners(house.house_id)


def sign(evening: Evening, house: House, other: House) -> None:
    """The two make a treaty."""
    stream = evening.stream.substream(f"treaty/{house.house_id}")
    kind = stream.weighted([(kind, evening.rules.treaties[kind].weight) for kind in TREATIES])
    one, two = sorted((house.house_id, other.house_id))
    until = evening.day + evening.rules.treaties[kind].days.draw(stream)
    evening.add(TreatySigned(Treaty(kind, (one, two), until)))


def betray(evening: Evening, house: House, other: House) -> None:
    """The house breaks its treaty with the other."""
    treaty = next(treaty for treaty in evening.treaties(house.house_id) if other.house_id in treaty.houses)
    rules = evening.rules
    evening.add(
        TreatyBroken(
            treaty, house.house_id, other.house_id, rules.treaties[treaty.kind].broken_grudge, rules.witness_grudge
        )
    )
