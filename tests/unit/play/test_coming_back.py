"""Coming back to a saved game: to the same world, and to a new one where the old is gone for good."""

from argparse import Namespace

import pytest
from rich.console import Console

from play.__main__ import Player
from play.client import ApiError
from play.saved import SavedGame


class Api:
    """A client of an API that answers the saved world with `answers`, status by status."""

    def __init__(self, *answers: int, knows_device: bool = True) -> None:
        self.answers = list(answers)
        self.knows_device = knows_device
        self.tokens: dict[str, str] = {}

    def world(self, world: str) -> dict[str, str]:
        status = self.answers.pop(0)
        if status != 200:
            raise ApiError(status, {})
        return {"world_id": world}

    def sign_in(self, device_token: str | None = None) -> dict[str, str]:
        if device_token and not self.knows_device:
            raise ApiError(401, {})
        return {"device_token": device_token or "new"}

    def create_world(self, seed: int) -> dict[str, str]:
        return {"world_id": "new"}


@pytest.fixture
def saved(tmp_path) -> SavedGame:
    saved = SavedGame(tmp_path / "player.json")
    saved.put(world="old", device_token="old", tokens={"access_token": "a"})
    return saved


@pytest.fixture
def resume(tmp_path, saved):
    player = Player(Namespace(state_dir=tmp_path, script="", seed=4), Console())
    return lambda api: player._resume(api, saved)["world_id"]


@pytest.mark.parametrize("api", [Api(200), Api(401, 200)], ids=["at once", "after a sign-in"])
def test_the_saved_world_goes_on(resume, saved, api):
    assert resume(api) == "old"
    assert (saved.data["world"], saved.data["device_token"]) == ("old", "old")


@pytest.mark.parametrize(
    "api", [Api(404), Api(401, 404), Api(401, knows_device=False)], ids=["world", "world of a guest", "account"]
)
def test_what_is_gone_for_good_begins_anew(resume, saved, api):
    assert resume(api) == "new"
    assert (saved.data["world"], saved.data["device_token"]) == ("new", "new")


def test_an_outage_is_no_reason_to_begin_anew(resume, saved):
    with pytest.raises(ApiError):
        resume(Api(503))
    assert saved.data["world"] == "old"
