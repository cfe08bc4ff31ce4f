"""The key of an answer that may be given again."""

from dataclasses import replace

import pytest
from bodybroker.kernel.ids import PlayerId
from bodybroker.models.caching import ContentKey, content_key
from bodybroker.models.calls import Call, Payer
from bodybroker.models.inference import ChatRequest

ASH, BRAM = (Payer(PlayerId(name), "free") for name in ("ash", "bram"))
REQUEST = ChatRequest(
    [{"role": "system", "content": "You are a ghoul."}, {"role": "user", "content": "Rain."}], 40, 0.8, seed=7
)
CALL = Call("c", "bark", ASH, REQUEST, cacheable=True, generator="1")


def key(call: Call = CALL, policy="shared", endpoint="gold", revision=1, adapter=None) -> ContentKey | None:
    return content_key(call, policy, endpoint, revision, adapter)


def test_the_same_request_has_the_same_key_whoever_asks_for_what_is_shared():
    other = replace(CALL, call_id="d", payer=replace(BRAM, plan="vip"))
    assert key() == key(other)
    assert key().owner is None


def test_what_is_a_players_own_has_a_key_per_player():
    mine, theirs = key(policy="player"), key(replace(CALL, payer=BRAM), policy="player")
    assert (mine.owner, theirs.owner) == ("ash", "bram")
    assert mine != theirs


@pytest.mark.parametrize(
    "other",
    [
        key(replace(CALL, job="line")),
        key(endpoint="silver"),
        key(revision=2),
        key(adapter="grisel"),
        key(replace(CALL, generator="2")),
        *(
            key(replace(CALL, request=replace(REQUEST, **change)))
            for change in (
                {"seed": 8},
                {"max_tokens": 41},
                {"temperature": 0.7},
                {"stop": ("\n",)},
                {"schema": {"type": "object"}},
                {"messages": REQUEST.messages[::-1]},
                {"messages": [*REQUEST.messages[:1], {"role": "user", "content": "Rain?"}]},
                {"messages": [*REQUEST.messages[:1], {"role": "assistant", "content": "Rain."}]},
            )
        ),
    ],
)
def test_whatever_the_answer_depends_on_changes_the_key(other):
    assert other is not None
    assert other.digest != key().digest


def test_a_lane_and_a_subject_do_not_change_the_answer():
    assert key(replace(CALL, subjects=("npc",), request=replace(REQUEST, priority=2))) == key()


@pytest.mark.parametrize(
    ("call", "policy"),
    [
        (CALL, "none"),
        (replace(CALL, cacheable=False), "shared"),
        (replace(CALL, request=replace(REQUEST, seed=None)), "shared"),
    ],
)
def test_what_must_not_be_given_again_has_no_key(call, policy):
    assert key(call, policy) is None


def test_without_dice_no_seed_is_needed():
    assert key(replace(CALL, request=replace(REQUEST, seed=None, temperature=0.0))) is not None
