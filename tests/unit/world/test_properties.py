"""Whatever players and models do: nothing comes from nowhere, nothing falls below zero, the log is the world."""

from random import Random
from typing import get_args

import msgspec
import pytest
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.world import events, state
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER, ordered
from bodybroker.world.beliefs.state import BeliefsState
from bodybroker.world.bonds.between import SCORES, bond
from bodybroker.world.bonds.state import members
from bodybroker.world.commands import Command, CommandAdapter, RecordTurn
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.state import Danger, DangerKind, Fighter
from bodybroker.world.crime.stores import rules_of
from bodybroker.world.decide import create, decide
from bodybroker.world.draft import Draft
from bodybroker.world.lab.storage import room, stashes
from bodybroker.world.ledger import items, money_cents
from bodybroker.world.state import State
from bodybroker.world.views import view
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.simulation.talk import acts, intent
from tests.unit.world.test_ledger import check_ledger

WHERE = {
    "rob_morgue": ("morgue",),
    "rob_hospital": ("hospital",),
    "kill": ("graveyard", "street", "club"),
    "bribe": ("street", "hospital"),
    "buy_tool": ("street",),
    "buy_equipment": ("street",),
    "grow_part": ("hideout",),
    "collect_part": ("hideout",),
    "hire": ("street",),
    "dismiss": ("street",),
    **dict.fromkeys(("claim_rank", "buy_front", "sell_front", "deposit", "withdraw"), ("street", "hideout")),
    "repair_equipment": ("hideout",),
    "sell_equipment": ("hideout",),
    "clean_equipment": ("hideout",),
    "buy_ingredient": ("street", "graveyard"),
    "treat_part": ("hideout",),
    "store_item": ("hideout", "warehouse"),
    "take_item": ("hideout", "warehouse"),
    "rent_warehouse": ("warehouse",),
    "buy_warehouse": ("warehouse",),
    "leave_warehouse": ("warehouse",),
    "send_courier": ("hideout",),
    "open_supply_route": ("morgue", "hideout"),
    "close_supply_route": ("hideout",),
    "lie_low": ("hideout",),
    "buy_power": ("graveyard", "club"),
    "use_power": ("hideout", "street"),
    "sell_part": ("graveyard", "club", "street", "den", "crypt"),
    "haggle": ("graveyard", "club", "street"),
    "promise_delivery": ("hideout",),
    "deliver_order": ("graveyard", "club", "street"),
    "engage_intermediary": ("graveyard", "club"),
    "consign": ("graveyard", "club"),
    "audit_intermediary": ("graveyard", "club"),
    "dismiss_intermediary": ("graveyard", "club"),
    **dict.fromkeys(("pay_tribute", "ally", "spy", "double_cross", "make_peace", "do_favour"), ("street",)),
    "talk": ("graveyard", "club", "street"),
}
OTHERWISE = {"travel", "wait", "fight", "flee", "hide", "surrender", "bribe_foes"}
"""Commands that every script gives on its way, without being told."""
prices = st.integers(-(2**53), 2**53) | st.integers(-500, 60_000)
steps = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 720), st.just(0), st.just(False)),
    st.tuples(st.just("ambush"), st.integers(0, 200), st.just(0), st.just(False)),
    st.tuples(st.sampled_from(sorted(WHERE)), st.integers(0, 200), prices, st.sampled_from([True, True, True, False])),
)


@pytest.fixture(scope="session")
def rich(change):
    """Rules under which a short script sees much: money for a lab, longer nights."""
    return change(player={"money_cents": 400_000}, clock={"dusk_minute": 900})


def play(now: State, rules, script):
    """Plays a script; yields after each command the state before it, the events and the state after it."""
    for kind, pick, price, walks in script:
        for command in _ways_out(now, pick):
            made, now, before = *_try(now, command, rules), now
            yield before, made, now
        while walks and (way := _way(now, WHERE[kind][pick % len(WHERE[kind])])):
            made, now, before = *_try(now, {"type": "travel", "place_id": way}, rules), now
            yield before, made, now
        if kind == "ambush":
            made, now, before = *_ambush(now, rules, pick), now
            yield before, made, now
            continue
        if kind == "wait":
            command = {"type": "wait", "minutes": pick}
        elif kind == "talk":
            command = _talk(now, rules, pick, price)
        else:
            command = _action(now, rules, kind, pick)
        made, now, before = *_try(now, command, rules), now
        yield before, made, now


def _try(now: State, command, rules):
    """The events of a command and the state after them; a refused one leaves no trace."""
    before = state.encode(now)
    try:
        typed = command if isinstance(command, RecordTurn) else CommandAdapter.validate_python(command)
        made = decide(now, typed, rules)
        assert decide(state.decode(before), typed, rules) == made, "a loaded state decides otherwise"
    except Refused as refusal:
        assert refusal.code and refusal.detail
        made = []
    after = fold(made, now)
    assert state.encode(now) == before, "decide or apply changed the state that it was given"
    return made, after


