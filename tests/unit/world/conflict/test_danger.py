"""In danger: what is forbidden, how it goes on and how it ends."""

import msgspec
import pytest
from bodybroker.world import aftermath, checks
from bodybroker.world.base import PLAYER
from bodybroker.world.commands import CommandAdapter
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.standing import asking_price_cents
from bodybroker.world.conflict.state import Danger
from bodybroker.world.draft import Draft
from bodybroker.world.events import decode, encode
from bodybroker.world.known import known
from bodybroker.world.ledger import money_cents
from bodybroker.world.passage import pass_time
from bodybroker.world.views import view
from msgspec.structs import replace

MINE = {"fight", "flee", "hide", "surrender", "bribe_foes"}


def fight_on(world, *, most=60):
    for _ in range(most):
        if world.state.conflict.danger is None:
            return world.log[-1]
        world.do("fight")
    raise AssertionError("the fight does not end")


def outcome(world):
    return next(event.outcome for event in reversed(world.log) if type(event).__name__ == "DangerPassed")


def test_in_danger_everything_else_is_refused(world, threaten, refused):
    before = [action["command"] for action in view(world.state, world.rules)["actions"]]
    threaten(world)
    assert len(before) > 5
    for command in before:
        with refused("in_danger"):
            checks.check(world.state, CommandAdapter.validate_python(command), world.rules)
    actions = view(world.state, world.rules)["actions"]
    allowed = {action["command"]["type"] for action in actions if action["allowed"]}
    assert allowed == MINE - {"bribe_foes"}
    assert {action["rule"] for action in actions if not action["allowed"]} == {"in_danger"}


@pytest.mark.parametrize("type", sorted(MINE))
def test_without_danger_there_is_nothing_to_fight(world, refused, type):
    with refused("no_danger"):
        world.do(type, **({"cents": 5} if type == "bribe_foes" else {}))
    assert view(world.state, world.rules)["danger"] is None


def test_one_may_talk_with_who_threatens_and_with_nobody_else(world, threaten, fighter, refused):
    ghoul = world.meet("ghoul")
    zombie = next(
        npc.character
        for npc in world.state.npcs.values()
        if npc.character.haunt_id == ghoul.haunt_id and npc.character.race == "zombie"
    )
    threaten(world, "customer", fighter(npc_id=ghoul.npc_id))
    minute = world.state.minute
    world.say(ghoul)
    assert world.state.minute == minute and world.state.conflict.danger is not None
    with refused("in_danger"):
        world.say(zombie)


def face(world, aggression):
    """Face to face with a ghoul of that aggression."""
    ghoul = world.meet("ghoul")
    npc = world.state.npcs[ghoul.npc_id]
    character = replace(ghoul, guide=replace(ghoul.guide, aggression=aggression))
    world.state = replace(world.state, npcs=world.state.npcs | {ghoul.npc_id: replace(npc, character=character)})
    return character


def test_one_who_threatens_may_be_talked_into_leaving(world, threaten, fighter):
    ghoul = face(world, world.rules.conflict.talks_below_aggression)
    threaten(world, "customer", fighter(npc_id=ghoul.npc_id))
    world.say(ghoul, {"type": "leave"})
    assert outcome(world) == "escaped" and world.state.conflict.danger is None
    assert world.state.player.health == 100


def test_who_wants_blood_does_not_leave_for_words(world, threaten, fighter, names):
    ghoul = face(world, world.rules.conflict.talks_below_aggression + 1)
    world.holds(ghoul.npc_id, PLAYER, trust=0)
    threaten(world, "customer", fighter(npc_id=ghoul.npc_id))
    made = world.say(ghoul, {"type": "leave"})
    assert names(made) == ["TurnSpoken"] and made[0].refused[0].code == "npc_will_not_let_go"
    assert world.state.conflict.danger is not None


@pytest.mark.parametrize("score", ["trust", "fear"])
def test_who_trusts_or_fears_the_player_is_talked_down_more_easily(world, threaten, fighter, score):
    calm = 100 * getattr(world.rules.conflict.bonds, f"calm_per_{score}") // 1000
    ghoul = face(world, world.rules.conflict.talks_below_aggression + calm)
    world.holds(ghoul.npc_id, PLAYER, **{"trust": 0, score: 100})
    threaten(world, "customer", fighter(npc_id=ghoul.npc_id))
    before = world.state
    world.say(ghoul, {"type": "leave"})
    assert world.state.conflict.danger is None
    world.state = before
    world.holds(ghoul.npc_id, PLAYER, **{"trust": 0, score: 90})
    assert world.say(ghoul, {"type": "leave"})[0].refused[0].code == "npc_will_not_let_go"


def test_fear_of_the_player_takes_nerve(world, threaten, fighter):
    ghoul = face(world, 50)
    world.holds(ghoul.npc_id, PLAYER, fear=60)
    bold, afraid = threaten(world, "customer", fighter(nerve=60), fighter(nerve=60, npc_id=ghoul.npc_id)).foes
    assert bold.nerve == 60 and afraid.nerve == 60 - 60 * world.rules.conflict.bonds.nerve_per_fear // 1000


