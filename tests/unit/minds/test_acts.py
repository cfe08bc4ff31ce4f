"""What a model is asked and may answer: only what can hold; and an NPC does what it says."""

import json

import msgspec
import pytest
from bodybroker.generation.entities import Item, Provenance, Taste
from bodybroker.kernel import schemas
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds import acts, turns
from bodybroker.minds.acts.choices import Choices, Telling
from bodybroker.minds.agreement import agreed, disagrees
from bodybroker.world import apply, decide, rules
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.bonds.between import resting
from bodybroker.world.bonds.state import BondsState, Shift
from bodybroker.world.market.state import MarketState, Offer
from bodybroker.world.proposals import (
    Accept,
    CounterOffer,
    Feel,
    GiveQuest,
    Leave,
    MakeOffer,
    Promise,
    Proposal,
    Refuse,
    SetMood,
    Tell,
    Unreadable,
)
from bodybroker.world.talk import intents
from msgspec.structs import replace

RULES = rules.load()
STATE = apply.fold(decide.create(7, RULES))
NPC_ID = next(npc.character.npc_id for npc in STATE.npcs.values() if npc.character.race == "ghoul")
OTHER = next(npc.character for npc in STATE.npcs.values() if npc.character.npc_id != NPC_ID)
TASTES = {"liver": Taste(6_000, 15_000), "hand": Taste(2_000, 5_000)}
SETTINGS = turns.load().acts


def item_id(n):
    return EntityId(f"00000000-0000-8000-8000-{n:012d}")


def choices(parts=("liver",), mood="calm", purse=100_000, trust=50, offer=None, **character) -> Choices:
    """What the ghoul may do, with these parts in the bag and it as given."""
    npc = STATE.npcs[NPC_ID]
    made, character = Provenance(1, "test", 1), replace(npc.character, tastes=TASTES, **character)
    bag = {item_id(n): Item(item_id(n), part, 70, made) for n, part in enumerate(parts)}
    shift = Shift(trust=trust - resting(STATE, NPC_ID, PLAYER, RULES).trust)
    state = replace(
        STATE,
        phase="night",
        player=replace(STATE.player, inventory=bag, place_id=npc.character.haunt_id),
        npcs=STATE.npcs | {NPC_ID: replace(npc, character=character, mood=mood, purse_cents=purse)},
        market=MarketState({NPC_ID: offer} if offer else {}),
        bonds=BondsState(player={NPC_ID: shift}),
    )
    return acts.choices(state, NPC_ID, RULES)


def asks(cents, n=0):
    return intents.NamePrice(type="offer", item_id=item_id(n), price_cents=cents)


def may(given: Choices, intent=None, text="Well?"):
    """The acts that a model may answer with, by kind."""
    _, schema = acts.ask(given, SETTINGS, text, intent)
    kinds = {}
    for act in schema["properties"]["act"]["anyOf"]:
        kinds.setdefault(act["properties"]["do"]["const"], []).append(act["properties"])
    return kinds


def test_an_offer_is_for_what_is_wanted_and_carried_and_within_what_can_be_paid():
    offers = may(choices(("liver", "hand", "brain", "hand")))["offer"]
    assert [(offer["part"]["const"], offer["dollars"]["minimum"], offer["dollars"]["maximum"]) for offer in offers] == [
        ("hand", 20, 50),
        ("liver", 60, 150),
    ]
    (offer,) = may(choices(purse=7_050))["offer"]
    assert (offer["dollars"]["minimum"], offer["dollars"]["maximum"]) == (60, 70)


@pytest.mark.parametrize("changes", [{"parts": ()}, {"parts": ("brain",)}, {"purse": 1_000}, {"mood": "furious"}])
def test_no_offer_where_none_can_hold(changes):
    assert not may(choices(**changes)).keys() & {"offer", "accept", "counter", "refuse"}


