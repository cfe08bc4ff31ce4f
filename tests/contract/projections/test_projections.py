"""What every table of read models does."""

from dataclasses import replace

import pytest
from bodybroker.adapters.projections import DynamoProjections
from bodybroker.kernel.ids import BranchId, PlayerId, WorldId
from bodybroker.ports.worlds import Summary

from tests.fakes.projections import MemoryProjections
from tests.fakes.vault import memory_vault

PLAYER, STRANGER = PlayerId("p1"), PlayerId("p2")
FIRST = Summary(WorldId("w1"), "night", BranchId("b"), 0, 5, "then", "now", 7, 600, "day", 100)


@pytest.fixture(params=["memory", "dynamodb"])
def projections(request):
    if request.param == "memory":
        return MemoryProjections()
    client = request.getfixturevalue("aws_client")("dynamodb")
    return DynamoProjections(client, request.getfixturevalue("table"), memory_vault())


def test_a_newer_summary_replaces_an_older_one_and_never_the_other_way(projections):
    assert projections.put(PLAYER, FIRST)
    assert not projections.put(PLAYER, FIRST)
    newer = replace(FIRST, last_seq=6, money_cents=50)
    assert projections.put(PLAYER, newer)
    assert not projections.put(PLAYER, FIRST)
    rewound = replace(FIRST, ordinal=1, last_seq=3)
    assert projections.put(PLAYER, rewound)
    assert not projections.put(PLAYER, replace(newer, last_seq=99))
    assert projections.list_worlds(PLAYER, None, 10) == [rewound]


def test_a_rebuild_replaces_whatever_is_there(projections):
    projections.put(PLAYER, replace(FIRST, last_seq=99))
    projections.replace(PLAYER, FIRST)
    assert projections.list_worlds(PLAYER, None, 10) == [FIRST]


def test_worlds_are_listed_by_player_and_page(projections):
    summaries = [replace(FIRST, world_id=WorldId(f"w{number}")) for number in range(5)]
    for summary in summaries:
        projections.put(PLAYER, summary)
    projections.put(STRANGER, FIRST)
    assert projections.list_worlds(PLAYER, None, 3) == summaries[:3]
    assert projections.list_worlds(PLAYER, summaries[2].world_id, 3) == summaries[3:]
    assert projections.list_worlds(STRANGER, None, 10) == [FIRST]