def _ambush(now: State, rules, pick):
    """Somebody threatens the player, as any system may bring it about."""
    draft = Draft(now, rules)
    bag = ordered(now.player.inventory)
    foes = tuple(Fighter(f"foe {n}", pick % 101, pick // 2, 50, 60) for n in range(1 + pick % 3))
    kinds = get_args(DangerKind)
    danger = Danger(kinds[pick % len(kinds)], now.player.place_id, foes, tuple(bag[:1]), pick)
    arise(draft, danger)
    return draft.events, draft.state


def _ways_out(now: State, pick):
    """Commands that get the player out of a danger at the latest with the last of them."""
    if now.conflict.danger is None:
        return []
    bribe = {"type": "bribe_foes", "cents": pick + 1}
    tried = [{"type": "fight"}, {"type": "flee"}, {"type": "hide"}, _power(now, pick), bribe, {"type": "fight"}][
        pick % 5 :
    ]
    return [*tried, {"type": "surrender"}]


def _power(now: State, pick):
    """A power of the player, or one that nobody has."""
    owned = sorted(now.powers.owned) or ["speed"]
    return {"type": "use_power", "power": owned[pick % len(owned)]}


def _way(now: State, kind):
    """The next place on the way to a place of that kind; None when there."""
    here = now.places[now.player.place_id].site
    if here.kind == kind:
        return None
    kinds = {now.places[way.place_id].site.kind: way.place_id for way in here.exits}
    return kinds.get(kind, kinds.get("street"))


def _action(now: State, rules, kind, pick):
    """A command of that kind: one that is allowed where there is one, else one that is not."""
    actions = [action for action in view(now, rules)["actions"] if action["command"]["type"] == kind]
    actions = [action for action in actions if action["allowed"]] or actions
    return actions[pick % len(actions)]["command"] if actions else {"type": "wait", "minutes": 1}


def _talk(now: State, rules, pick, price):
    """A turn with somebody, here if there is anybody; `pick` and `price` choose what is done in it."""
    dice = Random(pick * 7919 + price)
    npcs = list(now.npcs.values())
    here = [npc for npc in npcs if npc.character.haunt_id == now.player.place_id]
    npc_id = (here or npcs)[pick % len(here or npcs)].character.npc_id
    return RecordTurn(npc_id, "?", "!", "model", "m", acts(now, npc_id, dice), intent=intent(now, npc_id, dice))


def check_sane(now: State, rules):
    player = now.player
    assert player.money_cents >= 0 and now.city_cents >= 0
    assert 0 <= player.humanity <= 100
    assert 0 <= player.heat <= 100 and 1 <= player.health <= 100
    assert len(player.inventory) <= rules.player.bag_size
    assert player.place_id in now.places
    assert now.phase == ("day" if rules.clock.dawn_minute <= now.minute % 1440 < rules.clock.dusk_minute else "night")
    for npc in now.npcs.values():
        assert 0 <= npc.purse_cents <= npc.character.purse_cents and npc.mood in rules.market.moods
    for place in now.places.values():
        store = rules_of(rules, place.site.kind)
        assert store is None or (len(place.stock) <= store.capacity and 0 <= place.alarm <= store.alarm_limit)
    crime = now.crime
    assert 0 <= player.humanity <= 100 and 0 <= crime.record <= 100 and 0 <= crime.leads <= 100
    assert crime.case is None or 0 < crime.case.evidence <= 100
    for growth in now.lab.growths.values():
        assert now.lab.equipment[growth.equipment_id].growth_id == growth.growth_id
        assert (growth.item is not None) == (growth.ready_minute <= now.minute)
    for piece in now.lab.equipment.values():
        assert 1 <= piece.quality <= 100 and 0 <= piece.wear <= 100 and 0 <= piece.dirt <= 100
    for place_id in stashes(now)[1:]:
        assert room(now, place_id, rules) >= 0
    for item in items(now):
        assert 1 <= item.quality <= 100 and 0 < item.freshness <= 1000
    assert all(count > 0 for count in now.lab.ingredients.values())
    market = now.market
    assert 0 <= market.reputation <= 1000 and all(0 < index < 1000 for index in market.demand.values())
    for of, towards in (*((npc_id, PLAYER) for npc_id in now.npcs), *map(members, now.bonds.others)):
        holds = bond(now, of, towards, rules)
        assert all(0 <= getattr(holds, score) <= 100 for score in SCORES) and holds.debt_cents >= 0
    assert all(seller.skimmed_cents >= 0 for seller in market.intermediaries.values())
    for house in now.houses.houses.values():
        assert 0 <= house.strength <= 100 and house.wealth_cents >= 0
    for tie in now.houses.ties.values():
        assert -1000 <= tie.standing <= 1000 and 0 <= tie.hunt <= 1000 and tie.debt_cents >= 0
    for npc_id, offer in now.market.offers.items():
        taste = now.npcs[npc_id].character.tastes[offer.part]
        assert 0 < taste.floor_cents <= offer.price_cents <= taste.cap_cents and offer.expires_minute > now.minute


def test_scripts_give_the_commands_of_every_system():
    kinds = {get_args(command.model_fields["type"].annotation)[0] for command in get_args(get_args(Command)[0])}
    assert kinds == WHERE.keys() - {"talk"} | OTHERWISE


@settings(max_examples=120)
@given(seed=st.integers(0, SEED_LIMIT - 1), script=st.lists(steps, max_size=40))
def test_nothing_breaks_the_world(rich, seed, script):
    log = create(seed, rich)
    now = fold(log)
    money, parts = money_cents(now), {item.item_id for item in items(now)}
    for before, made, after in play(now, rich, script):
        assert after.version == before.version + len(made) and after.minute >= before.minute
        parts = expected_parts(parts, made)
        now, log = after, log + made
        assert money_cents(now) == money
        assert sorted(item.item_id for item in items(now)) == sorted(parts)
        check_sane(now, rich)
    check_ledger(now)
    check_log(log, now, rich)


def expected_parts(parts, made):
    """What there must be: all that was there, with what was delivered or grown, without what was sold."""
    parts = set(parts)
    for event in made:
        if isinstance(event, events.StoresRestocked):
            parts |= {item.item_id for delivery in event.deliveries.values() for item in delivery.items}
        elif isinstance(event, events.VictimKilled):
            parts |= {item.item_id for item in event.items}
        elif isinstance(event, events.ChaseEnded):
            parts -= set(event.lost)
        elif isinstance(event, events.PlayerArrested):
            parts -= set(event.confiscated)
        elif isinstance(event, events.PartGrown):
            parts.add(event.item.item_id)
        elif isinstance(event, events.StakesLost | events.PlayerDied | events.HideoutRaided):
            parts -= set(event.items)
        elif isinstance(event, events.PartSold | events.OrderDelivered | events.FavourDone):
            parts.remove(event.item.item_id)
        elif isinstance(event, events.ConsignmentsSold):
            parts -= {sale.item.item_id for sale in event.sales}
        elif isinstance(event, events.IntermediaryDefected):
            parts -= {item.item_id for item in event.items}
        parts -= gone(event)
    return parts


def gone(event):
    """The items that an event of the lab says are no more."""
    match event:
        case events.PartsAged():
            return set(event.rotten)
        case events.RentDue():
            return {item_id for lying in event.cleared.values() for item_id in lying}
        case events.CourierArrived():
            return set(event.lost)
        case events.CourierCaught():
            return set(event.item_ids)
    return set()


def check_log(log, now, rules):
    """The log is the world: folded twice, over the wire, or from a snapshot in its middle."""
    assert fold(log) == now == fold(log)
    wire = [events.decode(events.encode(event)) for event in log]
    assert state.hash(fold(wire)) == state.hash(now)
    middle = len(log) // 2 + 1
    snapshot = state.decode(state.encode(fold(log[:middle])))
    assert fold(log[middle:], snapshot) == now
    assert msgspec.json.encode(view(snapshot, rules)) == msgspec.json.encode(view(fold(log[:middle]), rules))


@settings(max_examples=25)
@given(
    seed=st.integers(0, SEED_LIMIT - 1),
    shared=st.lists(steps, max_size=8),
    lost=st.lists(steps, min_size=1, max_size=8),
    replayed=st.lists(steps, max_size=8),
)
def test_rewinding_and_going_on_equals_never_having_left(rich, seed, shared, lost, replayed):
    def end(now, script):
        return [now, *(after for _, _, after in play(now, rich, script))][-1]

    fork = end(fold(create(seed, rich)), shared)
    gone = end(fork, lost)
    rewound = fold([events.WorldRewound("b", gone.version, fork.version)], fork)
    assert rewound.version == fork.version + 1
    straight, again = end(fork, replayed), end(rewound, replayed)
    assert again.version == straight.version + 1
    assert replace(again, version=straight.version, beliefs=straight.beliefs) == straight
    assert counted_back(again.beliefs, fork.version) == straight.beliefs


def counted_back(beliefs, fork):
    """Beliefs name events by version, and the rewind itself is one: those that followed it, as if it were not."""

    def earlier(reason):
        origin = reason.origin and replace(
            reason.origin, version=reason.origin.version - (reason.origin.version > fork)
        )
        return replace(reason, version=reason.version - (reason.version > fork), origin=origin)

    return BeliefsState(
        {
            holder: tuple(replace(belief, evidence=tuple(map(earlier, belief.evidence))) for belief in mind)
            for holder, mind in beliefs.held.items()
        }
    )
