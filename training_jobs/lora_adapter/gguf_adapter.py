"""A PEFT adapter of a Llama model as llama.cpp reads it: a GGUF file with lora_a and lora_b beside each tensor's name.

llama.cpp stores the query and key matrices with the two halves of each head interleaved (its rotary embedding's
layout), so the rows of their lora_b, which produce those outputs, are put in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float32]]

TENSORS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""PEFT's words for the matrices of a layer, and GGUF's."""

_KEY = re.compile(r"base_model\.model\.model\.layers\.(?P<layer>\d+)\.(?P<matrix>[\w.]+)\.lora_(?P<side>[AB])\.weight")


@dataclass(frozen=True)
class Heads:
    """How many heads the model's queries and keys have."""

    query: int
    key: int


def convert(tensors: Mapping[str, Matrix], heads: Heads) -> Iterator[tuple[str, Matrix]]:
    """GGUF's names and values of an adapter's tensors; raises ValueError for one that llama.cpp has no place for."""
    for key, values in sorted(tensors.items()):
        match = _KEY.fullmatch(key)
        if match is None or match["matrix"] not in TENSORS:
            raise ValueError(f"llama.cpp has no place for {key}")
        tensor = TENSORS[match["matrix"]]
        if match["side"] == "B" and tensor in ("attn_q", "attn_k"):
            values = interleave(values, heads.query if tensor == "attn_q" else heads.key)
        yield f"blk.{match['layer']}.{tensor}.weight.lora_{match['side'].lower()}", np.ascontiguousarray(values)


def interleave(rows: Matrix, heads: int) -> Matrix:
    """The rows of each head, its halves interleaved."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def write(path: Path, tensors: Mapping[str, Matrix], alpha: float, heads: Heads) -> None:
    """Write the adapter in half precision."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string(gguf.Keys.General.TYPE, gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
    for name, values in convert(tensors, heads):
        writer.add_tensor(name, values.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
