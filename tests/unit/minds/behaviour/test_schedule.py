"""Where NPCs are by the hour."""

from bodybroker.minds.behaviour.schedule import returns, whereabouts
from bodybroker.world.city.clock import phase_at
from bodybroker.world.conditions import is_present
from msgspec.structs import replace


def at(state, minute, book):
    return replace(state, minute=minute, phase=phase_at(minute, book.clock))


def test_by_night_everybody_is_in_its_haunt_and_about_something_else_by_the_hour(night, book, behaviour):
    begin, rules = night.minute - night.minute % 1440, behaviour.schedule
    for npc in night.npcs.values():
        seen, spots = set(), set()
        site = night.places[npc.character.haunt_id].site
        for minute in range(begin + book.clock.dusk_minute, begin + 1440 + book.clock.dawn_minute, 10):
            found = whereabouts(at(night, minute, book), npc, rules)
            area = site.area
            assert found.place_id == npc.character.haunt_id
            assert area.x_cm <= found.at.x_cm <= area.x_cm + area.width_cm
            assert area.y_cm <= found.at.y_cm <= area.y_cm + area.depth_cm
            assert found.until > minute
            seen.add(found.activity)
            spots.add(found.at)
        assert len(seen) >= 2, npc.character.race
        walks = any(hour.spot == "rounds" for hour in rules.races[npc.character.race])
        assert (len(spots) > 3) == walks


def test_it_holds_until_it_says(night, book, behaviour):
    for npc in night.npcs.values():
        now = whereabouts(night, npc, behaviour.schedule)
        last, next_ = (
            whereabouts(at(night, minute, book), npc, behaviour.schedule) for minute in (now.until - 1, now.until)
        )
        assert replace(last, until=now.until) == now
        assert (next_.at, next_.activity) != (now.at, now.activity) or next_.until > now.until


def test_nobody_keeps_the_same_hours(night, behaviour, book):
    ghouls = [npc for npc in night.npcs.values() if npc.character.race == "ghoul"]
    begin = night.minute - night.minute % 1440
    turns = set()
    for npc in ghouls:
        days = [whereabouts(at(night, begin + m, book), npc, behaviour.schedule).activity for m in range(1200, 1440)]
        turns.add(days.index("trades"))
    assert len(turns) == len(ghouls)


def test_it_comes_back_when_it_says(afternoon, night, book, behaviour):
    npc = next(iter(night.npcs.values()))
    hurt = replace(npc, away_until=night.minute + 4000)
    for state, who in ((afternoon, npc), (night, hurt)):
        assert whereabouts(state, who, behaviour.schedule) is None
        minute = returns(state, who, book.clock)
        assert is_present(at(state, minute, book), who)
        assert not is_present(at(state, minute - 1, book), who)
    assert returns(night, npc, book.clock) == night.minute
