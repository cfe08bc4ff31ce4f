"""What a model's answer proposes."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bodybroker.minds.acts import hearing
from bodybroker.minds.acts.asking import CENTS, NONE, SAME, telling_key
from bodybroker.minds.acts.choices import Choices
from bodybroker.world import proposals
from bodybroker.world.proposals import Proposal

Act = Mapping[str, Any]


class _Answer(Struct, frozen=True):
    mood: str
    feeling: str
    act: dict[str, Any]
    heard: dict[str, Any] | None = None


def read(text: str, choices: Choices, player_text: str = "") -> Proposal:
    """The proposal in a model's answer, and what it heard in the player's words. An answer that cannot be read proposes
    nothing, and stays on record as refused."""
    try:
        answer = msgspec.json.decode(text, type=_Answer)
    except msgspec.MsgspecError:
        return proposals.parse([text])
    proposal = proposals.parse(_diffs(answer, choices))
    return replace(proposal, heard=hearing.claim(answer.heard, player_text, choices))


def _diffs(answer: _Answer, choices: Choices) -> Iterator[dict[str, object]]:
    """The act as the NPC felt when it chose it, then how it feels; who leaves or strikes does that last."""
    npc = {"npc_id": choices.npc_id}
    acts = [] if answer.act.get("do") == NONE else [{**_fields(answer.act, choices), **npc}]
    ends = answer.act.get("do") in ("attack", "leave")
    yield from () if ends else acts
    yield {"type": "set_mood", **npc, "mood": answer.mood}
    if answer.feeling != SAME:
        yield {"type": "feel", **npc, "feeling": answer.feeling}
    yield from acts if ends else ()


def _fields(act: Act, choices: Choices) -> dict[str, object]:
    """The diff that an act is, but for whose it is. An act of no known kind stays as it is, to be refused."""
    match act:
        case {"do": "offer", "part": part, "dollars": int(dollars)}:
            return {"type": "make_offer", "part": part, "price_cents": dollars * CENTS}
        case {"do": "counter", "dollars": int(dollars)}:
            return {"type": "counter_offer", "price_cents": dollars * CENTS}
        case {"do": "accept" | "refuse" | "attack" | "leave" as kind}:
            return {"type": kind}
        case {"do": "hold" | "silence" as vow}:
            return {"type": "promise", "vow": vow}
        case {"do": "owe", "dollars": int(dollars)}:
            return {"type": "promise", "vow": "pay", "cents": dollars * CENTS}
        case {"do": "errand", "part": part}:
            return {"type": "give_quest", "part": part}
        case {"do": "tell", "what": what}:
            return _telling(what, choices) or dict(act)
    return dict(act)


def _telling(what: object, choices: Choices) -> dict[str, object] | None:
    for index, telling in enumerate(choices.tellings):
        if what == telling_key(index):
            return {"type": "tell", "claim": msgspec.to_builtins(telling.claim), "is_lie": telling.is_lie}
    return None
