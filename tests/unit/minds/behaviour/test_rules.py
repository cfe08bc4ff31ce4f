"""behaviour.yaml says all that is wrong with it at once."""

import pickle

import pytest
from bodybroker.kernel import configuration
from bodybroker.minds.behaviour import rules
from pydantic import ValidationError


@pytest.fixture
def document():
    return configuration.load("behaviour")


def test_an_act_is_weighed_only_by_what_it_can_know(document):
    document["acts"]["routine"]["weighs"].append({"of": "trust"})
    document["acts"]["chat"]["weighs"] += [{"of": "wares"}, {"of": "weather"}]
    document["acts"]["watch"] |= {"moves": "closes"}
    del document["levels"]["bark"]
    with pytest.raises(ValidationError) as fault:
        rules.BehaviourRules.model_validate(document)
    told = str(fault.value)
    assert "trust says nothing of self" in told
    assert "wares says nothing of npc" in told and "weather says nothing of npc" in told
    assert "stands contradicts closes" in told


def test_everybody_needs_a_routine_and_every_level(document):
    del document["acts"]["routine"], document["levels"]["bark"]
    document["traits"] = {"vain": {"preen": 100}}
    told = r"levels\.bark: missing; acts\.routine: missing, or at somebody; traits\.vain\.preen: no such act"
    with pytest.raises(ValidationError, match=told):
        rules.BehaviourRules.model_validate(document)


def test_hours_are_in_order(document):
    document["schedule"]["races"]["ghoul"].reverse()
    with pytest.raises(ValidationError, match=r"races\.ghoul\.1\.minute: not after the one before"):
        rules.BehaviourRules.model_validate(document)


def test_it_names_what_the_world_has_and_nothing_else(document, book):
    document["moods"]["bored"] = document["moods"].pop("calm")
    document["beliefs"]["snores"] = {"menace": 1}
    document["schedule"]["races"].pop("lich")
    document["traits"].pop("vain")
    with pytest.raises(rules.InvalidBehaviour) as fault:
        rules.checked(rules.BehaviourRules.model_validate(document), book)
    assert str(fault.value).splitlines() == [
        "behaviour: moods.calm: missing",
        "behaviour: moods.bored: the world has none",
        "behaviour: schedule.races.lich: missing",
        "behaviour: beliefs.snores: not a predicate",
        "behaviour: traits.vain: missing",
    ]


def test_every_act_can_come_to_something(behaviour):
    """No act is forbidden by its own curves, wherever its inputs stand."""
    ways = [way for found in behaviour.ways.values() for way in found]
    assert {way.name for way in ways} == behaviour.acts.keys()
    for way in ways:
        assert all(max(table) == 1000 for _, table in (*way.settled, *way.sensed)), way.name


def test_the_build_can_keep_it(behaviour):
    """As the functions read it: pickled, with nothing left to check."""
    again = pickle.loads(pickle.dumps(behaviour))
    assert again == behaviour and again.ways == behaviour.ways
