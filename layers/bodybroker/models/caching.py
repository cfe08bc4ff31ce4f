"""When an answer may be given again: the exact key of a request, and whom its answer may be shared with."""

from dataclasses import dataclass
from hashlib import sha256

import msgspec

from bodybroker.kernel.ids import PlayerId
from bodybroker.models.calls import Call
from bodybroker.models.tiers import CachePolicy

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class ContentKey:
    """Where an answer is kept. `owner` is the only player who may have it; None: anybody may.

    `digest` covers all that the answer depends on: job, endpoint and its revision, adapter, the request with its seed,
    and the version of the generator that uses the answer. `told` says the same in words: an answer that was kept under
    other words is not this request's, whatever the digest says.
    """

    owner: PlayerId | None
    digest: str
    told: str


def content_key(
    call: Call, policy: CachePolicy, endpoint: str, revision: int, adapter: str | None
) -> ContentKey | None:
    """The key of a call on one endpoint; None where its answer must not be given again.

    That is so where the job or the call forbids it, and where the answer is drawn by a die that nobody knows.
    """
    request = call.request
    if policy == "none" or not call.cacheable or (request.temperature > 0 and request.seed is None):
        return None
    parts = {
        "job": call.job,
        "endpoint": endpoint,
        "revision": revision,
        "adapter": adapter,
        "generator": call.generator,
        "messages": request.messages,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "stop": request.stop,
        "schema": request.schema,
    }
    owner = call.payer.player if policy == "player" else None
    prompt = sha256("\n".join(message["content"] for message in request.messages).encode()).hexdigest()
    told = f"{call.job} {endpoint}@{revision} {adapter or '-'} {call.generator or '-'} {request.seed} {prompt}"
    return ContentKey(owner, sha256(_encode(parts)).hexdigest(), told)
