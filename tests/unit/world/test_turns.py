"""Recording turns: the words are a fact, the acts are proposals."""

import pytest
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world import events
from bodybroker.world.commands import RecordTalk, RecordTurn
from bodybroker.world.proposals import Proposal
from msgspec.structs import replace


@pytest.fixture
def ghoul(world):
    return world.meet("ghoul")


@pytest.fixture
def part(ghoul):
    return next(iter(ghoul.tastes))


def refusals(made):
    return [(refused.index, refused.code) for refused in made[0].refused]


def test_a_turn_without_acts_is_recorded_word_for_word(world, ghoul, names):
    before = world.state
    made = world.play(RecordTurn(ghoul.npc_id, "Hallo?", "Grüß Gott.", "procedural", "grammar-1", Proposal()))
    assert names(made) == ["TurnSpoken", "TimePassed"]
    assert made[0] == events.TurnSpoken(
        ghoul.npc_id, "Hallo?", "Grüß Gott.", "procedural", "grammar-1", before.minute, ()
    )
    assert world.state.tally.turns_spoken == 1
    assert world.state.minute == before.minute + world.rules.market.turn_minutes
    assert (world.state.npcs, world.state.market.offers) == (before.npcs, before.market.offers)


def test_good_acts_become_events_in_their_order(world, ghoul, part, names):
    price = ghoul.tastes[part].floor_cents
    made = world.say(
        ghoul,
        {"type": "set_mood", "mood": "pleased"},
        {"type": "make_offer", "part": part, "price_cents": price},
        {"type": "leave"},
    )
    assert names(made)[:5] == ["TurnSpoken", "MoodChanged", "OfferMade", "NpcLeft", "OfferWithdrawn"]
    assert refusals(made) == []
    npc = world.state.npcs[ghoul.npc_id]
    assert npc.mood == "pleased" and npc.away_until == made[0].minute + world.rules.market.leave_minutes
    assert not world.state.market.offers


def test_an_offer_stands_with_its_price_and_end(world, ghoul, part):
    cap = ghoul.tastes[part].cap_cents
    made = world.say(ghoul, {"type": "make_offer", "part": part, "price_cents": cap})
    offer = world.state.market.offers[ghoul.npc_id]
    assert (offer.part, offer.price_cents) == (part, cap)
    assert offer.expires_minute == made[0].minute + world.rules.market.offer_minutes


def test_a_later_offer_replaces_an_earlier_one(world, ghoul, part):
    taste = ghoul.tastes[part]
    for price in (taste.cap_cents, taste.floor_cents):
        world.say(ghoul, {"type": "make_offer", "part": part, "price_cents": price})
    assert [offer.price_cents for offer in world.state.market.offers.values()] == [taste.floor_cents]


def test_bad_diffs_are_refused_one_by_one_and_the_good_ones_hold(world, ghoul, part):
    taste = ghoul.tastes[part]
    other = world.npc("vampire").character.npc_id
    made = world.say(
        ghoul,
        {"type": "set_mood", "mood": "smug"},
        {"type": "set_mood", "mood": "wary", "npc_id": other},
        {"type": "make_offer", "part": part, "price_cents": 0},
        {"type": "sing"},
        {"type": "make_offer", "part": part, "price_cents": taste.cap_cents},
        {"type": "make_offer", "part": part, "price_cents": taste.cap_cents + 1},
        {"type": "set_mood", "mood": "furious"},
    )
    assert refusals(made) == [
        (0, "unknown_mood"),
        (1, "other_npc"),
        (2, "price_not_positive"),
        (3, "unreadable_diff"),
        (5, "price_above_cap"),
        (6, "too_many_diffs"),
    ]
    assert all(refused.reason for refused in made[0].refused)
    assert world.state.market.offers[ghoul.npc_id].price_cents == taste.cap_cents
    assert world.state.npcs[ghoul.npc_id].mood == ghoul_mood(world)


def ghoul_mood(world):
    return world.rules.races.races["ghoul"].mood


@pytest.mark.parametrize(
    ("price", "code"),
    [
        (lambda taste: -taste.cap_cents, "price_not_positive"),
        (lambda taste: taste.floor_cents - 1, "price_below_floor"),
        (lambda taste: taste.cap_cents + 1, "price_above_cap"),
        (lambda taste: 2**53, "price_above_cap"),
    ],
)
def test_prices_keep_to_the_limits_of_the_npc(world, ghoul, part, price, code):
    act = {"type": "make_offer", "part": part, "price_cents": price(ghoul.tastes[part])}
    assert refusals(world.say(ghoul, act)) == [(0, code)] and not world.state.market.offers


