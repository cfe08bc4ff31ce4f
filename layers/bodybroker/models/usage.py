"""Tokens that a model call has used: integers, as the endpoint counted them."""

from msgspec import Struct


class Usage(Struct, frozen=True):
    """Tokens of one call or of several. `cached_tokens` is the part of the prompt that was not computed again."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
        )
