"""What rules read out of words."""

import pytest
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.acts.choices import Choices, Priced
from bodybroker.minds.reading import phrases, speech
from bodybroker.minds.reading.lines import Said, said
from bodybroker.minds.reading.sentences import sentences
from bodybroker.world import rules
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.talk import intents
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

PARTS = ("bone", "brain", "eye", "hand", "heart", "kidney", "liver", "lung", "skin")
KEZROT, STAN, CASSIUS = (EntityId(f"00000000-0000-8000-8000-00000000000{n}") for n in range(3))
NAMES = {"Kezrot": KEZROT, "Old Stan": STAN, "Madame Cassius Sable": CASSIUS}
HEART, FINE_HEART, LIVER = (EntityId(f"00000000-0000-8000-8000-0000000000{n}0") for n in range(1, 4))


def choices(items=None, knows=()):
    return Choices(
        npc_id=EntityId("00000000-0000-8000-8000-0000000000ff"),
        moods=("calm", "wary"),
        feelings=("same",),
        items={HEART: Priced("heart", 90_000, 150_000)} if items is None else items,
        offers={},
        asked_cents=0,
        asked_item=None,
        offered=None,
        purse_cents=500_000,
        money_cents=100_000,
        owed_cents=0,
        vows=(),
        errands=(),
        tellings=(),
        names=NAMES,
        parts=PARTS,
        predicates={},
        player_knows=knows,
        can_attack=False,
        can_leave=True,
        in_danger=False,
    )


@pytest.mark.parametrize(
    ("line", "commits"),
    [
        ("Deal.", Said(deal=True)),
        ("It\u2019s a deal, broker.", Said(deal=True)),
        ("Fine, deal. Hand it over.", Said(deal=True)),
        ("You've got yourself a deal.", Said(deal=True)),
        ("I'll take it.", Said(deal=True)),
        ("I accept.", Said(deal=True)),
        ("I'll take it for $900.", Said(deal=True, price_cents=90_000)),
        ("Agreed. Nine hundred and fifty dollars for the heart.", Said(deal=True, price_cents=95_000, part="heart")),
        ("Let's say $1,250.50 for your heart.", Said(price_cents=125_050, part="heart")),
        ("How about $120?", Said(price_cents=12_000)),
        ("I'd pay ninety dollars for that liver, not a cent more.", Said(price_cents=9_000, part="liver")),
        ("Too much. I'll give you $300.", Said(refusal=True, price_cents=30_000)),
        ("No deal.", Said(refusal=True)),
        ("I won't pay that for old bones.", Said(refusal=True, part="bone")),
        ("Goodbye, broker.", Said(goodbye=True)),
        ("I am leaving.", Said(goodbye=True)),
        ("I will tear you apart.", Said(threat=True)),
        ("Deal? Maybe.", Said()),
        ("You want $900? Never seen so much.", Said()),
        ("I have $300 in my purse.", Said()),
        ("A deal with the devil.", Said()),
        ("I am done with you.", Said()),
        ("What is in the bag?", Said()),
    ],
)
def test_a_line_commits_to_what_it_says_and_to_nothing_else(line, commits):
    assert said(line, PARTS, NAMES) == commits


def test_a_name_of_somebody_is_no_word_of_the_line():
    assert said("Old Stan says deal.", PARTS, NAMES) == Said()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want $900 for the heart.", intents.NamePrice(type="offer", item_id=HEART, price_cents=90_000)),
        ("The heart is yours for 90 dollars.", intents.NamePrice(type="offer", item_id=HEART, price_cents=9_000)),
        ("Give me $50!", intents.NamePrice(type="offer", item_id=HEART, price_cents=5_000)),
        ("Here's $200. Look away.", intents.Bribe(type="bribe", cents=20_000)),
        ("I'll pay you fifty dollars tomorrow.", intents.PromiseMoney(type="promise_money", cents=5_000)),
        ("I owe you $70.", intents.PromiseMoney(type="promise_money", cents=7_000)),
        ("Tell me, or else.", intents.Threaten(type="threaten")),
        ("I'll burn you.", intents.Threaten(type="threaten")),
        ("What do you know about Kezrot?", intents.AskAbout(type="ask", subject=KEZROT)),
        ("What do people say about me?", intents.AskAbout(type="ask", subject=PLAYER)),
        ("Who is Cassius?", intents.AskAbout(type="ask", subject=CASSIUS)),
        ("Good evening. Quiet night?", None),
        ("I have no money.", None),
        ("Would you take the heart?", None),
    ],
)
def test_free_speech_is_read_as_an_intent(text, intent):
    assert speech.read(text, choices()) == intent


