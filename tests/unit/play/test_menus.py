import pytest
from rich.console import Console

from play.menus import OPEN_LIMIT, Menus


def action(menu, title, allowed=True, **command):
    return {"menu": menu, "title": title, "allowed": allowed, "command": {"type": "x", **command}}


@pytest.fixture
def menus():
    many = [action("lab", f"grow {n}", n=n) for n in range(OPEN_LIMIT + 1)]
    return Menus([action("city", "wait", n="w"), *many, action("crime", "rob", n="r"), action("crime", "no", False)])


def shown(menus):
    console = Console(width=120, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        menus.show(console)
    return captured.get()


def test_short_menus_are_open_and_long_ones_folded(menus):
    text = shown(menus)
    assert "wait" in text and "rob" in text and "grow 0" not in text and "7 things to do" in text
    assert " no" not in text


def test_a_folded_menu_opens_by_its_name_and_folds_again(menus):
    assert menus.toggle("lab") and "grow 6" in shown(menus)
    assert menus.toggle("lab") and "grow 6" not in shown(menus)
    assert not menus.toggle("opera")


def test_numbers_run_through_all_menus_whether_folded_or_not(menus):
    for _ in range(2):
        assert [menus.command(n)["n"] for n in (1, 2, 8, 9)] == ["w", 0, 6, "r"]
        menus.toggle("lab")


@pytest.mark.parametrize("number", [0, -1, 10])
def test_other_numbers_stand_for_nothing(menus, number):
    with pytest.raises(IndexError):
        menus.command(number)
