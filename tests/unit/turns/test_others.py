"""Turns in which others stand by, in which the player does something besides talking, and in other languages."""

import asyncio
import json

import pytest
from bodybroker.kernel.errors import Refused
from bodybroker.services.turn_events import Done, Listener, Started, Token
from bodybroker.world import rules
from bodybroker.world.conditions import met
from bodybroker.world.proposals import Proposal
from bodybroker.world.talk.commands import RecordTurn
from bodybroker.world.talk.intents import IntentAdapter
from bodybroker.world.talk.known import BribeTaken
from bodybroker.world.wording import dollars

LOYAL = rules.load().talk.bribe.incorruptible_loyalty


def take(night, text="Good evening.", key="turn-1", **more) -> list[object]:
    heard: list[object] = []
    try:
        asyncio.run(night.desk().take(night.open(text, key, **more), Listener(heard.append)))
    finally:
        night.leave()
    return heard


@pytest.fixture
def other(night):
    """Somebody else who is here."""
    found = [npc for npc in met(night.state) if npc.character.npc_id != night.npc_id]
    assert found, "the ghoul is alone"
    return found[0].character


@pytest.fixture
def shy(night):
    """Nobody puts in a word unless named."""
    moods = dict.fromkeys(night.settings.company.puts_in_per_mille, 0)
    company = night.settings.company.model_copy(update={"puts_in_per_mille": moods})
    night.settings = night.settings.model_copy(update={"company": company})


def intent(**fields):
    return IntentAdapter.validate_python(fields)


def test_who_is_named_answers_too_and_each_event_names_its_speaker(night, endpoint, other, shy):
    ghoul = night.ghoul.character
    version = night.state.version
    heard = take(night, f"What do you say, {other.name}?", others=(other.npc_id,))
    assert [event.npc_id for event in heard if isinstance(event, Started)] == [ghoul.npc_id, other.npc_id]
    tokens = [event for event in heard if isinstance(event, Token)]
    for npc_id in (ghoul.npc_id, other.npc_id):
        assert "".join(token.text for token in tokens if token.npc_id == npc_id) == "Fresh meat tonight."
    done = heard[-1]
    assert [(answer.npc_id, answer.language) for answer in done.answers] == [(ghoul.npc_id, "en"), (other.npc_id, "en")]
    first, second = night.spoken()
    assert (first.npc_id, first.heard_by, second.npc_id, second.heard_by) == (
        ghoul.npc_id, (other.npc_id,), other.npc_id, (ghoul.npc_id,)
    )  # fmt: skip
    assert (first.player_text, second.player_text) == (f"What do you say, {other.name}?", "")
    assert done.version == night.state.version > version
    assert len(endpoint.lines) == len(endpoint.asked) == 2


def test_each_knows_who_is_there_and_what_was_said(night, endpoint, other, shy):
    ghoul = night.ghoul.character
    take(night, f"What do you say, {other.name}?", others=(other.npc_id,))
    first, second = (request["messages"][-1]["content"] for request in endpoint.lines)
    assert f"Also here: {other.name}, a {other.race}." in first
    assert f"Also here: {ghoul.name}, a {ghoul.race}." in second
    assert f'{ghoul.name} said: "Fresh meat tonight."' in second and f"What do you say, {other.name}?" in second
    take(night, "And now?", "turn-2", npc_id=other.npc_id)
    assert "Fresh meat tonight." in json.dumps(endpoint.lines[-1]["messages"]), "it remembers what it said"


def test_who_stood_by_in_silence_knows_what_was_said(night, endpoint, other, shy):
    take(night, "It is between us.", others=(other.npc_id,))
    assert [spoken.npc_id for spoken in night.spoken()] == [night.npc_id]
    take(night, "Did you hear?", "turn-2", npc_id=other.npc_id)
    told = endpoint.lines[-1]["messages"][-1]["content"]
    assert "The broker said to" in told and "It is between us." in told and "Fresh meat tonight." in told
    take(night, "Well?", "turn-3", npc_id=other.npc_id)
    assert "between us" not in endpoint.lines[-1]["messages"][-1]["content"]


def test_a_turn_with_others_is_told_again_whole(night, endpoint, other, shy):
    first = take(night, f"{other.name}!", others=(other.npc_id,))
    again = take(night, f"{other.name}!", others=(other.npc_id,))
    assert [event.npc_id for event in again if isinstance(event, Started)] == [night.npc_id, other.npc_id]
    assert again[-1].answers == first[-1].answers
    with pytest.raises(Refused) as refused:
        night.open(f"{other.name}!")
    assert refused.value.code == "idempotency_key_reused", "to whom it is said is part of what is said"


def test_one_whose_model_is_gone_answers_without_it(night, endpoint, other, shy, failures):
    endpoint.speech = [failures["MODEL_ERROR"]]
    done = take(night, f"{other.name}!", others=(other.npc_id,), language="de")[-1]
    assert [(answer.source, answer.language) for answer in done.answers] == [("procedural", "en")] * 2
    assert len({answer.line for answer in done.answers}) == 2


def test_an_answer_is_in_the_language_of_the_player(night, endpoint):
    done = take(night, "Guten Abend.", language="de")[-1]
    assert done.answers[0].language == "de"
    assert "in German" in endpoint.lines[-1]["messages"][0]["content"]
    take(night, "And now?", "turn-2")
    assert "in English" in endpoint.lines[-1]["messages"][0]["content"]


def test_a_bribe_is_seen_by_the_npc_and_paid(night, endpoint):
    before, npc_id = night.state, night.npc_id
    heard = take(night, "", intent=intent(type="bribe", cents=5_000))
    assert f"The broker puts {dollars(5_000)} into your hand." in endpoint.lines[-1]["messages"][-1]["content"]
    [taken] = [event for event in heard if isinstance(event, BribeTaken)]
    assert (taken.npc_id, before.player.money_cents - night.state.player.money_cents) == (npc_id, taken.cents)
    assert night.spoken()[0].intent == "bribe"
    assert heard[-1].intent_refused is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"type": "bribe", "cents": 2**52}, "not_enough_money"),
        ({"type": "bribe", "cents": 1}, "bribe_too_small"),
        ({"type": "pay", "cents": 500}, "nothing_owed"),
    ],
)
def test_what_would_come_to_nothing_is_refused_before_anybody_speaks(night, endpoint, given, code):
    version = night.state.version
    with pytest.raises(Refused) as refused:
        night.open("Here.", intent=intent(**given))
    assert refused.value.code == code
    assert (night.state.version, endpoint.requests) == (version, [])


def test_what_comes_to_nothing_after_all_is_told(night, endpoint):
    all_of_it = intent(type="bribe", cents=night.state.player.money_cents)
    greedy = next(npc for npc in met(night.state) if npc.character.guide.loyalty < LOYAL).character.npc_id
    spent = RecordTurn(greedy, "", "Hm.", "procedural", "", Proposal(), (), all_of_it)
    endpoint.speech = ["Fresh", lambda: night.do(spent), " meat."]
    done = take(night, "", intent=all_of_it)[-1]
    assert isinstance(done, Done)
    assert done.intent_refused.code == "not_enough_money"


def test_the_intent_is_part_of_what_is_said(night, endpoint):
    take(night, "Hi.", intent=intent(type="threaten"))
    for other in (None, intent(type="say")):
        with pytest.raises(Refused) as refused:
            night.open("Hi.", intent=other)
        assert refused.value.code == "idempotency_key_reused"
