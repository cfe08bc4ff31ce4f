"""One rung is asked: for chunks within their deadlines, or for a whole answer that meets its schema, after a repair."""

import asyncio
from collections.abc import AsyncGenerator, Set
from contextlib import aclosing
from dataclasses import dataclass, replace

from bodybroker.kernel import schemas
from bodybroker.models.calls import Rung
from bodybroker.models.inference import ChatRequest, Chunk, Completion, FailureReason, ModelFailed
from bodybroker.models.tiers import Deadlines
from bodybroker.models.usage import Usage
from bodybroker.ports.models import Model

REPAIR = "That does not fit: {faults}. Answer again, with the JSON that was asked for and nothing else."
FAULTS_LENGTH = 400
"""Characters of the faults that a model is told."""

NEVER_READ: Set[FailureReason] = frozenset({"unavailable", "refused"})
"""Failures of who has not even read the prompt."""


class Unfit(ModelFailed):
    """An answer, `text`, that does not meet its schema even when repaired. The endpoint is well; the model is weak."""

    def __init__(self, text: str, faults: list[str]) -> None:
        super().__init__("garbage", "; ".join(faults))
        self.text = text


@dataclass
class Repairs:
    """How often one call may still ask a model to mend its answer."""

    left: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """What a rung is asked. `prompt_tokens` is an estimate, for what never reports its usage; `ends` is a reading of
    the event loop's clock, in seconds; an answer that is `whole` is heard in one piece, once it is known to hold."""

    rung: Rung
    request: ChatRequest
    prompt_tokens: int
    deadlines: Deadlines
    ends: float
    whole: bool
    repairs: Repairs


class Asking:
    """A question under way. `first` is done with the first chunk that has words, or with the failure.

    Times are readings of the event loop's clock. `probe`: it tells a circuit breaker whether its endpoint is back.
    """

    def __init__(self, model: Model, question: Question, *, probe: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._model, self._question = model, question
        self.rung, self.endpoint, self.adapter = question.rung, model.name, question.request.adapter
        self.probe = probe
        self.begun = self._loop.time()
        self.first_at: float | None = None
        self.text = ""
        self._reported = Usage()
        self._unreported = 0
        self._is_unreported = False
        self._answered_by = ""
        self._cost: int | None = None
        self._chunks = self._whole() if question.whole else self._timed(question.request)
        self.first = self._loop.create_task(self._until_words())

    @property
    def usage(self) -> Usage:
        """Tokens so far: as reported; where an answer was cut before its report, its prompt and one for each chunk."""
        if not self._is_unreported:
            return self._reported
        return self._reported + Usage(self._question.prompt_tokens, 0, self._unreported)

    @property
    def completion(self) -> Completion:
        """The answer as far as it went."""
        return Completion(self.text, self._answered_by or self.endpoint, self.usage, self._cost)

    async def rest(self) -> AsyncGenerator[Chunk, None]:
        """What follows the first chunk; raises ModelFailed."""
        async for chunk in self._chunks:
            self.text += chunk.text
            yield chunk

    async def stop(self) -> None:
        """End it, wherever it is; the model is told."""
        self.first.cancel()
        await asyncio.wait([self.first])
        if not self.first.cancelled():
            self.first.exception()  # it was over already, and nobody asks how
        await self._chunks.aclose()

    async def _until_words(self) -> Chunk:
        async for chunk in self._chunks:
            if chunk.text or self._question.whole:
                self.first_at = self._loop.time()
                self.text = chunk.text
                return chunk
        raise ModelFailed("garbage", "no words")

    async def _whole(self) -> AsyncGenerator[Chunk, None]:
        request, schema = self._question.request, self._question.request.schema
        text = await self._gather(request)
        if schema is not None and (wrong := schemas.faults(text, schema)):
            if self._question.repairs.left == 0:
                raise Unfit(text, wrong)
            self._question.repairs.left -= 1
            text = await self._gather(_repair(request, text, wrong))
            if wrong := schemas.faults(text, schema):
                raise Unfit(text, wrong)
        yield Chunk(text)

    async def _gather(self, request: ChatRequest) -> str:
        pieces = [chunk async for chunk in self._timed(request)]
        if not pieces:
            raise ModelFailed("garbage", "an answer without content")
        return "".join(piece.text for piece in pieces)

    async def _timed(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        deadlines = self._question.deadlines
        patience_ms = deadlines.first_token
        self._is_unreported = True
        try:
            async with aclosing(self._model.stream(request)) as chunks:
                while (chunk := await self._next(chunks, patience_ms)) is not None:
                    if chunk.usage is not None:
                        self._report(chunk, chunk.usage)
                    elif chunk.text:
                        self._unreported += 1
                        patience_ms = deadlines.between_tokens
                    yield chunk
        except ModelFailed as failure:
            if failure.reason in NEVER_READ and not self._unreported:
                self._is_unreported = False
            raise

    def _report(self, chunk: Chunk, usage: Usage) -> None:
        self._reported += usage
        self._unreported, self._is_unreported = 0, False
        self._answered_by = chunk.model
        if chunk.cost_nanodollars is not None:
            self._cost = (self._cost or 0) + chunk.cost_nanodollars

    async def _next(self, chunks: AsyncGenerator[Chunk, None], patience_ms: int) -> Chunk | None:
        """The next chunk, None at the end; raises ModelFailed `deadline`."""
        patience = min(patience_ms / 1000, self._question.ends - self._loop.time())
        try:
            async with asyncio.timeout(max(0, patience)):
                return await anext(chunks, None)
        except TimeoutError as late:
            raise ModelFailed("deadline", f"nothing for {round(1000 * patience)} ms") from late


def _repair(request: ChatRequest, text: str, wrong: list[str]) -> ChatRequest:
    """The request again, with the answer and what is wrong with it at its end: what was read before stays cached."""
    told = REPAIR.format(faults="; ".join(wrong)[:FAULTS_LENGTH])
    return replace(
        request,
        messages=[*request.messages, {"role": "assistant", "content": text}, {"role": "user", "content": told}],
    )
