"""Memories: follows the stream of the worlds' table and keeps what NPCs remember up to date with the log."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.doors.log import LOG
from bodybroker.doors.memory_store import chronicler
from bodybroker.doors.world_stream import Subject, subject
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey

BATCH = BatchProcessor(event_type=EventType.DynamoDBStreams)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Look after every world that the batch touches once, on its last record; report the records that failed.

    `{"task": "rebuild", "player", "world"}` makes a world's memories again instead; it may raise Unavailable (retried).
    """
    if event.get("task") == "rebuild":
        return _rebuild(WorldKey(PlayerId(event["player"]), WorldId(event["world"])))
    last = {subject(record): record["dynamodb"]["SequenceNumber"] for record in event["Records"]}

    def look_after(record: DynamoDBRecord) -> None:
        found = subject(record.raw_event)
        if found is not None and last[found] == record.raw_event["dynamodb"]["SequenceNumber"]:
            _look_after(found)

    return process_partial_response(event, look_after, BATCH, context)


def _look_after(found: Subject) -> None:
    if found.is_deletion:
        LOG.info("forgotten", world=found.key.world, documents=chronicler().forget_deleted_branches(found.key))
    else:
        LOG.info("remembered", world=found.key.world, events=chronicler().remember(found.key))


def _rebuild(key: WorldKey) -> dict[str, int]:
    events = chronicler().rebuild(key)
    LOG.info("rebuilt", world=key.world, events=events)
    return {"events": events}
