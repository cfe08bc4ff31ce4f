"""Metrics as CloudWatch's embedded format: a line of the log that CloudWatch reads as data points."""

import json
import os
import time
from collections.abc import Mapping, Sequence


def emit(dimensions: Mapping[str, str], groups: Sequence[Sequence[str]], values: Mapping[str, float]) -> None:
    """Write data points of this function. `groups`: the sets of dimensions by which they are summed."""
    service = os.environ["POWERTOOLS_SERVICE_NAME"]
    directive = {
        "Namespace": os.environ["POWERTOOLS_METRICS_NAMESPACE"],
        "Dimensions": [["service"], *(["service", *group] for group in groups)],
        "Metrics": [{"Name": name} for name in values],
    }
    envelope = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    print(json.dumps({"_aws": envelope, "service": service, **dimensions, **values}), flush=True)
