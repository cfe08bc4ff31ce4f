"""What NPCs do, and that the reasons they give are the reasons they had."""

from itertools import pairwise
from random import Random

import pytest
from bodybroker.generation.entities import Point
from bodybroker.kernel.errors import Refused
from bodybroker.minds.behaviour import choosing, mind
from bodybroker.minds.behaviour.senses import Doing, Noise, Scene, Standing
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.state import Belief, BeliefsState, Claim, Evidence
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.market.state import Order
from bodybroker.world.talk.checks import check_attacks
from msgspec.structs import replace

FIGHTS = {"attack", "strike_back", "threaten", "fight_back", "confront"}
RETREATS = {"flee", "avoid", "dread", "shun", "cower"}


def random_scenes(stage, count):
    """The same scenes in every run: everybody present, at random places, in random trouble."""
    random = Random(6)
    ids = [npc_id for npc_id in sorted(stage.state.npcs) if _mind(stage, npc_id).there is not None]
    for _ in range(count):
        npcs = []
        for npc_id in ids:
            at = _mind(stage, npc_id).there.at
            blow = random.choice([None, None, None, random.randrange(20_000)])
            npcs.append(
                Standing(
                    npc_id,
                    Point(at.x_cm + random.randrange(-900, 900), at.y_cm + random.randrange(-900, 900)),
                    health=random.randrange(101),
                    unseen_ms=random.choice([None, 0, random.randrange(30_000)]),
                    hurt_ms=blow,
                    hurt_by=None if blow is None else random.choice([PLAYER, random.choice(ids)]),
                    noise=random.choice([None, Noise(Point(0, 0), random.randrange(101))]),
                    doing=random.choice([None, Doing("watch", PLAYER), Doing("routine"), Doing("flee", PLAYER)]),
                )
            )
        near = npcs[random.randrange(len(npcs))].at
        yield Scene(tuple(npcs), Point(near.x_cm + random.randrange(1500), near.y_cm), random.random() < 0.5)


def _mind(stage, npc_id):
    return mind.read(stage.state, npc_id, stage.book, stage.behaviour)


def test_what_is_chosen_is_what_the_reasons_say(stage):
    random = Random(2)
    for npc_id in sorted(stage.state.npcs):
        stage.npc_id = npc_id
        stage.turn(mood=random.choice(sorted(stage.book.market.moods)))
        stage.hold(fear=random.randrange(100), trust=random.randrange(-40, 40), desire=random.randrange(100))
        stage.carry(next(iter(stage.npc.character.tastes)))
    minds = {npc_id: _mind(stage, npc_id) for npc_id in stage.state.npcs}
    acts = set()
    for scene in random_scenes(stage, 40):
        for standing in scene.npcs:
            own = minds[standing.npc_id]
            choice = choosing.choose(own, standing, scene, "full")
            best = choosing.explain(own, standing, scene, "full")[0]
            assert (choice.act, choice.towards, choice.score) == (best.act, best.towards, best.score)
            acts.add(choice.act)
    assert len(acts) > 12, f"these scenes show only {acts}"


def test_scores_follow_from_the_weights_that_are_told(stage):
    momentum = stage.behaviour.momentum_per_mille
    checked = 0
    for scene in random_scenes(stage, 5):
        for standing in scene.npcs:
            for option in choosing.explain(_mind(stage, standing.npc_id), standing, scene, "full"):
                share = 1.0
                for weight in option.weighs:
                    share *= weight.worth / 1000
                share += (1 - share) * (1 - 1 / len(option.weighs)) * share
                expected = share * option.urge * (1 + momentum / 1000 * option.is_doing)
                assert option.score == pytest.approx(expected, abs=12), option
                checked += option.score > 0
    assert checked > 300


def test_nobody_attacks_whom_the_rules_let_alone(stage):
    """Raging, fearless, provoked: as soon as the rules of talk refuse an attack, it scores nothing."""
    allowed = set()
    for mood in ("furious", "calm"):
        for fear in (0, 90):
            stage.turn(mood=mood)
            stage.guide(aggression=60)
            stage.hold(fear=fear, trust=-100)
            try:
                check_attacks(stage.state, stage.npc, stage.book)
                may = True
            except Refused:
                may = False
            assert (stage.score("attack", armed=True) > 0) <= may
            allowed.add(may)
    assert allowed == {True, False}


def test_the_furious_turn_on_the_player_and_the_frightened_from_him(stage):
    stage.guide(aggression=90)
    stage.hold(trust=-40)
    stage.turn(mood="furious")
    assert stage.choose().act in FIGHTS
    stage.hold(trust=-40, fear=90)
    stage.guide(aggression=20)
    choice = stage.choose()
    assert choice.act in RETREATS
    assert choice.to.x_cm < stage.mind.there.at.x_cm, "it goes away from the player"


def test_who_is_out_of_sight_is_out_of_mind(stage):
    stage.hold(fear=90)
    assert stage.choose().act in RETREATS
    assert stage.choose(unseen_ms=None).act not in RETREATS
    assert stage.score("flee", unseen_ms=None, hurt_ms=100, hurt_by=PLAYER) > 0, "a blow is felt"


