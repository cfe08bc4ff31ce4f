"""Documents are replaced in one step."""

import json
import threading
from pathlib import Path

from local_cloud.paths import read_json, write_json


def test_an_absent_document_is_none(tmp_path: Path) -> None:
    assert read_json(tmp_path / "endpoints.json") is None


def test_a_reader_never_sees_half_a_document(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    write_json(path, {"round": 0, "filler": "x" * 100_000})

    def write() -> None:
        for number in range(200):
            write_json(path, {"round": number, "filler": "x" * 100_000})

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        assert len(json.loads(path.read_text())["filler"]) == 100_000
    writer.join()
    assert read_json(path)["round"] == 199
    assert list(tmp_path.iterdir()) == [path], "no scratch file is left"