def test_a_price_is_for_the_best_item_of_the_part_or_for_nothing():
    items = {
        HEART: Priced("heart", 1, 2),
        FINE_HEART: Priced("heart", 5, 9),
        LIVER: Priced("liver", 7, 9),
    }
    read = speech.read("$90 for the heart.", choices(items))
    assert read == intents.NamePrice(type="offer", item_id=FINE_HEART, price_cents=9_000)
    assert speech.read("I want $90.", choices(items)) is None, "for which of them?"
    assert speech.read("$90 for the brain.", choices(items)) is None


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Kezrot cheats.", Claim(KEZROT, "cheats")),
        ("Believe me, old Stan is a liar!", Claim(STAN, "lies")),
        ("Madame Cassius Sable talks to the police.", Claim(CASSIUS, "informs_police")),
        ("Kezrot sold me a rotten liver.", Claim(KEZROT, "sold_foul_part", "liver")),
        ("Kezrot killed old Stan.", Claim(KEZROT, "killed", STAN)),
        ("I heard that Cassius is in love with Kezrot.", Claim(CASSIUS, "loves", KEZROT)),
    ],
)
def test_a_claim_that_the_player_never_heard_is_a_lie(text, claim):
    claimed = intents.Claimed(subject=claim.subject, predicate=claim.predicate, object=claim.object)
    assert speech.read(text, choices()) == intents.Lie(type="lie", claim=claimed)
    assert speech.read(text, choices(knows=(claim,))) == intents.Tell(type="tell", claim=claimed)


@pytest.mark.parametrize(
    "text",
    [
        "Does Kezrot cheat?",
        "Kezrot cheats?",
        "I doubt that Kezrot cheats.",
        "Kezrot never cheats.",
        "Somebody cheats.",
        "If Kezrot lies, tell me.",
        "I don't think Kezrot is a liar.",
    ],
)
def test_doubts_and_questions_claim_nothing(text):
    assert not isinstance(speech.read(text, choices()), (intents.Lie, intents.Tell))


def test_a_word_of_a_name_that_two_share_means_nobody():
    shared = {"Red Anna": KEZROT, "Pale Anna": STAN}
    assert speech.mentions("Anna is here.", shared) == ()
    assert speech.mentions("Pale Anna is here.", shared) == (STAN,)


def test_the_phrases_of_claims_are_predicates_and_every_fault_is_listed():
    wrong = {"commitments": {"deal": ["("]}, "intents": {"ask": ["x"]}, "doubts": ["[a"], "claims": {"Lies": ["x"]}}
    with pytest.raises(ValidationError) as invalid:
        phrases.Phrases.model_validate(wrong | {"hints": {}})
    assert "claims" in str(invalid.value)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text):
    said(text, PARTS, NAMES)
    speech.read(text, choices())
    assert all(
        sentence.cents == tuple(abs(cents) for cents in sentence.cents) for sentence in sentences(text, PARTS, NAMES)
    )


def test_of_a_long_text_the_beginning_is_read():
    for text in (
        "$" * 100_000,
        "I'll pay you " * 9_000,
        "a " * 50_000,
        "nine hundred and " * 6_000,
        "Kezrot " * 15_000,
    ):
        assert said("Deal. " + text, PARTS, NAMES).deal
        assert speech.read("I'll burn you. " + text, choices()) == intents.Threaten(type="threaten")
        assert speech.read(text + " Here's $200.", choices()) is None


def test_every_predicate_that_is_read_or_hinted_at_is_one():
    book, known = phrases.load(), rules.load().beliefs.predicates
    assert not (book.claims.keys() | book.hints.keys()) - known.keys()
