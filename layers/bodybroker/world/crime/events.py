"""What crimes and the law record."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.conflict.state import Outcome
from bodybroker.world.crime.commands import Bribed
from bodybroker.world.crime.state import Case

PoliceOutcome = Literal["unnoticed", "chase", "arrest"]
BribeOutcome = Literal["taken", "refused", "betrayed"]


class Delivery(Struct, frozen=True):
    """What came in at a place, and the alarm to which it calmed down."""

    items: tuple[Item, ...]
    alarm: int


class MorgueRestocked(BaseEvent, frozen=True, tag="morgue_restocked"):
    """New bodies came in, and the alarm calmed down to `alarm`. No longer made: see StoresRestocked."""

    place_id: EntityId
    items: tuple[Item, ...]
    alarm: int


class StoresRestocked(BaseEvent, frozen=True, tag="stores_restocked"):
    """A dawn at the morgues and hospitals where anything changed, by place."""

    deliveries: dict[EntityId, Delivery]


class MorgueRobbed(BaseEvent, frozen=True, tag="morgue_robbed"):
    """The player took items out of a morgue; heat and the morgue's alarm rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int
    alarm: int


class HospitalRobbed(BaseEvent, frozen=True, tag="hospital_robbed"):
    """The player took items out of a hospital; heat and the hospital's alarm rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int
    alarm: int


class PoliceResponded(BaseEvent, frozen=True, tag="police_responded"):
    """How the law answered a robbery: which of the items it brought back, what it cost, where the player ended up.

    `record` and `leads` are points that were added.
    """

    outcome: PoliceOutcome
    place_id: EntityId
    recovered: tuple[EntityId, ...]
    fine_cents: int
    heat: int
    health: int
    player_place_id: EntityId
    record: int = 0
    leads: int = 0


class VictimKilled(BaseEvent, frozen=True, tag="victim_killed"):
    """The player killed somebody and took the parts; `record` and `leads` are points that were added."""

    place_id: EntityId
    items: tuple[Item, ...]
    humanity: int
    heat: int
    witnessed: bool
    record: int
    leads: int


class VictimReported(BaseEvent, frozen=True, tag="victim_reported"):
    """Somebody who survived the player's attack told the police; `leads` are points that were added."""

    heat: int
    leads: int


class ChaseEnded(BaseEvent, frozen=True, tag="chase_ended"):
    """The police lost the player, who lost the items on the way; `record` and `leads` are points that were added."""

    outcome: Outcome
    lost: tuple[EntityId, ...]
    heat: int
    record: int
    leads: int


class PlayerArrested(BaseEvent, frozen=True, tag="player_arrested"):
    """The player was taken; items and tools are in the evidence room for good. `record` are points that were added."""

    place_id: EntityId
    confiscated: tuple[EntityId, ...]
    fine_cents: int
    heat: int
    record: int


class LawBribed(BaseEvent, frozen=True, tag="law_bribed"):
    """Guards or officers of a place were offered money; `leads` are points that were added."""

    target: Bribed
    place_id: EntityId
    outcome: BribeOutcome
    price_cents: int
    heat: int
    alarm: int
    leads: int


class ToolBought(BaseEvent, frozen=True, tag="tool_bought"):
    """The player carries a tool from now on."""

    tool: str
    price_cents: int


class InvestigationMoved(BaseEvent, frozen=True, tag="investigation_moved"):
    """A dawn at the police: leads became evidence, the record faded to what is given, bribes ran out."""

    case: Case | None
    record: int


class RaidPlanned(BaseEvent, frozen=True, tag="raid_planned"):
    """The police mean to search the hideout at that minute."""

    minute: int


class HideoutRaided(BaseEvent, frozen=True, tag="hideout_raided"):
    """The police searched the hideout and took equipment and what grew in it; `case` is what is left of it.

    `items` are all that they took: from the stash there, from the bag of a player who was at home, and grown ones with
    their equipment.
    """

    place_id: EntityId
    items: tuple[EntityId, ...]
    equipment: tuple[EntityId, ...]
    growths: tuple[EntityId, ...]
    fine_cents: int
    case: Case | None
