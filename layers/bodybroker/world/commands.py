"""What a player may ask of a world (the public union), and what only services ask (`Internal`)."""

from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from bodybroker.world.city.commands import CatchUp, SealWorld, Travel, Wait
from bodybroker.world.conflict.commands import BribeFoes, Fight, Flee, Hide, Surrender
from bodybroker.world.crime.commands import Bribe, BuyTool, Kill, LieLow, RobHospital, RobMorgue
from bodybroker.world.empire.commands import BuyFront, ClaimRank, Deposit, Dismiss, Hire, SellFront, Withdraw
from bodybroker.world.houses.commands import Ally, DoFavour, DoubleCross, MakePeace, PayTribute, Spy
from bodybroker.world.lab.commands import (
    BuyEquipment,
    BuyIngredient,
    BuyWarehouse,
    CleanEquipment,
    CloseSupplyRoute,
    CollectPart,
    GrowPart,
    LeaveWarehouse,
    OpenSupplyRoute,
    RentWarehouse,
    RepairEquipment,
    SellEquipment,
    SendCourier,
    StoreItem,
    TakeItem,
    TreatPart,
)
from bodybroker.world.market.commands import (
    AuditIntermediary,
    Consign,
    DeliverOrder,
    DismissIntermediary,
    EngageIntermediary,
    Haggle,
    PromiseDelivery,
    SellPart,
)
from bodybroker.world.powers.commands import BuyPower, UsePower
from bodybroker.world.story.commands import SubmitProposal
from bodybroker.world.talk.commands import RecordTalk, RecordTurn

Command = Annotated[
    Travel
    | Hire
    | Dismiss
    | ClaimRank
    | BuyFront
    | SellFront
    | Deposit
    | Withdraw
    | RobMorgue
    | BuyEquipment
    | BuyIngredient
    | BuyWarehouse
    | CleanEquipment
    | CloseSupplyRoute
    | CollectPart
    | GrowPart
    | LeaveWarehouse
    | OpenSupplyRoute
    | RentWarehouse
    | RepairEquipment
    | SellEquipment
    | SendCourier
    | StoreItem
    | TakeItem
    | TreatPart
    | SellPart
    | Haggle
    | PromiseDelivery
    | DeliverOrder
    | EngageIntermediary
    | Consign
    | AuditIntermediary
    | DismissIntermediary
    | Wait
    | LieLow
    | Fight
    | Flee
    | Hide
    | Surrender
    | BribeFoes
    | BuyPower
    | UsePower
    | RobHospital
    | Kill
    | Bribe
    | BuyTool
    | PayTribute
    | Ally
    | Spy
    | DoubleCross
    | MakePeace
    | DoFavour,
    Field(discriminator="type"),
]
CommandAdapter: TypeAdapter[Command] = TypeAdapter(Command, config=ConfigDict(defer_build=True))

Internal = RecordTurn | RecordTalk | CatchUp | SealWorld | SubmitProposal
