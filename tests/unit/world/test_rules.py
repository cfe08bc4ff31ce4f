import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bodybroker.kernel import configuration
from bodybroker.world import rules

CONFIGS = Path(__file__).parents[3] / "configs" / "world"


@pytest.fixture
def documents():
    return {path.stem: yaml.safe_load(path.read_text()) for path in CONFIGS.glob("*.yaml")}


def test_the_shipped_rules_hold(documents):
    assert rules.validate(documents) == rules.load()


def test_every_number_is_explained_to_designers():
    """A comment stands above each key or group of keys, or names the key in a list at the head of its block."""
    for path in CONFIGS.glob("*.yaml"):
        text = path.read_text()
        comments = " ".join(re.findall(r"#(.*)", text))
        for block in re.split(r"\n\s*\n", text):
            keys = re.findall(r"^([a-z_]+):", block, re.M)
            assert not keys or "#" in block or all(key in comments for key in keys), f"{path.name}: {keys}"


def test_every_fault_of_every_file_is_listed_at_once(documents):
    documents["clock"]["dawn_minute"] = "six"
    documents["clock"]["teatime"] = 960
    documents["police"]["notice"]["high"] = 1.5
    del documents["player"]["bag_size"]
    documents["parts"]["parts"]["hand"]["growth"]["equipment"] = "cauldron"
    documents["races"]["races"]["ghoul"]["appetite"]["soul"] = 10
    documents["races"]["races"]["ghoul"]["mood"] = "smug"
    documents["district"]["residents"].append({"race": "wraith", "haunt": "street", "count": {"low": 1, "high": 1}})
    del documents["names"]["names"]["club"]
    documents["seasons"] = {}
    with pytest.raises(rules.InvalidRules) as caught:
        rules.validate(documents)
    faults = "\n".join(caught.value.faults)
    for expected in (
        "world/clock: dawn_minute: ",
        "world/clock: teatime: ",
        "world/police: notice.high: ",
        "world/player: bag_size: ",
        "world/parts: parts.hand.growth.equipment: cauldron",
        "world/races: races.ghoul.appetite: soul",
        "world/races: races.ghoul.mood: smug",
        "race: wraith is not in world/races",
        "world/names: names.club: missing",
        "world/seasons: no such section",
    ):
        assert expected in faults
    assert len(caught.value.faults) == 10
    assert faults in str(caught.value).replace("\n  ", "\n")


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("police", ("notice",)),
        ("conflict", ("hiding",)),
        ("conflict", ("combat", "hit")),
        ("couriers", ("caught",)),
    ],
)
def test_bounds_of_a_chance_do_not_cross(documents, section, path):
    part = documents[section]
    for key in path:
        part = part[key]
    part["low"], part["high"] = 900, 100
    with pytest.raises(rules.InvalidRules) as caught:
        rules.validate(documents)
    (fault,) = caught.value.faults
    assert fault == f"world/{section}: {'.'.join(path)}: Value error, low (900) exceeds high (100)"


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("clock", "dawn_minute", 1300),
        ("market", "floor_per_mille", 6000),
        ("market", "moods", {"calm": {"trades": True, "price_per_mille": 1000, "insulted": "smug"}}),
        ("morgue", "capacity", 1),
        ("morgue", "alarm_limit", 1),
        ("morgue", "quality", {"low": 0, "high": 50}),
        ("morgue", "stock", {"low": 5, "high": 4}),
        ("police", "robbery_heat", -1),
        ("police", "noticed_heat", 101),
        ("player", "money_cents", True),
        ("player", "health", 0),
    ],
)
def test_numbers_that_make_no_sense_are_faults(documents, section, key, value):
    documents[section][key] = value
    with pytest.raises(rules.InvalidRules) as caught:
        rules.validate(documents)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [f"world/{section}"]


@pytest.mark.parametrize(("lot", "fault"), [("hideout", "lots.hideout"), ("morgue", "lots.morgue"), ("club", "a club")])
def test_a_district_that_cannot_be_played_is_a_fault(documents, lot, fault):
    del documents["district"]["lots"][lot]
    with pytest.raises(rules.InvalidRules, match=fault):
        rules.validate(documents)


def test_missing_and_broken_files_are_listed_together(monkeypatch):
    def load(name):
        raise FileNotFoundError(name) if name == "world/clock" else ValueError("not a mapping")

    monkeypatch.setattr(rules.configuration, "load", load)
    with pytest.raises(rules.InvalidRules) as caught:
        rules.load.__wrapped__()
    assert len(caught.value.faults) == len(rules.Rules.model_fields)


def test_the_digest_names_the_rules(documents):
    same = rules.validate(documents).digest
    assert same == rules.load().digest and re.fullmatch("[0-9a-f]{64}", same)
    documents["market"]["deal_minutes"] += 1
    assert rules.validate(documents).digest != same


def test_rules_come_back_from_their_pickle_as_the_same_bytes_under_any_hash_seed(book):
    program = (
        "import pickle, hashlib; from bodybroker.world import rules;"
        "print(hashlib.sha256(pickle.dumps(rules.read(), protocol=5)).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1
    assert pickle.loads(pickle.dumps(book, protocol=5)) == book


def test_rules_that_the_build_has_checked_are_taken_as_they_are(book, monkeypatch, tmp_path):
    (tmp_path / "world.pickle").write_bytes(pickle.dumps(book))
    monkeypatch.setattr(configuration, "_PACKAGE", tmp_path)
    monkeypatch.setattr(rules, "read", None)
    assert rules.load.__wrapped__() == book
