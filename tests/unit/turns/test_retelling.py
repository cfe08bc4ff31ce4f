"""Turns that somebody comes back to, and turns that meet each other: what is told when processes die, stores fail."""

import asyncio
import time

import pytest
from bodybroker.kernel.errors import Conflict, NotFound, Refused, Unavailable
from bodybroker.ports.tapes import Page, Taken, Told
from bodybroker.services.open_turn import RunningTurn
from bodybroker.services.read_history import read_history
from bodybroker.services.retelling import RetellDesk
from bodybroker.services.take_turn import ToldTurn
from bodybroker.services.taping import Telling
from bodybroker.services.turn_events import Failed, Listener
from bodybroker.world.commands import Wait

TELLING = (Told(1, "start", "{}"), Told(2, "token", '{"text":"Fresh"}'))


def quick(night, **changes):
    """The night with other settings of the floor."""
    floor = night.settings.floor.model_copy(update={"watch_ms": 5, "yield_ms": 40} | changes)
    night.settings = night.settings.model_copy(update={"floor": floor})
    return night


def begun(night, *, is_live: bool, turn_id: str = "turn-1") -> None:
    """A turn that another process has begun to tell; with `is_live` it may go on."""
    floor = night.tapes.floor(night.key)
    longest = 60_000 if is_live else -1
    settings = night.settings.floor.model_copy(update={"longest_ms": longest})
    now = round(1000 * night.clock.now().timestamp())
    night.tapes.put_floor(night.key, floor.taken(turn_id, "hash", now, settings))
    night.tapes.append(night.key, turn_id, Page(TELLING))


def taken(night, key: str = "turn-1") -> list[Told]:
    """A turn with its telling, as the door takes it; what was heard."""

    async def run() -> list[Told]:
        turn = night.open(key=key)
        telling = Telling(night.tapes, night.key, turn.floor, night.settings.floor, night.log)
        await telling.run(lambda listener: night.desk().take(turn, listener), lambda error: Failed({"of": str(error)}))
        return list(iter(telling.heard.get_nowait, None))

    return asyncio.run(run())


def retold(night, turn: RunningTurn | ToldTurn, until: int | None = None) -> list[Told]:
    async def tell() -> list[Told]:
        found: list[Told] = []
        async for told in RetellDesk(night.opening(), night.desk()).tell(turn):
            found.append(told)
            if told.number == until:
                break
        return found

    return asyncio.run(tell())


def names(events: list[Told]) -> list[str]:
    return [told.name for told in events]


def test_what_was_told_is_on_tape_when_its_end_is_heard(night, endpoint):
    heard = taken(quick(night))
    pages = night.tapes.pages(night.key, "turn-1", 0)
    assert [told for page in pages for told in page.events] == heard
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert not night.tapes.floor(night.key).is_live(round(1000 * time.time()))
    assert retold(night, night.opening().come_back(night.key, "turn-1", 3)) == heard[3:]
    assert retold(night, RunningTurn(night.key, "turn-1", len(heard))) == [], "who knows all of it hears nothing"


def test_a_turn_whose_process_died_is_lost_where_nothing_is_on_record(night):
    begun(night, is_live=False)
    with pytest.raises(Unavailable) as lost:
        retold(night, night.opening().come_back(night.key, "turn-1", 0))
    assert lost.value.code == "turn_lost"


def test_a_turn_whose_process_died_after_recording_it_is_told_from_the_log(night, endpoint):
    taken(quick(night))
    night.tapes._pages[night.key, "turn-1"] = {2: Page(TELLING)}
    events = retold(night, night.opening().come_back(night.key, "turn-1", 1))
    assert names(events) == ["token", "start", "cut", "token", "done"]
    assert [told.number for told in events] == [2, 3, 4, 5, 6]


def test_a_turn_under_way_elsewhere_is_followed_as_it_goes_on(night):
    begun(quick(night), is_live=True)

    async def follow() -> list[Told]:
        found: list[Told] = []
        async for told in RetellDesk(night.opening(), night.desk()).tell(RunningTurn(night.key, "turn-1", 1)):
            found.append(told)
            if told.number == 2:
                night.tapes.append(night.key, "turn-1", Page((Told(3, "done", "{}"),), is_last=True))
        return found

    assert [told.number for told in asyncio.run(follow())] == [2, 3]


