"""What is trained, from configs/training."""

from __future__ import annotations

from typing import Annotated

from bodybroker.kernel import configuration
from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(ge=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Conversations(_Section):
    """How many conversations there are, and how often each side speaks in one."""

    train: Positive
    held_out: Positive
    exchanges: Positive


class Lora(_Section):
    """The shape of the adapter."""

    rank: Positive
    alpha: Positive
    matrices: Annotated[tuple[str, ...], Field(min_length=1)]


class Training(_Section):
    """The optimiser's settings."""

    epochs: Positive
    learning_rate: Annotated[float, Field(gt=0)]
    clip_norm: Annotated[float, Field(gt=0)]


class Settings(_Section):
    """One adapter's training."""

    race: str
    name: str
    seed: int
    conversations: Conversations
    held_out_every: Annotated[int, Field(ge=2)]
    lora: Lora
    training: Training
    player: Annotated[tuple[str, ...], Field(min_length=3)]


def load(name: str) -> Settings:
    """The settings `configs/training/<name>.yaml`; raises ValidationError with every fault."""
    return Settings.model_validate(configuration.load(f"training/{name}"))