def test_the_others_stay_when_one_is_talked_away(world, threaten, fighter):
    ghoul = face(world, 0)
    threaten(world, "customer", fighter(npc_id=ghoul.npc_id), fighter("a friend"))
    world.say(ghoul, {"type": "leave"})
    assert [foe.standing for foe in world.state.conflict.danger.foes] == ["fled", "fighting"]


def test_a_second_danger_waits_its_turn(world, threaten, fighter):
    first = threaten(world, "police", fighter("an officer"))
    assert threaten(world, "hunters", fighter("a hunter")) == first


def test_time_stands_still_in_danger(world, threaten):
    threaten(world)
    draft = Draft(world.state, world.rules)
    pass_time(draft, 500)
    assert draft.events == []


def test_who_beats_all_foes_has_won_and_takes_what_they_carried(make_world, threaten, fighter):
    world = make_world()
    threaten(world, "rivals", fighter("a weakling", strength=0, speed=0, nerve=100, health=5))
    cash, all_money = world.state.player.money_cents, money_cents(world.state)
    fight_on(world)
    assert outcome(world) == "won" and world.state.conflict.won == 1
    spoils = world.rules.conflict.kinds["rivals"].spoils_cents
    assert spoils.low <= world.state.player.money_cents - cash <= spoils.high
    assert money_cents(world.state) == all_money
    assert world.state.minute == world.rules.clock.start_minute + world.rules.conflict.kinds["rivals"].minutes


def test_who_ran_left_no_spoils(world, threaten, fighter):
    threaten(world, "rivals", fighter("a coward", nerve=0, speed=0, strength=0, health=100, standing="fled"))
    cash = world.state.player.money_cents
    world.do("fight")
    assert outcome(world) == "won" and world.state.player.money_cents == cash


def test_a_fight_command_stops_after_the_rounds_of_the_rules_or_at_a_change(world, threaten, fighter):
    threaten(world, "rivals", *(fighter(f"rival {n}", strength=10, nerve=100, health=100) for n in range(2)))
    made = world.do("fight")
    assert 1 <= made[0].rounds <= world.rules.conflict.combat.rounds_per_command
    assert made[0].health == world.state.player.health < 100


def test_the_beaten_lose_stakes_and_a_share_of_their_cash(make_world, change, threaten, fighter, with_player):
    rules = change(conflict={"kinds": {"rivals": {"beaten": {"kills_per_mille": 0, "cash_per_mille": 500}}}})
    world = make_world(rules=rules)
    first, kept, *_ = world.state.places[world.place("morgue")].stock.values()
    with_player(world, inventory={first.item_id: first, kept.item_id: kept}, money_cents=10_000, health=5)
    threaten(
        world, "rivals", fighter(strength=100, speed=100, nerve=100, health=100), stakes=(first,), stakes_cents=400
    )
    all_money = money_cents(world.state)
    fight_on(world)
    assert outcome(world) == "beaten"
    player = world.state.player
    assert set(player.inventory) == {kept.item_id}
    assert player.money_cents == 10_000 - 400 - 9_600 // 2 and money_cents(world.state) == all_money
    assert player.health == rules.conflict.beaten_health and world.state.conflict.danger is None


def test_stakes_that_are_gone_are_not_lost_again(make_world, change, threaten):
    mercy = {"kills_per_mille": 0, "cash_per_mille": 0, "wounds": {"low": 0, "high": 0}}
    world = make_world(rules=change(conflict={"kinds": {"hunters": {"surrender": mercy}}}))
    elsewhere = next(iter(world.state.places[world.place("morgue")].stock.values()))
    cash = world.state.player.money_cents
    threaten(world, "hunters", stakes=(elsewhere,), stakes_cents=cash + 1)
    world.do("surrender")
    assert world.state.player.money_cents == 0
    assert elsewhere.item_id in world.state.places[world.place("morgue")].stock


def test_nobody_threatens_a_player_who_is_away(world, fighter):
    draft = Draft(world.state, world.rules)
    draft.offscreen = True
    arise(draft, Danger("hunters", world.state.player.place_id, (fighter(),)))
    assert draft.events == []


def test_giving_in_ends_it(make_world, change, threaten, with_player):
    mercy = {"kills_per_mille": 0, "cash_per_mille": 250, "wounds": {"low": 10, "high": 10}}
    world = make_world(rules=change(conflict={"kinds": {"hunters": {"surrender": mercy}}}))
    with_player(world, money_cents=1_000)
    threaten(world, "hunters")
    world.do("surrender")
    assert outcome(world) == "surrendered"
    assert (world.state.player.money_cents, world.state.player.health) == (750, 90)


