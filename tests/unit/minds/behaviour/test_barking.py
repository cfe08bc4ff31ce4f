"""Who barks, and when."""

import pytest
from bodybroker.generation.entities import Point
from bodybroker.minds.behaviour import choosing, mind
from bodybroker.minds.behaviour.barking import Cue, cue, words
from bodybroker.minds.behaviour.senses import Doing, Scene, Standing
from bodybroker.world.base import PLAYER


@pytest.fixture
def watchers(stage):
    """Two NPCs side by side who mistrust the player; bark(**quiet) tells who barks."""
    minds = {npc_id: mind.read(stage.state, npc_id, stage.book, stage.behaviour) for npc_id in sorted(stage.state.npcs)}
    ids = [npc_id for npc_id, own in minds.items() if own.there is not None][:2]
    for npc_id in ids:
        stage.npc_id = npc_id
        stage.turn(mood="furious")
        stage.guide(aggression=90)

    def bark(*quiet, attention="full", doing=(None, None)):
        standing = [
            Standing(npc_id, Point(100 * i, 0), unseen_ms=0, quiet_ms=silence, doing=before)
            for i, (npc_id, silence, before) in enumerate(zip(ids, quiet, doing, strict=True))
        ]
        minds = {npc_id: mind.read(stage.state, npc_id, stage.book, stage.behaviour) for npc_id in ids}
        scene = Scene(tuple(standing), Point(300, 0))
        choices = [choosing.choose(minds[each.npc_id], each, scene, attention) for each in standing]
        found = cue(choices, {each.npc_id: each for each in standing}, minds)
        return choices, found

    return bark


def test_one_at_a_time_the_one_that_minds_most(watchers, stage):
    choices, found = watchers(None, None)
    best = max(choices, key=lambda choice: choice.score)
    assert (found.npc_id, found.towards) == (best.npc_id, best.towards)
    assert found.situation == stage.behaviour.acts[best.act].bark


def test_silence_is_kept(watchers, stage):
    rules = stage.behaviour.barks
    choices, first = watchers(None, None)
    going = [Doing(choice.act, choice.towards) for choice in choices]
    own = rules.own_ms
    assert watchers(own, own, doing=going)[1] is not None
    assert watchers(own - 1, own - 1, doing=going)[1] is None, "each has spoken of it"
    assert watchers(own - 1, own - 1)[1] is not None, "a change of mind is worth a word sooner"
    assert watchers(rules.changed_ms - 1, rules.changed_ms - 1)[1] is None
    assert watchers(None, rules.around_ms - 1)[1] is None, "the other is speaking"
    assert first is not None


def test_who_is_far_from_attention_says_nothing(watchers):
    assert watchers(None, None, attention="bark")[1] is not None
    assert watchers(None, None, attention="scripted")[1] is None


def test_there_are_words_for_every_bark(stage):
    """Whoever is due, in whatever mood; and the count of those heard leads on to others."""
    situations = {act.bark for act in stage.behaviour.acts.values()} - {None}
    by_race = {npc.character.race: npc_id for npc_id, npc in stage.state.npcs.items()}
    for race, npc_id in by_race.items():
        stage.npc_id = npc_id
        for mood in stage.book.market.moods:
            stage.turn(mood=mood)
            for situation in situations:
                due = Cue(stage.npc_id, situation, PLAYER, f"{race}/{situation}/{mood}")
                first, second = (words(due, stage.mind, heard) for heard in (0, 1))
                assert first and second and first != second, due.repertoire
