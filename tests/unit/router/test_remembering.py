"""Answers that are given again: to whom, for what, at no price, and what is wrong with a cache."""

from dataclasses import replace

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId
from bodybroker.models.calls import Speaking
from bodybroker.models.inference import ChatRequest, Chunk
from bodybroker.ports.budgets import OverBudget
from bodybroker.ports.caches import FalseHit

from tests.fakes.content_cache import MemoryContentCache
from tests.fakes.models import failed
from tests.unit.router.conftest import PAYER, WELL, Stage

OTHER = replace(PAYER, player=PlayerId("p2"), plan="free")


@pytest.fixture
def cache(stage: Stage) -> MemoryContentCache:
    cache = MemoryContentCache()
    stage.router = replace(stage.router, cache=cache, measure=lambda *given: stage.counted.append(given))
    return cache


def policy(stage: Stage, cache: str = "shared", **semantic: object) -> None:
    """Let barks be cached like that."""
    shipped = stage.router.tiers
    job = shipped.jobs["bark"].model_copy(update={"cache": cache})
    rules = shipped.semantic_cache.model_copy(update=semantic)
    changed = shipped.model_copy(update={"jobs": shipped.jobs | {"bark": job}, "semantic_cache": rules})
    stage.router = replace(stage.router, tiers=changed)


def bark(stage: Stage, text: str = "It rains.", **changes):
    request = ChatRequest([{"role": "user", "content": text}], 40, 0.8, seed=7)
    return stage.call(job="bark", request=request, cacheable=True, **changes)


def test_a_shared_answer_is_given_to_anybody_for_nothing(stage, cache):
    first = stage.complete(bark(stage))
    again = stage.complete(bark(stage, payer=OTHER))
    assert (again.completion.text, again.cached, again.cost_nanodollars) == (first.completion.text, True, 0)
    assert not first.cached
    assert len(stage.models["gold"].requests) == 1
    assert [(entry.verdict, entry.player, entry.charged_nanodollars) for entry in stage.entries[1:]] == [
        ("cached", OTHER.player, 0)
    ]
    assert stage.counted == [("ContentCacheHit", 0), ("ContentCacheHit", 1)]


def test_a_players_own_answer_is_given_to_that_player_only(stage, cache):
    policy(stage, "player")
    stage.complete(bark(stage))
    assert not stage.complete(bark(stage, payer=OTHER)).cached
    assert stage.complete(bark(stage)).cached
    assert len(stage.models["gold"].requests) == 2


@pytest.mark.parametrize("job", ["line", "acts"])
def test_what_is_said_face_to_face_is_never_given_again(stage, cache, job):
    """Their prompts hold what the player said and carries."""
    for _ in range(2):
        assert not stage.complete(replace(bark(stage), job=job)).cached
    assert not cache.kept


def test_a_call_that_does_not_ask_for_it_is_not_answered_from_the_cache(stage, cache):
    stage.complete(bark(stage))
    assert not stage.complete(replace(bark(stage), cacheable=False)).cached


def test_a_cached_answer_streams_too_and_needs_neither_budget_nor_health(stage, cache):
    stage.complete(bark(stage))
    stage.budgets.level = "off"
    stage.script(gold=[failed("unavailable")])
    heard = stage.stream(bark(stage))
    assert heard[:2] == [Speaking("gold", "gold-endpoint"), Chunk("Fresh meat tonight.")]
    assert heard[-1].cached
    with pytest.raises(OverBudget):
        stage.stream(bark(stage, "Something else."))


def test_an_answer_that_failed_is_not_kept(stage, cache):
    stage.script(gold=["Fresh", failed("broken")])
    with pytest.raises(Exception, match="nobody answers"):
        stage.complete(bark(stage))
    assert not cache.kept


@pytest.mark.parametrize(("broken", "counted"), [(Unavailable("away"), 0), (FalseHit("other words"), 1)])
def test_a_cache_that_is_broken_costs_an_answer_and_no_more(stage, cache, broken, counted):
    cache.broken = broken
    assert stage.complete(bark(stage)).completion.text == "Fresh meat tonight."
    assert [name for name, _ in stage.counted].count("ContentCacheFalseHit") == 2 * counted


class TestResembling:
    """The semantic cache, which is off."""

    def test_it_is_off_as_shipped(self, stage, cache):
        stage.complete(bark(stage, "It rains on the graveyard."))
        assert not stage.complete(bark(stage, "it rains on the graveyard")).cached

    def test_switched_on_it_answers_barks_that_are_alike(self, stage, cache):
        policy(stage, enabled=True)
        stage.complete(bark(stage, "It rains on the graveyard."))
        assert stage.complete(bark(stage, "it rains on the graveyard")).cached
        assert not stage.complete(bark(stage, "A cat sits on the wall.")).cached
        assert [value for name, value in stage.counted if name == "SemanticCacheHit"] == [0, 1, 0]

    def test_it_never_answers_anything_but_barks(self, stage, cache):
        policy(stage, enabled=True)
        for text in ("It rains on the graveyard.", "it rains on the graveyard"):
            stage.script(gold=WELL)
            assert not stage.complete(replace(bark(stage, text), job="line")).cached
