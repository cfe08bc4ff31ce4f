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
from bodybroker.adapters.player_keys import DynamoErasureOrders, player_of
from bodybroker.doors.log import LOG
from bodybroker.kernel.ids import PlayerId
from bodybroker.services.delete_account import erase_player

BATCH = BatchProcessor(event_type=EventType.DynamoDBStreams)


@cache
def orders() -> DynamoErasureOrders:
    return DynamoErasureOrders(aws.client("dynamodb"), os.environ["KEYS_TABLE"])


@cache
def accounts() -> AccountsTable:
    return AccountsTable(aws.client("dynamodb"), os.environ["ACCOUNTS_TABLE"])


@cache
def erasure() -> DynamoErasure:
    return DynamoErasure(aws.client("dynamodb"), os.environ["WORLDS_TABLE"], os.environ["ENCOUNTERS_TABLE"])


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Erase the players of a batch of records, or with `{"task": "sweep"}` every player whose order still stands.

    What fails is told again by the stream; what the stream gave up on, the daily sweep finds.
    """
    if event.get("task") == "sweep":
        return {"erased": sum(1 for player in orders().open() if _erase(player))}

    def erase(record: DynamoDBRecord) -> None:
        _erase(player_of(record.raw_event["dynamodb"]["Keys"]["pk"]["S"]))

    return process_partial_response(event, erase, BATCH, context)


def _erase(player: PlayerId) -> bool:
    done = erase_player(orders(), accounts(), erasure(), player)
    LOG.info("erased", player=player, done=done)
    return done
