"""Its events as the player may know them."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent
from bodybroker.world.crime.commands import Bribed
from bodybroker.world.crime.events import BribeOutcome, PoliceOutcome


class MorgueRestocked(KnownEvent, frozen=True, tag="morgue_restocked"):
    """A new day at a morgue: bodies may have come in, and its alarm calmed down."""

    place_id: EntityId


class StoresRestocked(KnownEvent, frozen=True, tag="stores_restocked"):
    """A new day at the morgues and hospitals: something may have come in."""


class MorgueRobbed(KnownEvent, frozen=True, tag="morgue_robbed"):
    """The player took items out of a morgue; heat rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int


class HospitalRobbed(KnownEvent, frozen=True, tag="hospital_robbed"):
    """The player took items out of a hospital; heat rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int


class PoliceResponded(KnownEvent, frozen=True, tag="police_responded"):
    """How the law answered a robbery; how far its investigation is stays its secret."""

    outcome: PoliceOutcome
    place_id: EntityId
    recovered: tuple[EntityId, ...]
    fine_cents: int
    heat: int
    health: int
    player_place_id: EntityId


class VictimKilled(KnownEvent, frozen=True, tag="victim_killed"):
    """The player killed somebody and took the parts."""

    place_id: EntityId
    items: tuple[Item, ...]
    humanity: int
    heat: int
    witnessed: bool


class VictimReported(KnownEvent, frozen=True, tag="victim_reported"):
    """Somebody who survived the player's attack told the police."""

    heat: int


class ChaseEnded(KnownEvent, frozen=True, tag="chase_ended"):
    """The police lost the player, who lost the items on the way."""

    outcome: str
    lost: tuple[EntityId, ...]
    heat: int


class LawBribed(KnownEvent, frozen=True, tag="law_bribed"):
    """Guards or officers were offered money."""

    target: Bribed
    place_id: EntityId
    outcome: BribeOutcome
    price_cents: int
    heat: int


class InvestigationMoved(KnownEvent, frozen=True, tag="investigation_moved"):
    """A dawn at the police, whose files are closed to the player."""


class RaidPlanned(KnownEvent, frozen=True, tag="raid_planned"):
    """The police made plans, of which the player knows nothing."""


class HideoutRaided(KnownEvent, frozen=True, tag="hideout_raided"):
    """The police searched the hideout and took items, equipment and what grew in it."""

    place_id: EntityId
    items: tuple[EntityId, ...]
    equipment: tuple[EntityId, ...]
    growths: tuple[EntityId, ...]
    fine_cents: int
