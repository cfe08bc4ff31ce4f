"""Logs: what there is, the last lines, and whole new lines as they are written."""

from itertools import islice
from pathlib import Path

from local_cloud import logs


def test_names_and_last_lines(tmp_path: Path) -> None:
    (tmp_path / "lambda").mkdir()
    (tmp_path / "lambda/commands.log").write_text("one\ntwo\n")
    (tmp_path / "emulator.log").write_text("".join(f"{number}\n" for number in range(100)))
    assert logs.names(tmp_path) == ["emulator", "lambda/commands"]
    lines, position = logs.last_lines(tmp_path / "emulator.log", 3)
    assert lines == ["97", "98", "99"]
    assert position == (tmp_path / "emulator.log").stat().st_size


def test_following_gives_whole_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "gateway.log"
    path.write_text("old\nnew\nhalf")
    followed = logs.follow({path: 4})
    assert next(followed) == (path, "new")
    with path.open("a") as file:
        file.write(" is whole now\nnext\n")
    assert list(islice(followed, 2)) == [(path, "half is whole now"), (path, "next")]
