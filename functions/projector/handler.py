"""The projector: follows the stream of the worlds' table and keeps read models and snapshots up to date."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.adapters.event_rows import world_key
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import event_store, projections
from bodybroker.services.project_events import project_world

BATCH = BatchProcessor(event_type=EventType.DynamoDBStreams)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Project every world that the batch touches once, on its last record; report the records that failed."""
    last = {_partition(record): record["dynamodb"]["SequenceNumber"] for record in event["Records"] if _is_head(record)}

    def project(record: DynamoDBRecord) -> None:
        partition = _partition(record.raw_event)
        if last.get(partition) != record.raw_event["dynamodb"]["SequenceNumber"]:
            return
        key = world_key(partition)
        stored = project_world(event_store(), projections(), key)
        LOG.info("projected", world=key.world, stored=stored)

    return process_partial_response(event, project, BATCH, context)


def _partition(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


def _is_head(record: dict[str, Any]) -> bool:
    """Every commit writes the head; the other rows of a commit tell nothing more."""
    return bool(record["dynamodb"]["Keys"]["sk"]["S"] == "H")
