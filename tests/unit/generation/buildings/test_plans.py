"""Plans are checked before anything is built by them; every fault of every file is told at once."""

import copy

import pytest
from bodybroker.generation.buildings import plans
from bodybroker.generation.buildings.layout import KINDS
from bodybroker.kernel import configuration


@pytest.fixture
def documents():
    return {name: copy.deepcopy(configuration.load(f"{plans.FOLDER}/{name}")) for name in ("catalogue", *KINDS)}


def faults_of(documents):
    with pytest.raises(plans.InvalidPlans) as refused:
        plans.validate(documents)
    return refused.value.faults


def test_the_plans_are_sound(documents):
    assert set(plans.validate(documents).plans) == set(KINDS)


def test_every_fault_of_every_file_is_told_at_once(documents):
    documents["castle"] = {}
    documents["morgue"]["rooms"]["office"]["behind"] = "attic"
    documents["morgue"]["goal"] = "throne_room"
    documents["lab"]["rooms"]["open_lab"]["furniture"][0]["prop"] = "piano"
    documents["lab"]["rooms"]["open_lab"]["door"] = "portcullis"
    documents["club"]["width_cm"] = {"low": 800, "high": 900}
    documents["crypt"]["exits"] = ["collapsed_wall"]
    documents["den"]["ceiling_cm"] = {"low": 350, "high": 60.5}
    documents["catalogue"]["doors"]["door"]["width_cells"] = 9
    told = "\n".join(faults_of(documents))
    for words in ("castle: no such kind", "no room attic", "throne_room", "den: ceiling_cm", "catalogue: doors.door"):
        assert words in told


def test_what_the_catalogue_lacks_is_told(documents):
    documents["lab"]["rooms"]["open_lab"]["furniture"][0]["prop"] = "piano"
    documents["lab"]["rooms"]["open_lab"]["furniture"][1]["beside"] = "pianist"
    documents["lab"]["rooms"]["open_lab"]["door"] = "portcullis"
    documents["lab"]["rooms"]["lobby"]["windows"] = "rose_window"
    documents["lab"]["shortcut"] = "tunnel"
    documents["lab"]["exits"] = ["balloon", "fire_door"]
    told = faults_of(documents)
    for word in ("piano", "pianist", "portcullis", "rose_window", "tunnel", "balloon", "in_floor"):
        assert sum(word in fault for fault in told) >= 1
    assert all(fault.startswith("generation/buildings/lab: ") for fault in told)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plan: plan["rooms"]["reception"].update(behind="office"), "exactly one room is behind nothing"),
        (lambda plan: plan["rooms"]["store"].update(behind="store"), "cannot be reached"),
        (lambda plan: plan["rooms"]["cold_room"].update(count={"low": 0, "high": 1}), "may be missing"),
        (lambda plan: plan["rooms"]["cold_room"]["lock"].update(key_in=["moon"]), "no room moon"),
        (lambda plan: plan["rooms"]["reception"].update(count={"low": 2, "high": 2}), "it is there once"),
        (lambda plan: plan.update(width_cm={"low": 800, "high": 900}), "the fewest rooms need"),
    ],
)
def test_plans_that_lead_nowhere_are_refused(documents, change, words):
    change(documents["morgue"])
    assert any(words in fault for fault in faults_of(documents))


def test_missing_files_are_told(documents):
    del documents["hospital"], documents["catalogue"]
    told = "\n".join(faults_of(documents))
    assert "hospital" in told and "catalogue" in told