def test_goods_orders_and_debts_bring_it_to_the_player(stage):
    taste = next(iter(stage.npc.character.tastes))
    assert stage.choose().act not in ("trade", "remind", "dun")
    stage.carry(taste)
    assert (stage.choose().act, stage.choose().speaks) == ("trade", True)
    stage.state = replace(stage.state, player=replace(stage.state.player, inventory={}))
    order = Order("o", stage.npc_id, taste, 10, None, 100, stage.state.minute + 600)
    stage.state = replace(stage.state, market=replace(stage.state.market, orders={"o": order}))
    assert stage.choose().act == "remind"
    stage.hold(of=PLAYER, towards=stage.npc_id, debt_cents=stage.npc.character.purse_cents)
    assert stage.choose().act == "dun"


def test_what_it_believes_of_the_player_drives_it_away(stage):
    before = stage.score("dread"), stage.score("shun"), stage.score("address")
    stage.hold(fear=40)
    for predicate, thing in (("killed", "guard"), ("cheats", "")):
        claim = Claim(PLAYER, predicate, thing)
        seen = Evidence("seen", stage.state.version, stage.state.minute, 100)
        held = (*stage.state.beliefs.held.get(stage.npc_id, ()), Belief(claim, 100, (seen,)))
        stage.state = replace(stage.state, beliefs=BeliefsState({stage.npc_id: held}))
    after = stage.score("dread"), stage.score("shun"), stage.score("address")
    assert after[0] > before[0] and after[1] > before[1] and after[2] < before[2]
    assert stage.choose().act in RETREATS


def test_a_blow_is_answered_or_fled_by_character(stage):
    blow = {"hurt_ms": 200, "hurt_by": PLAYER}
    stage.guide(aggression=95, survival=20)
    assert stage.choose(**blow).act in FIGHTS
    stage.guide(aggression=10, survival=95)
    assert stage.choose(health=30, **blow).act in RETREATS


def test_others_count_by_what_is_between_them(stage):
    at = stage.mind.there.at
    other = next(n for n in stage.state.npcs if n != stage.npc_id and _mind(stage, n).there is not None)
    stage.others = [Standing(other, Point(at.x_cm, at.y_cm + 200))]
    stage.hold(towards=other, trust=100)
    friendly = stage.score("chat", other)
    stage.hold(towards=other, trust=-100)
    assert friendly > stage.score("chat", other) == 0
    stage.guide(aggression=95)
    assert stage.score("confront", other) > 0


def test_it_does_not_dither(stage):
    """The player shifts about where two acts score alike: who remembers what it does changes its mind less often."""
    distances = [random.uniform(3, 26) for random in [Random(1)] for _ in range(200)]
    stage.guide(intelligence=60)

    def switches(remembers):
        acts, doing = [], None
        for metres in distances:
            choice = stage.choose(metres=metres, doing=doing)
            acts.append(choice.act)
            doing = Doing(choice.act, choice.towards) if remembers else None
        return sum(one != two for one, two in pairwise(acts))

    assert switches(True) < switches(False) / 2


def test_level_of_detail_decides_who_thinks(stage):
    stage.turn(mood="furious")
    stage.guide(aggression=95)
    assert stage.choose("full").act in FIGHTS
    for attention in ("scripted", "dormant"):
        choice = stage.choose(attention)
        assert (choice.act, choice.speaks, stage.explain(attention)) == ("routine", False, ())
    pauses = [stage.choose(attention).again_ms for attention in ("full", "bark", "scripted", "dormant")]
    assert pauses == sorted(pauses) and len(set(pauses)) == 4
    stage.turn(mood="calm")
    stage.carry(next(iter(stage.npc.character.tastes)))
    assert (stage.choose("full").speaks, stage.choose("bark").speaks) == (True, False)


def test_who_is_away_does_nothing(stage):
    own, scene = stage.scene()
    stage.turn(away_until=stage.state.minute + 1)
    assert choosing.choose(stage.mind, own, scene, "full") is None
    assert choosing.explain(stage.mind, own, scene, "full") == ()


def test_character_shows(stage):
    """Traits bend what somebody likes to do, and say so; without any, NPCs still differ, by the seed."""

    def urge(act, *traits):
        stage.turn(character=replace(stage.npc.character, traits=traits))
        [option] = [each for each in stage.explain() if (each.act, each.towards) == (act, PLAYER)]
        return option.urge, option.traits

    bent = stage.behaviour.traits["proud"]["flee"]
    plain, proud = urge("flee"), urge("flee", "proud", "vain")
    assert bent < 0 and proud == (plain[0] + stage.behaviour.acts["flee"].weight * bent // 1000, ("proud",))
    assert urge("trade", "proud") == urge("trade")
    urges = set()
    for npc_id in sorted(stage.state.npcs):
        stage.npc_id = npc_id
        urges.add(urge("flee")[0])
    assert len(urges) > len(stage.state.npcs) / 2


def test_in_a_fight_the_foes_fight_and_the_others_do_not_trade(stage):
    stage.guide(aggression=60)
    stage.carry(next(iter(stage.npc.character.tastes)))
    assert stage.score("attack") == 0 < stage.score("trade")
    calm = stage.score("routine", None)
    foe = Fighter("X", 50, 50, 50, 100, npc_id=stage.npc_id)
    for foes, fights in (((foe,), True), ((replace(foe, npc_id=None),), False)):
        danger = Danger("customer", stage.npc.character.haunt_id, foes)
        stage.state = replace(stage.state, conflict=replace(stage.state.conflict, danger=danger))
        assert (stage.score("attack") > 0) is fights
        assert stage.score("trade") == stage.score("address") == 0
        assert stage.score("routine", None) < calm