def test_the_merciless_kill_who_gives_in(make_world, change, threaten):
    rules = change(conflict={"kinds": {"hunters": {"surrender": {"kills_per_mille": 1000}}}})
    world = make_world(rules=rules)
    threaten(world, "hunters")
    world.do("surrender")
    assert outcome(world) == "killed" and world.state.conflict.deaths == 1


def test_a_full_bribe_ends_it_and_less_is_an_insult(world, threaten, fighter, with_player):
    danger = threaten(world, "police", *(fighter(f"officer {n}") for n in range(2)), stakes_cents=700)
    price = asking_price_cents(world.state, world.rules, danger)
    kind, charm = world.rules.conflict.kinds["police"], world.rules.conflict.player.charm
    discount = 1000 - charm * world.rules.conflict.charm_discount_per_mille
    assert price == 2 * kind.price_cents * discount // 1000 + 700
    with_player(world, money_cents=price + 1)
    made = world.do("bribe_foes", cents=price - 1)
    assert made[0].taken is False and type(made[1]).__name__ == "BlowsExchanged"
    assert all(blow.by != "you" for blow in made[1].blows)
    assert world.state.player.money_cents == price + 1
    all_money = money_cents(world.state)
    world.do("bribe_foes", cents=price)
    assert outcome(world) == "bought_off"
    assert world.state.player.money_cents == 1 and money_cents(world.state) == all_money


def test_hunters_cannot_be_bought_and_nobody_pays_what_is_not_there(world, threaten, refused, with_player):
    threaten(world, "hunters")
    with refused("not_to_be_bought"):
        world.do("bribe_foes", cents=1)
    world.do("surrender")
    threaten(world, "police")
    with refused("not_enough_money"):
        world.do("bribe_foes", cents=world.state.player.money_cents + 1)


def test_police_and_hunters_at_once_fight_each_other(world, threaten, fighter):
    foes = [fighter("officer", nerve=100, side="police"), fighter("hunter", nerve=100, side="hunters")]
    threaten(world, "police", *foes)
    blows = set()
    for _ in range(12):
        if world.state.conflict.danger is not None:
            blows |= {(blow.by, blow.on) for blow in world.do("fight")[0].blows}
    assert ("officer", "hunter") in blows or ("hunter", "officer") in blows


def test_muscle_of_the_crew_stands_by_and_may_fall(make_world, change, threaten, fighter, employ):
    world = make_world(rules=change(conflict={"muscle": {"health": 1, "most": 1}}))
    employ(world, "muscle", skill=90, loyalty=100)
    employ(world, "muscle", skill=10, loyalty=100)
    employ(world, "runner", skill=99, loyalty=100)
    danger = threaten(world, "hunters", fighter(strength=100, speed=100, nerve=100, health=100))
    rule = world.rules.conflict.muscle
    (ally,) = danger.allies
    assert ally.strength == rule.strength + 90 * rule.strength_per_skill_per_mille // 1000
    while world.state.conflict.danger and world.state.conflict.danger.allies[0].standing == "fighting":
        world.do("fight")
    if world.state.conflict.danger is not None:
        world.do("surrender")
    assert ally.member_id not in world.state.empire.crew and len(world.state.empire.crew) == 2


def test_attackers_are_as_strong_as_the_world_is_hard(world, threaten, fighter):
    world.state = replace(world.state, city=replace(world.state.city, difficulty="nightmare"))
    per_mille = world.rules.difficulty.levels["nightmare"].violence
    (foe,) = threaten(world, "hunters", fighter(strength=40)).foes
    assert foe.strength == 40 * per_mille // 1000 > 40
    world.state = replace(world.state, conflict=replace(world.state.conflict, danger=None))
    assert threaten(world, "victim", fighter(strength=40)).foes[0].strength == 40


def test_the_system_that_caused_a_danger_settles_it(world, threaten, monkeypatch):
    settled = []
    monkeypatch.setitem(
        aftermath.AFTERMATHS, "rivals", lambda draft, danger, outcome: settled.append((danger, outcome))
    )
    danger = threaten(world, "rivals")
    world.do("surrender")
    assert settled[0][0] == danger


def test_blows_in_the_street_are_seen(world, threaten, fighter):
    world.go("street")
    threaten(world, "rivals", fighter(nerve=100, strength=0, health=100))
    terrain, phase = world.rules.conflict.terrain["street"], world.rules.conflict.phases[world.state.phase]
    assert world.do("fight")[0].heat == terrain.witnesses + phase.witnesses > 0


def test_the_history_hides_how_strong_foes_are(world, threaten, fighter):
    threaten(world, "rivals", fighter("a secret", strength=91))
    arose = world.log[-1]
    assert decode(encode(arose)) == arose
    shown = msgspec.json.encode(known(arose))
    assert b"a secret" in shown and b"91" not in shown and b"strength" not in shown
    fought = world.do("fight")[0]
    assert b"strength" not in msgspec.json.encode(known(fought)) and decode(encode(fought)) == fought
    assert b"nerve" not in msgspec.json.encode(view(world.state, world.rules)["danger"])
