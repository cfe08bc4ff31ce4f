"""Being hunted: stages, who sets out, who is found, and what a fight leaves behind."""

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, hunt, relations
from bodybroker.world.houses.aftermath import after_hunters
from bodybroker.world.houses.rules import STAGES
from bodybroker.world.houses.state import Attempt
from msgspec.structs import replace


def sent(world, house, minutes=30):
    """Hunters of that house strike in so many minutes."""
    coming = Attempt(house.house_id, world.state.minute + minutes)
    world.state = replace(world.state, houses=replace(world.state.houses, attempt=coming))


def chances(world, tries=400):
    ties = world.state.houses.ties
    return sum(hunt.attempt(world.state, ties, world.rules, Stream(i)) is not None for i in range(tries))


def test_a_hunt_has_stages(book):
    assert relations.stage(0, book) is None
    for stage in STAGES:
        points = book.hunted.stages[stage].points
        assert relations.stage(points, book) == stage != relations.stage(points - 1, book)


def test_the_higher_the_stage_the_likelier_they_come(world, book, house, tied):
    counts = []
    for stage in STAGES:
        tied(world, house(world, "court"), hunt=book.hunted.stages[stage].points)
        counts.append(chances(world))
    assert counts[0] == 0 and counts == sorted(set(counts))


def test_allies_protect_and_more_so_at_home(world, book, house, tied):
    tied(world, house(world, "court"), hunt=1000)
    alone = chances(world)
    home = world.state.houses.quarters[world.state.houses.home_id].house_id
    ally = next(h for h in world.state.houses.houses.values() if h.house_id != home and h.kind != "court")
    tied(world, ally, allied_until=99)
    one = chances(world)
    quarter = replace(world.state.houses.quarters[world.state.houses.home_id], house_id=ally.house_id)
    quarters = world.state.houses.quarters | {quarter.quarter_id: quarter}
    world.state = replace(world.state, houses=replace(world.state.houses, quarters=quarters))
    assert alone > one > chances(world)


def test_hunters_find_who_is_abroad_by_night(night, house, tied, book):
    court = house(night, "court")
    tied(night, court, hunt=1000)
    sent(night, court)
    made = night.do("wait", minutes=60)
    (came,) = [event for event in made if isinstance(event, events.HuntersCame)]
    danger = night.state.conflict.danger
    assert came.found and danger.kind == "hunters" and danger.house_id == court.house_id
    crowd = book.hunted.stages["blood_price"].hunters
    assert crowd.low <= len(danger.foes) <= crowd.high and len({foe.name for foe in danger.foes}) == len(danger.foes)
    assert night.state.houses.attempt is None


@pytest.mark.parametrize("where", ["hideout", "away"])
def test_nobody_is_found_at_home_or_away_from_the_game(night, house, where):
    sent(night, house(night, "court"))
    if where == "hideout":
        night.go("hideout")
        night.do("wait", minutes=60)
    else:
        draft = Draft(night.state, night.rules)
        draft.offscreen = True
        hunt.strike(draft)
        night.state, night.log = draft.state, draft.events
    (came,) = [event for event in night.log if isinstance(event, events.HuntersCame)]
    assert not came.found and night.state.conflict.danger is None and night.state.houses.attempt is None


def test_a_hunt_cools_but_not_below_what_betrayal_left(world, book, house, tied):
    floor = book.hunted.betrayal_floor
    court, pack = house(world, "court"), house(world, "pack")
    tied(world, court, hunt=50)
    tied(world, pack, hunt=floor + 1, betrayals=1)
    world.wait_for("night")
    assert relations.tie(world.state, court.house_id).hunt == 50 - book.hunted.cooling
    assert relations.tie(world.state, pack.house_id).hunt == floor


def test_a_fight_feeds_or_ends_a_hunt(night, book, house, tied):
    court = house(night, "court")
    foe = Fighter("somebody", 20, 20, 20, 0, standing="down")
    danger = Danger(
        "hunters", night.state.player.place_id, (foe, replace(foe, standing="fled")), house_id=court.house_id
    )
    for outcome, rule in book.hunted.outcomes.items():
        tied(night, court, hunt=500, standing=0)
        draft = Draft(night.state, night.rules)
        after_hunters(draft, danger, outcome)
        tie = relations.tie(draft.state, court.house_id)
        assert (tie.hunt, tie.standing) == (max(0, 500 + rule.hunt), rule.standing)
        weaker = draft.state.houses.houses[court.house_id].strength
        assert weaker == court.strength - book.hunted.strength_per_fallen


def test_a_wrong_is_remembered(night):
    draft = Draft(night.state, night.rules)
    ghouls = [npc_id for npc_id, npc in night.state.npcs.items() if npc.character.race == "ghoul"]
    wronged = relations.house_of(night.state, ghouls[0])
    hunt.provoke(draft, [*ghouls[:2], "somebody unknown"], 120)
    assert {event.house_id for event in draft.events} == {wronged}
    assert relations.tie(draft.state, wronged).hunt == 240
