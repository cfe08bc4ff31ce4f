"""A turn from the player's words to the record: what is heard, what the model is asked, what the world then holds."""

import asyncio
import json
from threading import Event

import pytest
from bodybroker.kernel.errors import Conflict, NotFound, Refused
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.models import prices
from bodybroker.models.calls import Payer
from bodybroker.services.open_turn import Utterance
from bodybroker.services.take_turn import ToldTurn, TurnDesk
from bodybroker.services.turn_events import Cut, Done, Listener, OfferMade, Started, Token
from bodybroker.world import state
from bodybroker.world.commands import SellPart, Wait
from bodybroker.world.events import MoodChanged
from bodybroker.world.talk.intents import NamePrice
from bodybroker.world.talk.known import NpcLeft

TEXT = "Good evening."


def take(night, desk: TurnDesk | None = None, text: str = TEXT, key: str = "turn-1", listener=None) -> list[object]:
    """Take a turn; what was heard."""
    heard: list[object] = []
    turn = night.open(text, key)
    try:
        asyncio.run((desk or night.desk()).take(turn, listener(heard) if listener else Listener(heard.append)))
    finally:
        night.leave()
    return heard


def take_at(night, npc_id: str) -> list[object]:
    """Take a turn with a certain NPC."""
    heard: list[object] = []
    asyncio.run(night.desk().take(night.open(npc_id=npc_id), Listener(heard.append)))
    night.leave()
    return heard


def wanted(night) -> tuple[str, int]:
    """A part that the ghoul wants and the player carries, and a price that the ghoul may name."""
    tastes = night.ghoul.character.tastes
    part = next(item.part for item in night.state.player.inventory.values() if item.part in tastes)
    return part, tastes[part].floor_cents


def line(heard: list[object]) -> str:
    """What is left on the player's screen."""
    text = ""
    for event in heard:
        text = "" if isinstance(event, Cut) else text + event.text if isinstance(event, Token) else text
    return text


def acts(**fields: object) -> str:
    """An answer: its act, and the mood where it is another one."""
    mood = fields.pop("mood", "hungry")
    return json.dumps({"mood": mood, "feeling": "same", "act": {"do": "none"} | fields})


def test_a_turn_is_heard_token_by_token_and_recorded(night, endpoint):
    before = night.state.version
    start, *tokens, done = take(night)
    assert start == Started("turn-1", night.npc_id, "model", "gold")
    assert tokens[:3] == [Token(text, night.npc_id) for text in ("Fresh", " meat", " tonight.")]
    assert isinstance(done, Done)
    assert (done.line, done.source, done.model) == ("Fresh meat tonight.", "model", "gold")
    assert (done.version, done.hash) == (night.state.version, state.hash(night.state))
    assert done.version > before
    [spoken] = night.spoken()
    assert (spoken.player_text, spoken.line, spoken.source, spoken.model) == (TEXT, done.line, "model", "gold")


def test_the_bill_is_that_of_both_calls(night, endpoint):
    usage = take(night)[-1].usage
    assert (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) == (180, 160, 6)
    assert usage.cost_nanodollars == 20 * 0 + 160 * 0 + 6 * prices.load()["gold"].output > 0


def test_a_prepared_turn_reads_once_before_its_first_token(night, endpoint, monkeypatch):
    night.hosts.prepare(night.key, night.npc_id)
    reads: list[str] = []
    reads_before_speech: list[str] = []
    opened = night.encounters.open(night.key, [night.npc_id], "turn-1")
    monkeypatch.setattr(night.encounters, "open", lambda *_: reads.append("open") or opened)
    for name in ("load", "state_at", "history", "stretches", "receipt"):
        call = getattr(night.store, name)
        monkeypatch.setattr(night.store, name, lambda *given, name=name, call=call: reads.append(name) or call(*given))
    endpoint.speech = [lambda: reads_before_speech.extend(reads), "Fresh."]
    take_at(night, next(iter(opened.encounters)))
    assert reads_before_speech == ["open"]


def test_the_prompt_grows_at_its_end_only(night, endpoint):
    """So the model reads the beginning once: when it is warmed, before the player speaks."""
    encounter = night.hosts.prepare(night.key, night.npc_id)
    assert night.hosts.warm(night.router(), encounter, Payer(night.key.player, "free", night.key.world))
    take(night)
    take(night, text="And now?", key="turn-2")
    warmed, line_1, acts_1, line_2, _ = (request["messages"] for request in endpoint.requests)
    assert line_1[: len(warmed) - 1] == warmed[:-1]
    assert line_1[-1]["content"] == f"{warmed[-1]['content']} {TEXT}", (
        "the situation is read before the words are known"
    )
    assert acts_1[: len(line_1)] == line_1
    assert acts_1[len(line_1)] == {"role": "assistant", "content": "Fresh meat tonight."}
    assert line_2[: len(line_1)] == line_1
    assert [message["content"] for message in line_2[-2:]] == ["Fresh meat tonight.", "And now?"]
    assert endpoint.requests[0]["max_tokens"] == 1


