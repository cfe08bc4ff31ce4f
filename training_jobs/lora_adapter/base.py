"""The small model's GGUF file as weights that can be trained on, converted once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

MARK = "complete"


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def load(source: Path, cache: Path) -> tuple[Any, Any]:
    """The tokenizer and the model, in float32; the first time, the GGUF file is dequantized into `cache`."""
    folder = cache / digest(source)
    if not (folder / MARK).exists():
        _convert(source, folder)
    return AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)


def _convert(source: Path, folder: Path) -> None:
    # Without dequantize=True the model could not be saved.
    model = AutoModelForCausalLM.from_pretrained(
        source.parent, gguf_file=source.name, quantization_config=GgufConfig(dequantize=True)
    )
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(folder)
    (folder / MARK).touch()
