import pytest
from bodybroker.world import rules
from bodybroker.world.empire import events
from bodybroker.world.views import view
from msgspec.structs import replace


def reach(world, **tally):
    world.state = replace(world.state, tally=replace(world.state.tally, **tally))


def own(world, cash=0, clean=0):
    """Gives the player exactly so much; the city balances."""
    player = world.state.player
    city = world.state.city_cents + player.money_cents + player.clean_cents - cash - clean
    world.state = replace(world.state, player=replace(player, money_cents=cash, clean_cents=clean), city_cents=city)


def test_the_first_rise_needs_sales_and_a_fee(world, book, refused):
    peddler = book.ranks.ranks[1]
    own(world, cash=peddler.fee_cents)
    with refused("rank_out_of_reach"):
        world.do("claim_rank")
    reach(world, parts_sold=peddler.requires.parts_sold, earned_cents=peddler.requires.earned_cents - 1)
    with refused("rank_out_of_reach"):
        world.do("claim_rank")
    reach(world, earned_cents=peddler.requires.earned_cents)
    own(world, cash=peddler.fee_cents - 1)
    with refused("not_enough_money"):
        world.do("claim_rank")
    own(world, cash=peddler.fee_cents)
    assert world.do("claim_rank")[0] == events.RankRisen(peddler.name, peddler.fee_cents, 0)
    assert (world.state.rank, world.state.player.money_cents) == (peddler.name, 0)


def test_what_is_missing_is_told(world, book):
    shown = view(world.state, book)["empire"]["next_rank"]
    peddler = book.ranks.ranks[1]
    assert shown["missing"] == [
        f"parts_sold 0 of {peddler.requires.parts_sold}",
        f"earned_cents 0 of {peddler.requires.earned_cents}",
    ]


def test_higher_ranks_are_paid_in_clean_money(world, book, refused):
    index = next(i for i, rank in enumerate(book.ranks.ranks) if rank.clean_fee_cents)
    rank = book.ranks.ranks[index]
    world.rules = book
    world.state = replace(world.state, rank=book.ranks.ranks[index - 1].name)
    needed = rank.requires
    reach(world, parts_sold=needed.parts_sold, earned_cents=needed.earned_cents)
    own(world, cash=5_000_000)
    world.go("street")
    for _ in range(needed.crew):
        world.do("hire", role="lookout")
    for _ in range(needed.fronts):
        world.do("buy_front", front="laundromat")
    world.go("hideout")
    with refused("not_enough_clean_money"):
        world.do("claim_rank")
    own(world, cash=5_000_000, clean=rank.clean_fee_cents)
    world.do("claim_rank")
    assert (world.state.rank, world.state.player.clean_cents) == (rank.name, 0)


def test_a_rank_is_claimed_at_home_and_there_is_a_last_one(world, book, refused):
    world.go("street")
    with refused("not_in_hideout"):
        world.do("claim_rank")
    world.state = replace(world.state, rank=book.ranks.ranks[-1].name)
    with refused("top_rank"):
        world.do("claim_rank")
    assert view(world.state, book)["empire"]["next_rank"] is None


def test_a_rank_whose_upkeep_is_not_paid_is_lost_after_the_days_of_grace(world, book):
    world.state = replace(world.state, rank="broker")
    own(world, cash=0)
    for day in range(1, book.ranks.grace_days + 2):
        before = len(world.log)
        world.wait_for("night")
        world.wait_for("day")
        lost = [event for event in world.log[before:] if isinstance(event, events.RankLost)]
        assert lost == ([events.RankLost("peddler")] if day > book.ranks.grace_days else [])
    assert (world.state.rank, world.state.empire.unpaid_days) == ("peddler", 0)


@pytest.mark.parametrize("paid", [0, 1])
def test_upkeep_comes_before_wages(world, book, paid):
    upkeep = next(rank.upkeep_cents for rank in book.ranks.ranks if rank.name == "broker")
    world.state = replace(world.state, rank="broker")
    own(world, cash=1_000_000)
    world.go("street")
    world.do("hire", role="runner")
    own(world, cash=upkeep - 1 + paid)
    before = len(world.log)
    world.wait_for("night")
    world.wait_for("day")
    (payday,) = [event for event in world.log[before:] if isinstance(event, events.PaydayCame)]
    assert payday.upkeep_cents == (upkeep if paid else 0) and payday.unpaid_days == (0 if paid else 1)


def test_the_ladder_is_checked_as_it_is_read(change):
    ladder = rules.load().model_dump(mode="json")["ranks"]["ranks"]
    steep = [dict(rank) for rank in ladder]
    steep[1]["requires"] = {"crew": 5}
    with pytest.raises(rules.InvalidRules, match="peddler requires 5 crew, street_level can hold 1"):
        change(ranks={"ranks": steep})
    with pytest.raises(rules.InvalidRules, match="peddler is there twice"):
        change(ranks={"ranks": [ladder[0], ladder[1], ladder[1]]})
    with pytest.raises(rules.InvalidRules, match="rank: bishop is not in world/ranks"):
        change(player={"rank": "bishop"})
