"""A streaming web app on the standard library alone, as the gateway must run it."""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import layered

gate = threading.Event()
broken_streams = []


class App(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        getattr(self, f"get_{name}", self.get_page)()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(
            {"path": self.path, "headers": dict(self.headers), "length": len(body), "body": body.decode()[:200]}
        )

    def get_page(self):
        self.answer({"path": self.path, "headers": dict(self.headers), "layer": layered.VALUE})

    def get_environment(self):
        self.answer({"environment": dict(os.environ), "path": sys.path, "pid": os.getpid()})

    def get_open(self):
        gate.set()
        self.answer({})

    def get_gated(self):
        self.start_stream()
        self.chunk(b"data: first\n\n")
        gate.wait(20)
        gate.clear()
        self.chunk(b"data: second\n\n")
        self.chunk(b"")

    def get_endless(self):
        self.start_stream()
        try:
            while True:
                self.chunk(b": ping\n\n")
                time.sleep(0.01)
        except OSError:
            broken_streams.append(self.path)

    def get_broken(self):
        self.answer({"broken_streams": broken_streams})

    def get_torn(self):
        self.start_stream()
        self.chunk(b"data: half\n\n")
        os._exit(3)

    def get_die(self):
        os._exit(3)

    def start_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        print("live", *args, flush=True)


ThreadingHTTPServer(("127.0.0.1", int(os.environ["AWS_LWA_PORT"])), App).serve_forever()
