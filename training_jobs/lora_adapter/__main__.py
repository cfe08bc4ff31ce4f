"""Train, measure, convert and pack an adapter: `python -m training_jobs.lora_adapter --model FILE --out FOLDER`."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin while they wait starve a busy machine

import torch
from peft import get_peft_model_state_dict
from safetensors.torch import save_file

from training_jobs.lora_adapter import base, conversations, gguf_adapter, learning, settings
from training_jobs.lora_adapter.conversations import Conversation
from training_jobs.lora_adapter.settings import Settings

OTHER_RACES = ("vampire", "lich")
SHOWN = 3
"""Answers that are printed, before and after."""
BASE_NAME = "SmolLM2-135M-Instruct"


def main() -> int:
    """Print what is done and measured; the exit status is 1 when the adapter does not help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default="ghoul_voice", help="a document of configs/training")
    parser.add_argument("--model", type=Path, required=True, help="the base model's GGUF file")
    parser.add_argument("--out", type=Path, required=True, help="where the adapter and its archive go")
    parser.add_argument("--cache", type=Path, required=True, help="where the dequantized base is kept")
    options = parser.parse_args()
    chosen = settings.load(options.settings)
    started = time.monotonic()
    print(f"[adapter] {chosen.name} for the {chosen.race}'s voice, seed {chosen.seed}", flush=True)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    tokenizer, model = base.load(options.model, options.cache)
    print(f"[adapter] base ready after {time.monotonic() - started:.0f} s", flush=True)
    scores, model = _learn(chosen, tokenizer, model)
    archive = _pack(chosen, model, options.model, options.out, scores)
    spent = f"{time.monotonic() - started:.0f} s, of CPU {time.process_time():.0f} s"
    print(f"[adapter] {archive}: {archive.stat().st_size:,} bytes after {spent}")
    registration = archive.with_suffix("").with_suffix(".json")
    registration.write_text(json.dumps(_registration(chosen, options.model, archive, scores), indent=2))
    print(f"[adapter] to register it: python -m scripts.adapters register {registration}")
    return 0 if scores["phrases held out, with"] < scores["phrases held out, without"] else 1


def _learn(chosen: Settings, tokenizer: Any, model: Any) -> tuple[dict[str, float], Any]:
    examples = [learning.encode(tokenizer, one) for one in conversations.to_learn_from(chosen)]
    tokens = sum(example.tokens.shape[1] for example in examples)
    print(f"[adapter] {len(examples)} conversations of {tokens:,} tokens to learn from", flush=True)
    sets = _measured_sets(chosen)
    encoded = {name: [learning.encode(tokenizer, one) for one in held_out] for name, held_out in sets.items()}
    without = {name: learning.loss_per_token(model, measured) for name, measured in encoded.items()}
    asked = [one.messages[: one.prefix + 1] for one in sets["phrases learnt"][:SHOWN]]
    spoken = [learning.speak(model, tokenizer, messages) for messages in asked]
    model = learning.adapted(model, chosen)
    learning.train(model, examples, chosen)
    scores: dict[str, float] = {}
    print("[adapter] loss per token of the first answer in worlds and to words that were held out (nats)")
    for name, measured in encoded.items():
        adapted = learning.loss_per_token(model, measured)
        print(f"  {name:34} without {without[name]:.3f}, with {adapted:.3f}", flush=True)
        scores |= {f"{name}, without": round(without[name], 4), f"{name}, with": round(adapted, 4)}
    for messages, base_line in zip(asked, spoken, strict=True):
        print(f"  player:  {messages[-1]['content']}")
        print(f"  without: {base_line}\n  with:    {learning.speak(model, tokenizer, messages)}", flush=True)
    return scores, model


def _measured_sets(chosen: Settings) -> dict[str, list[Conversation]]:
    """What is measured: the race itself, and others whom the adapter is not for."""
    measured = {
        "phrases learnt": conversations.to_measure_on(chosen, chosen.race, new_phrases=False),
        "phrases held out": conversations.to_measure_on(chosen, chosen.race, new_phrases=True),
    }
    for race in OTHER_RACES:
        measured[f"a {race}, whom it is not for"] = conversations.to_measure_on(chosen, race, new_phrases=False)
    return measured


def _pack(chosen: Settings, model: Any, source: Path, out: Path, scores: dict[str, float]) -> Path:
    """PEFT's layout, the GGUF file and the scores, packed so that the same adapter gives the same bytes."""
    folder = out / chosen.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tensors = {name: weight.contiguous() for name, weight in get_peft_model_state_dict(model).items()}
    save_file(tensors, folder / "adapter_model.safetensors")
    config = model.config
    heads = gguf_adapter.Heads(config.num_attention_heads, config.num_key_value_heads)
    arrays = {name: weight.numpy() for name, weight in tensors.items()}
    gguf_adapter.write(folder / "adapter.gguf", arrays, chosen.lora.alpha, heads)
    described = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": BASE_NAME,
        "revision": base.digest(source),
        "r": chosen.lora.rank,
        "lora_alpha": chosen.lora.alpha,
        "target_modules": sorted(chosen.lora.matrices),
    }
    (folder / "adapter_config.json").write_text(json.dumps(described, indent=2))
    (folder / "scores.json").write_text(json.dumps(scores, indent=2))
    archive = out / f"{chosen.name}.tar.gz"
    archive.write_bytes(_archive(folder))
    return archive


def _archive(folder: Path) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for path in sorted(folder.iterdir()):
            member = tarfile.TarInfo(path.name)
            member.size = path.stat().st_size
            with path.open("rb") as content:
                tar.addfile(member, content)
    return packed.getvalue()


def _registration(chosen: Settings, source: Path, archive: Path, scores: dict[str, float]) -> dict[str, object]:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    return {
        "name": f"{chosen.name}-{digest[:8]}",
        "subject": chosen.race,
        "base": f"{BASE_NAME}@{base.digest(source)}",
        "digest": digest,
        "scores": scores,
    }


if __name__ == "__main__":
    sys.exit(main())