def test_the_acts_that_the_rules_accept_are_shown_and_change_the_world(night, endpoint):
    part, price = wanted(night)
    endpoint.acts = acts(mood="pleased", do="offer", part=part, dollars=price // 100 + 1)
    heard = take(night)
    assert MoodChanged(night.npc_id, "pleased") in heard
    [offer] = [event for event in heard if isinstance(event, OfferMade)]
    price = (price // 100 + 1) * 100
    assert (offer.part, offer.price_cents) == (part, price)
    assert night.state.market.offers[night.npc_id].price_cents == price
    assert night.state.npcs[night.npc_id].mood == "pleased"


def test_an_act_that_the_rules_refuse_is_recorded_and_not_shown(night, endpoint):
    part, _ = wanted(night)
    endpoint.acts = acts(do="offer", part=part, dollars=10**7)
    heard = take(night)
    assert not [event for event in heard if isinstance(event, OfferMade)]
    assert [refused.code for refused in night.spoken()[0].refused] == ["price_above_cap"]
    assert not night.state.market.offers


@pytest.mark.parametrize(
    "answer", ["", "I leave.", "[1]", '{"mood": "calm", "act": "kill"}', '{"act": {"do": "none"}}']
)
def test_acts_that_cannot_be_read_do_nothing_and_are_recorded(night, endpoint, answer):
    endpoint.acts = answer
    heard = take(night)
    assert [type(event) for event in heard] == [Started, Token, Token, Token, Done]
    assert [refused.code for refused in night.spoken()[0].refused] == ["unreadable_diff"]


def test_acts_that_come_too_late_are_none(night, endpoint):
    answered = endpoint.acts = Event()

    def listener(heard: list[object]) -> Listener:
        return Listener(lambda event: heard.append(event) or (isinstance(event, Done) and answered.set()))

    done = take(night, night.desk(acts={"total": 50}), listener=listener)[-1]
    assert (done.source, done.line) == ("model", "Fresh meat tonight.")
    assert night.spoken()[0].refused == ()


def test_an_npc_that_has_left_is_not_spoken_to(night, endpoint):
    npc_id = night.npc_id
    endpoint.acts = acts(do="leave")
    assert [event.npc_id for event in take(night) if isinstance(event, NpcLeft)] == [npc_id]
    asked = len(endpoint.requests)
    with pytest.raises(Refused) as refused:
        night.open("Wait!", "turn-2", npc_id)
    assert refused.value.code == "npc_not_here"
    assert len(endpoint.requests) == asked


@pytest.mark.parametrize(
    ("speech", "reason"),
    [
        (["MODEL_ERROR"], "broken"),
        (["Fresh", "MODEL_ERROR"], "broken"),
        (["Fresh", "RESET"], "broken"),
        (["Fresh", b"{garbage\n"], "garbage"),
        (["<|im_end|>", "\n\n", "***"], "garbage"),
        ([], "garbage"),
    ],
)
def test_a_model_that_fails_is_cut_and_the_procedural_layer_speaks(night, endpoint, failures, speech, reason):
    endpoint.speech = [failures.get(step, step) if isinstance(step, str) else step for step in speech]
    heard = take(night)
    assert [event.reason for event in heard if isinstance(event, Cut)] == [reason]
    done = heard[-1]
    assert (done.source, done.model, done.line) == ("procedural", "", line(heard))
    assert len(done.line) > 5
    [spoken] = night.spoken()
    assert (spoken.line, spoken.source) == (done.line, "procedural")
    assert not endpoint.asked, "a procedural turn asks the model nothing more"


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_model_that_refuses_to_work_is_replaced(night, endpoint, status):
    endpoint.status = status
    assert take(night)[-1].source == "procedural"


@pytest.mark.parametrize("said", [[], ["Fresh"]])
def test_a_model_that_misses_a_deadline_is_replaced(night, endpoint, said):
    silence = Event()
    endpoint.speech = [*said, silence, " meat."]
    try:
        heard = take(night, night.desk(line={"first_token": 2000 if said else 50, "between_tokens": 50}))
        assert [event.reason for event in heard if isinstance(event, Cut)] == ["deadline"]
        assert heard[-1].source == "procedural"
    finally:
        silence.set()


def test_a_line_that_is_over_is_not_undone_by_what_follows(night, endpoint, failures):
    endpoint.speech = ["Go away.", "\nPlayer: no", failures["RESET"]]
    assert take(night)[-1].line == "Go away."


def test_the_same_world_hears_the_same_procedural_line_and_another_one_later(night, endpoint):
    endpoint.status = 503
    version = night.state.version
    first = line(take(night))
    second = line(take(night, key="turn-2"))
    night.rewind(version)
    assert line(take(night, key="turn-3")) == first != second


def test_a_repeated_key_tells_the_turn_again_without_the_model(night, endpoint):
    part, price = wanted(night)
    endpoint.acts = acts(mood="pleased", do="offer", part=part, dollars=price // 100 + 1)
    npc_id = night.npc_id
    first = take(night)
    calls, version = len(endpoint.requests), night.state.version
    turn = night.open(npc_id=npc_id)
    assert isinstance(turn, ToldTurn)
    again = take(night)
    assert line(again) == line(first)
    assert [event for event in again if isinstance(event, MoodChanged | OfferMade)] == [
        event for event in first if isinstance(event, MoodChanged | OfferMade)
    ]
    assert (again[-1].version, again[-1].hash, again[-1].line) == (first[-1].version, first[-1].hash, first[-1].line)
    assert again[-1].usage.completion_tokens == again[-1].usage.cost_nanodollars == 0
    assert (len(endpoint.requests), night.state.version) == (calls, version)


def test_a_key_used_for_other_words_is_refused(night, endpoint):
    take(night)
    with pytest.raises(Refused) as refused:
        night.open("Other words.")
    assert refused.value.code == "idempotency_key_reused"


def test_two_tries_of_one_turn_at_once_are_one_turn(night, endpoint):
    """The second one is about to speak when the first is recorded: it tells what is on record."""
    slow = night.open()
    first = take(night)
    endpoint.speech = ["Something", " else."]
    heard: list[object] = []
    asyncio.run(night.desk().take(slow, Listener(heard.append)))
    assert line(heard) == line(first) == heard[-1].line
    assert len(night.spoken()) == 1


def test_a_world_that_moves_during_a_turn_is_decided_on_again(night, endpoint):
    endpoint.speech = ["Fresh", lambda: night.do(Wait(type="wait", minutes=1)), " meat."]
    done = take(night)[-1]
    assert done.version == night.state.version
    assert len(night.spoken()) == 1


def test_a_turn_with_an_npc_that_is_gone_meanwhile_is_refused(night, endpoint):
    home = next(place.site.place_id for place in night.state.places.values() if place.site.kind == "hideout")
    endpoint.speech = ["Fresh", lambda: night.go(home), " meat."]
    with pytest.raises(Refused) as refused:
        take(night)
    assert refused.value.code == "npc_not_here"
    assert night.spoken() == []


def test_a_turn_that_was_rewound_while_it_streamed_is_not_told_to_the_new_branch(night, endpoint):
    version = night.state.version
    endpoint.speech = ["Fresh", lambda: night.rewind(version), " meat."]
    with pytest.raises(Conflict):
        take(night)
    assert night.spoken() == []


@pytest.mark.parametrize("rest", [[" and"] * 10_000, ["RESET"]])
def test_who_is_stopped_in_the_middle_has_said_what_was_said_so_far(night, endpoint, failures, rest):
    gone = Event()
    endpoint.speech = ["Fresh", " meat", gone, *[failures.get(step, step) for step in rest]]

    def listener(heard: list[object]) -> Listener:
        def emit(event: object) -> None:
            if event == Token(" meat", night.npc_id):
                leaver.stop("cancelled")
                gone.set()

        leaver = Listener(emit)
        return leaver

    take(night, listener=listener)
    [spoken] = night.spoken()
    assert (spoken.line, spoken.source) == ("Fresh meat…", "model")
    assert not endpoint.asked
    if rest != ["RESET"]:
        assert endpoint.left.wait(10), "the model went on for nobody"


@pytest.mark.parametrize("why", ["cancelled", "interrupted"])
def test_a_turn_that_is_stopped_before_a_word_was_said_is_none(night, endpoint, why):
    version = night.state.version
    silence = Event()
    endpoint.speech = [silence]

    def listener(heard: list[object]) -> Listener:
        leaver = Listener(lambda event: leaver.stop(why))
        return leaver

    with pytest.raises(Refused) as refused:
        take(night, listener=listener)
    silence.set()
    assert refused.value.code == f"turn_{why}"
    assert night.state.version == version


def test_a_turn_remembers_the_turns_before_it_until_they_are_undone(night, endpoint):
    version = night.state.version
    take(night, text="My name is Ash.")
    take(night, text="Who am I?", key="turn-2")
    assert "My name is Ash." in json.dumps(endpoint.lines[-1]["messages"])
    night.rewind(version)
    take(night, text="Who am I?", key="turn-3")
    assert "My name is Ash." not in json.dumps(endpoint.lines[-1]["messages"])


def test_a_branch_that_is_taken_up_again_remembers_its_own_talks_and_no_others(night, endpoint):
    version, first = night.state.version, night.store.load(night.key).head.branch_id
    take(night, text="My name is Ash.")
    night.rewind(version)
    night.switch(first)
    take(night, text="Who am I?", key="turn-2")
    assert "My name is Ash." in json.dumps(endpoint.lines[-1]["messages"])
    night.rewind(version)
    take(night, text="My name is Bram.", key="turn-3")
    night.switch(first)
    take(night, text="Who am I?", key="turn-4")
    assert "Bram" not in json.dumps(endpoint.lines[-1]["messages"])


def test_a_fork_beside_the_talk_does_not_disturb_it(night, endpoint):
    version = night.state.version
    endpoint.speech = ["Fresh", lambda: night.rewind(version, switch=False), " meat."]
    assert line(take(night)) == "Fresh meat."
    take(night, text="And now?", key="turn-2")
    assert "Fresh meat." in json.dumps(endpoint.lines[-1]["messages"])


def test_a_turn_knows_what_the_player_did_since_the_encounter_was_prepared(night, endpoint):
    part, _ = wanted(night)
    npc = night.ghoul
    night.hosts.prepare(night.key, npc.character.npc_id)
    item = next(item for item in night.state.player.inventory.values() if item.part == part)
    night.do(SellPart(type="sell_part", npc_id=npc.character.npc_id, item_id=item.item_id))
    take_at(night, npc.character.npc_id)
    carried = ", ".join(sorted(item.part for item in night.state.player.inventory.values())) or "nothing"
    assert f"The broker carries {carried}." in endpoint.lines[-1]["messages"][-1]["content"]


def test_nobody_speaks_in_another_players_world_or_to_nobody(night, endpoint):
    stranger = WorldKey(PlayerId("01890000-0000-7000-8000-00000000ffff"), night.key.world)
    for key, npc_id in ((stranger, night.npc_id), (night.key, "01890000-0000-8000-8000-00000000ffff")):
        with pytest.raises(NotFound):
            night.opening().open(key, Utterance(npc_id, TEXT, "turn-1", "free"))
    assert endpoint.requests == []


def priced(night, per_mille: int):
    """A price for what the player carries and the ghoul wants: per mille of the most that it gives."""
    item_id, one = next(iter(night.hosts.prepare(night.key, night.npc_id).acts.items.items()))
    return NamePrice(type="offer", item_id=item_id, price_cents=one.most_cents * per_mille // 1000)


def bargain(night, per_mille: int, key: str = "turn-1") -> list[object]:
    """Take a turn in which the player names a price."""
    heard: list[object] = []
    asyncio.run(night.desk().take(night.open("Well?", key, intent=priced(night, per_mille)), Listener(heard.append)))
    night.leave()
    return heard


def test_an_npc_that_says_deal_has_made_one(night, endpoint):
    endpoint.speech = ["Deal", ", broker", "."]
    heard = bargain(night, 1000)
    assert line(heard) == "Deal, broker."
    [offer] = [event for event in heard if isinstance(event, OfferMade)]
    assert night.state.market.offers[night.npc_id].price_cents == offer.price_cents == priced(night, 1000).price_cents


def test_a_deal_that_the_rules_forbid_is_cut_before_its_end_and_answered_by_the_rules(night, endpoint):
    endpoint.speech = ["Deal", ", broker", ".", " Hand it over."]
    heard = bargain(night, 1200)
    before = heard[: heard.index(Cut("disagrees", night.npc_id))]
    assert "." not in "".join(event.text for event in before if isinstance(event, Token))
    assert [event.reason for event in heard if isinstance(event, Cut)] == ["disagrees"]
    done = heard[-1]
    assert done.source == "procedural" and done.line == line(heard) != ""
    [spoken] = night.spoken()
    assert spoken.line == done.line and spoken.refused == ()
    assert not night.state.talk.asks, "the rules said no, or named a lower price"


def test_without_a_model_a_price_is_answered_by_the_rules(night, endpoint):
    endpoint.status = 500
    heard = bargain(night, 1000)
    assert heard[-1].source == "procedural"
    assert night.state.market.offers[night.npc_id].price_cents == priced(night, 1000).price_cents


def test_free_speech_is_read(night, endpoint):
    part, price = wanted(night)
    take(night, text=f"I want ${price // 100 + 1} for the {part}.")
    [spoken] = night.spoken()
    assert spoken.intent == "offer" and night.state.talk.asks[night.npc_id].price_cents == (price // 100 + 1) * 100
