"""What AWS's PyTorch container calls: load the model once, then answer every request as the local server does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "container"))

from embedder.contract import answer, parse
from embedder.model import StaticModel


def model_fn(model_dir: str) -> StaticModel:
    """The model in the unpacked archive."""
    return StaticModel.load(Path(model_dir) / "weights")


def transform_fn(model: StaticModel, body: str | bytes, _content_type: str, _accept: str) -> tuple[bytes, str]:
    """One request's answer. What is wrong with a request raises, and the container answers 500 with its message."""
    texts = parse(body.encode() if isinstance(body, str) else bytes(body))
    return answer(model.name, model.embed(texts)), "application/json"
