"""Memories of violence, of the law and of what the street says."""

from collections.abc import Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory.episodes.base import BROKER, Episode, Maker, Moment, dollars
from bodybroker.world.conflict import events as conflict
from bodybroker.world.crime import events as crime
from bodybroker.world.empire import events as empire
from bodybroker.world.houses import events as houses
from bodybroker.world.houses.rumours import tell
from bodybroker.world.wording import words

ENDINGS = {
    "won": "I lost",
    "escaped": "the broker got away",
    "bought_off": "I was paid off",
    "surrendered": "the broker gave in",
    "beaten": "I won",
    "killed": "I left the broker for dead",
}


def _foes(now: Moment) -> list[EntityId]:
    danger = now.state.conflict.danger
    return [foe.npc_id for foe in danger.foes if foe.npc_id is not None] if danger else []


def _fought(now: Moment, event: conflict.DangerPassed) -> Iterator[Episode]:
    for npc_id in _foes(now):
        text = f"I went for {BROKER} at {now.where()}: {ENDINGS[event.outcome]}."
        slots = {"outcome": event.outcome, "where": now.where()}
        yield Episode(npc_id, "fight", text, slots, (now.state.player.place_id,))


def _bribed(now: Moment, event: conflict.BribeOffered) -> Iterator[Episode]:
    for npc_id in _foes(now):
        ending = "and I took it" if event.taken else "and I did not take it"
        text = f"{BROKER} offered me {dollars(event.cents)} to let it be, {ending}."
        yield Episode(npc_id, "bribe", text, {"cents": str(event.cents)})


def _killed(now: Moment, event: crime.VictimKilled) -> Iterator[Episode]:
    for npc_id in now.witnesses() if event.witnessed else ():
        text = f"I saw {BROKER} kill somebody at {now.where()}."
        yield Episode(npc_id, "crime_seen", text, {"where": now.where()}, (event.place_id,))


def _arrested(now: Moment, event: crime.PlayerArrested) -> Iterator[Episode]:
    return _talk_of_town(now, "law", f"they say that {BROKER} was arrested by the police.")


def _raided(now: Moment, event: crime.HideoutRaided) -> Iterator[Episode]:
    return _talk_of_town(now, "law", f"they say that the police raided the hideout of {BROKER}.")


def _risen(now: Moment, event: empire.RankRisen) -> Iterator[Episode]:
    return _talk_of_town(now, "rank", f"they say that {BROKER} rose to {words(event.rank)}.")


def _talk_of_town(now: Moment, topic: str, text: str) -> Iterator[Episode]:
    for npc_id in sorted(now.state.npcs):
        if now.hears(npc_id, now.rules.law_per_mille, topic):
            yield Episode(npc_id, topic, text, kind="told")


def _advanced(now: Moment, event: houses.HousesAdvanced) -> Iterator[Episode]:
    """Public news, not what the player's own spies tell; each hears what concerns its house, and some of the rest."""
    houses_now = now.state.houses
    by_name = {quarter.name: quarter_id for quarter_id, quarter in houses_now.quarters.items()}
    by_name |= {house.name: house_id for house_id, house in houses_now.houses.items()}
    for index, rumour in enumerate(event.rumours):
        if rumour.kind in ("scheme", "strike", "stirring"):
            continue
        said = tell(rumour)
        named = sorted({rumour.house, rumour.other, rumour.what} & by_name.keys(), key=said.find)
        about = tuple(by_name[name] for name in named)
        slots = {"house": rumour.house, "other": rumour.other, "what": rumour.what}
        slots = {name: value for name, value in slots.items() if value}
        for npc_id in _who_hears(now, about, str(index)):
            yield Episode(npc_id, "news", f"they say: {said}", slots, about, "told")


def _who_hears(now: Moment, about: tuple[str, ...], nth: str) -> Iterator[EntityId]:
    for npc_id in sorted(now.state.npcs):
        own = now.state.houses.races.get(now.state.npcs[npc_id].character.race)
        if (own is not None and own in about) or now.hears(npc_id, now.rules.news_per_mille, "news", nth):
            yield npc_id


MAKERS: dict[type, Maker] = {
    conflict.DangerPassed: _fought,
    conflict.BribeOffered: _bribed,
    crime.VictimKilled: _killed,
    crime.PlayerArrested: _arrested,
    crime.HideoutRaided: _raided,
    empire.RankRisen: _risen,
    houses.HousesAdvanced: _advanced,
}
