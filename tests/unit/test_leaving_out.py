"""What layers leave out."""

import pytest

from scripts.leaving_out import Ballast, leave_out, versions


def _install(python, name, version, *files):
    info = python / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    for file in files:
        (python / file).parent.mkdir(parents=True, exist_ok=True)
        (python / file).write_text("x")
    record = [*files, f"{info.name}/RECORD"]
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in record))


def test_ballast_goes_with_its_folders_and_what_others_bring_only_in_the_same_version(tmp_path):
    _install(tmp_path, "hf_xet", "1.0", "hf_xet/a/b.py", "hf_xet/c.py")
    _install(tmp_path, "six", "1.17", "six.py")
    _install(tmp_path, "attrs", "2", "attr/a.py")
    _install(tmp_path, "litellm", "1", "litellm/a.py", "litellm/ui/page.html", "litellm/big.json")
    ballast = Ballast(frozenset({"hf-xet"}), ("litellm/ui", "litellm/big.json"), ())
    leave_out(tmp_path, ballast, {"six": "1.17", "attrs": "1"})
    assert versions(tmp_path) == {"attrs": "2", "litellm": "1"}
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*") if path.is_file()}
    assert files == {"attr/a.py", "litellm/a.py"}
    assert not (tmp_path / "hf_xet").exists()


def test_a_list_that_is_out_of_date_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        leave_out(tmp_path, Ballast(frozenset(), ("litellm/gone",), ()), {})