def test_a_price_of_the_player_is_answered_and_a_fair_one_can_be_accepted():
    given = choices()
    most = given.items[item_id(0)].most_cents
    fair, dear = may(given, asks(most)), may(given, asks(most + 1))
    assert {"accept", "refuse", "counter"} <= fair.keys() and "offer" not in fair
    assert "accept" not in dear and {"refuse", "counter"} <= dear.keys()
    assert fair["counter"][0]["dollars"]["maximum"] * 100 < most
    insulting = may(given, asks(given.items[item_id(0)].insult_cents + 1))
    assert not insulting.keys() & {"accept", "refuse", "counter"}


def test_promises_errands_and_blows_are_offered_when_they_can_hold():
    trusting = choices(trust=70)
    assert {"owe", "silence", "errand"} <= may(trusting).keys() and "hold" not in may(trusting)
    assert "hold" in may(choices(trust=70, offer=Offer(NPC_ID, "liver", 9_000, STATE.minute + 9)))
    assert not may(choices(trust=0)).keys() & {"owe", "silence", "errand", "hold"}
    assert "attack" in may(choices(mood="furious")) and "attack" not in may(choices(mood="calm"))


def test_a_mood_moves_one_step():
    assert "furious" not in choices(mood="calm").moods
    assert "furious" in choices(mood="wary").moods


def test_only_what_may_be_done_is_explained():
    question, _ = acts.ask(choices(parts=(), trust=0), SETTINGS, "Hello.")
    assert "none =" in question and "leave =" in question
    assert not any(f"{kind} =" in question for kind in ("offer", "accept", "errand", "attack"))


def test_asked_about_somebody_the_npc_may_tell_what_concerns_that_one():
    known = tuple(Telling(Claim(who, "cheats"), "x cheats", ("x",)) for who in (OTHER.npc_id, EntityId("player")))
    given = replace(choices(), tellings=known)
    assert may(given)["tell"][0]["what"] == {"enum": ["s1", "s2"]}
    asked = intents.AskAbout(type="ask", subject=PLAYER)
    assert may(given, asked)["tell"][0]["what"] == {"enum": ["s2"]}
    assert acts.read(answer({"do": "tell", "what": "s2"}), given).diffs[0] == Tell(NPC_ID, known[1].claim)


def test_the_schema_is_one_that_answers_are_checked_by():
    given = choices(("liver", "hand"), trust=70)
    text = f"I met {OTHER.name}, that swindler, with a liver in his bag."
    for intent in (None, asks(9_000)):
        _, schema = acts.ask(given, SETTINGS, text, intent)
        assert not schemas.faults(
            answer({"do": "leave"}, heard=None) if intent is None else answer({"do": "leave"}), schema
        )
        assert schemas.faults(answer({"do": "sing"}), schema)
        assert schemas.faults(answer({"do": "offer", "part": "liver", "dollars": 10**6}), schema)


def test_the_question_and_the_schema_are_short():
    given = choices(("liver", "hand"), trust=70, offer=Offer(NPC_ID, "liver", 9_000, STATE.minute + 9))
    question, schema = acts.ask(given, SETTINGS, "Well?")
    assert len(question) < 800
    assert len(json.dumps(schema)) < 6_000
    assert len(msgspec.json.encode(given)) < 6_000, "it is kept with the encounter"


def answer(act, mood="calm", feeling="same", **more):
    return json.dumps({**more, "mood": mood, "feeling": feeling, "act": act})


MOOD = SetMood(NPC_ID, "calm")


@pytest.mark.parametrize(
    ("act", "diff"),
    [
        ({"do": "offer", "part": "liver", "dollars": 70}, MakeOffer(NPC_ID, "liver", 7_000)),
        ({"do": "counter", "dollars": 70}, CounterOffer(NPC_ID, 7_000)),
        ({"do": "accept"}, Accept(NPC_ID)),
        ({"do": "owe", "dollars": 5}, Promise(NPC_ID, "pay", 500)),
        ({"do": "silence"}, Promise(NPC_ID, "silence")),
        ({"do": "errand", "part": "hand"}, GiveQuest(NPC_ID, "hand")),
        ({"do": "leave"}, Leave(NPC_ID)),
    ],
)
def test_an_answer_becomes_typed_diffs(act, diff):
    in_order = (MOOD, diff) if act["do"] == "leave" else (diff, MOOD)
    assert acts.read(answer(act), choices()).diffs == in_order
    assert acts.read(answer({"do": "none"}, feeling="warmer"), choices()).diffs == (MOOD, Feel(NPC_ID, "warmer"))


