"""The function cloud_models in an interpreter that sees its own folder and layers only: a line of JSON in, one out.

The clock of the machine is replaced where a test says what day it is, and tries are as short as the tests need them.
"""

import json
import sys
import time
from datetime import datetime
from typing import Any


def main() -> None:
    settings = json.loads(sys.argv[1])
    sys.path[:0] = settings["paths"]
    answers, sys.stdout = sys.stdout, sys.stderr
    started = time.process_time()
    import handler
    from bodybroker.kernel.clock import FixedClock

    started_s = time.process_time() - started
    handler.CLOCK = FixedClock(datetime.fromisoformat(settings["now"]))
    loaded = sorted(name for name in sys.modules if "." not in name)
    print(json.dumps({"start_cpu_s": started_s, "modules": loaded}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(handler.lambda_handler(json.loads(line), Context())), file=answers, flush=True)


class Context:
    """Lambda's context, of an invocation that has just begun."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


main()
