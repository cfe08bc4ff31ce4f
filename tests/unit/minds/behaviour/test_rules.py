"""behaviour.yaml says all that is wrong with it at once."""

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
    with pytest.raises(ValidationError, match=r"levels\.bark: missing; acts\.routine: missing"):
        rules.BehaviourRules.model_validate(document)


def test_hours_are_in_order(document):
    document["schedule"]["races"]["ghoul"].reverse()
    with pytest.raises(ValidationError, match=r"races\.ghoul\.1\.minute: not after the one before"):
        rules.BehaviourRules.model_validate(document)


def test_it_names_what_the_world_has_and_nothing_else(document, book):
    document["moods"]["bored"] = document["moods"].pop("calm")
    document["beliefs"]["snores"] = {"menace": 1}
    document["schedule"]["races"].pop("lich")
    with pytest.raises(rules.InvalidBehaviour) as fault:
        rules.checked(rules.BehaviourRules.model_validate(document), book)
    assert str(fault.value).splitlines() == [
        "behaviour: moods.calm: missing",
        "behaviour: moods.bored: the world has none",
        "behaviour: schedule.races.lich: missing",
        "behaviour: beliefs.snores: not a predicate",
    ]


def test_every_act_can_come_to_something(behaviour):
    """No act is forbidden by its own curves, wherever its inputs stand."""
    ways = [way for found in behaviour.ways.values() for way in found]
    assert {way.name for way in ways} == behaviour.acts.keys()
    for way in ways:
        assert all(max(table) == 1000 for _, table in (*way.settled, *way.sensed)), way.name