def test_no_offer_exceeds_the_purse_the_taste_or_the_mood(world, ghoul, part):
    unwanted = next(name for name in world.rules.parts.parts if name not in ghoul.tastes)
    offer = {"type": "make_offer", "part": part, "price_cents": ghoul.tastes[part].cap_cents}
    assert refusals(world.say(ghoul, offer | {"part": unwanted})) == [(0, "part_not_wanted")]
    assert refusals(world.say(ghoul, offer | {"part": "soul"})) == [(0, "part_not_wanted")]
    assert refusals(world.say(ghoul, {"type": "set_mood", "mood": "furious"}, offer)) == [(1, "npc_will_not_trade")]
    npc = world.state.npcs[ghoul.npc_id]
    broke = replace(npc, mood="calm", purse_cents=offer["price_cents"] - 1)
    world.state = replace(world.state, npcs=world.state.npcs | {ghoul.npc_id: broke})
    assert refusals(world.say(ghoul, offer)) == [(0, "price_above_purse")]
    assert not world.state.market.offers


def test_who_has_left_makes_no_more_offers_and_is_not_there_until_it_returns(world, ghoul, part, refused):
    act = {"type": "make_offer", "part": part, "price_cents": ghoul.tastes[part].floor_cents}
    assert refusals(world.say(ghoul, {"type": "leave"}, act)) == [(1, "npc_not_here")]
    with refused("npc_not_here"):
        world.say(ghoul)
    world.do("wait", minutes=world.rules.market.leave_minutes)
    world.say(ghoul)


def test_a_mood_that_does_not_change_is_no_event(world, ghoul, names):
    assert names(world.say(ghoul, {"type": "set_mood", "mood": ghoul_mood(world)})) == ["TurnSpoken", "TimePassed"]


def test_one_talks_face_to_face_only(world, refused, nobody):
    ghoul, vampire = world.npc("ghoul").character, world.npc("vampire").character
    world.go("graveyard")
    with refused("npc_not_here"):  # by day
        world.say(ghoul)
    world.wait_for("night")
    with refused("npc_not_here"):  # elsewhere
        world.say(vampire)
    with refused("unknown_npc"):
        world.play(RecordTurn(nobody, "", "", "model", "m", Proposal()))


def bystanders(world, npc):
    """Who else is in the ghoul's haunt now: one who has moved in there, and one who is away."""
    haunt, awake = npc.haunt_id, npc.awake
    others = [other for other in world.state.npcs.values() if other.character.npc_id != npc.npc_id][:2]
    moved = {
        other.character.npc_id: replace(
            other, character=replace(other.character, haunt_id=haunt, awake=awake), away_until=(0, 10**9)[n]
        )
        for n, other in enumerate(others)
    }
    world.state = replace(world.state, npcs=world.state.npcs | moved)
    return list(moved)


def test_several_answer_one_utterance_in_the_time_of_one(world, ghoul, names):
    present, away = bystanders(world, ghoul)
    before = world.state
    first = RecordTurn(ghoul.npc_id, "Hey.", "What?", "model", "gold", Proposal(), (EntityId(present), EntityId(away)))
    second = RecordTurn(EntityId(present), "", "He said hey.", "model", "gold", Proposal(), (ghoul.npc_id,))
    made = world.play(RecordTalk((first, second)))
    assert names(made) == ["TurnSpoken", "TurnSpoken", "TimePassed"]
    assert [event.heard_by for event in made[:2]] == [(present,), (ghoul.npc_id,)], "who was away heard nothing"
    assert world.state.minute == before.minute + world.rules.market.turn_minutes


def test_nobody_answers_from_elsewhere_in_a_talk_of_several(world, ghoul):
    _, away = bystanders(world, ghoul)
    turns = [RecordTurn(npc_id, "", "Yes.", "model", "gold", Proposal()) for npc_id in (ghoul.npc_id, EntityId(away))]
    with pytest.raises(Refused) as refused:
        world.play(RecordTalk(tuple(turns)))
    assert refused.value.code == "npc_not_here"
