"""What every accounts table does."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bodybroker.adapters.accounts_table import AccountsTable
from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.accounts import Profile, Session, SessionReused

from tests.fakes.accounts import MemoryAccounts

NOW, LATER = 1000, 2000


@pytest.fixture(params=["memory", "dynamodb"])
def accounts(request):
    if request.param == "memory":
        return MemoryAccounts()
    client = request.getfixturevalue("aws_client")("dynamodb")
    return AccountsTable(client, request.getfixturevalue("table"))


def profile(player: str = "p1") -> Profile:
    return Profile(PlayerId(player), "free", "steam", "2026-11-23T00:00:00+00:00")


def test_a_player_is_found_by_identity(accounts):
    assert accounts.player_by_identity("steam", "42") is None
    assert accounts.create_player(profile(), "42")
    assert accounts.player_by_identity("steam", "42") == "p1"
    assert accounts.player_by_identity("guest", "42") is None
    assert accounts.profile(PlayerId("p1")) == profile()
    assert accounts.profile(PlayerId("p2")) is None


def test_an_identity_belongs_to_one_player(accounts):
    assert accounts.create_player(profile("p1"), "42")
    assert not accounts.create_player(profile("p2"), "42")
    assert accounts.player_by_identity("steam", "42") == "p1"
    assert accounts.profile(PlayerId("p2")) is None


def test_parallel_sign_ins_make_one_player(accounts):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: accounts.create_player(profile(f"p{n}"), "42"), range(8)))
    assert made.count(True) == 1
    assert accounts.player_by_identity("steam", "42") == f"p{made.index(True)}"


def test_a_plan_changes_for_who_is_there(accounts):
    accounts.create_player(profile(), "42")
    assert accounts.change_plan(PlayerId("p1"), "vip")
    assert accounts.profile(PlayerId("p1")).plan == "vip"
    assert not accounts.change_plan(PlayerId("p2"), "vip")
    assert accounts.profile(PlayerId("p2")) is None


def test_a_session_rotates(accounts):
    accounts.start_session(Session("s", PlayerId("p1"), "first", NOW + 10))
    rotated = accounts.rotate_session("s", "first", "second", NOW, LATER)
    assert rotated == Session("s", PlayerId("p1"), "second", LATER)
    assert accounts.rotate_session("s", "second", "third", NOW, LATER).current == "third"


def test_a_spent_secret_is_told_apart(accounts):
    accounts.start_session(Session("s", PlayerId("p1"), "first", NOW + 10))
    accounts.rotate_session("s", "first", "second", NOW, LATER)
    with pytest.raises(SessionReused):
        accounts.rotate_session("s", "first", "stolen", NOW, LATER)
    assert accounts.rotate_session("s", "second", "third", NOW, LATER)


def test_an_expired_an_unknown_and_an_ended_session_are_none(accounts):
    accounts.start_session(Session("s", PlayerId("p1"), "first", NOW))
    assert accounts.rotate_session("s", "first", "second", NOW, LATER) is None
    assert accounts.rotate_session("nobody", "first", "second", NOW, LATER) is None
    accounts.start_session(Session("t", PlayerId("p1"), "first", LATER))
    accounts.end_session("t")
    assert accounts.rotate_session("t", "first", "second", NOW, LATER) is None


def test_one_of_many_parallel_rotations_wins(accounts):
    accounts.start_session(Session("s", PlayerId("p1"), "first", LATER))

    def rotate(number: int) -> bool:
        try:
            return accounts.rotate_session("s", "first", f"second-{number}", NOW, LATER) is not None
        except SessionReused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(rotate, range(8))).count(True) == 1


def test_a_deleted_player_is_known_no_longer(accounts):
    accounts.create_player(profile("p1"), "42")
    accounts.create_player(profile("p2"), "43")
    for _ in range(2):
        accounts.delete_player(PlayerId("p1"))
    assert accounts.profile(PlayerId("p1")) is None and accounts.player_by_identity("steam", "42") is None
    assert accounts.profile(PlayerId("p2")) and accounts.player_by_identity("steam", "43") == "p2"


def test_who_comes_back_is_not_deleted_with_who_left(accounts):
    """A deletion that is carried out twice meets an identity that has become somebody else's."""
    accounts.create_player(profile("p1"), "42")
    if isinstance(accounts, AccountsTable):
        left = accounts._get("P#p1", "PROFILE")
        accounts.delete_player(PlayerId("p1"))
        accounts._client.put_item(**accounts._new(left))
    else:
        accounts.delete_player(PlayerId("p1"))
    assert accounts.create_player(profile("p3"), "42")
    accounts.delete_player(PlayerId("p1"))
    assert accounts.player_by_identity("steam", "42") == "p3"
    assert accounts.profile(PlayerId("p1")) is None
