"""Specialists beside what they meet: props that can be placed, the rating, the most entities, the coherence check."""

import pytest
from bodybroker.generation import assembly, specialists
from bodybroker.generation.coherence import rules
from bodybroker.generation.coherence.check import check
from bodybroker.generation.locations import Described, Made
from bodybroker.kernel.random import Stream

from tests.benchmarks.coherence.places import SITES, WORLD, begun

ALL = specialists.load()
RULES = assembly.load()


def kinds(field):
    choices = [getattr(guide.writes, field) for guide in ALL.guides.values()]
    return {word for choice in choices if choice is not None for words in choice.of.values() for word in words}


def test_every_prop_that_is_wished_for_has_a_size():
    assert kinds("props") <= {*RULES.assembly.props, *RULES.buildings.catalogue.props}


def test_every_tag_is_one_that_the_rating_knows():
    assert {*ALL.common.tags} <= {*rules.load().coherence.ratings.allowed}


def test_no_draft_has_more_entities_than_a_guide_foresees():
    most = RULES.assembly.most_entities
    for name in ("room_detailer", "terrain_enhancer"):
        assert ALL.guides[name].entities >= most - 2
    assert all(ALL.guides[name].entities >= RULES.assembly.most_npcs for name in (*RULES.assembly.specialists.npc,))


def test_whoever_is_named_by_the_assembly_is_there():
    named = RULES.assembly.specialists
    used = {
        *named.place.values(),
        *named.exterior.values(),
        named.space,
        named.poi,
        *named.npc.values(),
        named.stranger,
    }
    assert used == {*ALL.guides}


@pytest.mark.parametrize("kind", sorted(SITES))
def test_fallbacks_contradict_neither_the_place_nor_each_other(kind):
    """Hardly ever: what is left the check mends, as it does for any addition."""
    found, count = [], 0
    for seed in range(4):
        draft = begun(kind, seed, trait="patient")
        variants = specialists.deal(ALL, seed, (), draft.entities)
        world = Stream(seed, "fallback")
        described = []
        for entity in draft.entities:
            said = specialists.fallback(ALL, entity, draft.entities[0], variants[entity.id], world)
            described.append(Described(entity, said, Made(entity.specialist, "fallback", 0)))
        found += check(draft, described, WORLD, rules.load())
        count += len(described)
    assert len(found) <= count // 20, found
