"""What is asked of memory, what the store finds, and what comes of it."""

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from bodybroker.minds.memory.records import Record

Asked = Literal["who", "where", "when", "what", "how_much", "how_many", "whether", "open"]
Which = Literal["first", "last", "any"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is to be remembered.

    `text` is what words and vector are searched by. `about`, `topics` and `minutes` (from, before) are the exact side:
    who and what is named, what it is about, when it was. `which` says whether the first or the last time is meant,
    `said` are the telling words of something that was said to be so. `now` is the minute of the game. `limit` counts
    candidates of each side. Where something else that happened tells the night ("the night after the raid"), `anchor`
    asks for that, and the night meant is `shift` nights later.
    """

    text: str
    now: int
    about: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    minutes: tuple[int, int] | None = None
    which: Which = "any"
    anchor: "Query | None" = None
    shift: int = 0
    asked: Asked = "open"
    said: tuple[str, ...] = ()
    limit: int = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """A memory that the store found, in one way or several: by words (its BM25 score), by meaning (the cosine in 0..1;
    0 where it was not found that way), by the exact side."""

    record: Record
    words: float = 0.0
    meaning: float = 0.0
    exact: bool = False


class Hit(Struct, frozen=True):
    """A memory that came back, and why: scores per mille, `score` that of all."""

    record: Record
    score: int
    relevance: int
    recency: int
    importance: int


class Recollection(Struct, frozen=True):
    """What came to mind, the best first. `answers` is false where nothing of it is what was `asked`: then the NPC does
    not remember, and says so."""

    hits: tuple[Hit, ...]
    answers: bool
    asked: Asked = "open"
