"""What an NPC has in mind: how things stand, whom it deals with, what it waits for and remembers."""

import pytest
from bodybroker.kernel.ids import EntityId
from bodybroker.minds import context, turns
from bodybroker.minds.behaviour import rules as behaviour
from bodybroker.minds.gestures import perceived
from bodybroker.minds.turns import ContextSettings
from bodybroker.world import apply, decide, rules
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs import reading
from bodybroker.world.beliefs.state import Belief, BeliefsState, Claim, Evidence
from bodybroker.world.bonds.between import bond, resting
from bodybroker.world.bonds.state import BondsState, Shift, pair
from bodybroker.world.market.state import Order
from bodybroker.world.talk.intents import IntentAdapter
from bodybroker.world.talk.state import Ask, Pledge, TalkState
from msgspec.structs import replace
from pydantic import ValidationError

RULES = rules.load()
STATE = apply.fold(decide.create(7, RULES))
NPC = next(npc for npc in STATE.npcs.values() if npc.character.race == "ghoul")
NPC_ID = NPC.character.npc_id
OTHER_ID = next(npc_id for npc_id in STATE.npcs if npc_id != NPC_ID)
SETTINGS = turns.load().context


def mind(state, *recollections: str) -> str:
    return " ".join(context.assemble(state, NPC, RULES, SETTINGS, recollections))


def felt(**scores: int):
    """The world in which the ghoul holds just that of the player."""
    rests = resting(STATE, NPC_ID, PLAYER, RULES)
    shift = Shift(**{name: points - getattr(rests, name) for name, points in scores.items()})
    state = replace(STATE, bonds=BondsState({NPC_ID: shift}))
    assert all(getattr(bond(state, NPC_ID, PLAYER, RULES), name) == points for name, points in scores.items())
    return state


@pytest.mark.parametrize("score", ["trust", "fear", "respect", "desire"])
def test_every_score_of_a_bond_is_put_into_the_words_of_its_shade(score):
    shades = SETTINGS.bond[score]
    for before, shade in zip((None, *shades), shades, strict=False):
        for points in {shade.up_to, before.up_to + 1 if before else 0}:
            told = context.assemble(felt(**{score: points}), NPC, RULES, SETTINGS)
            assert [other.says for other in shades if other.says in told] == ([shade.says] if shade.says else [])


def test_what_it_can_want_is_what_it_can_do_at_the_player():
    ways = {way.name for way in behaviour.load().ways["player"]}
    assert SETTINGS.wants.keys() <= ways
    assert "strike_back" not in SETTINGS.wants, "nobody wishes to be struck"


def test_who_is_owed_money_wants_it_and_who_is_afraid_wants_to_be_away():
    here = replace(STATE, player=replace(STATE.player, place_id=NPC.character.haunt_id), phase="night")
    owing = replace(here, bonds=BondsState(others={pair(PLAYER, NPC_ID): Shift(debt_cents=NPC.character.purse_cents)}))
    assert SETTINGS.wants["dun"] in mind(owing)
    rests = resting(STATE, NPC_ID, PLAYER, RULES)
    afraid = Shift(trust=-rests.trust, fear=100 - rests.fear, desire=-rests.desire)
    assert SETTINGS.wants["avoid"] in mind(replace(here, bonds=BondsState({NPC_ID: afraid})))


def test_debts_are_known_to_both():
    owed = replace(STATE, bonds=BondsState({NPC_ID: Shift(debt_cents=1_500)}))
    assert "You owe the broker $15.00." in mind(owed)
    owing = replace(STATE, bonds=BondsState(others={pair(PLAYER, NPC_ID): Shift(debt_cents=2_050)}))
    assert "The broker owes you $20.50." in mind(owing)
    assert "owe" not in mind(STATE)


