"""`BODYBROKER_MODEL` names a model in four ways; anything else is refused with what to do."""

import hashlib
import json

import pytest

from sagemaker_endpoints.serving import hub
from sagemaker_endpoints.serving.engines import EngineUnavailable
from sagemaker_endpoints.serving.engines.llamacpp import LlamaCpp
from sagemaker_endpoints.serving.engines.openai_http import Ollama
from sagemaker_endpoints.serving.model_choice import choose

WEIGHTS = b"GGUF weights"


def chosen(name, **environment):
    return choose({"BODYBROKER_MODEL": name, **environment}, 4096)


@pytest.mark.parametrize("environment", [{}, {"BODYBROKER_MODEL": " "}])
def test_without_a_choice_the_packaged_model_is_served(environment):
    assert choose(environment, 4096).model == "SmolLM2-135M-Instruct"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("box:8000", "http://box:8000"),
        ("http://box", "http://box:80"),
        ("https://box/", "https://box:443"),
        ("[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_ollama_is_asked_where_its_variable_says(host, url):
    engine = chosen("ollama/qwen2.5:3b", OLLAMA_HOST=host)
    assert isinstance(engine, Ollama)
    assert (engine.model, engine._name, engine._base_url) == ("ollama/qwen2.5:3b", "qwen2.5:3b", url)


def test_a_file_is_served_if_it_is_there(tmp_path):
    engine = chosen(str(tmp_path / "night.gguf"))
    assert isinstance(engine, LlamaCpp)
    assert engine.model == "night"
    with pytest.raises(EngineUnavailable, match=r"no file .*night\.gguf"):
        engine._find()
    (tmp_path / "night.gguf").write_bytes(WEIGHTS)
    assert engine._find() == tmp_path / "night.gguf"


@pytest.mark.parametrize("name", ["ollama/", "smollm2", "a/b/c", "s3://bucket/model", "owner/name:"])
def test_anything_else_is_refused(name):
    with pytest.raises(EngineUnavailable, match="neither"):
        chosen(name)


def hub_of(http_server, monkeypatch, names, weights=WEIGHTS):
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    siblings = [{"rfilename": name, "lfs": {"sha256": digest}} for name in names] + [{"rfilename": "README.md"}]

    def answer(method, path, document):
        if path.startswith("/api/models/owner/name"):
            return 200, json.dumps({"siblings": siblings}).encode()
        return (200, weights) if path.startswith("/owner/name/resolve/main/") else (404, b"")

    url, requests = http_server(answer)
    monkeypatch.setenv("HF_ENDPOINT", url)
    monkeypatch.setenv("HF_TOKEN", "token-of-the-reader")
    return requests


def test_a_hub_repository_is_fetched_once(http_server, monkeypatch, tmp_path):
    requests = hub_of(http_server, monkeypatch, ["m-Q8_0.gguf", "m-q4_k_m.gguf", "m-00001-of-00002.gguf"])
    engine = chosen("owner/name", XDG_CACHE_HOME=str(tmp_path))
    path = engine._find()
    assert path == tmp_path / "bodybroker/models/owner/name/m-q4_k_m.gguf"
    assert path.read_bytes() == WEIGHTS
    assert requests[0][3]["Authorization"] == "Bearer token-of-the-reader"
    count = len(requests)
    assert engine._find() == path
    assert len(requests) == count
    assert chosen("owner/name:Q8_0", XDG_CACHE_HOME=str(tmp_path))._find().name == "m-Q8_0.gguf"


def test_what_the_hub_cannot_give_is_explained(http_server, monkeypatch, tmp_path):
    hub_of(http_server, monkeypatch, ["m-00001-of-00002.gguf"])
    with pytest.raises(EngineUnavailable, match="no single GGUF"):
        hub.fetch("owner/name", None, tmp_path)
    with pytest.raises(EngineUnavailable, match="no repository"):
        hub.fetch("owner/other", None, tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(EngineUnavailable, match="cannot fetch owner/name"):
        hub.fetch("owner/name", None, tmp_path)


def test_a_damaged_download_is_not_kept(http_server, monkeypatch, tmp_path):
    hub_of(http_server, monkeypatch, ["m.gguf"], weights=b"GGUF weighty")
    with pytest.raises(EngineUnavailable, match="damaged"):
        hub.fetch("owner/name", None, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
