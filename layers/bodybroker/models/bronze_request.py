"""What the state machine `ask_bronze` is asked: a chat request, the job that it is for, and who pays."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bodybroker.kernel.errors import Fault, Malformed
from bodybroker.kernel.ids import PATTERN
from bodybroker.kernel.plans import Plan
from bodybroker.models.bronze import BronzeSettings
from bodybroker.models.inference import ChatRequest
from bodybroker.models.usage import Usage

TOKENS_AROUND_MESSAGE = 16
"""More than any chat template writes around a message: its role, separators."""

Id = Annotated[str, Field(pattern=PATTERN)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PayerDocument(_Document):
    """Whose budget pays."""

    player: Id
    plan: Plan
    world: Id | None = None


class MessageDocument(_Document):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class RequestDocument(_Document):
    """A chat request, inline or as an object in S3."""

    messages: Annotated[list[MessageDocument], Field(min_length=1)]
    max_tokens: Annotated[int, Field(gt=0)]
    temperature: Annotated[float, Field(ge=0, le=2, strict=False)] = 0.0
    seed: int | None = None
    stop: tuple[str, ...] | list[str] = ()
    answer_schema: Annotated[dict[str, Any] | None, Field(alias="schema")] = None

    def chat_request(self) -> ChatRequest:
        """The request in the words of the inference contract."""
        return ChatRequest(
            messages=[{"role": message.role, "content": message.content} for message in self.messages],
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            seed=self.seed,
            stop=tuple(self.stop),
            schema=self.answer_schema,
        )


class Question(_Document):
    """The input of an execution: the request is inline, or `request_location` is its S3 URI.

    What stands in an execution's input can be read in its history for as long as Step Functions keeps that: prefer S3.
    """

    call_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
    job: str
    payer: PayerDocument
    request: RequestDocument | None = None
    request_location: Annotated[str | None, Field(pattern=r"^s3://[a-z0-9.-]+/questions/[A-Za-z0-9._/-]+$")] = None


def read_question(document: object, settings: BronzeSettings) -> Question:
    """The input of an execution. Raises Malformed that lists every fault."""
    try:
        question = Question.model_validate(document)
    except ValidationError as error:
        raise _malformed(error) from error
    faults: list[Fault] = []
    if question.job not in settings.jobs:
        faults.append({"path": "job", "message": f"must be one of {', '.join(sorted(settings.jobs))}"})
    if (question.request is None) == (question.request_location is None):
        faults.append({"path": "request", "message": "give either request or request_location"})
    if faults:
        raise _refuse(faults)
    return question


def read_request(document: bytes | RequestDocument, most_tokens: int) -> ChatRequest:
    """A request, which may ask for `most_tokens` at most. Raises Malformed that lists every fault."""
    try:
        if isinstance(document, bytes):
            document = RequestDocument.model_validate_json(document)
    except ValidationError as error:
        raise _malformed(error) from error
    if document.max_tokens > most_tokens:
        raise _refuse([{"path": "request.max_tokens", "message": f"must be at most {most_tokens} for this job"}])
    return document.chat_request()


def most_usage(request: ChatRequest) -> Usage:
    """The most tokens that a request can use: no token is shorter than a byte."""
    prompt = sum(len(message["content"].encode()) + TOKENS_AROUND_MESSAGE for message in request.messages)
    return Usage(prompt_tokens=prompt, completion_tokens=request.max_tokens)


def _malformed(error: ValidationError) -> Malformed:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return _refuse([{"path": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in found])


def _refuse(faults: list[Fault]) -> Malformed:
    """Step Functions shows an error's text and nothing else of it: so that holds the faults."""
    listed = "; ".join(f"{fault['path']}: {fault['message']}" for fault in faults)
    return Malformed(f"Not a question for bronze: {listed}", code="invalid_question", faults=faults)
