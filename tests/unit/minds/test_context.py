"""What an NPC has in mind: how things stand, whom it deals with, what it waits for and remembers."""

import pytest
from bodybroker.kernel.ids import EntityId
from bodybroker.minds import context, turns
from bodybroker.minds.turns import ContextSettings
from bodybroker.world import apply, decide, rules
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond, resting
from bodybroker.world.bonds.state import BondsState, Shift, pair
from bodybroker.world.market.state import Order
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
