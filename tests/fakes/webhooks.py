"""Webhooks in memory, and a game server to receive them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

from bodybroker.ports.webhooks import Claim


class MemoryDeliveries:
    """`ports.Deliveries`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[str, int | None] = {}
        """Until when a notice is claimed; None: it has been delivered."""

    def claim(self, notice_id: str, now: int, until: int) -> Claim:
        with self._lock:
            held = self._rows.get(notice_id, 0)
            if held is None:
                return "delivered"
            if held > now:
                return "busy"
            self._rows[notice_id] = until
            return "mine"

    def delivered(self, notice_id: str, forget_at: int) -> None:
        self._rows[notice_id] = None

    def release(self, notice_id: str) -> None:
        with self._lock:
            if self._rows.get(notice_id) is not None:
                del self._rows[notice_id]


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class GameServer:
    """What the studio runs: it answers as told and remembers what it got."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    goes_on: Event = field(default_factory=Event)
    drips: bool = False
    """Answers a byte at a time, without end."""


@contextmanager
def game_server() -> Iterator[GameServer]:
    """A game server on a free port of the loopback."""
    server = GameServer()
    server.goes_on.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.received.append(Received(self.path, headers, body))
            server.goes_on.wait(20)
            if server.drips:
                self._drip()
                return
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _drip(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nx-drip: ")
                while not Event().wait(0.05):
                    self.wfile.write(b".")
            except OSError:
                pass  # whoever asked has hung up

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{httpd.server_port}/hooks/bodybroker?realm=1"
    Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.goes_on.set()
        httpd.shutdown()
        httpd.server_close()
