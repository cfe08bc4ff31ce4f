"""Functions in the emulator whose code runs in the test: what they are given, the test hears, and says how they end."""

import json
import queue
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.integration.local_cloud.conftest import EmulatorProcess, function_archive

ROLE = "arn:aws:iam::000000000000:role/any"
SOURCE = """
import json, urllib.request

def handler(event, context):
    request = urllib.request.Request({url!r}, json.dumps(event).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        told = json.loads(answer.read())
    if "error" in told:
        raise type(told["error"], (Exception,), {{}})(told["cause"])
    return told["result"]
"""


class StandIn:
    """One function. It returns the next of `answers`, raises where that is an `error`, and returns None without any."""

    def __init__(self) -> None:
        self.arn = ""
        self.events: queue.Queue[Any] = queue.Queue()
        self.answers: deque[dict[str, Any]] = deque()

    def returns(self, result: Any) -> None:
        self.answers.append({"result": result})

    def fails(self, error: str, cause: str = "as it was told") -> None:
        self.answers.append({"error": error, "cause": cause})

    def next(self) -> Any:
        """The next event that it was given."""
        return self.events.get(timeout=30)

    def answer(self, event: Any) -> dict[str, Any]:
        self.events.put(event)
        return self.answers.popleft() if self.answers else {"result": None}


@contextmanager
def stand_in(emulator: EmulatorProcess) -> Iterator[StandIn]:
    """A function of the emulator."""
    made = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = made.answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        source = SOURCE.format(url=f"http://127.0.0.1:{server.server_port}")
        made.arn = emulator.client("lambda").create_function(
            FunctionName=f"stand-in-{uuid.uuid4().hex[:8]}",
            Runtime="python3.13",
            Role=ROLE,
            Handler="index.handler",
            Code={"ZipFile": function_archive(index=source)},
        )["FunctionArn"]
        yield made
    finally:
        server.shutdown()
        server.server_close()
