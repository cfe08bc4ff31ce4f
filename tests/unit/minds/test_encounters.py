"""What a model is told and asked: the NPC as it is, offers that can hold, and a prefix that stays the same."""

import msgspec
import pytest
from bodybroker.generation.entities import Item, Provenance, Taste
from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.minds import encounters
from bodybroker.minds.encounters import Encounter
from bodybroker.minds.prompt import Exchange
from bodybroker.models import tiers
from bodybroker.models.inference import ChatRequest
from bodybroker.models.ladder import prompt_tokens
from bodybroker.world import apply, decide, rules
from bodybroker.world.market.state import MarketState, Offer
from msgspec.structs import replace

RULES = rules.load()
STATE = apply.fold(decide.create(7, RULES))
NPC_ID = next(npc.character.npc_id for npc in STATE.npcs.values() if npc.character.race == "ghoul")


def world(parts=("liver",), mood="calm", purse=100_000, tastes=None, offer=None):
    """The world with these parts in the bag and the ghoul as given."""
    npc = STATE.npcs[NPC_ID]
    character = replace(npc.character, tastes=tastes or {"liver": Taste(6_000, 15_000), "hand": Taste(2_000, 5_000)})
    made = Provenance(1, "test", 1)
    bag = {EntityId(f"item-{n}"): Item(EntityId(f"item-{n}"), part, 70, made) for n, part in enumerate(parts)}
    return replace(
        STATE,
        player=replace(STATE.player, inventory=bag),
        phase="night",
        npcs=STATE.npcs | {NPC_ID: replace(npc, character=character, mood=mood, purse_cents=purse)},
        market=MarketState({NPC_ID: offer} if offer else {}),
    )


def gather(state, **changes) -> Encounter:
    told = {"encounter_id": "e", "branch_id": BranchId("b"), "expires_at": 9} | changes
    return encounters.begin(state, NPC_ID, RULES, **told)


def test_the_card_says_who_wants_what_and_in_which_language():
    card = gather(world()).prefix[0]["content"]
    name = STATE.npcs[NPC_ID].character.name
    for words in (f"You are {name}, a ", "liver (up to $150), hand (up to $50)", f"Answer as {name}, in English"):
        assert words in card
    german = gather(world(), language="de")
    assert "in German" in german.prefix[0]["content"] and german.language == "de"


def test_what_a_model_has_read_before_is_the_same_in_every_talk():
    """So it stays in the endpoint's cache: whatever changes comes after it."""
    changed = world(parts=("hand",), mood="furious", purse=3, offer=Offer(NPC_ID, "hand", 9_000, 99))
    later = replace(changed, minute=changed.minute + 9_999, version=changed.version + 77)
    assert gather(world()).prefix == gather(later, recollections=("The broker lied to you.",)).prefix


def test_how_things_stand_is_told_with_the_first_words():
    told = encounters.heard(gather(world(offer=Offer(NPC_ID, "liver", 9_000, 99))), "Hi.")
    for words in (
        "You have $1000.",
        "You are calm.",
        "The broker carries liver.",
        "You have offered $90 for a liver.",
    ):
        assert words in told
    assert told.startswith("(") and told.endswith(") Hi.")


def test_a_talk_that_goes_on_is_a_prompt_that_grows():
    first = gather(world())
    said = Exchange(encounters.heard(first, "Hi."), "Go.")
    second = encounters.follow(first, gather(world(mood="wary"), encounter_id="new"), 4, said)
    assert (second.prefix, second.transcript, second.encounter_id) == (first.prefix, (said,), "e")
    assert encounters.heard(second, "Why?") == "(You are wary.) Why?"
    said_again = Exchange(encounters.heard(second, "Why?"), "Teeth.")
    third = encounters.follow(second, gather(world(mood="wary")), 4, said_again)
    assert third.transcript == (said, said_again)
    assert encounters.heard(third, "Oh.") == "Oh.", "told once is enough"
    back = encounters.follow(third, gather(world()), 4, Exchange("Oh.", "Hm."))
    assert encounters.heard(back, "So?") == "(You are calm.) So?", "what is true again is told again"


