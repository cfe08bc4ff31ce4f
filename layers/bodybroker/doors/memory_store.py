"""NPCs' memories for doors that need them: the index at `SEARCH_ENDPOINT`, the model at `EMBEDDING_ENDPOINT`."""

import os
from functools import cache

from bodybroker.adapters.embedding_endpoint import DIMENSIONS, EndpointEmbeddings, embedding_client
from bodybroker.adapters.memories_search import SearchMemories
from bodybroker.adapters.search_http import SearchHttp
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import event_store, vault, world_rules
from bodybroker.minds.memory import rules
from bodybroker.services.recall import Recall
from bodybroker.services.remember_events import Chronicler

PATIENCE_S = 30.0
"""Of the function that writes and forgets, which nobody waits for."""
RETRIES = 2


@cache
def embeddings() -> EndpointEmbeddings:
    return EndpointEmbeddings(embedding_client(), os.environ["EMBEDDING_ENDPOINT"])


@cache
def recall() -> Recall:
    """What asks memories, while a player comes near an NPC."""
    memories = SearchMemories(SearchHttp(os.environ["SEARCH_ENDPOINT"]), vault(), DIMENSIONS)
    return Recall(event_store(), memories, embeddings(), world_rules(), rules.load(), LOG)


@cache
def chronicler() -> Chronicler:
    """What writes memories."""
    http = SearchHttp(os.environ["SEARCH_ENDPOINT"], retries=RETRIES, read_timeout_s=PATIENCE_S)
    memories = SearchMemories(http, vault(), DIMENSIONS)
    return Chronicler(event_store(), memories, embeddings(), world_rules(), rules.load())
