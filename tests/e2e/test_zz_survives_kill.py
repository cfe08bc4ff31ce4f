"""SIGKILL in the middle of a night: every acknowledged event is there afterwards. Last, as it restarts the cloud."""

import os
import signal
import threading
import time

import httpx
import psutil

from play.client import ApiError, Client
from play.game import Game


def test_every_acknowledged_event_survives_sigkill(cloud, game: Game) -> None:
    acknowledged = list[dict[str, object]]()
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            try:
                acknowledged.extend(game.command({"type": "wait", "minutes": 1}))
            except (httpx.TransportError, ApiError):
                return

    worker = threading.Thread(target=work)
    worker.start()
    deadline = time.monotonic() + 60
    while len(acknowledged) < 40 and time.monotonic() < deadline:
        time.sleep(0.05)
    pids = cloud.endpoints["pids"]
    for pid in [pids["supervisor"], *(pid for name, pid in pids.items() if name != "supervisor")]:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
    stop.set()
    worker.join(timeout=120)
    assert len(acknowledged) >= 40

    cloud.run("up")
    with Client(cloud.api) as client:
        client.tokens = game.client.tokens
        history = {event["seq"]: event for event in client.history(game.id)}
        for event in acknowledged:
            assert history[event["seq"]] == event
        assert sorted(history) == list(range(1, len(history) + 1))
        again = Game(client, client.world(game.id))
        again.command({"type": "wait", "minutes": 1})
        assert again.version == len(history) + 1
