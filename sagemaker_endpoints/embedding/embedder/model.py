"""A static embedding model: the mean of what its word pieces stand for, brought to length 1."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
from tokenizers import Tokenizer

NAME = "wordllama-l2-supercat-256"
WEIGHTS, TOKENIZER = "l2_supercat_256.safetensors", "l2_supercat_tokenizer_config.json"
TENSOR = "embedding.weight"


class StaticModel:
    """A table of vectors, one per word piece, and what cuts texts into pieces."""

    def __init__(self, table: Any, tokenizer: Tokenizer, name: str = NAME) -> None:
        self.name = name
        self._table = table
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path) -> StaticModel:
        """The model of the two files in `folder`; raises OSError, or ValueError for other files."""
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_truncation()
        return cls(read_tensor(folder / WEIGHTS, TENSOR), tokenizer)

    @property
    def dimensions(self) -> int:
        """Of every vector."""
        return int(self._table.shape[1])

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length 1 for each text; zeros for one that has no pieces."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self._vector(encoding.ids) for encoding in encodings]

    def _vector(self, pieces: list[int]) -> list[float]:
        if not pieces:
            return [0.0] * self.dimensions
        mean = self._table[pieces].mean(axis=0)
        length = float(numpy.linalg.norm(mean))
        return [round(value, 6) for value in (mean / length if length else mean).tolist()]


def read_tensor(path: Path, name: str) -> Any:
    """A half-precision tensor of a safetensors file, as single precision."""
    data = path.read_bytes()
    (header_bytes,) = struct.unpack_from("<Q", data)
    described = json.loads(data[8 : 8 + header_bytes])[name]
    if described["dtype"] != "F16":
        raise ValueError(f"{name} is {described['dtype']}, not F16")
    start, end = described["data_offsets"]
    values = numpy.frombuffer(data, numpy.float16, (end - start) // 2, 8 + header_bytes + start)
    return values.reshape(described["shape"]).astype(numpy.float32)