def test_what_it_waits_for_and_what_was_promised():
    order = Order(EntityId("o"), NPC_ID, "liver", 60, None, 9_000, 9_999, promised=True)
    theirs = replace(order, order_id=EntityId("p"), npc_id=OTHER_ID, part="spleen")
    pledges = {
        EntityId("a"): Pledge(EntityId("a"), NPC_ID, PLAYER, "silence", 999),
        EntityId("b"): Pledge(EntityId("b"), PLAYER, NPC_ID, "pay", 999, 4_000),
        EntityId("c"): Pledge(EntityId("c"), PLAYER, OTHER_ID, "pay", 999, 7_000),
    }
    asks = {NPC_ID: Ask(NPC_ID, EntityId("i"), "eye", 50, 3_000, 2_000, STATE.minute + 1)}
    told = mind(
        replace(
            STATE,
            market=replace(STATE.market, orders={o.order_id: o for o in (order, theirs)}),
            talk=TalkState(asks=asks, pledges=pledges),
        )
    )
    for words in (
        "You have asked for a liver, for $90.00; the broker promised it.",
        "You gave your word to tell nobody anything of the broker.",
        "The broker gave his word to pay you $40.00.",
        "The broker asks $30.00 for an eye.",
    ):
        assert words in told
    assert "spleen" not in told and "$70" not in told, "what is between others is not its business"


def believing(*held: tuple[str, str, int]):
    """The world in which the ghoul believes of those subjects that they cheat, and who told it, that surely."""
    beliefs = tuple(
        Belief(Claim(EntityId(subject), "cheats"), sure, (Evidence("told", 1, STATE.minute, sure, EntityId(source)),))
        for subject, source, sure in held
    )
    return replace(STATE, beliefs=BeliefsState({NPC_ID: beliefs}))


def test_what_it_believes_of_the_broker_comes_before_what_it_believes_of_others():
    others = [npc_id for npc_id in STATE.npcs if npc_id != NPC_ID]
    state = believing(*((npc_id, others[0], 90) for npc_id in others[1:6]), (PLAYER, others[0], 50))
    told = [words for words in context.assemble(state, NPC, RULES, SETTINGS) if "told you" in words]
    names = STATE.npcs[others[0]].character.name
    assert len(told) == SETTINGS.beliefs
    assert told[0].startswith("The broker ") and told[0].endswith(f"; {names} told you.")


def test_what_is_doubted_is_put_as_a_doubt_and_what_is_forgotten_not_at_all():
    least = RULES.beliefs.limits.least
    assert "Perhaps the broker" in mind(believing((PLAYER, OTHER_ID, least)))
    assert "the broker" not in mind(believing((PLAYER, OTHER_ID, least - 1)))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"type": "say"}, ""),
        ({"type": "bribe", "cents": 5_000}, "The broker puts $50.00 into your hand."),
        ({"type": "threaten"}, "The broker threatens you."),
        ({"type": "ask", "subject": PLAYER}, "The broker asks what you know of the broker."),
        ({"type": "pay", "cents": 5}, "The broker pays you $0.05 of what he owes."),
        ({"type": "promise_money", "cents": 100}, "The broker gives his word to bring you $1.00."),
        ({"type": "tell", "claim": {"subject": NPC_ID, "predicate": "cheats"}}, None),
        ({"type": "lie", "claim": {"subject": NPC_ID, "predicate": "cheats"}}, None),
    ],
)
def test_what_the_player_does_is_a_sentence_that_tells_no_lie_from_the_truth(given, told):
    claim = reading.said(STATE, RULES, Claim(NPC_ID, "cheats"))
    expected = f"The broker tells you that {claim}." if told is None else told
    assert perceived(STATE, RULES, IntentAdapter.validate_python(given)) == expected


def test_so_many_memories_come_last():
    assert mind(STATE, *(f"Memory {n}." for n in range(9))).endswith(
        " ".join(f"Memory {n}." for n in range(SETTINGS.memories))
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"trust": ()}, "bond.trust rises up to 100"),
        ({"fear": ({"up_to": 100, "says": ""}, {"up_to": 50, "says": ""})}, "bond.fear rises up to 100"),
        ({"desire": ({"up_to": 100, "says": ""}, {"up_to": 100, "says": ""})}, "bond.desire rises up to 100"),
    ],
)
def test_shades_that_leave_a_score_without_words_are_a_fault(change, fault):
    document = SETTINGS.model_dump()
    with pytest.raises(ValidationError, match=fault):
        ContextSettings.model_validate(document | {"bond": document["bond"] | change})
