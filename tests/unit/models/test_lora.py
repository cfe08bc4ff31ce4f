"""The registry's rules: which moves are legal, who hears whom, and that an adapter never leaves its base."""

import pytest
from bodybroker.kernel.errors import Refused
from bodybroker.models.lora import (
    MOVES,
    Adapter,
    Base,
    Lineup,
    begin_canary,
    choose,
    gather,
    go_live,
    parse_base,
    retire,
    roll_back,
)

BASE = Base("SmolLM2-135M-Instruct", "a" * 64)
OTHER = Base("SmolLM2-135M-Instruct", "b" * 64)
NOW = "2026-11-23T12:00:00+00:00"
PLAYERS = [f"player-{number}" for number in range(2000)]
EMPTY = Lineup("ghoul", BASE)


def adapter(name="ghoul-1", base=BASE, **fields):
    return Adapter(name, "ghoul", base, f"s3://adapters/{name}.tar.gz", "c" * 64, **fields)


def promoted(lineup, candidate, live=None):
    change = begin_canary(lineup, candidate, 100, NOW)
    return go_live(change.lineup, change.adapters[0], live, NOW)


def hears(lineup, subjects=("ghoul",), base=BASE):
    return {player: choose(gather([lineup]), subjects, base, player) for player in PLAYERS}


def test_a_candidate_becomes_the_canary_then_live_and_what_was_live_retires():
    first = promoted(EMPTY, adapter())
    assert (first.lineup.live, first.lineup.canary, first.lineup.previous) == ("ghoul-1", None, None)
    assert [one.state for one in first.adapters] == ["live"]
    second = promoted(first.lineup, adapter("ghoul-2"), first.adapters[0])
    assert (second.lineup.live, second.lineup.previous) == ("ghoul-2", "ghoul-1")
    assert {one.name: one.state for one in second.adapters} == {"ghoul-2": "live", "ghoul-1": "retired"}
    assert second.lineup.version == 4
    assert second.adapters[0].version == 3


@pytest.mark.parametrize("before", MOVES)
@pytest.mark.parametrize("after", MOVES)
def test_only_legal_moves_are_made(before, after):
    one = adapter(state=before)
    if after in MOVES[before]:
        assert one.moved(after, NOW).state == after
    else:
        with pytest.raises(Refused) as caught:
            one.moved(after, NOW)
        assert caught.value.code == "adapter_move"


@pytest.mark.parametrize("state", ["retired", "live"])
def test_a_retired_or_live_one_cannot_be_promoted(state):
    with pytest.raises(Refused):
        begin_canary(EMPTY, adapter(state=state), 100, NOW)
    with pytest.raises(Refused):
        go_live(EMPTY, adapter(state=state), None, NOW)


def test_a_candidate_cannot_skip_the_canary():
    with pytest.raises(Refused):
        go_live(EMPTY, adapter(), None, NOW)


def test_there_is_one_canary_at_a_time_and_its_share_can_change():
    first = begin_canary(EMPTY, adapter(), 10, NOW)
    with pytest.raises(Refused) as caught:
        begin_canary(first.lineup, adapter("ghoul-2"), 10, NOW)
    assert caught.value.code == "canary_taken"
    assert begin_canary(first.lineup, first.adapters[0], 500, NOW).lineup.per_mille == 500
    for share in (0, 1001):
        with pytest.raises(Refused):
            begin_canary(EMPTY, adapter(), share, NOW)


def test_a_rollback_brings_back_what_was_live():
    old = promoted(EMPTY, adapter())
    new = promoted(old.lineup, adapter("ghoul-2"), old.adapters[0])
    live, replaced = new.adapters
    back = roll_back(new.lineup, live, replaced, NOW)
    assert (back.lineup.live, back.lineup.previous) == ("ghoul-1", None)
    assert {one.name: one.state for one in back.adapters} == {"ghoul-2": "retired", "ghoul-1": "live"}
    with pytest.raises(Refused):
        roll_back(back.lineup, adapter("ghoul-2", state="retired"), None, NOW)


def test_the_first_live_one_rolls_back_to_the_base_model():
    live = promoted(EMPTY, adapter())
    back = roll_back(live.lineup, live.adapters[0], None, NOW)
    assert back.lineup.live is None
    assert set(hears(back.lineup).values()) == {None}


def test_taking_a_canary_back_leaves_the_live_one():
    live = promoted(EMPTY, adapter())
    canary = begin_canary(live.lineup, adapter("ghoul-2"), 100, NOW)
    back = roll_back(canary.lineup, canary.adapters[0], None, NOW)
    assert (back.lineup.live, back.lineup.canary, back.lineup.per_mille) == ("ghoul-1", None, 0)
    ended = retire(back.lineup, live.adapters[0], NOW).lineup
    assert (ended.live, ended.previous) == (None, None)


def test_a_canary_answers_its_share_of_players_and_always_the_same():
    live = promoted(EMPTY, adapter()).lineup
    small = begin_canary(live, adapter("ghoul-2"), 100, NOW)
    heard = hears(small.lineup)
    assert heard == hears(small.lineup)
    share = sum(name == "ghoul-2" for name in heard.values()) / len(PLAYERS)
    assert 0.07 < share < 0.13
    assert set(heard.values()) == {"ghoul-1", "ghoul-2"}
    grown = hears(begin_canary(small.lineup, small.adapters[0], 400, NOW).lineup)
    assert all(grown[player] == "ghoul-2" for player, name in heard.items() if name == "ghoul-2")
    assert set(hears(begin_canary(live, adapter("ghoul-2"), 1000, NOW).lineup).values()) == {"ghoul-2"}


def test_the_nearest_subject_that_has_an_adapter_decides():
    lineups = gather([promoted(EMPTY, adapter()).lineup, Lineup("line", BASE, live="lines-1")])
    assert choose(lineups, ("npc-7", "ghoul", "line"), BASE, "p") == "ghoul-1"
    assert choose(lineups, (None, "line"), BASE, "p") == "lines-1"
    assert choose(lineups, (None, "acts"), BASE, "p") is None


def test_an_adapter_of_another_base_is_never_chosen_nor_let_in():
    assert set(hears(promoted(EMPTY, adapter()).lineup, base=OTHER).values()) == {None}
    with pytest.raises(Refused) as caught:
        begin_canary(EMPTY, adapter(base=OTHER), 100, NOW)
    assert caught.value.code == "adapter_of_another_base"


def test_bases_are_read_as_they_are_written():
    assert parse_base(str(BASE)) == BASE
    assert parse_base("Qwen/Qwen2.5-7B-Instruct@" + "0" * 40).model == "Qwen/Qwen2.5-7B-Instruct"
    for text in ("", "model", "model@", "model@xyz", f"a/b/c@{'a' * 64}", f"model@{'A' * 64}"):
        with pytest.raises(ValueError, match="is not model@digest"):
            parse_base(text)
