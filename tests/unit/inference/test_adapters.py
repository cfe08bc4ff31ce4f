"""Adapter folders: what must be in one, and that its base is the file that is served."""

import asyncio
import hashlib
import json

import pytest

from sagemaker_endpoints.serving.adapters import digest, read
from sagemaker_endpoints.serving.engines.llamacpp import LlamaCpp
from sagemaker_endpoints.serving.errors import AdapterRefused


def folder(path, config, *weights):
    path.mkdir(exist_ok=True)
    (path / "adapter_config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    for name in weights:
        (path / name).write_bytes(b"GGUF")
    return path


def test_a_folder_names_its_base_and_has_one_file_of_weights(tmp_path):
    good = read(folder(tmp_path / "good", {"revision": "ab"}, "adapter.gguf"))
    assert (good.weights.name, good.base_digest) == ("adapter.gguf", "ab")


@pytest.mark.parametrize(
    ("config", "weights", "reason"),
    [
        ({"revision": "ab"}, [], "one GGUF file"),
        ({"revision": "ab"}, ["a.gguf", "b.gguf"], "one GGUF file"),
        ({"revision": None}, ["a.gguf"], "digest of its base"),
        ([], ["a.gguf"], "digest of its base"),
        ("{", ["a.gguf"], "no readable"),
    ],
)
def test_other_folders_are_refused(tmp_path, config, weights, reason):
    with pytest.raises(AdapterRefused, match=reason):
        read(folder(tmp_path / "bad", config, *weights))


def test_an_adapter_of_another_base_is_refused_before_llama_cpp_sees_it(tmp_path):
    model = tmp_path / "model.gguf"
    model.write_bytes(b"weights")
    assert digest(model) == hashlib.sha256(b"weights").hexdigest()
    engine = LlamaCpp("small", lambda: model, 100)
    engine._path = model
    alien = folder(tmp_path / "alien", {"revision": "0" * 64}, "adapter.gguf")
    with pytest.raises(AdapterRefused, match="is for the base 0000"):
        asyncio.run(engine.load_adapter("alien", alien))
    assert engine.adapters() == {}
