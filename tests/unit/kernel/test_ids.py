from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from bodybroker.kernel.clock import FixedClock, SystemClock
from bodybroker.kernel.errors import Malformed
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey, entity_id, parse_id, uuid7
from bodybroker.kernel.random import Stream


def test_uuid7_is_the_example_of_rfc_9562():
    # RFC 9562, appendix A.6: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
    clock = FixedClock(datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC))
    noise = (0xCC3 << 64 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(clock, lambda n: noise[:n]) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_uuid7_sorts_by_time():
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    first = uuid7(clock, lambda n: b"\xff" * n)
    clock.instant += timedelta(milliseconds=1)
    assert first < uuid7(clock, lambda n: b"\x00" * n)


def test_system_clock_knows_its_zone():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_entity_id_is_a_reproducible_uuid8():
    made = entity_id(Stream(7, "entity"))
    assert made == "a0cd39a2-d4b1-88cf-8001-1eca6c586496" == entity_id(Stream(7, "entity"))
    assert (UUID(made).version, UUID(made).variant) == (8, UUID(int=2 << 62).variant)


@pytest.mark.parametrize("text", ["", "x", "9F7BA6CE-0AFF-8A9F-87EB-F70F3D7CDE2F", "9f7ba6ce0aff8a9f87ebf70f3d7cde2f"])
def test_parse_id_names_what_is_wrong(text):
    with pytest.raises(Malformed) as caught:
        parse_id("world_id", text)
    assert caught.value.extra["faults"] == [{"path": "world_id", "message": "must be a lower-case UUID"}]


def test_parse_id_refuses_a_trailing_newline():
    with pytest.raises(Malformed):
        parse_id("world_id", entity_id(Stream(7)) + "\n")


def test_a_world_is_only_addressed_with_its_player():
    world = WorldId("w")
    assert WorldKey(PlayerId("a"), world) != WorldKey(PlayerId("b"), world)