def test_who_interrupts_a_dead_process_does_not_wait_for_ever(night, endpoint):
    begun(quick(night), is_live=True, turn_id="turn-0")
    asked = time.monotonic()
    assert names(taken(night))[-1] == "done"
    assert time.monotonic() - asked < 5
    assert [spoken.line for spoken in night.spoken()] == ["Fresh meat tonight."]


def test_who_begins_in_the_same_moment_as_another_is_told(night, endpoint, monkeypatch):
    """Between the look at the floor and the hand on it somebody else has taken it."""
    turn = night.open(key="turn-2")
    begun(night, is_live=True, turn_id="turn-1")
    heard: list[object] = []
    with pytest.raises(Conflict) as conflict:
        asyncio.run(night.desk().take(turn, Listener(heard.append)))
    assert conflict.value.code == "turn_in_progress"
    assert not [event for event in heard if hasattr(event, "text")], "not a word is said without the floor"
    assert night.spoken() == []

    def gone(key, floor):
        raise Taken

    monkeypatch.setattr(night.tapes, "put_floor", gone)
    with pytest.raises(Conflict) as conflict:
        night.open(key="turn-3")
    assert conflict.value.code == "turn_in_progress"


def test_who_interrupts_and_is_refused_leaves_the_floor(night, endpoint):
    begun(quick(night), is_live=True, turn_id="turn-0")
    away = next(npc_id for npc_id, npc in night.state.npcs.items() if npc.character.race == "vampire")
    with pytest.raises(Refused) as refused:
        night.open(key="turn-1", npc_id=away)
    assert refused.value.code == "npc_not_here"
    assert not night.opening().is_live(night.key, "turn-1")
    assert names(taken(night, "turn-1"))[-1] == "done", "the same key may be used again"


def test_the_key_of_a_command_is_no_turn(night, endpoint):
    night.do(Wait(type="wait", minutes=1))
    command = read_history(night.store, night.key, 0, 1000).events[-1].command_id
    with pytest.raises(NotFound) as unknown:
        night.opening().come_back(night.key, command, 0)
    assert unknown.value.code == "unknown_turn"


def test_a_tape_that_cannot_be_written_does_not_spoil_the_turn(night, endpoint, monkeypatch):
    def down(*_: object) -> None:
        raise Unavailable("The store of turns does not answer; try again.")

    monkeypatch.setattr(night.tapes, "append", down)
    assert names(taken(quick(night)))[-1] == "done"
    assert [spoken.line for spoken in night.spoken()] == ["Fresh meat tonight."]
    assert isinstance(night.opening().come_back(night.key, "turn-1", 0), ToldTurn)


def test_a_turn_that_is_over_leaves_the_floor_to_the_next(night, endpoint):
    for n in range(3):
        assert names(taken(quick(night), f"turn-{n}"))[-1] == "done"
    assert night.tapes.floor(night.key).version == 6
    assert night.opening().stop(night.key, "turn-2") is False


def test_a_turn_asked_for_twice_in_one_moment_is_taken_once_and_heard_twice(night):
    """Both have seen the floor free; who comes second follows the first."""
    turns = [quick(night).open(), night.open()]

    async def told(turn) -> list[str]:
        telling = Telling(night.tapes, night.key, turn.floor, night.settings.floor, night.log)
        joined = await telling.run(lambda listener: night.desk().take(turn, listener), failed)
        if joined is not None:
            await RetellDesk(night.opening(), night.desk()).tell_into(telling.heard, joined, failed)
        return names(list(iter(telling.heard.get_nowait, None)))

    async def both() -> list[list[str]]:
        return list(await asyncio.gather(*(told(turn) for turn in turns)))

    first, second = asyncio.run(both())
    assert first == second
    assert first[-1] == "done" and "token" in first
    assert len(night.spoken()) == 1


def failed(error: Exception) -> Failed:
    return Failed({"of": repr(error)})
