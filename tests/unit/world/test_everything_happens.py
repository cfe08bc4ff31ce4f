"""Every command can be given and every event comes about: in some career, or in the test that is named here."""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.ports.worlds import COMMIT_EVENTS
from bodybroker.world import decide, events
from bodybroker.world.apply import fold
from bodybroker.world.city.commands import CatchUp, SealWorld
from bodybroker.world.commands import Command, RecordTurn
from bodybroker.world.proposals import parse
from bodybroker.world.story.commands import SubmitProposal
from bodybroker.world.story.locations import location_seed
from msgspec.structs import replace

from play.bots.career import play
from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable
from tests.unit.world.test_ledger import check_ledger

SEEDS = (1, 2, 3, 4)
STEPS = 1600
CASH_CENTS = 20_000_000
OBJECTIVE = "0192f3a4-0000-7000-8000-00000000000a"
ELSEWHERE = {
    "AskEnded": "test_a_refusal_takes_the_price_off_the_table",
    "BribeTaken": "test_a_bribe_wins_trust_and_the_money_goes_into_the_purse",
    "ClaimTold": "test_what_the_player_tells_is_believed_by_trust",
    "DebtPaid": "test_a_promise_of_money_is_kept_by_paying",
    "NpcSwayed": "test_words_and_money_win_so_much_a_day_and_no_more",
    "OfferHeld": "test_an_offer_that_is_held_stands_longer",
    "PriceAsked": "test_a_deal_is_the_word_of_the_npc_at_the_price_of_the_player",
    "QuestEnded": "test_delivering_reaches_the_objective",
    "QuestGiven": "test_an_errand_is_an_order_at_a_premium_and_an_objective",
    "SilenceBroken": "test_the_disloyal_cannot_keep_silent_and_the_player_is_not_told_who",
    "ThreatMade": "test_who_gives_way_fears_more_and_trusts_less",
    "WordBroken": "test_a_promise_of_money_that_is_not_kept_is_remembered_and_still_owed",
    "WordGiven": "test_a_promise_of_money_is_owed_and_wins_some_of_the_trust_of_a_bribe",
    "WordKept": "test_a_promise_of_money_is_kept_by_paying",
    "DebtsPaid": "test_at_dusk_a_debtor_pays_as_far_as_its_purse_goes",
    "CourierCaught": "test_a_caught_courier_is_lost_with_the_parts_and_brings_heat",
    "FalseMoneyFound": "test_false_money_is_found_by_daylight_and_not_before",
    "FoeStoodDown": "test_one_who_threatens_may_be_talked_into_leaving",
    "FrontAudited": "test_an_audit_takes_the_till_closes_the_front_and_cools",
    "IntermediaryDefected": "test_the_disloyal_make_off_with_the_goods",
    "MorgueRestocked": "test_a_log_of_old_is_read_folded_and_keeps_its_money",
    "RankLost": "test_a_rank_whose_upkeep_is_not_paid_is_lost_after_the_days_of_grace",
    "RentDue": "test_a_rented_warehouse_costs_rent_at_every_dawn",
    "SpoilsTaken": "test_who_beats_all_foes_has_won_and_takes_what_they_carried",
    "TempersCooled": "test_by_the_next_dusk_tempers_have_cooled",
    "WorldRewound": "test_rewinding_and_going_on_equals_never_having_left",
}
"""The tests of what no player of this page brings about, or only by rare luck."""


class Watched(LocalTable):
    """A table that counts what is asked for and what happens."""

    def __init__(self, seed, book, met: Counter, asked: Counter):
        super().__init__(seed, book, keep_log=True)
        self.met, self.asked = met, asked
        met.update(type(event).__name__ for event in self.log)

    def command(self, command):
        self.asked[command["type"]] += 1
        made = super().command(command)
        assert len(made) <= COMMIT_EVENTS, "more than one transaction holds"
        self.met.update(type(event).__name__ for event in made)
        return made

    def serve(self, command):
        """A command that only services give."""
        made = decide.decide(self.state, command, self.rules)
        self.state = fold(made, self.state)
        self.met.update(type(event).__name__ for event in made)


