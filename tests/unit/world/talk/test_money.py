"""Bribes, promises of money and what is owed."""

import pytest
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.keeping import find
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.bonds.changes import change
from bodybroker.world.draft import Draft

DAY = 1440


def bribe(cents):
    return {"type": "bribe", "cents": cents}


@pytest.fixture
def rich(ghoul):
    ghoul.has(10_000_000)
    ghoul.guide(loyalty=30)
    ghoul.holds(trust=50)
    return ghoul


def test_a_bribe_wins_trust_and_the_money_goes_into_the_purse(rich):
    rules, cents = rich.world.rules.talk.bribe, 20_000
    rich.npc_is(purse_cents=rich.npc.character.purse_cents - cents)
    points = cents * rules.trust_per_purse // rich.npc.character.purse_cents * 70 // 100
    assert points > 0
    made = rich.turn(intent=bribe(cents))
    assert (made[1].cents, made[1].kept_cents) == (cents, cents)
    assert rich.npc.purse_cents == rich.npc.character.purse_cents
    assert rich.world.state.player.money_cents == 10_000_000 - cents
    assert rich.bond.trust == 50 + points


def test_what_does_not_fit_into_the_purse_is_spent_at_once(rich):
    made = rich.turn(intent=bribe(20_000))
    assert made[1].kept_cents == 0 and rich.npc.purse_cents == rich.npc.character.purse_cents


def test_no_bribe_wins_more_than_the_most(rich):
    rich.turn(intent=bribe(5_000_000))
    assert rich.bond.trust == 50 + rich.world.rules.talk.bribe.most_trust


def test_words_and_money_win_so_much_a_day_and_no_more(rich):
    most = rich.world.rules.talk.sway_per_day
    for _ in range(3):
        rich.turn(intent=bribe(5_000_000 // 2))
    assert rich.bond.trust == 50 + most
    assert rich.refusals({"type": "feel", "feeling": "warmer"}) == ["swayed_enough"]
    assert rich.refusals({"type": "feel", "feeling": "colder"}) == []
    trust = rich.bond.trust
    rich.put(minute=rich.world.state.minute + DAY)
    assert rich.refusals({"type": "feel", "feeling": "warmer"}) == []
    assert rich.bond.trust == trust + rich.world.rules.talk.feelings["warmer"].trust


def test_a_feeling_that_there_is_not_is_refused(rich):
    assert rich.refusals({"type": "feel", "feeling": "smug"}) == ["unknown_feeling"]


def test_who_is_loyal_takes_no_bribe_and_minds(rich):
    rules = rich.world.rules.talk.bribe
    rich.guide(loyalty=rules.incorruptible_loyalty)
    made = rich.turn(intent=bribe(50_000))
    assert made[1].cents == 0 and rich.world.state.player.money_cents == 10_000_000
    assert rich.bond.trust == 50 - rules.insult_trust


def test_small_change_and_money_that_is_not_there_buy_nobody(rich):
    assert rich.refusals(intent=bribe(rich.world.rules.talk.bribe.lowest_cents - 1)) == ["bribe_too_small"]
    rich.has(4_000)
    assert rich.refusals(intent=bribe(4_001)) == ["not_enough_money"]
    assert rich.bond.trust == 50


def test_a_promise_of_money_is_owed_and_wins_some_of_the_trust_of_a_bribe(rich):
    cents, rules = 60_000, rich.world.rules.talk
    whole = min(
        rules.bribe.most_trust, cents * rules.bribe.trust_per_purse // rich.npc.character.purse_cents * 70 // 100
    )
    rich.turn(intent={"type": "promise_money", "cents": cents})
    assert rich.owed_cents == cents
    assert rich.bond.trust == 50 + whole * rules.pledges.on_promise_per_mille // 1000
    (pledge,) = rich.talk.pledges.values()
    assert (pledge.by, pledge.to, pledge.vow, pledge.cents) == (PLAYER, rich.npc_id, "pay", cents)
    assert rich.refusals(intent={"type": "promise_money", "cents": 5}) == ["already_promised"]


def test_a_promise_of_money_is_kept_by_paying(rich, names):
    rich.turn(intent={"type": "promise_money", "cents": 60_000})
    rich.holds(trust=50)
    made = rich.turn(intent={"type": "pay", "cents": 20_000})
    assert "WordKept" not in names(made) and rich.owed_cents == 40_000
    made = rich.turn(intent={"type": "pay", "cents": 1_000_000})
    assert "WordKept" in names(made) and rich.owed_cents == 0 and not rich.talk.pledges
    assert rich.world.state.player.money_cents == 10_000_000 - 60_000
    assert rich.bond.trust >= 50 + rich.world.rules.talk.pledges.kept.trust
    assert find(rich.world.state.beliefs, rich.npc_id, Claim(PLAYER, "kept_promise", rich.npc_id))
    assert rich.refusals(intent={"type": "pay", "cents": 5}) == ["nothing_owed"]


def test_a_promise_of_money_that_is_not_kept_is_remembered_and_still_owed(rich, names):
    rich.turn(intent={"type": "promise_money", "cents": 60_000})
    trust, hunt = rich.bond.trust, rich.hunt
    made = rich.wait(DAY * (rich.world.rules.talk.pledges.pay_days + 1))
    broken = next(i for i, event in enumerate(made) if type(event).__name__ == "WordBroken")
    changed = made[broken + 1]
    assert (changed.cause, changed.trust) == ("word_broken", rich.world.rules.talk.pledges.broken.trust)
    assert rich.bond.trust < trust and not rich.talk.pledges and rich.owed_cents == 60_000
    assert find(rich.world.state.beliefs, rich.npc_id, Claim(PLAYER, "broke_promise", rich.npc_id))
    assert rich.hunt >= hunt


def test_nobody_believes_whom_it_does_not_trust_or_too_great_a_promise(rich):
    rules = rich.world.rules.talk.pledges
    promise = {"type": "promise_money", "cents": rules.player_most_cents + 1}
    assert rich.refusals(intent=promise) == ["not_believed"]
    rich.holds(trust=rules.npc_trust - 1)
    assert rich.refusals(intent=promise | {"cents": 5}) == ["not_trusted"]


def test_other_debts_are_paid_as_well(rich):
    draft = Draft(rich.world.state, rich.world.rules)
    change(draft, PLAYER, rich.npc_id, "test", debt_cents=700)
    rich.world.state = draft.state
    rich.turn(intent={"type": "pay", "cents": 500})
    assert rich.owed_cents == 200
