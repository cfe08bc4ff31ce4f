import tomllib
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from scripts.generate import cli, gallery

ROOT = Path(__file__).parents[3]


def test_the_command_is_installed_under_its_name():
    target = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["bodybroker"]
    module, function = target.split(":")
    assert getattr(import_module(module), function) is cli.main


@pytest.mark.parametrize("what", ["room", "building", "terrain", "city", "monster"])
def test_it_prints_and_writes_what_it_makes(what, tmp_path, capsys, known):
    assert cli.main(["generate", what, "--seed", "5", "--png", "--svg", "--json", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    generator = known["building" if what == "room" else what]
    kind = generator.kinds[0]
    files = {path.suffix: path for path in tmp_path.iterdir()}
    assert {path.stem for path in files.values()} == {f"{what}-{kind}-5"}
    assert all(str(path) in said for path in files.values()) and "no faults" in said
    read = msgspec.json.decode(files[".json"].read_bytes(), type=generator.layout)
    assert read == generator.make(kind, 5)
    assert files[".png"].read_bytes().startswith(b"\x89PNG") and files[".svg"].read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["building", "--kind", "barn"], "barn"),
        (["monster", "--kind", "mermaid"], "no such race: 'mermaid'"),
        (["terrain", "--seed", "-1"], "seed"),
        (["building", "--seed", str(2**64)], "seed"),
        (["building", "--width-cm", "7"], "width_cm"),
        (["terrain", "--size-cells", "1000000"], "size_cells"),
        (["monster", "--size-cells", "9"], "a monster takes no size-cells"),
        (["room", "--room", "ballroom"], "no room 'ballroom'"),
    ],
)
def test_nonsense_is_refused_in_one_line_and_nothing_is_written(arguments, message, tmp_path, capsys):
    assert cli.main(["generate", *arguments, "--json", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and not said.out
    assert not (tmp_path / "out").exists()


def test_a_broken_place_is_said_to_be_broken(monkeypatch, tmp_path, capsys, known):
    from dataclasses import replace

    broken = {**known, "monster": replace(known["monster"], faults=lambda made: ["it has no shadow"])}
    monkeypatch.setattr(cli.generators, "load", lambda: broken)
    assert cli.main(["generate", "monster"]) == 1
    assert "BROKEN" in (said := capsys.readouterr().out) and "fault: it has no shadow" in said


def test_the_gallery_writes_a_sheet_per_generator(tmp_path, capsys):
    assert gallery.main(["--seeds", "1", "--only", "monster", "room", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"monster.png", "room.png"}
    assert str(tmp_path / "room.png") in capsys.readouterr().out
