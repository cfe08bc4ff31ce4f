import json

import pytest
from bodybroker.kernel import configuration


@pytest.fixture
def places(tmp_path, monkeypatch):
    package, checkout = tmp_path / "package", tmp_path / "checkout"
    for folder in (package, checkout):
        (folder / "world").mkdir(parents=True)
    monkeypatch.setattr(configuration, "_PACKAGE", package)
    monkeypatch.setattr(configuration, "_CHECKOUT", checkout)
    return package, checkout


def test_the_built_json_wins_over_the_checkout(places):
    package, checkout = places
    (checkout / "world" / "parts.yaml").write_text("from: checkout")
    assert configuration.load("world/parts") == {"from": "checkout"}
    (package / "world" / "parts.json").write_text(json.dumps({"from": "package"}))
    assert configuration.load("world/parts") == {"from": "package"}


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "", "world/", "World", "a/../b", "parts\n"])
def test_names_cannot_leave_the_folder(places, name):
    with pytest.raises(ValueError, match="name"):
        configuration.load(name)


def test_a_document_is_a_mapping(places):
    (places[1] / "list.yaml").write_text("- 1\n")
    with pytest.raises(ValueError, match="mapping"):
        configuration.load("list")


def test_a_missing_document_is_an_error(places):
    with pytest.raises(FileNotFoundError):
        configuration.load("nowhere")
