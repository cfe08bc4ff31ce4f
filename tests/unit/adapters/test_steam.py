"""The ticket check against a Steam of our own on the loopback: what it asks, what it makes of each answer."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from bodybroker.adapters import steam
from bodybroker.adapters.steam import SteamTickets
from bodybroker.kernel.errors import Forbidden, Unauthorized, Unavailable

PUBLISHER_KEY = "0123456789ABCDEF"
OWNER = {"result": "OK", "steamid": "7656", "ownersteamid": "7656", "vacbanned": False, "publisherbanned": False}


class Steam:
    """Answers as told; remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = ""
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.hang = Event()
        self.hang.set()

    def answer(self, response: object, status: int = 200) -> None:
        self.body, self.status = json.dumps({"response": response}), status


@pytest.fixture
def server() -> Iterator[tuple[Steam, str]]:
    fake = Steam()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            fake.asked.append((url.path, parse_qs(url.query)))
            fake.hang.wait(10)
            self.send_response(fake.status)
            self.end_headers()
            self.wfile.write(fake.body.encode())

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
    yield fake, f"http://127.0.0.1:{httpd.server_port}/api"
    fake.hang.set()
    httpd.shutdown()
    httpd.server_close()


class Secret:
    def __init__(self, url: str) -> None:
        self.url = url

    def read(self) -> dict[str, str]:
        return {"app_id": "480", "publisher_key": PUBLISHER_KEY, "api_url": self.url}


@pytest.fixture
def fake(server) -> Steam:
    return server[0]


@pytest.fixture
def tickets(server) -> SteamTickets:
    return SteamTickets(Secret(server[1]))


def test_it_asks_steam_about_this_game_and_identity(fake, tickets):
    fake.answer({"params": OWNER})
    assert tickets.check("ab12", "bodybroker") == "7656"
    asked = {"key": [PUBLISHER_KEY], "appid": ["480"], "ticket": ["ab12"], "identity": ["bodybroker"]}
    assert fake.asked == [("/api/ISteamUserAuth/AuthenticateUserTicket/v1/", asked)]


def test_a_borrowed_game_signs_in_its_player_not_its_owner(fake, tickets):
    fake.answer({"params": OWNER | {"ownersteamid": "1111"}})
    assert tickets.check("ab12", "bodybroker") == "7656"


@pytest.mark.parametrize("description", ["Invalid ticket", "Ticket for other app", "Ticket used", "Wrong identity"])
def test_a_ticket_that_steam_refuses_is_unauthorized(fake, tickets, description):
    fake.answer({"error": {"errorcode": 101, "errordesc": description}})
    with pytest.raises(Unauthorized) as refused:
        tickets.check("ab12", "bodybroker")
    assert refused.value.code == "steam_ticket_refused"


@pytest.mark.parametrize("flag", ["vacbanned", "publisherbanned"])
def test_a_banned_account_is_forbidden(fake, tickets, flag):
    fake.answer({"params": OWNER | {flag: True}})
    with pytest.raises(Forbidden) as refused:
        tickets.check("ab12", "bodybroker")
    assert refused.value.code == "account_banned"


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_steam_in_trouble_is_unavailable(fake, tickets, status):
    fake.answer({"params": OWNER}, status)
    with pytest.raises(Unavailable):
        tickets.check("ab12", "bodybroker")


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "{}", '{"response": 1}', '{"response": {"params": 5}}'])
def test_nonsense_is_unavailable(fake, tickets, body):
    fake.body = body
    with pytest.raises(Unavailable):
        tickets.check("ab12", "bodybroker")


def test_an_answer_without_the_player_is_unavailable(fake, tickets):
    fake.answer({"params": {"result": "OK"}})
    with pytest.raises(Unavailable):
        tickets.check("ab12", "bodybroker")


def test_silence_is_unavailable(fake, tickets, monkeypatch):
    monkeypatch.setattr(steam, "TIMEOUT_S", 0.1)
    fake.hang.clear()
    with pytest.raises(Unavailable):
        tickets.check("ab12", "bodybroker")


def test_nobody_there_is_unavailable_and_the_key_appears_nowhere(caplog):
    with pytest.raises(Unavailable) as unavailable:
        SteamTickets(Secret("http://127.0.0.1:9")).check("ab12", "bodybroker")
    error: BaseException | None = unavailable.value
    while error is not None:
        assert PUBLISHER_KEY not in repr(error)
        error = error.__cause__
    assert unavailable.value.__suppress_context__
    assert PUBLISHER_KEY not in caplog.text
