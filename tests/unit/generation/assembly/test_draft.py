"""What layer 1 makes of a site, and the document that it becomes."""

from typing import get_args

import pytest
from bodybroker.generation import assembly
from bodybroker.generation.entities import PlaceKind
from bodybroker.generation.locations import Addition, Described, Made, PropWish
from msgspec.structs import replace

HAUNTS = (
    assembly.Haunt("npc-2", "zombie", "Walt", ("patient",)),
    assembly.Haunt("npc-1", "human", "Frank", ("sly", "vain")),
)
STREET = assembly.SiteBrief("place-1", "street", "Gallows Lane", 30000, 1500, HAUNTS)


@pytest.fixture(scope="module")
def rules():
    return assembly.load()


def described(draft, *wishes):
    return [
        Described(each, Addition(each.id, props=wishes), Made(each.specialist, "model", 1)) for each in draft.entities
    ]


def test_the_same_site_and_seed_give_the_same_document(rules):
    first, second = (assembly.begin(STREET, 7, rules) for _ in range(2))
    wishes = (PropWish("crate", 2), PropWish("candle", 1))
    documents = [assembly.encode(assembly.finish(draft, described(draft, *wishes), rules)) for draft in (first, second)]
    assert documents[0] == documents[1]
    assert assembly.begin(STREET, 8, rules).layout != first.layout


@pytest.mark.parametrize("kind", get_args(PlaceKind))
def test_a_document_of_every_kind_is_read_back(rules, kind):
    draft = assembly.begin(replace(STREET, kind=kind, width_cm=4000, depth_cm=4000), 7, rules)
    location = assembly.finish(draft, described(draft, PropWish("crate", 2)), rules)
    assert assembly.decode(assembly.encode(location)) == location


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"schema": 1}'])
def test_what_is_no_document_is_refused(document):
    with pytest.raises(ValueError, match="not a location"):
        assembly.decode(document)


def test_a_document_of_another_schema_is_refused(rules):
    draft = assembly.begin(STREET, 7, rules)
    other = replace(assembly.finish(draft, described(draft), rules), schema=99)
    with pytest.raises(ValueError, match="schema 99"):
        assembly.decode(assembly.encode(other))


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_beyond_64_bits_is_refused(rules, seed):
    with pytest.raises(ValueError, match="seed"):
        assembly.begin(STREET, seed, rules)


@pytest.mark.parametrize(("width", "depth"), [(0, 1500), (30000, -1)])
def test_a_size_that_cannot_be_is_refused(rules, width, depth):
    with pytest.raises(ValueError, match="size"):
        assembly.begin(replace(STREET, width_cm=width, depth_cm=depth), 7, rules)


def test_those_who_haunt_a_place_are_entities_with_a_spot(rules):
    draft = assembly.begin(STREET, 7, rules)
    npcs = [entity for entity in draft.entities if entity.kind == "npc"]
    assert [(npc.world_id, npc.name, npc.specialist) for npc in npcs] == [
        ("npc-1", "Frank", "monster_customizer"),
        ("npc-2", "Walt", "zombie"),
    ]
    assert len({npc.at for npc in npcs}) == len(npcs)
    assert all(name not in fact for npc in npcs for fact in npc.facts for name in ("Frank", "Walt", "Gallows"))


def test_no_more_entities_than_allowed(rules):
    crowd = tuple(assembly.Haunt(f"npc-{i:02}", "zombie", f"Walt {i}") for i in range(40))
    draft = assembly.begin(replace(STREET, haunts=crowd), 7, rules)
    assert len(draft.entities) <= rules.assembly.most_entities
    assert sum(1 for entity in draft.entities if entity.kind == "npc") == rules.assembly.most_npcs


def test_without_declared_dependencies_all_are_asked_at_once(rules):
    assert len(assembly.waves(assembly.begin(STREET, 7, rules))) == 1


def test_waves_follow_declared_dependencies(rules):
    after = {"npc": ("place",), "poi": ("npc",)}
    patient = rules.model_copy(update={"assembly": rules.assembly.model_copy(update={"after": after})})
    draft = assembly.begin(STREET, 7, patient)
    waves = assembly.waves(draft)
    assert [{draft.entity(key).kind for key in wave} for wave in waves] == [{"place", "exterior"}, {"npc"}, {"poi"}]


def test_entities_that_wait_for_each_other_are_refused(rules):
    draft = assembly.begin(STREET, 7, rules)
    first, second, *rest = draft.entities
    circle = (replace(first, after=(second.id,)), replace(second, after=(first.id,)), *rest)
    with pytest.raises(ValueError, match="wait for each other"):
        assembly.waves(replace(draft, entities=circle))


def test_a_location_needs_every_entity_once(rules):
    draft = assembly.begin(STREET, 7, rules)
    all_of_them = described(draft)
    for wrong in (all_of_them[1:], [*all_of_them, all_of_them[0]]):
        with pytest.raises(ValueError, match="entities"):
            assembly.finish(draft, wrong, rules)


def test_rooms_are_told_what_the_layout_knows_of_them(rules):
    """Held against the layout itself: who is called locked has no door without a lock."""
    locked = 0
    for seed in range(30):
        draft = assembly.begin(replace(STREET, kind="morgue", width_cm=3000, depth_cm=3000), seed, rules)
        for room in (entity for entity in draft.entities if entity.kind == "space"):
            openings = [each for each in draft.layout.openings if room.id in each.joins]
            windows = [each for each in openings if each.kind in rules.buildings.catalogue.windows]
            ways_in = [each for each in openings if each not in windows and each.opens_from in (None, room.id)]
            assert ("has windows" in room.facts) == bool(windows)
            assert ("no windows" in room.facts) == (not windows)
            assert ("locked" in room.facts) == (bool(ways_in) and all(each.lock for each in ways_in))
            assert ("not locked" in room.facts) == (bool(ways_in) and not any(each.lock for each in ways_in))
            locked += "locked" in room.facts
    assert locked
