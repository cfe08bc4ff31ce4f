"""The proposal that a generator or the story director submits. Only services do; it is not public."""

from msgspec import Struct


class SubmitProposal(Struct, frozen=True):
    """A patch as decoded JSON, by which job and model, and the SHA-256 of the prompt: all of it holds, or nothing."""

    job: str
    model: str
    prompt_hash: str
    patch: tuple[object, ...]
