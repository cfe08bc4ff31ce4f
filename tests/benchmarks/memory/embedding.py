"""Vectors by the embedding server's own model, run in its own environment."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".build" / "envs" / "model" / "bin" / "python"
_SCRIPT = """
import json, sys, importlib.util
from pathlib import Path
from tokenizers import Tokenizer
from sagemaker_endpoints.embedding.embedder import model
home = Path(importlib.util.find_spec("wordllama").submodule_search_locations[0])
tokenizer = Tokenizer.from_file(str(home / "tokenizers" / model.TOKENIZER))
tokenizer.no_truncation()
table = model.read_tensor(home / "weights" / model.WEIGHTS, model.TENSOR)
json.dump(model.StaticModel(table, tokenizer).embed(json.load(sys.stdin)), sys.stdout)
"""


def embed(texts: Sequence[str]) -> numpy.ndarray:
    """A unit vector for each text; raises CalledProcessError where the environment is not installed."""
    unique = list(dict.fromkeys(texts))
    done = subprocess.run(
        [PYTHON, "-c", _SCRIPT], input=json.dumps(unique), capture_output=True, text=True, check=True, cwd=ROOT
    )
    vectors = dict(zip(unique, json.loads(done.stdout), strict=True))
    return numpy.array([vectors[text] for text in texts], dtype=numpy.float32)
