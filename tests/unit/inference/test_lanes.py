"""The waiting queue: lower priorities first, arrivals in order, and nobody who leaves keeps a place."""

import asyncio

import pytest

from sagemaker_endpoints.serving.lanes import FAR_BEHIND, Lanes

PAID, FREE, AHEAD_OF_TIME = -1, 0, 0 + FAR_BEHIND


class Line:
    """Requests that note when they begin and end when they are told."""

    def __init__(self, total=1, limit=1):
        self.lanes = Lanes(total)
        self.limit = limit
        self.began = []
        self.ends = {}
        self.tasks = {}
        self.turns = {}

    async def ask(self, name, priority=FREE, model=None):
        self.ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._run(name, priority, model))
        await settle()

    async def end(self, *names):
        for name in names:
            self.ends[name].set()
            await settle()

    async def _run(self, name, priority, model):
        async with self.lanes.slot(model, self.limit, priority) as self.turns[name]:
            self.began.append(name)
            await self.ends[name].wait()


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def test_paid_requests_overtake_and_equals_keep_their_order():
    async def go():
        line = Line()
        await line.ask("first")
        for name, priority in [("free-1", FREE), ("free-2", FREE), ("paid-1", PAID), ("paid-2", PAID)]:
            await line.ask(name, priority)
        assert line.began == ["first"]  # what runs is not interrupted
        await line.end("first", "paid-1", "paid-2", "free-1", "free-2")
        return line.began

    assert asyncio.run(go()) == ["first", "paid-1", "paid-2", "free-1", "free-2"]


def test_a_full_model_is_passed_over_but_keeps_its_place():
    async def go():
        line = Line(total=2, limit=1)
        await line.ask("ghoul-1", PAID, "ghoul")
        await line.ask("ghoul-2", PAID, "ghoul")
        await line.ask("base-1", FREE)
        assert line.began == ["ghoul-1", "base-1"]
        await line.ask("lich-1", FREE, "lich")
        await line.end("ghoul-1")
        return line.began

    assert asyncio.run(go()) == ["ghoul-1", "base-1", "ghoul-2"]


@pytest.mark.parametrize("moment", ["waiting", "admitted", "running"])
def test_who_goes_away_leaves_no_slot_taken(moment):
    async def go():
        line = Line()
        await line.ask("first")
        await line.ask("second")
        if moment == "admitted":  # its turn is set, but it has not run yet
            line.ends["first"].set()
            await asyncio.sleep(0)
        elif moment == "running":
            await line.end("first")
        line.tasks["second"].cancel()
        await settle()
        await line.ask("third")
        await line.end("first")
        return line.began[-1]

    assert asyncio.run(go()) == "third"


def test_never_more_run_than_there_are_slots():
    async def go():
        line = Line(total=3, limit=2)
        names = [f"r{number}" for number in range(12)]
        for number, name in enumerate(names):
            await line.ask(name, number % 3, f"m{number % 2}")
        most = len(line.began)
        while len(line.began) < len(names):
            running = [name for name in line.began if not line.ends[name].is_set()]
            most = max(most, len(running))
            await line.end(running[0])
        return most

    assert asyncio.run(go()) == 3


def test_work_ahead_of_time_gives_way_to_a_player_who_waits():
    async def go():
        line = Line(total=2, limit=2)
        await line.ask("ahead-1", AHEAD_OF_TIME)
        await line.ask("paid", PAID)
        await line.ask("ahead-2", AHEAD_OF_TIME)
        assert line.turns["ahead-1"].must_leave and not line.turns["paid"].must_leave
        await line.end("ahead-1")
        assert line.began == ["ahead-1", "paid"]  # a slot is free, but not for who is far behind
        await line.end("paid")
        return line.began, line.turns["ahead-2"].must_leave

    assert asyncio.run(go()) == (["ahead-1", "paid", "ahead-2"], False)


def test_no_plan_gives_way_to_another():
    async def go():
        line = Line(total=2, limit=2)
        await line.ask("free", FREE)
        await line.ask("paid", PAID)
        return line.began, line.turns["free"].must_leave

    assert asyncio.run(go()) == (["free", "paid"], False)
