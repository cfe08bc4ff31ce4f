"""What our server promises of adapters: they come and go while it runs, and no prompt computed with one is reused."""

import signal
import threading
import time

import httpx
import pytest

from tests.contract.inference.conftest import Endpoint, conversation
from tests.fakes.lora import write_adapter

HEADER = "x-amzn-sagemaker-adapter-identifier"
ENDLESS = {"type": "array", "items": {"type": "integer"}, "minItems": 400}


class Server:
    """A server of the test's own, spoken to with and without adapters."""

    def __init__(self, process):
        self.process = process
        self.client = httpx.Client(base_url=process.url, timeout=120, trust_env=False)

    def say(self, adapter=None, **fields):
        """The answer's text, or the error's code. The second try: it starts from a cached prompt, as all others do."""
        self._ask(adapter, **fields)
        document = self._ask(adapter, **fields)
        return document["error"]["code"] if "error" in document else document["choices"][0]["message"]["content"]

    def usage(self, adapter=None):
        return self._ask(adapter)["usage"]

    def _ask(self, adapter, **fields):
        request = conversation("Tell me about the night.", **{"max_tokens": 24, **fields})
        return self.client.post("/invocations", json=request, headers={HEADER: adapter} if adapter else {}).json()

    def load(self, name, folder):
        return self.client.post("/adapters", json={"name": name, "src": str(folder)})

    def unload(self, name):
        return self.client.delete(f"/adapters/{name}")


@pytest.fixture
def server(start_server):
    process = start_server()
    return Server(process.wait(lambda: process.ping() == 200))


def test_an_adapter_on_off_on_never_meets_the_others_cache(server, local_endpoint, tmp_path):
    """Nor does it lose its own: each keeps the prompt that it has computed."""
    assert server.load("ghoul-1", write_adapter(tmp_path / "one", seed=1)).is_success
    on = server.say("ghoul-1")
    off = server.say()
    again = server.say("ghoul-1")
    off_again = server.say()
    local_endpoint.ask("Tell me about the night.", max_tokens=24)
    fresh = local_endpoint.ask("Tell me about the night.", max_tokens=24)["choices"][0]["message"]["content"]
    assert on == again != off
    assert off == off_again == fresh
    for adapter in ("ghoul-1", None):
        usage = server.usage(adapter)
        assert usage["prompt_tokens_details"]["cached_tokens"] > 0.8 * usage["prompt_tokens"]


def test_adapters_are_loaded_replaced_and_unloaded_while_the_server_runs(server, tmp_path):
    base = server.say()
    server.load("a", write_adapter(tmp_path / "one", seed=1))
    server.load("b", write_adapter(tmp_path / "two", seed=2))
    first, second = server.say("a"), server.say("b")
    assert len({base, first, second}) == 3
    server.load("a", tmp_path / "two")
    assert server.say("a") == second
    assert server.unload("a").is_success
    assert server.say("a") == "adapter_unknown"
    assert (server.say("b"), server.say()) == (second, base)
    assert server.unload("a").status_code == 404
    assert [one["name"] for one in server.client.get("/adapters").json()["adapters"]] == ["b"]


def test_answers_that_run_end_whole_when_their_adapter_goes(server, tmp_path):
    server.load("a", write_adapter(tmp_path / "one"))
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": ENDLESS}}
    request = conversation("List", max_tokens=60, stream=True, response_format=schema)
    with server.client.stream("POST", "/invocations", json=request, headers={HEADER: "a"}) as response:
        lines = (line for line in response.iter_lines() if line)
        next(lines)
        unloading = threading.Thread(target=server.unload, args=("a",))
        unloading.start()
        assert list(lines)[-1] == "data: [DONE]"
        unloading.join(30)
    assert server.say("a") == "adapter_unknown"


def test_adapters_that_do_not_fit_are_refused_and_the_server_serves_on(server, tmp_path):
    base = server.say()
    alien = write_adapter(tmp_path / "alien", revision="0" * 64)
    damaged = write_adapter(tmp_path / "damaged")
    (damaged / "adapter.gguf").write_bytes(b"GGUF, or so it says")
    for folder, reason in ((alien, "is for the base 0000"), (damaged, "cannot apply")):
        refused = server.load("a", folder)
        assert refused.status_code == 400
        assert refused.json()["error"]["code"] == "adapter_refused"
        assert reason in refused.json()["error"]["message"]
    assert server.say("a") == "adapter_unknown"
    assert server.say() == base


def test_signals_still_end_the_server_cleanly_after_adapters_came_and_went(server, tmp_path):
    server.load("a", write_adapter(tmp_path / "one"))
    server.load("b", tmp_path / "one")
    server.unload("a")
    assert server.process.stop(signal.SIGTERM) == 0


def test_paid_requests_overtake_the_waiting_free_ones(server):
    slots, order, speaking = 4, [], threading.Semaphore(0)
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": ENDLESS}}

    def ask(kind, priority, max_tokens):
        chunks = Endpoint(server.process.url).stream(
            "List", max_tokens=max_tokens, priority=priority, response_format=schema
        )
        next(chunk for chunk in chunks if chunk["choices"][0]["delta"].get("content"))
        order.append(kind)
        speaking.release()
        assert list(chunks)

    def start(kind, priority, max_tokens):
        threads = [threading.Thread(target=ask, args=(kind, priority, max_tokens)) for _ in range(slots)]
        for thread in threads:
            thread.start()
        return threads

    threads = start("running", 0, 200)
    for _ in range(slots):
        assert speaking.acquire(timeout=60)
    threads += start("free", 0, 20)
    time.sleep(0.5)  # they wait now, in front of whoever comes later
    threads += start("paid", -1, 20)
    for thread in threads:
        thread.join(120)
    assert order == ["running"] * slots + ["paid"] * slots + ["free"] * slots
