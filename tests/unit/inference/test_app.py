"""The server's two paths over an engine that the test controls."""

import asyncio
import json
from pathlib import Path

import pytest

from sagemaker_endpoints.serving.app import MAX_BODY, App
from sagemaker_endpoints.serving.contract import Finish, Piece, Usage
from sagemaker_endpoints.serving.errors import AdapterRefused, AdapterUnknown, ContextExceeded, GenerationFailed

HELLO = {"messages": [{"role": "user", "content": "hello"}]}


class ScriptedEngine:
    """Yields what it was given, raises the errors among it, and waits for ever at an Ellipsis."""

    model = "scripted"

    def __init__(self, *script):
        self.script = script
        self.stopped = asyncio.Event()
        self.folders = {}

    async def load_adapter(self, name, folder):
        if name == "alien":
            raise AdapterRefused("it is for another base")
        self.folders[name] = folder

    async def unload_adapter(self, name):
        if self.folders.pop(name, None) is None:
            raise AdapterUnknown(name)

    def adapters(self):
        return self.folders

    async def generate(self, request, adapter=None):
        self.asked_through = adapter
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if step is ...:
                    await asyncio.Event().wait()
                yield step
        finally:
            self.stopped.set()


class Client:
    """One HTTP request to the application, spoken as ASGI."""

    def __init__(self, document=None, method="POST", path="/invocations", raw=None, headers=()):
        self.scope = {"type": "http", "method": method, "path": path, "headers": headers}
        self.incoming = asyncio.Queue()
        self.sent = []
        self.heard = asyncio.Event()
        body = json.dumps(document).encode() if raw is None else raw
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})

    async def send(self, message):
        self.sent.append(message)
        if message["type"] == "http.response.body" and message["body"]:
            self.heard.set()

    async def ask(self, app):
        await asyncio.wait_for(app(self.scope, self.incoming.get, self.send), 10)
        return self

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def body(self):
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def error(self):
        return json.loads(self.body)["error"]


def ready(engine):
    app = App(engine, Path())
    app.ready = True
    return app


def ask(engine, document=None, **client):
    async def go():
        return await Client(document, **client).ask(ready(engine))

    return asyncio.run(go())


def test_ping_says_whether_the_model_is_loaded():
    async def go():
        app = App(ScriptedEngine(), Path())
        before = (await Client(method="GET", path="/ping", raw=b"").ask(app)).status
        app.ready = True
        return before, (await Client(method="GET", path="/ping", raw=b"").ask(app)).status

    assert asyncio.run(go()) == (503, 200)


def test_a_request_before_the_model_is_loaded_is_told_so():
    async def go():
        return await Client(HELLO).ask(App(ScriptedEngine(), Path()))

    client = asyncio.run(go())
    assert (client.status, client.error["code"]) == (503, "model_not_ready")


def test_pieces_become_one_answer_or_a_stream():
    script = Piece("Good "), Piece("night"), Finish("stop", Usage(3, 2, 1))
    whole = ask(ScriptedEngine(*script), HELLO)
    assert json.loads(whole.body)["choices"][0]["message"]["content"] == "Good night"
    streamed = ask(ScriptedEngine(*script), {**HELLO, "stream": True})
    assert dict(streamed.sent[0]["headers"])[b"content-type"] == b"text/event-stream"
    assert len(streamed.sent) == 5  # start, two pieces, the ending, the end of the body
    assert streamed.body.endswith(b"data: [DONE]\n\n")


def test_a_model_that_produces_nothing_still_opens_and_ends_its_stream():
    client = ask(ScriptedEngine(Finish("stop", Usage(3, 0))), {**HELLO, "stream": True})
    assert client.body.startswith(b"data: ")
    assert b'"role":"assistant"' in client.body


@pytest.mark.parametrize("stream", [False, True])
def test_an_error_before_the_first_token_has_its_own_status(stream):
    client = ask(ScriptedEngine(ContextExceeded("too long")), {**HELLO, "stream": stream})
    assert (client.status, client.error["code"]) == (400, "context_length_exceeded")


