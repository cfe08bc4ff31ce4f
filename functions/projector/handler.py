"""The projector: follows the stream of the worlds' table. It keeps read models and snapshots up to date and removes
what has been deleted."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.doors.location_store import locations
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import event_store, projections
from bodybroker.doors.world_stream import subject
from bodybroker.kernel.ids import WorldKey
from bodybroker.services.delete_branch import sweep_world
from bodybroker.services.forget_locations import forget_deleted_branches
from bodybroker.services.project_events import project_world

BATCH = BatchProcessor(event_type=EventType.DynamoDBStreams)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Look after every world that the batch touches once, on its last record; report the records that failed."""
    last = {subject(record): record["dynamodb"]["SequenceNumber"] for record in event["Records"]}

    def look_after(record: DynamoDBRecord) -> None:
        found = subject(record.raw_event)
        if found is not None and last[found] == record.raw_event["dynamodb"]["SequenceNumber"]:
            _look_after(*found)

    return process_partial_response(event, look_after, BATCH, context)


def _look_after(key: WorldKey, is_deletion: bool) -> None:
    if is_deletion:
        LOG.info("forgotten", world=key.world, documents=forget_deleted_branches(event_store(), locations(), key))
        LOG.info("swept", world=key.world, unfinished=sweep_world(event_store(), key))
    else:
        LOG.info("projected", world=key.world, stored=project_world(event_store(), projections(), key))
