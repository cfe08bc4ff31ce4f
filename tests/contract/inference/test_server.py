"""What only our own server promises: its life cycle, its faults, and that a client who leaves frees its slot."""

import json
import signal

import httpx
import pytest

SLOTS = 4
ENDLESS = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}, "minItems": 40}, "minItems": 40}


def test_faults_are_listed_with_their_codes(local_server):
    def post(raw):
        response = httpx.post(f"{local_server.url}/invocations", content=raw, trust_env=False)
        return response.status_code, response.json()["error"]

    status, error = post(b'{"messages": [{"role": "imp", "content": "x"}], "max_tokens": 0, "top": 1}')
    assert (status, error["code"], error["type"]) == (400, "invalid_request", "invalid_request_error")
    assert [fault["path"] for fault in error["faults"]] == ["messages[0].role", "max_tokens", "top"]
    assert post(b"{")[0] == 400
    assert post(b" " * (1 << 21))[0] == 413
    long = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 5000}
    assert post(json.dumps(long).encode())[1]["code"] == "context_length_exceeded"


@pytest.mark.parametrize(("tier", "tokens"), [("gold", 4096), ("silver", 8192), ("bronze", 8192), ("guard", 4096)])
def test_every_tier_on_the_server_keeps_its_own_limit(local_tier, tier, tokens):
    refused = local_tier(tier).post(messages=[{"role": "user", "content": "hello"}], max_tokens=tokens)
    assert refused.status_code == 400
    assert f"the context of {tokens} tokens" in refused.json()["error"]["message"]
    chunks = local_tier(tier).stream("hello", max_tokens=tokens - 100)
    assert next(chunks)["choices"]
    chunks.close()


def test_a_schema_that_the_runtime_cannot_follow_is_the_callers_fault(local_server):
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "nonsense"}}}
    request = {"messages": [{"role": "user", "content": "hello"}], "response_format": schema}
    response = httpx.post(f"{local_server.url}/invocations", json=request, trust_env=False)
    assert response.status_code == 400
    assert response.json()["error"]["faults"][0]["path"] == "response_format"


def test_clients_that_leave_free_their_slots(local_endpoint, local_server):
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": ENDLESS}}
    before = local_server.log.read_text().count("went away")
    streams = [
        local_endpoint.stream(f"List {number}", max_tokens=3900, response_format=schema, system="List.")
        for number in range(SLOTS)
    ]
    for stream in streams:
        for _ in range(3):
            assert next(stream)["choices"]
    assert local_server.log.read_text().count("went away") == before
    for stream in streams:
        stream.close()
    local_server.wait(lambda: local_server.log.read_text().count("went away") == before + SLOTS)
    # Each of the four would have gone on for minutes.
    assert local_endpoint.client.post(
        f"{local_endpoint.url}/invocations",
        json={"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1},
        timeout=20,
    ).is_success


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly_even_in_mid_stream(start_server, number):
    server = start_server()
    server.wait(lambda: server.ping() == 200)
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": ENDLESS}}
    request = {
        "messages": [{"role": "user", "content": "List"}],
        "max_tokens": 3900,
        "stream": True,
        "response_format": schema,
    }
    with httpx.stream("POST", f"{server.url}/invocations", json=request, timeout=60, trust_env=False) as response:
        assert next(response.iter_lines())
        assert server.stop(number) == 0


def test_the_models_threads_sleep_while_they_wait(start_server):
    server = start_server(OMP_DISPLAY_ENV="true")  # OpenMP then prints its settings when it is loaded
    server.wait(lambda: server.ping() == 200)
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in server.log.read_text()


def test_a_model_that_cannot_be_served_ends_the_server_with_the_reason(start_server, tmp_path):
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF, or so it says")
    for model, reason in [
        (str(tmp_path / "none.gguf"), "there is no file"),
        (str(damaged), "not a model that llama.cpp can load"),
        ("smollm2", "neither ollama/<name>"),
        ("ollama/none", "no Ollama answers"),
    ]:
        server = start_server(BODYBROKER_MODEL=model, OLLAMA_HOST="127.0.0.1:9")
        assert server.process.wait(60) == 1
        assert reason in server.log.read_text()
