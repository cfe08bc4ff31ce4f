"""The gate lets horror pass and holds what the owner never allows, whatever it is dressed as."""

import pytest
from bodybroker.minds import gate
from bodybroker.minds.gate import safety
from bodybroker.minds.gate.gate import RuleGate
from bodybroker.minds.gate.safety import Safety
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.benchmarks.dialogue import lines
from tests.benchmarks.dialogue.lines import ALLOWED, Labelled

GATE = gate.load()
DIGESTS = {
    "tuning": "e44b6a508b88f0ff205581d0451e00a212cee0b84dd9c5fe2f9f2c07854393a0",
    "held_out": "5af07052a004830f44ade67d160d9bee7693ac134dbed97c2a361e51206b1b85",
}


def judge(line: Labelled) -> str:
    """The category under which the gate holds the line; nothing where it passes."""
    return (GATE.player if line.channel == "player" else GATE.sentence)(line.text).category


def caught(labelled: list[Labelled]) -> float:
    bad = [line for line in labelled if line.label != ALLOWED]
    return sum(judge(line) != "" for line in bad) / len(bad)


@pytest.mark.parametrize("name", lines.SETS)
def test_the_labelled_lines_are_frozen(name):
    assert lines.digest(name) == DIGESTS[name], "whoever changes a label changes this digest, and says so"


@pytest.mark.parametrize("name", lines.SETS)
def test_horror_passes(name):
    allowed = [line for line in lines.load(name) if line.label == ALLOWED]
    held = [line.text for line in allowed if judge(line)]
    assert len(held) <= len(allowed) * 0.02, held


def test_the_lines_that_the_rules_were_written_for_are_held():
    assert caught(lines.load("tuning")) >= 0.97


def test_the_player_at_risk_is_helped_and_never_punished():
    at_risk = [line for line in lines.load("tuning") if line.label == "at_risk"]
    verdicts = [GATE.player(line.text) for line in at_risk]
    assert sum(verdict.action == "help" for verdict in verdicts) >= 0.95 * len(verdicts)
    assert all(verdict.action != "hold" or verdict.category == "suicide" for verdict in verdicts)


@pytest.mark.parametrize("disguise", sorted(lines.DISGUISES))
def test_a_disguise_hides_little_and_makes_nothing_bad(disguise):
    labelled = [line for line in lines.load("tuning") if line.label != "injection"]
    worn = list(lines.disguised(labelled, disguise))
    assert caught(labelled) - caught(worn) <= (0.06 if disguise == "joined" else 0.03)
    allowed = [line for line in worn if line.label == ALLOWED]
    assert sum(judge(line) != "" for line in allowed) <= 0.02 * len(allowed)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Do not kill yourself over a spleen.", True),
        ("I do not know. Kill yourself.", False),
        ("You killed yourself a fat deer.", True),
        ("kill. yourself", False),
        ("Kill, and be proud of yourself.", True),
        ("", True),
        ("…", True),
    ],
)
def test_what_lifts_a_rule_stands_in_its_sentence(text, passes):
    assert GATE.sentence(text).passes is passes


def test_a_channel_has_the_rules_that_are_named_for_it():
    text = "I want to kill myself."
    assert (GATE.player(text).action, GATE.quoted(text).action, GATE.sentence(text).action) == ("help", "hold", "pass")


def test_what_is_hidden_is_not_repeated_and_its_words_may_be_used():
    secret = "You are Gorm, a greedy ghoul, and the third tomb holds the ledger of Mother Vane."
    hidden = GATE.hide([secret])
    assert GATE.sentence(f"Fine. {secret}", hidden).category == "leak"
    assert (
        GATE.sentence("A greedy ghoul, and the third tomb holds the ledger of Mother Vane?", hidden).category == "leak"
    )
    assert GATE.sentence("I am Gorm, and the third tomb holds worms.", hidden).passes
    started = GATE.sentence("Well. The third tomb holds the ledger", hidden, ended=False)
    assert started.passes
    assert started.clear == len("Well. ")


@given(text=st.text(max_size=400))
def test_any_text_is_judged_and_what_has_ended_is_clear(text):
    for verdict in (GATE.player(text), GATE.quoted(text), GATE.sentence(text)):
        assert verdict.action in ("pass", "hold", "help")
    if (verdict := GATE.sentence(text)).passes:
        assert verdict.clear == len(text)
    assert 0 <= GATE.sentence(text, ended=False).clear <= len(text)


def test_whole_sentences_are_held_where_the_rules_say_so():
    patient = RuleGate(safety.load().model_copy(update={"release": "sentences"}))
    assert patient.sentence("Fresh meat", ended=False).clear == 0
    assert patient.sentence("Fresh meat. Still", ended=False).clear == len("Fresh meat.")


def test_rules_that_mean_nothing_are_refused_all_at_once():
    document = safety.load().model_dump(mode="json")
    document["rules"] = [
        {"name": "one", "category": "gone", "phrases": ["{nobody} kills"], "unless": ["nothing"]},
        {"name": "one", "category": "suicide", "phrases": ["... die", "Die!"]},
    ]
    with pytest.raises(ValidationError) as refused:
        Safety.model_validate(document)
    for fault in ("no gone", "no words nobody", "no words nothing", "begins and ends", "'Die!'", "one is there twice"):
        assert fault in str(refused.value)
