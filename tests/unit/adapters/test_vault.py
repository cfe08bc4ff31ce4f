"""Sealing: what opens, what does not, and how long a key is remembered."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bodybroker.adapters.vault import LIFETIME_S, REMEMBERED, EnvelopeVault
from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.vault import BadSeal, Shredded

from tests.fakes.vault import MemoryKeys

PLAYER, OTHER = PlayerId("p1"), PlayerId("p2")
WORDS, PLACE = b"I sold a heart to the lich.", b"here"


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def keys() -> MemoryKeys:
    keys = MemoryKeys()
    keys.create(PLAYER)
    keys.create(OTHER)
    return keys


@pytest.fixture
def vault(keys, time) -> EnvelopeVault:
    return EnvelopeVault(keys, time)


def test_what_is_sealed_opens_and_shows_nothing_meanwhile(vault):
    sealed = vault.seal(PLAYER, WORDS, PLACE)
    assert vault.open(PLAYER, sealed, PLACE) == WORDS
    assert not any(word in sealed for word in WORDS.split() if len(word) > 3)


def test_the_same_words_never_look_the_same(vault):
    assert len({vault.seal(PLAYER, WORDS, PLACE) for _ in range(100)}) == 100


def test_nothing_at_all_can_be_sealed(vault):
    assert vault.open(PLAYER, vault.seal(PLAYER, b"", PLACE), PLACE) == b""


def test_another_place_does_not_open_it(vault):
    with pytest.raises(BadSeal):
        vault.open(PLAYER, vault.seal(PLAYER, WORDS, PLACE), b"there")


def test_another_players_key_does_not_open_it(vault):
    with pytest.raises(BadSeal):
        vault.open(OTHER, vault.seal(PLAYER, WORDS, PLACE), PLACE)


def test_no_part_of_it_opens(vault):
    sealed = vault.seal(PLAYER, WORDS, PLACE)
    for length in range(len(sealed)):
        with pytest.raises(BadSeal):
            vault.open(PLAYER, sealed[:length], PLACE)
    with pytest.raises(BadSeal):
        vault.open(PLAYER, sealed + b"\0", PLACE)


def test_no_changed_bit_goes_unseen(vault):
    """The version in front included: another one is not read as this one."""
    sealed = vault.seal(PLAYER, WORDS, PLACE)
    for position in range(len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(BadSeal):
            vault.open(PLAYER, changed, PLACE)


def test_a_key_is_asked_for_once_in_a_while(vault, keys, time):
    sealed = vault.seal(PLAYER, WORDS, PLACE)
    time.now = LIFETIME_S - 1
    vault.open(PLAYER, sealed, PLACE)
    assert keys.asked == 1
    time.now = LIFETIME_S
    vault.open(PLAYER, sealed, PLACE)
    assert keys.asked == 2


def test_a_destroyed_key_opens_nothing_in_a_new_process_and_soon_nowhere(vault, keys, time):
    sealed = vault.seal(PLAYER, WORDS, PLACE)
    keys.destroy(PLAYER)
    with pytest.raises(Shredded):
        EnvelopeVault(keys, time).open(PLAYER, sealed, PLACE)
    time.now = LIFETIME_S
    for use in (lambda: vault.open(PLAYER, sealed, PLACE), lambda: vault.seal(PLAYER, WORDS, PLACE)):
        with pytest.raises(Shredded):
            use()


def test_a_process_can_be_told_to_look_again(vault, keys):
    vault.seal(PLAYER, WORDS, PLACE)
    keys.destroy(PLAYER)
    vault.look_again(PLAYER)
    with pytest.raises(Shredded):
        vault.seal(PLAYER, WORDS, PLACE)


def test_it_does_not_remember_everybody(time):
    keys = MemoryKeys(open_house=True)
    vault = EnvelopeVault(keys, time)
    for number in range(REMEMBERED + 1):
        vault.seal(PlayerId(f"p{number}"), WORDS, PLACE)
    asked = keys.asked
    vault.seal(PlayerId("p1"), WORDS, PLACE)
    assert keys.asked == asked
    vault.seal(PlayerId("p0"), WORDS, PLACE)
    assert keys.asked == asked + 1


def test_threads_share_a_key(vault):
    def there_and_back(number: int) -> bool:
        words = str(number).encode() * 50
        return vault.open(PLAYER, vault.seal(PLAYER, words, PLACE), PLACE) == words

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(there_and_back, range(2000)))


def test_words_are_marked_alike_for_one_player_only_and_never_shown(vault, keys, time):
    marks = vault.marks(PLAYER, ["heart", "lich", "heart"])
    assert marks[0] == marks[2] != marks[1]
    assert set(marks).isdisjoint(vault.marks(OTHER, ["heart", "lich"]))
    assert EnvelopeVault(keys, time).marks(PLAYER, ["heart"]) == marks[:1]
    assert all(word not in mark for mark in marks for word in ("heart", "lich"))
    keys.destroy(PLAYER)
    time.now += LIFETIME_S
    with pytest.raises(Shredded):
        vault.marks(PLAYER, ["heart"])
