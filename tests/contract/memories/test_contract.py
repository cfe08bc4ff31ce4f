"""Both stores of memories, in memory and on the search service, keep one contract."""

import pytest
from bodybroker.kernel.errors import NotFound
from bodybroker.minds.memory.scope import Scope

from tests.contract.memories.conftest import MAIN, NPC, OTHER_NPC, SIDE, line, new_key

HEART, LIVER, RAIN = "The player sold Ada a rotten heart.", "The player sold Ada a fresh liver.", "Rain fell all night."


def test_words_and_meaning_find_the_same_memory(shelf):
    key = new_key()
    shelf.put(shelf.origin(key), shelf.record(1, HEART), shelf.record(2, LIVER), shelf.record(3, RAIN))
    scope = Scope(key, NPC, line((0, 0, 3)))
    found = shelf.find(scope, "Who sold the rotten hearts?")
    assert found[HEART].words > found[LIVER].words > 0
    assert found[HEART].meaning > found[LIVER].meaning > 0
    assert RAIN not in found or found[RAIN].words == 0
    assert not any(candidate.exact for candidate in found.values())
    only_words = shelf.find(scope, "Who sold the rotten hearts?", vector=False)
    assert set(only_words) == {HEART, LIVER}
    assert only_words[HEART].meaning == 0


def test_the_scores_are_those_of_bm25_and_the_cosine(shelf):
    key = new_key()
    records = [shelf.record(n, text) for n, text in enumerate((HEART, LIVER, RAIN), start=1)]
    shelf.put(shelf.origin(key), *records)
    scope = Scope(key, NPC, line((0, 0, 3)))
    found = shelf.find(scope, HEART)
    assert found[HEART].meaning == pytest.approx(1, abs=1e-3)
    # sold, ada: in two of three texts; rotten, heart: in one; player: in two. All have nearly the mean length.
    assert found[HEART].words > 2 * found[LIVER].words


def test_a_memory_comes_back_whole(shelf):
    key = new_key()
    record = shelf.record(
        4, HEART, kind="told", teller=OTHER_NPC, slots={"part": "heart"}, about=(OTHER_NPC,), importance=80, trust=30
    )
    shelf.put(shelf.origin(key), record)
    scope = Scope(key, NPC, line((0, 0, 4)))
    assert shelf.find(scope, HEART)[HEART].record == record
    assert list(shelf.memories.every(scope)) == [record]


def test_who_what_and_when_are_found_exactly(shelf):
    key = new_key()
    shelf.put(
        shelf.origin(key),
        shelf.record(1, "one", topic="deal", about=(OTHER_NPC,), minute=100),
        shelf.record(2, "two", topic="deal", minute=200),
        shelf.record(3, "three", topic="fight", about=(OTHER_NPC, NPC), minute=300),
    )
    scope = Scope(key, NPC, line((0, 0, 3)))

    def exact(**asked):
        return [text for text, candidate in shelf.find(scope, "", vector=False, **asked).items() if candidate.exact]

    assert sorted(exact(about=(OTHER_NPC,))) == ["one", "three"]
    assert exact(about=(OTHER_NPC,), topics=("fight",)) == ["three"]
    assert exact(about=(NPC, OTHER_NPC)) == ["three"]
    assert sorted(exact(minutes=(100, 300))) == ["one", "two"]
    assert exact(about=(OTHER_NPC,), limit=1, which="first") == ["one"]
    assert exact(about=(OTHER_NPC,), limit=1, which="last") == ["three"]


def test_who_asks_for_nothing_gets_the_newest_and_the_most_important(shelf):
    key = new_key()
    records = [shelf.record(n, f"memory {n}", importance=90 if n == 2 else 10) for n in range(1, 8)]
    shelf.put(shelf.origin(key), *records)
    found = shelf.find(Scope(key, NPC, line((0, 0, 9))), "", limit=2)
    assert set(found) == {"memory 7", "memory 6", "memory 2"}
    assert not any(candidate.exact or candidate.words or candidate.meaning for candidate in found.values())


def test_another_npc_world_or_player_finds_nothing(shelf):
    key, lineage = new_key(), line((0, 0, 9))
    shelf.put(shelf.origin(key), shelf.record(1, HEART))
    for other in (
        Scope(key, OTHER_NPC, lineage),
        Scope(new_key(key.player), NPC, lineage),
        Scope(new_key(), NPC, lineage),
    ):
        assert shelf.find(other, HEART, about=(NPC,), minutes=(0, 99)) == {}
        assert list(shelf.memories.every(other)) == []
    assert set(shelf.find(Scope(key, NPC, lineage), HEART)) == {HEART}


def test_what_is_rewound_is_not_remembered_and_the_branch_that_was_left_still_is(shelf):
    key = new_key()
    shelf.put(shelf.origin(key), shelf.record(1, HEART), shelf.record(5, LIVER))
    shelf.put(shelf.origin(key, 1, SIDE), shelf.record(4, RAIN, ordinal=1))
    left, rewound = Scope(key, NPC, line((0, 0, 9))), Scope(key, NPC, line((0, 0, 3), (1, 3, 9)))
    assert set(shelf.find(rewound, f"{HEART} {LIVER} {RAIN}")) == {HEART, RAIN}
    assert set(shelf.find(left, f"{HEART} {LIVER} {RAIN}")) == {HEART, LIVER}


