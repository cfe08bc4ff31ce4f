"""Loss, training and speech of the model with an adapter. Only what the NPC says counts."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from bodybroker.minds.prompt import Message
from peft import LoraConfig, get_peft_model

from .conversations import Conversation
from .settings import Settings

IGNORED = -100
"""The label of a token that does not count."""


@dataclass(frozen=True)
class Example:
    """A conversation in tokens; `labels` hold the NPC's words and nothing else."""

    tokens: torch.Tensor
    labels: torch.Tensor


def encode(tokenizer: Any, conversation: Conversation) -> Example:
    """The conversation by the model's chat template."""
    tokens: list[int] = []
    labels: list[int] = []
    messages = list(conversation.messages)
    for number, message in enumerate(messages):
        counts = message["role"] == "assistant" and number >= conversation.prefix
        opening = _rendered(tokenizer, messages[:number], prompt=True) if counts else ""
        before = _rendered(tokenizer, messages[:number])
        until = _rendered(tokenizer, messages[: number + 1])
        if counts:
            fresh = tokenizer(opening[len(before) :], add_special_tokens=False)["input_ids"]
            tokens, labels = tokens + fresh, labels + [IGNORED] * len(fresh)
            before = opening
        fresh = tokenizer(until[len(before) :], add_special_tokens=False)["input_ids"]
        tokens, labels = tokens + fresh, labels + (fresh if counts else [IGNORED] * len(fresh))
    return Example(torch.tensor([tokens]), torch.tensor([labels]))


def adapted(model: Any, settings: Settings) -> Any:
    """The model with a fresh adapter, which changes nothing yet."""
    torch.manual_seed(settings.seed)
    config = LoraConfig(
        r=settings.lora.rank,
        lora_alpha=settings.lora.alpha,
        target_modules=list(settings.lora.matrices),
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)


def train(model: Any, examples: Sequence[Example], settings: Settings) -> None:
    """One step for each example; prints the loss and the speed as it goes."""
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=settings.training.learning_rate, weight_decay=0.0)
    steps = settings.training.epochs * len(examples)
    slope = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    order = random.Random(settings.seed)  # noqa: S311 - the order of examples, repeatable
    model.train()
    started, losses = time.monotonic(), []
    for step in range(steps):
        if step % len(examples) == 0:
            epoch = order.sample(list(examples), len(examples))
        example = epoch[step % len(examples)]
        loss = _loss(model, example)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, settings.training.clip_norm)
        optimiser.step()
        optimiser.zero_grad()
        slope.step()
        losses.append(loss.item())
        if (step + 1) % 8 == 0:
            pace = (time.monotonic() - started) / (step + 1)
            print(f"  step {step + 1} of {steps}: loss {sum(losses[-8:]) / 8:.3f}, {pace:.2f} s a step", flush=True)


def loss_per_token(model: Any, examples: Iterable[Example]) -> float:
    """The mean negative log-likelihood of the NPC's tokens, in nats."""
    model.eval()
    total, count = 0.0, 0
    for example in examples:
        counted = int((example.labels[:, 1:] != IGNORED).sum())
        with torch.no_grad():
            total += _loss(model, example).item() * counted
        count += counted
    assert math.isfinite(total)
    assert count > 0
    return total / count


def speak(model: Any, tokenizer: Any, messages: Sequence[Message]) -> str:
    """The likeliest answer to a conversation that ends with the player's words."""
    model.eval()
    prompt = tokenizer(_rendered(tokenizer, list(messages), prompt=True), add_special_tokens=False, return_tensors="pt")
    with torch.no_grad():
        answer = model.generate(**prompt, max_new_tokens=40, do_sample=False)
    text: str = tokenizer.decode(answer[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)
    return text.strip()


def _loss(model: Any, example: Example) -> torch.Tensor:
    """The mean over the tokens that count; the vocabulary is wide, so no others are scored."""
    (before,) = (example.labels[0, 1:] != IGNORED).nonzero(as_tuple=True)
    logits = model(input_ids=example.tokens, logits_to_keep=before).logits
    return torch.nn.functional.cross_entropy(logits[0], example.labels[0, before + 1])


def _rendered(tokenizer: Any, messages: list[Message], prompt: bool = False) -> str:
    if not messages:
        return ""
    text: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt)
    return text
