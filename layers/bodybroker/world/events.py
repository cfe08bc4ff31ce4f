"""The facts of a world: every event there is. An event carries all of its outcome: no rule, no randomness to apply it.

On the wire an event is one JSON object: `v` (the version of its type), `type`, and its fields.
"""

import msgspec
from msgspec import Struct

from bodybroker.kernel.ids import EventId
from bodybroker.world.beliefs.events import BeliefsForgotten, BeliefsFormed
from bodybroker.world.bonds.events import BondChanged, BondsFaded, DebtsPaid
from bodybroker.world.city.events import (
    PhaseChanged,
    TimePassed,
    TimeSkipped,
    Travelled,
    WeatherChanged,
    WorldCreated,
    WorldRewound,
    WorldSealed,
)
from bodybroker.world.conflict.events import (
    BlowsExchanged,
    BribeOffered,
    ChaseRun,
    DangerArose,
    DangerPassed,
    FoeStoodDown,
    HidingFailed,
    PlayerDied,
    SpoilsTaken,
    StakesLost,
)
from bodybroker.world.crime.events import (
    ChaseEnded,
    HideoutRaided,
    HospitalRobbed,
    InvestigationMoved,
    LawBribed,
    MorgueRestocked,
    MorgueRobbed,
    PlayerArrested,
    PoliceResponded,
    RaidPlanned,
    StoresRestocked,
    ToolBought,
    VictimKilled,
    VictimReported,
)
from bodybroker.world.empire.events import (
    CashDeposited,
    CashWithdrawn,
    CrewHired,
    CrewLost,
    FrontAudited,
    FrontBought,
    FrontSold,
    MoneyLaundered,
    PaydayCame,
    RankLost,
    RankRisen,
)
from bodybroker.world.houses.events import (
    AllianceMade,
    FavourDone,
    HouseBetrayed,
    HousesAdvanced,
    HouseSpiedOn,
    HuntChanged,
    HuntersCame,
    PeaceMade,
    StandingsChanged,
    TributePaid,
)
from bodybroker.world.lab.events import (
    CourierArrived,
    CourierCaught,
    CourierSent,
    EquipmentBought,
    EquipmentCleaned,
    EquipmentRepaired,
    EquipmentSold,
    GrowthStarted,
    IngredientsBought,
    ItemsStored,
    ItemsTaken,
    PartCollected,
    PartGrown,
    PartsAged,
    PartTreated,
    RentDue,
    RouteClosed,
    RouteOpened,
    RoutesRested,
    WarehouseAcquired,
    WarehouseLeft,
)
from bodybroker.world.market.events import (
    ConsignmentsSold,
    CustomersArrived,
    DealFailed,
    DealSettled,
    DemandRecovered,
    FalseMoneyFound,
    GoodsConsigned,
    Haggled,
    IntermediaryAudited,
    IntermediaryDefected,
    IntermediaryDismissed,
    IntermediaryEngaged,
    OfferMade,
    OfferWithdrawn,
    OrderDelivered,
    OrderPromised,
    OrdersLapsed,
    OrdersPlaced,
    PartSold,
    PursesFilled,
    TempersCooled,
)
from bodybroker.world.powers.events import HumanityStirred, PowerBought, PowerEnded, PowerUsed
from bodybroker.world.story.events import (
    EntityDescribed,
    FactDropped,
    FactSet,
    LocationSettled,
    ObjectiveClosed,
    ObjectiveOpened,
    ProposalAccepted,
    ProposalRefused,
)
from bodybroker.world.talk.events import (
    AskEnded,
    BribeTaken,
    ClaimTold,
    DebtPaid,
    MoodChanged,
    NpcLeft,
    NpcSwayed,
    OfferHeld,
    PriceAsked,
    QuestEnded,
    QuestGiven,
    SilenceBroken,
    ThreatMade,
    TurnSpoken,
    WordBroken,
    WordGiven,
    WordKept,
)
from bodybroker.world.upcast import upcast

Event = (
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


class Recorded(Struct, frozen=True):
    """An event in its place in a branch. `seq` starts at 1 and has no gaps; `recorded_at` is ISO 8601 in UTC."""

    seq: int
    event_id: EventId
    recorded_at: str
    command_id: str
    event: Event


class _Header(Struct):
    type: str
    v: int


VERSIONS: dict[str, int] = {str(kind.__struct_config__.tag): kind.VERSION for kind in Event.__args__}
"""The version of every type of event, as it is written."""
_encode = msgspec.json.Encoder(order="sorted").encode
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_decode_header = msgspec.json.Decoder(_Header).decode


def encode(event: Event) -> bytes:
    """The event as JSON, with the version of its type."""
    return b'{"v":%d,' % event.VERSION + _encode(event)[1:]


def decode(data: bytes) -> Event:
    """The event in `data`, as of the version of its type that this code writes.

    Raises UnknownEvent on an unknown type or version, msgspec.ValidationError where the fields are wrong.
    """
    header = _decode_header(data)
    version = VERSIONS.get(header.type)
    if version != header.v:
        data = msgspec.json.encode(upcast(msgspec.json.decode(data), version or 0))
    return _decoder.decode(data)
