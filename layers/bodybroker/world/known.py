"""The history as the player may know it: the same events in the same places, without what the views hide.

What NPCs keep to themselves (purses, limits, why they refused, how long they stay away), what lies in places that
nobody searched and how good a growth will be stays in the log. An event that is not in `KnownEvents` cannot be shown.
"""

import msgspec
from msgspec import Struct

from bodybroker.kernel.ids import EventId
from bodybroker.world.beliefs.known import BeliefsForgotten, BeliefsFormed
from bodybroker.world.bonds import events as bonds
from bodybroker.world.bonds.events import BondsFaded, DebtsPaid
from bodybroker.world.bonds.known import BondChanged, veiled
from bodybroker.world.city.events import PhaseChanged, TimePassed, TimeSkipped, Travelled, WeatherChanged, WorldRewound
from bodybroker.world.city.known import WorldCreated, WorldSealed
from bodybroker.world.conflict.events import (
    BribeOffered,
    ChaseRun,
    DangerPassed,
    FoeStoodDown,
    HidingFailed,
    PlayerDied,
    SpoilsTaken,
    StakesLost,
)
from bodybroker.world.conflict.known import BlowsExchanged, DangerArose
from bodybroker.world.crime.events import PlayerArrested, ToolBought
from bodybroker.world.crime.known import (
    ChaseEnded,
    HideoutRaided,
    HospitalRobbed,
    InvestigationMoved,
    LawBribed,
    MorgueRestocked,
    MorgueRobbed,
    PoliceResponded,
    RaidPlanned,
    StoresRestocked,
    VictimKilled,
    VictimReported,
)
from bodybroker.world.empire.events import (
    CashDeposited,
    CashWithdrawn,
    CrewLost,
    FrontAudited,
    FrontBought,
    FrontSold,
    MoneyLaundered,
    RankLost,
    RankRisen,
)
from bodybroker.world.empire.known import CrewHired, PaydayCame
from bodybroker.world.events import Event, Recorded
from bodybroker.world.houses.events import (
    AllianceMade,
    FavourDone,
    HouseBetrayed,
    HouseSpiedOn,
    HuntChanged,
    HuntersCame,
    PeaceMade,
    StandingsChanged,
    TributePaid,
)
from bodybroker.world.houses.known import HousesAdvanced
from bodybroker.world.lab.events import (
    CourierArrived,
    CourierCaught,
    CourierSent,
    EquipmentBought,
    EquipmentCleaned,
    EquipmentRepaired,
    EquipmentSold,
    IngredientsBought,
    ItemsStored,
    ItemsTaken,
    PartCollected,
    PartsAged,
    PartTreated,
    RentDue,
    RouteClosed,
    RouteOpened,
    RoutesRested,
    WarehouseAcquired,
    WarehouseLeft,
)
from bodybroker.world.lab.known import GrowthStarted, PartGrown
from bodybroker.world.market.events import (
    FalseMoneyFound,
    GoodsConsigned,
    Haggled,
    IntermediaryAudited,
    IntermediaryDismissed,
    IntermediaryEngaged,
    OfferMade,
    OfferWithdrawn,
    OrderDelivered,
    OrderPromised,
    OrdersLapsed,
    OrdersPlaced,
    PartSold,
)
from bodybroker.world.market.known import (
    ConsignmentsSold,
    CustomersArrived,
    DealFailed,
    DealSettled,
    DemandRecovered,
    IntermediaryDefected,
    PursesFilled,
    TempersCooled,
)
from bodybroker.world.powers.events import HumanityStirred, PowerBought, PowerEnded, PowerUsed
from bodybroker.world.story.events import EntityDescribed, ObjectiveClosed, ObjectiveOpened
from bodybroker.world.story.known import FactDropped, FactSet, LocationSettled, ProposalAccepted, ProposalRefused
from bodybroker.world.talk.events import (
    AskEnded,
    MoodChanged,
    OfferHeld,
    QuestEnded,
    QuestGiven,
    ThreatMade,
    WordBroken,
    WordGiven,
    WordKept,
)
from bodybroker.world.talk.known import (
    BribeTaken,
    ClaimTold,
    DebtPaid,
    NpcLeft,
    NpcSwayed,
    PriceAsked,
    SilenceBroken,
    TurnSpoken,
)

