"""Providers of cloud models, and what is known of their prices."""

from dataclasses import dataclass
from typing import Protocol

from bodybroker.models.inference import ChatRequest
from bodybroker.models.price_list import Proposal
from bodybroker.models.registry import CloudModel, Tokens


@dataclass(frozen=True, slots=True)
class Spoken:
    """A provider's answer: what it says, and the tokens that it charges for."""

    text: str
    tokens: Tokens


class Providers(Protocol):
    """The providers of the registry's models."""

    def ask(self, model: CloudModel, request: ChatRequest, timeout_s: float) -> Spoken:
        """One try of one model, `timeout_s` seconds long at most; raises ModelFailed."""


class PriceSource(Protocol):
    """A list of prices that somebody keeps."""

    url: str

    def fetch(self) -> bytes:
        """The list as it stands there; raises Unavailable."""


class Proposals(Protocol):
    """Where changes of the registry are laid before a person."""

    def submit(self, proposal: Proposal) -> str:
        """Keep it and tell somebody; where it lies. The same day's is replaced."""
