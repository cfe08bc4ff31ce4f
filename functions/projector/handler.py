"""The projector: follows the stream of the worlds' table. It keeps read models and snapshots up to date and removes
what has been deleted."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.adapters import event_rows as rows
from bodybroker.doors.location_store import locations
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import event_store, projections
from bodybroker.services.delete_branch import sweep_world
from bodybroker.services.forget_locations import forget_deleted_branches
from bodybroker.services.project_events import project_world

BATCH = BatchProcessor(event_type=EventType.DynamoDBStreams)
Subject = tuple[str, bool]
"""What a record is about: a world's partition, and whether a branch of it is to be removed."""


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Look after every world that the batch touches once, on its last record; report the records that failed."""
    last = {_subject(record): record["dynamodb"]["SequenceNumber"] for record in event["Records"]}

    def look_after(record: DynamoDBRecord) -> None:
        subject = _subject(record.raw_event)
        if subject is not None and last[subject] == record.raw_event["dynamodb"]["SequenceNumber"]:
            _look_after(*subject)

    return process_partial_response(event, look_after, BATCH, context)


def _look_after(partition: str, is_deletion: bool) -> None:
    key = rows.world_key(partition)
    if is_deletion:
        LOG.info("forgotten", world=key.world, documents=forget_deleted_branches(event_store(), locations(), key))
        LOG.info("swept", world=key.world, unfinished=sweep_world(event_store(), key))
    else:
        LOG.info("projected", world=key.world, stored=project_world(event_store(), projections(), key))


def _subject(record: dict[str, Any]) -> Subject | None:
    """Every commit writes the head, and its other rows tell nothing more, but for a deletion's."""
    keys = record["dynamodb"]["Keys"]
    partition, sort_key = keys["pk"]["S"], keys["sk"]["S"]
    if sort_key == rows.HEAD:
        return partition, False
    is_deletion = sort_key.startswith(rows.DELETED_FROM) and record["eventName"] != "REMOVE"
    return (partition, True) if is_deletion else None
