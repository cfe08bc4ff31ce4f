"""The state machine `generate_location`, which carries jobs out."""

import json
from collections.abc import Sequence
from typing import Any

from bodybroker.adapters.aws import outages
from bodybroker.generation.jobs import Job
from bodybroker.kernel.ids import WorldKey

SYSTEM = "Step Functions"


class ExpressPipeline:
    """`ports.Pipeline` on an Express machine, which takes a name again: its tasks may run twice."""

    def __init__(self, client: Any, machine_arn: str, concurrency: int) -> None:
        """``concurrency``: of how many entities at a time a specialist is asked."""
        self._client = client
        self._machine_arn = machine_arn
        self._concurrency = concurrency

    def start(self, key: WorldKey, job: Job, waves: Sequence[Sequence[str]]) -> None:
        given = {
            "job": {"player": key.player, "world": key.world, "job_id": job.job_id},
            "waves": [{"entities": list(wave)} for wave in waves],
            "concurrency": self._concurrency,
        }
        with outages(SYSTEM):
            self._client.start_execution(stateMachineArn=self._machine_arn, input=json.dumps(given))