def test_an_error_after_the_first_token_is_the_last_line_of_the_stream():
    client = ask(ScriptedEngine(Piece("I am"), GenerationFailed("it broke")), {**HELLO, "stream": True})
    assert client.status == 200
    last = client.body.decode().strip().split("\n\n")[-1]
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "generation_failed"
    assert client.sent[-1] == {"type": "http.response.body", "body": b""}


def test_a_bug_in_the_engine_tells_the_caller_nothing_of_it():
    client = ask(ScriptedEngine(KeyError("secret")), HELLO)
    assert (client.status, client.error["code"]) == (500, "generation_failed")
    assert "secret" not in client.error["message"]


@pytest.mark.parametrize("started", [False, True])
def test_a_client_that_goes_away_stops_the_generation(started):
    async def go():
        engine = ScriptedEngine(*[Piece("I")] * started, ...)
        client = Client({**HELLO, "stream": True})
        asking = asyncio.create_task(client.ask(ready(engine)))
        if started:
            await client.heard.wait()
        client.incoming.put_nowait({"type": "http.disconnect"})
        await asking
        await asyncio.wait_for(engine.stopped.wait(), 10)

    asyncio.run(go())


def test_bad_bodies_paths_and_methods():
    bad = ask(ScriptedEngine(), raw=b'{"messages": [], "x": 1}')
    assert bad.status == 400
    assert [fault["path"] for fault in bad.error["faults"]] == ["messages", "x"]
    large = ask(ScriptedEngine(), raw=b" " * (MAX_BODY + 1))
    assert (large.status, large.error["code"]) == (413, "body_too_large")
    assert ask(ScriptedEngine(), method="GET").status == 405
    assert ask(ScriptedEngine(), path="/v1/chat").status == 404


def test_a_request_names_its_adapter_by_sagemakers_header():
    engine = ScriptedEngine(Finish("stop", Usage(3, 0)))
    ask(engine, HELLO, headers=[(b"x-amzn-sagemaker-adapter-identifier", b"ghoul-1")])
    assert engine.asked_through == "ghoul-1"
    ask(engine, HELLO)
    assert engine.asked_through is None


def test_adapters_come_and_go_while_the_server_runs(tmp_path):
    engine = ScriptedEngine()
    folder = str(tmp_path)

    def adapters(**client):
        return ask(engine, **{"path": "/adapters", **client})

    loaded = adapters(document={"name": "ghoul-1", "src": folder})
    assert (loaded.status, json.loads(loaded.body)) == (200, {"adapters": [{"name": "ghoul-1", "src": folder}]})
    assert json.loads(adapters(method="GET").body) == json.loads(loaded.body)
    refused = adapters(document={"name": "alien", "src": folder})
    assert (refused.status, refused.error["code"]) == (400, "adapter_refused")
    assert adapters(method="DELETE", path="/adapters/ghoul-1").status == 200
    gone = adapters(method="DELETE", path="/adapters/ghoul-1")
    assert (gone.status, gone.error["code"]) == (404, "adapter_unknown")
    assert adapters(method="PUT").status == 405


def test_every_fault_of_an_adapters_body_is_listed(tmp_path):
    bad = ask(ScriptedEngine(), {"name": "a/../b", "src": str(tmp_path / "none"), "pin": 1}, path="/adapters")
    assert bad.status == 400
    assert [fault["path"] for fault in bad.error["faults"]] == ["name", "pin", "src"]
    assert ask(ScriptedEngine(), raw=b"[]", path="/adapters").status == 400


def test_no_adapter_is_loaded_before_the_model(tmp_path):
    async def go():
        return await Client({"name": "a", "src": str(tmp_path)}, path="/adapters").ask(App(ScriptedEngine(), Path()))

    assert asyncio.run(go()).error["code"] == "model_not_ready"
