"""A model server for tests: the request says how it shall answer."""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ADAPTERS = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.answer(200, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/adapters":
            adapter = json.loads(body)
            ADAPTERS[adapter["name"]] = sorted(path.name for path in Path(adapter["src"]).iterdir())
            return self.answer(200, b"")
        try:
            mode = json.loads(body).get("mode", "echo")
        except (ValueError, AttributeError):
            mode = "echo"
        return getattr(self, f"mode_{mode}")(body)

    def mode_echo(self, body):
        self.answer(200, body)

    def mode_describe(self, body):
        described = {
            "pid": os.getpid(),
            "parent": os.getppid(),
            "directory": str(Path.cwd()),
            "environment": dict(os.environ),
            "files": sorted(str(path) for path in Path().rglob("*") if path.is_file()),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "adapters": ADAPTERS,
        }
        self.answer(200, json.dumps(described).encode())

    def mode_fail(self, body):
        self.answer(json.loads(body)["status"], b'{"error": "as asked"}')

    def mode_slow(self, body):
        time.sleep(30)
        self.answer(200, body)

    def mode_stream(self, body):
        self.stream(json.loads(body).get("pause", 0.1))
        self.chunk(b"")

    def mode_die(self, body):
        self.stream(0.01)
        os._exit(9)

    def mode_endless(self, body):
        """Stream until the client goes away, which is noted in a file."""
        self.start_stream()
        try:
            while True:
                self.chunk(b"more\n")
                time.sleep(0.02)
        except OSError:
            Path("abandoned").touch()

    def stream(self, pause):
        self.start_stream()
        for number in range(5):
            self.chunk(f"token {number} at {time.monotonic()}\n".encode())
            time.sleep(pause)

    def start_stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header(
            "x-amzn-sagemaker-custom-attributes", self.headers.get("x-amzn-sagemaker-custom-attributes", "")
        )
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        print(format % arguments, file=sys.stderr)


if os.environ.get("FAIL_AT_START"):
    sys.exit("the weights are missing")
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