KnownEvents = (
    WorldCreated
    | BeliefsFormed
    | BeliefsForgotten
    | BondChanged
    | BondsFaded
    | DebtsPaid
    | EntityDescribed
    | FactDropped
    | FactSet
    | LocationSettled
    | ObjectiveClosed
    | ObjectiveOpened
    | ProposalAccepted
    | ProposalRefused
    | CrewHired
    | CrewLost
    | PaydayCame
    | RankRisen
    | RankLost
    | FrontBought
    | FrontSold
    | CashDeposited
    | CashWithdrawn
    | MoneyLaundered
    | FrontAudited
    | DangerArose
    | BlowsExchanged
    | ChaseRun
    | HidingFailed
    | FoeStoodDown
    | BribeOffered
    | DangerPassed
    | StakesLost
    | SpoilsTaken
    | PlayerDied
    | PowerBought
    | PowerUsed
    | PowerEnded
    | HumanityStirred
    | Travelled
    | TimePassed
    | TimeSkipped
    | PhaseChanged
    | WeatherChanged
    | PursesFilled
    | MorgueRestocked
    | MorgueRobbed
    | PoliceResponded
    | StoresRestocked
    | HospitalRobbed
    | VictimKilled
    | VictimReported
    | ChaseEnded
    | PlayerArrested
    | LawBribed
    | ToolBought
    | InvestigationMoved
    | RaidPlanned
    | HideoutRaided
    | EquipmentBought
    | GrowthStarted
    | PartGrown
    | PartCollected
    | CourierArrived
    | CourierCaught
    | CourierSent
    | EquipmentCleaned
    | EquipmentRepaired
    | EquipmentSold
    | IngredientsBought
    | ItemsStored
    | ItemsTaken
    | PartTreated
    | PartsAged
    | RentDue
    | RouteClosed
    | RouteOpened
    | RoutesRested
    | WarehouseAcquired
    | WarehouseLeft
    | PartSold
    | ConsignmentsSold
    | CustomersArrived
    | DealFailed
    | DealSettled
    | DemandRecovered
    | FalseMoneyFound
    | GoodsConsigned
    | Haggled
    | IntermediaryAudited
    | IntermediaryDefected
    | IntermediaryDismissed
    | IntermediaryEngaged
    | OrderDelivered
    | OrderPromised
    | OrdersLapsed
    | OrdersPlaced
    | TempersCooled
    | TurnSpoken
    | AskEnded
    | BribeTaken
    | ClaimTold
    | DebtPaid
    | NpcSwayed
    | OfferHeld
    | PriceAsked
    | QuestEnded
    | QuestGiven
    | SilenceBroken
    | ThreatMade
    | WordBroken
    | WordGiven
    | WordKept
    | MoodChanged
    | OfferMade
    | OfferWithdrawn
    | NpcLeft
    | HousesAdvanced
    | AllianceMade
    | FavourDone
    | HouseBetrayed
    | HouseSpiedOn
    | HuntChanged
    | HuntersCame
    | PeaceMade
    | StandingsChanged
    | TributePaid
    | WorldRewound
    | WorldSealed
)


class Known(Struct, frozen=True):
    """An event in its place in a branch. `seq` starts at 1 and has no gaps; `recorded_at` is ISO 8601 in UTC."""

    seq: int
    event_id: EventId
    recorded_at: str
    command_id: str
    event: KnownEvents


_KINDS: dict[str, type[KnownEvents]] = {str(kind.__struct_config__.tag): kind for kind in KnownEvents.__args__}
TYPES = frozenset(_KINDS)
"""The types of events that a player can know."""


def as_known(recorded: Recorded) -> Known:
    """What the player may know of a recorded event."""
    return Known(recorded.seq, recorded.event_id, recorded.recorded_at, recorded.command_id, known(recorded.event))


def known(event: Event) -> KnownEvents:
    """What the player may know of an event: the event itself where it holds no secret."""
    if isinstance(event, bonds.BondChanged):
        return veiled(event)
    kind = _KINDS[str(event.__struct_config__.tag)]
    return msgspec.convert(event, kind, from_attributes=True)
