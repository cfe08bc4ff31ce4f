"""What a player may ask of a world (the public union), and the turn that the turn service records."""

from typing import Annotated, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bodybroker.kernel.ids import PATTERN, EntityId
from bodybroker.world.proposals import Proposal

LONGEST_WAIT_MINUTES = 720

Id = Annotated[EntityId, Field(pattern=PATTERN, description="An entity's id, as the view gives it.")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="A name from the rules, such as `heart`.")]


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Travel(_Command):
    """Walk through an exit of the place where the player is."""

    type: Literal["travel"]
    place_id: Id


class RobMorgue(_Command):
    """Rob the morgue where the player is."""

    type: Literal["rob_morgue"]
    place_id: Id


class BuyEquipment(_Command):
    """Buy a piece of lab equipment on the street."""

    type: Literal["buy_equipment"]
    equipment: Word


class GrowPart(_Command):
    """Start growing a body part in the hideout's lab."""

    type: Literal["grow_part"]
    part: Word


class CollectPart(_Command):
    """Take a grown part out of its equipment."""

    type: Literal["collect_part"]
    growth_id: Id


class SellPart(_Command):
    """Sell an item of the inventory to an NPC who is here, for its standing offer or else the market price."""

    type: Literal["sell_part"]
    npc_id: Id
    item_id: Id


class Wait(_Command):
    """Let game time pass."""

    type: Literal["wait"]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_WAIT_MINUTES)]


class LieLow(_Command):
    """Hide in the hideout: heat cools faster and wounds heal."""

    type: Literal["lie_low"]


Command = Annotated[
    Travel | RobMorgue | BuyEquipment | GrowPart | CollectPart | SellPart | Wait | LieLow,
    Field(discriminator="type"),
]
CommandAdapter: TypeAdapter[Command] = TypeAdapter(Command)


class RecordTurn(Struct, frozen=True):
    """One utterance, its answer and what the answer proposes. Only the turn service makes it; it is not public.

    `line` is what the NPC said; `source` says whether `model` (its name) or the procedural layer said it.
    """

    npc_id: EntityId
    player_text: str
    line: str
    source: Literal["model", "procedural"]
    model: str
    proposal: Proposal
