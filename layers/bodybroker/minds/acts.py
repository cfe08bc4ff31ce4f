"""Acts: what an NPC may do in a turn besides talking. A schema tells the model, the answer becomes a proposal."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from bodybroker.minds import turns
from bodybroker.world import proposals
from bodybroker.world.market import prices
from bodybroker.world.proposals import Proposal
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State

Act = Literal["none", "offer", "leave"]


class _Answer(Struct, frozen=True, forbid_unknown_fields=True):
    mood: str
    act: Act
    part: str = ""
    price_cents: int = 0


def schema(state: State, npc: Npc, rules: Rules) -> dict[str, Any]:
    """The JSON schema of the acts that can hold now: offers only for parts that the NPC wants and the player carries,
    within what the NPC would and can pay; moods only one step from its own."""
    tastes = npc.character.tastes
    parts = sorted(tastes.keys() & {item.part for item in state.player.inventory.values()})
    payable = [part for part in parts if tastes[part].floor_cents <= npc.purse_cents]
    properties: dict[str, Any] = {
        "mood": {"enum": list(turns.load().moods[npc.mood])},
        "act": {"enum": ["none", "leave"]},
    }
    if payable and prices.deals(state, npc, rules):
        properties["act"] = {"enum": ["none", "offer", "leave"]}
        properties["part"] = {"enum": payable}
        properties["price_cents"] = {
            "type": "integer",
            "minimum": min(tastes[part].floor_cents for part in payable),
            "maximum": min(npc.purse_cents, max(tastes[part].cap_cents for part in payable)),
        }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def read(text: str, npc_id: str) -> Proposal:
    """The proposal in a model's answer. One that cannot be read proposes nothing, and stays on record as refused."""
    try:
        answer = msgspec.json.decode(text, type=_Answer)
    except msgspec.MsgspecError:
        return proposals.parse([text])
    diffs: list[dict[str, object]] = [{"type": "set_mood", "npc_id": npc_id, "mood": answer.mood}]
    if answer.act == "offer":
        offer = {"type": "make_offer", "npc_id": npc_id, "part": answer.part, "price_cents": answer.price_cents}
        diffs.append(offer)
    elif answer.act == "leave":
        diffs.append({"type": "leave", "npc_id": npc_id})
    return proposals.parse(diffs)
