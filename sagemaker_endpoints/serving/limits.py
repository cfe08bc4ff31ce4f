"""How long a conversation may be: what the tier's serving.properties says, so that prompts overflow here as on AWS."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path

ENGINE_CONTEXT_TOKENS = 8192
"""What the engine makes room for, per conversation: the small model was trained on no more."""
DEFAULT_CONTEXT_TOKENS = 4096


@functools.lru_cache(maxsize=64)  # a new version of a model comes in a folder of its own
def context_tokens(model_dir: Path) -> int:
    """`option.max_model_len` of a model's folder, prompt and answer together."""
    with contextlib.suppress(OSError):
        for line in (model_dir / "serving.properties").read_text().splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "option.max_model_len":
                return min(int(value), ENGINE_CONTEXT_TOKENS)
    return DEFAULT_CONTEXT_TOKENS