@pytest.mark.parametrize(
    "act", [{"do": "kill"}, {"do": "offer", "part": "liver"}, {"do": "counter", "dollars": 7.5}, {}]
)
def test_an_act_that_is_none_stays_on_record_as_unreadable(act):
    assert [type(diff) for diff in acts.read(answer(act), choices()).diffs] == [Unreadable, SetMood]
    assert acts.read("Deal!", choices()) == Proposal((Unreadable('"Deal!"'),))


def heard(given, text, **claim):
    return acts.read(answer({"do": "none"}, heard=claim or None), given, text).heard


def test_a_model_hears_only_what_was_said():
    given = choices()
    text = f"You should watch out for {OTHER.name}, he tricked me, and hides a liver."
    assert acts.ask(given, SETTINGS, text)[1]["properties"].keys() >= {"heard"}
    assert heard(given, text, about=OTHER.name, what="cheats") == Claim(OTHER.npc_id, "cheats")
    assert heard(given, text, about=OTHER.name, what="carries", of="liver") == Claim(OTHER.npc_id, "carries", "liver")
    assert heard(given, text) is None
    assert heard(given, "Nice weather.", about=OTHER.name, what="cheats") is None
    assert heard(given, text, about=OTHER.name, what="sings") is None
    assert heard(given, text, about=OTHER.name, what="informs_police") is None, "nobody spoke of the police"
    assert heard(given, text, about=OTHER.name, what="carries", of="heart") is None
    assert heard(given, text, about=OTHER.name, what="killed", of=OTHER.name) is None


def test_nothing_is_heard_where_nobody_is_named_or_a_rule_reads_it():
    assert "heard" not in acts.ask(choices(), SETTINGS, f"I met {OTHER.name}.")[1]["properties"]
    assert "heard" not in acts.ask(choices(), SETTINGS, "Nice weather.")[1]["properties"]
    assert "heard" not in acts.ask(choices(), SETTINGS, f"{OTHER.name} cheats.")[1]["properties"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Hm. Deal.", "deal"),
        ("I'll give you $900 for the liver.", "price"),
        ("How about $5?", "price"),
        ("I'd pay $100 for the brain.", "price"),
        ("I'll give you $100 for the liver.", None),
        ("No deal.", None),
        ("Show me the liver.", None),
        ("Goodbye.", None),
    ],
)
def test_a_line_promises_nothing_that_cannot_hold(line, why):
    assert disagrees(line, choices()) == why


def test_deal_can_be_said_to_a_fair_price_to_a_bribe_and_to_the_own_offer():
    given = choices()
    most = given.items[item_id(0)].most_cents
    assert disagrees("Deal.", given, asks(most)) is None
    assert disagrees("Deal.", given, asks(most + 1)) == "deal"
    assert disagrees("Deal.", given, intents.Bribe(type="bribe", cents=5_000)) is None
    assert disagrees("Deal.", choices(offer=Offer(NPC_ID, "liver", 9_000, 99))) is None
    assert disagrees("Farewell.", replace(given, can_leave=False)) == "goodbye"


def settled(line, *diffs, intent=None, given=None):
    proposal = agreed(Proposal(diffs), line, given or choices(), intent)
    return list(proposal.diffs), list(proposal.disowned)


def test_who_says_deal_has_made_one():
    intent = asks(choices().items[item_id(0)].most_cents)
    assert settled("Deal.", intent=intent) == ([Accept(NPC_ID)], [])
    assert settled("Deal.", Refuse(NPC_ID), intent=intent) == ([Accept(NPC_ID)], [Refuse(NPC_ID)])
    assert settled("Deal.", Accept(NPC_ID), MOOD, intent=intent) == ([Accept(NPC_ID), MOOD], [])


