"""A server that sleeps while nobody asks."""

import asyncio

import pytest

from local_cloud.sagemaker.sleeping_server import SleepingServer

IDLE = 0.05


class Server:
    def __init__(self):
        self.ended = False

    async def stop(self, grace_seconds=0):
        self.ended = True


class Starts:
    def __init__(self, fail=False):
        self.servers = []
        self.fail = fail

    async def __call__(self):
        await asyncio.sleep(0.01)
        if self.fail:
            raise ValueError("no weights")
        self.servers.append(Server())
        return self.servers[-1]


def run(scenario):
    return asyncio.run(asyncio.wait_for(scenario(), 10))


def test_it_starts_once_for_all_who_come_together_and_ends_when_the_last_has_gone():
    async def scenario():
        starts = Starts()
        sleeping = SleepingServer(starts, IDLE)

        async def use(seconds):
            async with sleeping.awake() as server:
                await asyncio.sleep(seconds)
                assert not server.ended and sleeping.instances == 1

        assert sleeping.instances == 0
        await asyncio.gather(use(0), use(2 * IDLE))
        assert len(starts.servers) == 1 and not starts.servers[0].ended
        await asyncio.sleep(4 * IDLE)
        assert sleeping.instances == 0 and starts.servers[0].ended
        await use(0)
        assert len(starts.servers) == 2

    run(scenario)


def test_a_request_in_time_keeps_it_awake():
    async def scenario():
        starts = Starts()
        sleeping = SleepingServer(starts, IDLE)
        for _ in range(6):
            async with sleeping.awake():
                pass
            await asyncio.sleep(IDLE / 3)
        assert len(starts.servers) == 1

    run(scenario)


def test_a_start_that_fails_is_told_and_tried_again():
    async def scenario():
        starts = Starts(fail=True)
        sleeping = SleepingServer(starts, IDLE)
        with pytest.raises(ValueError, match="no weights"):
            async with sleeping.awake():
                pass
        starts.fail = False
        async with sleeping.awake() as server:
            assert server is starts.servers[0]

    run(scenario)


def test_the_end_of_the_endpoint_ends_it():
    async def scenario():
        starts = Starts()
        sleeping = SleepingServer(starts, IDLE)
        async with sleeping.awake():
            pass
        await sleeping.stop()
        assert starts.servers[0].ended and sleeping.instances == 0

    run(scenario)