def test_a_memory_that_ended_is_gone_where_its_end_has_happened(shelf):
    key = new_key()
    first = shelf.record(1, HEART)
    shelf.put(shelf.origin(key), first, shelf.record(5, LIVER), ended={5: [first]})
    assert set(shelf.find(Scope(key, NPC, line((0, 0, 9))), HEART)) == {LIVER}
    assert set(shelf.find(Scope(key, NPC, line((0, 0, 4))), HEART)) == {HEART}
    assert set(shelf.find(Scope(key, NPC, line((0, 0, 4), (1, 4, 9))), HEART)) == {HEART}
    shelf.put(shelf.origin(key, 1, SIDE), shelf.record(6, RAIN, ordinal=1), ended={6: [first]})
    assert set(shelf.find(Scope(key, NPC, line((0, 0, 4), (1, 4, 9))), HEART)) == {RAIN}
    assert set(shelf.find(Scope(key, NPC, line((0, 0, 4), (1, 4, 5))), HEART)) == {HEART}


def test_putting_twice_is_putting_once(shelf):
    key = new_key()
    first, second = shelf.record(1, HEART), shelf.record(2, LIVER)
    for _ in range(2):
        shelf.put(shelf.origin(key), first, second, ended={2: [first]}, up_to=2)
    scope = Scope(key, NPC, line((0, 0, 9)))
    assert list(shelf.memories.every(scope)) == [second]
    assert shelf.memories.forget_world(key) == 3  # two memories, and how far the stretch is remembered


def test_every_is_in_order_and_complete_beyond_a_page(shelf):
    key = new_key()
    records = [shelf.record(n, f"memory {n}") for n in range(1, 2_301)]
    shelf.put(shelf.origin(key), *records[::-1])
    assert list(shelf.memories.every(Scope(key, NPC, line((0, 0, 2_300))))) == records


def test_a_stretch_knows_how_far_it_is_remembered(shelf):
    key = new_key()
    origin = shelf.origin(key)
    assert shelf.memories.remembered_up_to(origin) is None
    shelf.put(origin, up_to=7)
    assert shelf.memories.remembered_up_to(origin) == 7
    assert shelf.memories.remembered_up_to(shelf.origin(key, 1)) is None
    assert shelf.memories.remembered_up_to(shelf.origin(new_key())) is None


def test_a_deleted_branch_goes_and_the_others_stay(shelf):
    key, lineage = new_key(), line((0, 0, 3), (1, 3, 9))
    shelf.put(shelf.origin(key), shelf.record(1, HEART), up_to=3)
    shelf.put(shelf.origin(key, 1, SIDE), shelf.record(4, RAIN, ordinal=1), up_to=9)
    assert shelf.memories.branches(key) == {MAIN, SIDE}
    assert shelf.memories.forget_branches(key, {SIDE}) == 2
    assert shelf.memories.branches(key) == {MAIN}
    assert set(shelf.find(Scope(key, NPC, lineage), f"{HEART} {RAIN}")) == {HEART}
    assert shelf.memories.forget_branches(key, {SIDE}) == 0


def test_a_world_and_a_player_go_completely_and_alone(shelf):
    key = new_key()
    sibling, stranger = new_key(key.player), new_key()
    for owner in (key, sibling, stranger):
        shelf.put(shelf.origin(owner), shelf.record(1, HEART), up_to=1)
    scopes = [Scope(owner, NPC, line((0, 0, 9))) for owner in (key, sibling, stranger)]
    assert shelf.memories.forget_world(key) == 2
    assert [len(shelf.find(scope, HEART)) for scope in scopes] == [0, 1, 1]
    assert shelf.memories.forget_player(key.player) == 2
    assert [len(shelf.find(scope, HEART)) for scope in scopes] == [0, 0, 1]
    assert shelf.memories.remembered_up_to(shelf.origin(key)) is None


@pytest.mark.parametrize(
    "text", ["", "   ", "the of and", "\u202eafdas\x00", "\U0001f9db" * 50, "a" * 100_000, '\\ " } {']
)
def test_any_text_may_be_asked(shelf, text):
    key = new_key()
    shelf.put(shelf.origin(key), shelf.record(1, HEART))
    assert set(shelf.find(Scope(key, NPC, line((0, 0, 9))), text)) <= {HEART}


def test_without_the_players_key_nothing_can_be_asked_or_kept(shelf):
    if not hasattr(shelf.memories, "_documents"):
        pytest.skip("the store in memory seals nothing")
    key = new_key()
    shelf.put(shelf.origin(key), shelf.record(1, HEART))
    shelf.keys.destroy(key.player)
    with pytest.raises(NotFound):
        shelf.put(shelf.origin(key), shelf.record(2, LIVER))
    with pytest.raises(NotFound):
        shelf.find(Scope(key, NPC, line((0, 0, 9))), HEART)


def test_an_index_that_is_lost_is_made_again_as_it_was(shelf):
    if not hasattr(shelf.memories, "_documents"):
        pytest.skip("the store in memory has no index")
    key = new_key()
    scope = Scope(key, NPC, line((0, 0, 9)))
    shelf.put(shelf.origin(key), shelf.record(1, HEART), up_to=1)
    shelf.memories._http.json("DELETE", f"/{shelf.memories._index}")
    assert shelf.find(scope, HEART) == {} and shelf.memories.remembered_up_to(shelf.origin(key)) is None
    shelf.put(shelf.origin(key), shelf.record(1, HEART), up_to=1)
    assert shelf.find(scope, HEART)[HEART].meaning > 0.9
