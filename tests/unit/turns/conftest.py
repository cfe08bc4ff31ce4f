"""A SageMaker runtime to talk to: real HTTP, real event-stream frames, and every way in which a model can fail."""

import binascii
import json
import socket
import struct
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from bodybroker.adapters.sagemaker import SageMakerModel, runtime_client

PATIENCE_S = 20


class ModelError(Exception):
    """The container dies in the middle of a stream: an exception frame."""


class Reset(Exception):
    """The connection breaks: no frame, no last chunk, an RST."""


def _frame(headers: dict[str, str], payload: bytes) -> bytes:
    head = b"".join(
        struct.pack(">B", len(name)) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", binascii.crc32(prelude)) + head + payload
    return message + struct.pack(">I", binascii.crc32(message))


class Endpoint:
    """What the fake answers; set it before a call.

    `speech` are the steps of a stream: a str is a token, bytes are a raw payload, an Event is waited for, ModelError and
    Reset break it off; a callable is called. `acts` is the answer to a call that is not streamed. `status` other than
    200 refuses every call. `usage` is reported at the end; `requests` are the bodies seen; `left` is set when the
    listener hangs up in the middle of a stream.
    """

    def __init__(self) -> None:
        self.speech: list[object] = ["Fresh", " meat", " tonight."]
        self.acts = json.dumps({"mood": "calm", "act": "none", "part": "", "price_cents": 0})
        self.status = 200
        self.usage = {"prompt_tokens": 90, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 80}}
        self.requests: list[dict[str, object]] = []
        self.left = Event()
        self.url = ""

    @property
    def streamed(self) -> list[dict[str, object]]:
        return [request for request in self.requests if request["stream"]]

    @property
    def asked(self) -> list[dict[str, object]]:
        return [request for request in self.requests if not request["stream"]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    endpoint: Endpoint

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self.endpoint.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        if self.endpoint.status != 200:
            self._answer(self.endpoint.status, {"Message": "no"}, {"x-amzn-errortype": "ModelError"})
        elif self.path.endswith("-response-stream"):
            self._stream()
        else:
            message = {"role": "assistant", "content": self.endpoint.acts}
            self._answer(200, {"model": "tiny", "choices": [{"message": message}], "usage": self.endpoint.usage}, {})

    def _answer(self, status: int, body: object, headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in ({"content-type": "application/json", "content-length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/vnd.amazon.eventstream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for step in self.endpoint.speech:
                self._step(step)
            self._part(b"data: " + json.dumps({"choices": [], "usage": self.endpoint.usage}).encode() + b"\n\n")
            self._part(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")
        except ModelError:
            headers = {":message-type": "exception", ":exception-type": "ModelStreamError"}
            self._chunk(_frame(headers | {":content-type": "application/json"}, b'{"Message": "container died"}'))
            self.wfile.write(b"0\r\n\r\n")
        except Reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.wfile.close()
            self.rfile.close()
            self.connection.close()
        except OSError:
            self.endpoint.left.set()
            self.close_connection = True

    def _step(self, step: object) -> None:
        if isinstance(step, type) and issubclass(step, Exception):
            raise step
        if isinstance(step, Event):
            assert step.wait(PATIENCE_S)
        elif callable(step):
            step()
        elif isinstance(step, bytes):
            self._part(step)
        else:
            chunk = json.dumps({"choices": [{"delta": {"content": step}}]})
            self._part(f"data: {chunk}\n\n".encode())

    def _part(self, payload: bytes) -> None:
        headers = {":message-type": "event", ":event-type": "PayloadPart", ":content-type": "application/octet-stream"}
        self._chunk(_frame(headers, payload))

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A connection that the test broke on purpose is no news."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    fake = Endpoint()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"endpoint": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def failures() -> dict[str, type[Exception]]:
    """The steps that break a stream off, by name."""
    return {"MODEL_ERROR": ModelError, "RESET": Reset}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """An AWS identity that can do nothing."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def model(endpoint: Endpoint, aws: None, monkeypatch: pytest.MonkeyPatch) -> SageMakerModel:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", endpoint.url)
    return SageMakerModel(runtime_client(read_timeout_s=PATIENCE_S), "gold")
