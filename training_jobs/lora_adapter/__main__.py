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
from training_jobs.lora_adapter.settings import Settings

OTHER_RACES = ("vampire", "lich")
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
    print(f"[adapter] {archive}: {archive.stat().st_size:,} bytes after {time.monotonic() - started:.0f} s")
    print(json.dumps(_registration(chosen, options.model, archive, scores), indent=2))
    return 0 if scores["loss_with"] < scores["loss_without"] else 1


def _learn(chosen: Settings, tokenizer: Any, model: Any) -> tuple[dict[str, float], Any]:
    held_out = conversations.write(chosen, held_out=True)
    examples = [learning.encode(tokenizer, one) for one in conversations.write(chosen, held_out=False)]
    measured = [learning.encode(tokenizer, one) for one in held_out]
    others = [learning.encode(tokenizer, one) for one in conversations.write_others(chosen, OTHER_RACES)]
    tokens = sum(example.tokens.shape[1] for example in examples)
    print(f"[adapter] {len(examples)} conversations of {tokens:,} tokens to learn from", flush=True)
    before, before_others = learning.loss_per_token(model, measured), learning.loss_per_token(model, others)
    asked = [held_out[number].messages[: held_out[number].prefix + 1] for number in (0, 1, 2)]
    spoken = [learning.speak(model, tokenizer, messages) for messages in asked]
    model = learning.adapted(model, chosen)
    learning.train(model, examples, chosen)
    after, after_others = learning.loss_per_token(model, measured), learning.loss_per_token(model, others)
    print("[adapter] loss per token of what the NPC says (nats), held out:    without    with")
    print(f"    {chosen.race}: other worlds, words and phrases {before:23.3f} {after:9.3f}")
    print(f"    {', '.join(OTHER_RACES)}, whom it is not for {before_others:25.3f} {after_others:9.3f}")
    for messages, without in zip(asked, spoken, strict=True):
        print(f"  player:  {messages[-1]['content']}")
        print(f"  without: {without}\n  with:    {learning.speak(model, tokenizer, messages)}", flush=True)
    scores = {"loss_without": before, "loss_with": after, "others_without": before_others, "others_with": after_others}
    return {name: round(score, 4) for name, score in scores.items()}, model


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
