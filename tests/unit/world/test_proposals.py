import msgspec
from bodybroker.world.proposals import RAW_LIMIT, Leave, MakeOffer, Proposal, SetMood, Unreadable, parse
from hypothesis import given
from hypothesis import strategies as st

ID = "a0cd39a2-d4b1-88cf-8001-1eca6c586496"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
near_misses = st.fixed_dictionaries(
    {"type": st.sampled_from(["set_mood", "make_offer", "leave", "unreadable", "kill"])},
    optional={
        "npc_id": st.just(ID) | json_values,
        "mood": st.just("calm") | json_values,
        "part": st.just("skin") | json_values,
        "price_cents": st.integers() | json_values,
    },
)


def test_diffs_are_read_in_their_order():
    acts = [
        {"type": "set_mood", "npc_id": ID, "mood": "wary"},
        {"type": "make_offer", "npc_id": ID, "part": "skin", "price_cents": -5},
        {"type": "leave", "npc_id": ID},
    ]
    assert parse(acts) == Proposal((SetMood(ID, "wary"), MakeOffer(ID, "skin", -5), Leave(ID)))


def test_what_is_no_diff_is_kept_as_unreadable():
    acts = [
        {"type": "kill", "npc_id": ID},
        {"type": "set_mood", "npc_id": ID},
        {"type": "set_mood", "npc_id": ID, "mood": "wary", "money": 1},
        {"type": "make_offer", "npc_id": ID, "part": "skin", "price_cents": 10.5},
        {"type": "make_offer", "npc_id": ID, "part": "skin", "price_cents": "10"},
        {"type": "make_offer", "npc_id": ID, "part": "skin", "price_cents": 10**400},
        {"type": "unreadable", "raw": "made up"},
        {"type": "leave", "npc_id": "x" * 1000},
        "leave",
        None,
    ]
    diffs = parse(acts).diffs
    assert all(isinstance(diff, Unreadable) and len(diff.raw) <= RAW_LIMIT for diff in diffs)
    assert diffs[-2].raw == '"leave"'


@given(st.lists(near_misses | json_values, max_size=5))
def test_reading_never_fails_and_what_is_read_survives_the_wire(acts):
    proposal = parse(acts)
    assert len(proposal.diffs) == len(acts)
    assert msgspec.json.decode(msgspec.json.encode(proposal), type=Proposal) == proposal