@pytest.fixture(scope="module")
def lived(book, change):
    """What was asked for and what happened in some careers, and in those of the rich and curious."""
    met, asked = Counter(), Counter()
    for style in STYLES:
        table = Watched(3, book, met, asked)
        play(table, Mind(STYLES[style], 3), 15)
        check_ledger(table.state)
    easy = change(
        intermediaries={"trust": 0, "intelligence": 0},
        houses={"alliance": {"standing": 0, "barred_ranks": [], "limit": 4}},
    )
    for seed in SEEDS:
        explore(Watched(seed, easy, met, asked), seed)
    be_served(Watched(SEEDS[0], book, met, asked))
    return met, asked


def explore(table, seed):
    """A rich player who does what he has done least."""
    print("explorer of seed", seed)
    state, stream, done = table.state, Stream(seed, "explorer"), Counter()
    player = replace(state.player, money_cents=state.player.money_cents + CASH_CENTS)
    table.state = replace(state, player=player, city_cents=state.city_cents - CASH_CENTS)
    for _ in range(STEPS):
        commands = [action["command"] for action in table.view["actions"] if action["allowed"]]
        least = min(_tired(command, done) for command in commands)
        command = stream.choice([command for command in commands if _tired(command, done) == least])
        done[command["type"]] += 1
        table.command(command | {"minutes": stream.between(1, 400)} if command["type"] == "wait" else command)
    check_ledger(table.state)


def be_served(table):
    """What services do to a world: a turn of talk, proposals that hold and that do not, an absence, a seal."""
    zombie = next(npc for npc in table.state.npcs.values() if npc.character.race == "zombie").character
    table.state = replace(
        table.state, phase="night", minute=1300, player=replace(table.state.player, place_id=zombie.haunt_id)
    )
    acts = [
        {"type": "set_mood", "npc_id": zombie.npc_id, "mood": "furious"},
        {"type": "leave", "npc_id": zombie.npc_id},
    ]
    table.serve(RecordTurn(zombie.npc_id, "Evening.", "Brains.", "model", "m", parse(acts)))
    patch = (
        {"op": "add", "path": "/story/facts/rain", "value": "It rains."},
        {"op": "remove", "path": "/story/facts/rain"},
        {"op": "add", "path": f"/story/objectives/{OBJECTIVE}", "value": {"title": "A heart", "text": "Bring it."}},
        {"op": "replace", "path": f"/story/objectives/{OBJECTIVE}/status", "value": "done"},
        {"op": "add", "path": f"/npcs/{zombie.npc_id}/description", "value": "It smells of rain."},
    )
    site = table.state.places[zombie.haunt_id].site
    made = {
        "digest": "ab" * 32,
        "kind": site.kind,
        "title": "Where it rains in",
        "seed": location_seed(table.state.seed, site.place_id, 0),
        "versions": {"assembly": 1, "specialists": 1},
        "again": 0,
    }
    patch = (*patch, {"op": "add", "path": f"/places/{site.place_id}/location", "value": made})
    for proposed in (patch, patch[1:]):
        table.serve(SubmitProposal("director", "test", "ab" * 32, proposed))
    table.serve(CatchUp((table.rules.absence.lived_days + 2) * 1440))
    table.serve(SealWorld("purchase", "order-1"))
    check_ledger(table.state)


def _tired(command, done):
    """One has to walk and wait more often than to do anything else."""
    return done[command["type"]] // (8 if command["type"] in ("travel", "wait") else 1)


def test_every_command_is_given(lived):
    _, asked = lived
    kinds = {get_args(command.model_fields["type"].annotation)[0] for command in get_args(get_args(Command)[0])}
    assert asked.keys() == kinds


def test_every_event_comes_about(lived):
    met, _ = lived
    missing = {event.__name__ for event in get_args(events.Event)} - met.keys()
    assert not missing - ELSEWHERE.keys()


def test_what_does_not_is_covered_elsewhere():
    written = " ".join(path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    assert ELSEWHERE.keys() <= {event.__name__ for event in get_args(events.Event)}
    assert not [test for test in ELSEWHERE.values() if f"def {test}(" not in written]
