"""A game server, and a desk that tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from bodybroker.adapters.webhooks import HttpReceiver
from bodybroker.kernel.clock import FixedClock
from bodybroker.ports.webhooks import Notice
from bodybroker.services.send_webhook import WebhookDesk, WebhookSettings

from tests.fakes.webhooks import GameServer, MemoryDeliveries, game_server

NOTICE = Notice("place-1", "location.settled", "2026-11-23T18:00:00Z", {"place_id": "p", "digest": "d"})
SETTINGS = WebhookSettings(timeout_s=1, grace_s=5, remember_h=1)


class Secret(dict):
    """The secret's members."""

    def read(self) -> dict[str, str]:
        return dict(self)


@pytest.fixture
def server() -> Iterator[GameServer]:
    with game_server() as server:
        yield server


@pytest.fixture
def secret(server) -> Secret:
    return Secret(url=server.url, signing_key="s3cret")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.fromtimestamp(1_764_000_100, UTC))


@pytest.fixture
def receiver(secret, clock) -> HttpReceiver:
    return HttpReceiver(secret, clock, SETTINGS.timeout_s)


@pytest.fixture
def deliveries() -> MemoryDeliveries:
    return MemoryDeliveries()


@pytest.fixture
def desk(receiver, deliveries, clock) -> WebhookDesk:
    return WebhookDesk(receiver, deliveries, clock, SETTINGS)
