"""The eraser: removes the rows of players whose keys were destroyed, as the stream of the keys' table tells."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.adapters import aws
from bodybroker.adapters.accounts_table import AccountsTable
from bodybroker.adapters.erasure import DynamoErasure
from bodybroker.adapters.memory_index import MemoryIndex
from bodybroker.adapters.player_keys import DynamoErasureOrders, player_of
from bodybroker.adapters.search_http import SearchHttp
from bodybroker.doors.log import LOG
from bodybroker.doors.spending import budget_keeper
from bodybroker.kernel.ids import PlayerId
from bodybroker.services.delete_account import erase_player

BATCH = BatchProcessor(event_type=EventType.DynamoDBStreams)
PATIENCE_S = 60.0
"""With the index of memories, which removes all of a player in one call."""


class Unfinished(Exception):
    """The sweep left something: whoever watches the function's errors is told."""


@cache
def orders() -> DynamoErasureOrders:
    return DynamoErasureOrders(aws.client("dynamodb"), os.environ["KEYS_TABLE"])


@cache
def accounts() -> AccountsTable:
    return AccountsTable(aws.client("dynamodb"), os.environ["ACCOUNTS_TABLE"])


@cache
def erasure() -> DynamoErasure:
    tables = (os.environ[f"{name}_TABLE"] for name in ("WORLDS", "ENCOUNTERS", "LOCATIONS"))
    return DynamoErasure(aws.client("dynamodb"), *tables)


@cache
def memories() -> MemoryIndex:
    return MemoryIndex(SearchHttp(os.environ["SEARCH_ENDPOINT"], read_timeout_s=PATIENCE_S))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Erase the players of a batch of records, or with `{"task": "sweep"}` every player whose order still stands.

    What fails is told again by the stream; what the stream gave up on, the daily sweep finds.
    """
    if event.get("task") == "sweep":
        return _sweep()

    def erase(record: DynamoDBRecord) -> None:
        _erase(player_of(record.raw_event["dynamodb"]["Keys"]["pk"]["S"]))

    return process_partial_response(event, erase, BATCH, context)


def _sweep() -> dict[str, int]:
    erased = failed = 0
    for player in orders().open():
        try:
            erased += _erase(player)
        except Exception as error:  # the order stands: the next sweep tries again
            LOG.failure("not_erased", error)
            failed += 1
    if failed:
        raise Unfinished(f"{failed} erasures failed")
    return {"erased": erased}


def _erase(player: PlayerId) -> bool:
    done = erase_player(orders(), accounts(), erasure(), memories(), budget_keeper(), player)
    LOG.info("erased", player=player, done=done)
    return done