def test_what_changes_between_two_talks_is_told_when_they_go_on():
    first = gather(world())
    talked = encounters.follow(first, first, 4, Exchange(encounters.heard(first, "Hi."), "Go."))
    sold = encounters.follow(talked, gather(world(parts=(), purse=90_000)), 4)
    again = encounters.follow(sold, gather(world(parts=("hand",), purse=90_000)), 4)
    assert encounters.heard(again, "Hi.") == "(The broker carries hand. You have $900.) Hi."
    assert [priced.part for priced in again.acts.items.values()] == ["hand"]
    assert encounters.heard(encounters.follow(again, gather(world()), 4), "Hi.") == "Hi.", "it is as it was told"


def test_a_long_talk_forgets_its_older_half_and_begins_a_new_prompt():
    encounter, lengths = gather(world()), []
    for n in range(9):
        now = gather(world(mood="wary" if n else "calm"))
        said = Exchange(encounters.heard(encounter, f"text {n}"), "Go.")
        encounter = encounters.follow(encounter, now, 4, said)
        lengths.append(len(encounter.transcript))
    assert lengths == [1, 2, 3, 4, 5, 6, 7, 8, 4]
    assert encounter.transcript[0].player == "text 5"
    assert "You are wary." in encounters.heard(encounter, "Hi."), "a prompt that begins anew tells everything anew"


ESTIMATE = tiers.load().estimate
MEMORIES = tuple(f"Remember number {n}: {'the broker owes you a favour ' * 9}" for n in range(40))


@pytest.mark.parametrize("text", ["Hi.", "x" * 500, "\u4eba" * 500])
def test_what_is_new_to_the_model_keeps_within_600_tokens(text):
    """By the estimate by which it is paid for, which is never below what a tokenizer counts."""
    met = gather(world(), recollections=MEMORIES)
    met = encounters.overhear(met, [f'Rook said: "{"la " * 60}"'] * 9, 4)
    told = encounters.heard(met, text, 'The broker said to Rook: "Hi."')
    request = ChatRequest([{"role": "user", "content": told}], 1)
    assert prompt_tokens(request, ESTIMATE) - ESTIMATE.tokens_per_message <= 600
    assert told.endswith(text)


def test_where_there_is_no_room_for_everything_the_weightiest_is_told():
    met = replace(gather(world(), recollections=("He lied to you.",)), room=80)
    assert encounters.heard(met, "Hi.") == "(You are calm. The broker carries liver. You have made no offer.) Hi."
    later = encounters.follow(met, met, 4, Exchange(encounters.heard(met, "Hi."), "Go."))
    assert encounters.heard(later, "Hm.").endswith("He lied to you.) Hm."), "the rest follows when there is room"


def test_one_who_stood_by_knows_what_was_said_and_is_told_once():
    met = gather(world())
    heard = encounters.overhear(met, ['The broker said to Rook: "Hi."', 'Rook said: "Go."'], 4)
    told = encounters.heard(heard, "And you?")
    assert told.startswith('(The broker said to Rook: "Hi." Rook said: "Go." You are calm.')
    assert "Rook" not in encounters.heard(encounters.follow(heard, met, 4, Exchange(told, "No.")), "Oh.")


def test_an_encounter_survives_its_row():
    encounter = encounters.follow(gather(world()), gather(world(mood="wary")), 4, Exchange("Hi.", "Go."))
    assert msgspec.json.decode(msgspec.json.encode(encounter), type=Encounter) == encounter


def test_a_procedural_line_depends_on_the_moment_alone():
    now = gather(world())
    elsewhere = replace(now, version=now.version + 9, branch_id=BranchId("other"), encounter_id="other")
    said = encounters.procedural_line(now)
    assert said == encounters.procedural_line(elsewhere)
    lines = {encounters.procedural_line(replace(now, moment=n)) for n in range(40)}
    assert len(lines) > 35