def test_who_says_no_has_not():
    intent = asks(9_000)
    assert settled("No deal.", Accept(NPC_ID), intent=intent) == ([Refuse(NPC_ID)], [Accept(NPC_ID)])
    offer = MakeOffer(NPC_ID, "liver", 7_000)
    assert settled("I won't buy that.", offer) == ([], [offer])


def test_the_price_that_is_said_is_the_one_that_holds():
    offer = MakeOffer(NPC_ID, "liver", 12_000)
    assert settled("I'll give you $100 for the liver.", offer) == ([MakeOffer(NPC_ID, "liver", 10_000)], [offer])
    intent = asks(12_000)
    assert settled("Too much. I'll give you $70.", Accept(NPC_ID), intent=intent) == (
        [CounterOffer(NPC_ID, 7_000)],
        [Accept(NPC_ID)],
    )
    assert settled("I'll take it for $120.", intent=intent) == ([Accept(NPC_ID)], [])


def test_who_says_goodbye_leaves_and_who_threatens_makes_no_offer():
    assert settled("Goodbye, broker.", MOOD) == ([MOOD, Leave(NPC_ID)], [])
    offer = MakeOffer(NPC_ID, "liver", 7_000)
    assert settled("I will gut you.", offer) == ([], [offer])


def test_mere_talk_leaves_the_acts_as_they_are():
    offer = MakeOffer(NPC_ID, "liver", 7_000)
    assert settled("It smells of rain.", MOOD, offer) == ([MOOD, offer], [])


def scripted(given, intent, seed=1):
    return acts.scripted(given, intent, turns.load().scripted, Stream(seed, "test"))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_said_without_a_model_says_what_it_does(seed):
    """Whatever words are drawn: nothing of it is against the rules, and no act has to be added or disowned."""
    given = choices()
    most = given.items[item_id(0)].most_cents
    for cents, kind in ((most, Accept), (most + 2_000, CounterOffer)):
        said = scripted(given, asks(cents), seed)
        assert [type(diff) for diff in said.proposal.diffs] == [kind]
        assert disagrees(said.line, given, asks(cents)) is None
        assert agreed(said.proposal, said.line, given, asks(cents)) == said.proposal
    poor = choices(purse=5_000)
    dear = scripted(poor, asks(6_150), seed)
    assert [type(diff) for diff in dear.proposal.diffs] == [Refuse]
    assert agreed(dear.proposal, dear.line, poor, asks(6_150)) == dear.proposal


def test_without_a_model_a_question_is_answered_with_what_is_known():
    given = replace(choices(), tellings=(TELLING,))
    asked = intents.AskAbout(type="ask", subject=OTHER.npc_id)
    said = scripted(given, asked)
    assert said.line == f"{OTHER.name} cheats." and said.proposal.diffs == (Tell(NPC_ID, TELLING.claim),)
    assert agreed(said.proposal, said.line, given, asked) == said.proposal
    nothing = scripted(given, intents.AskAbout(type="ask", subject=PLAYER))
    assert nothing.proposal.diffs == () and nothing.line in turns.load().scripted.nothing


def test_to_mere_talk_and_to_insults_there_is_no_set_answer():
    given = choices()
    insult = asks(given.items[item_id(0)].insult_cents + 1)
    assert (
        scripted(given, None) is scripted(given, intents.Threaten(type="threaten")) is scripted(given, insult) is None
    )


TELLING = Telling(Claim(OTHER.npc_id, "cheats"), f"{OTHER.name} cheats", (OTHER.name,))


def test_nobody_tells_anything_without_a_word_of_it():
    given, tell = replace(choices(), tellings=(TELLING,)), Tell(NPC_ID, TELLING.claim)
    assert settled("It smells of rain.", tell, given=given) == ([], [tell])
    assert settled(f"Watch out for {OTHER.name}.", tell, given=given) == ([tell], [])
    assert settled(f"You know, {OTHER.name} is a swindler.", given=given) == ([tell], []), "it was told, act or no act"
