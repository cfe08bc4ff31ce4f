"""The houses and what lies between them. Days count from 0; grudges, standing and hunts run to 1000."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Provenance
from bodybroker.kernel.ids import EntityId

TreatyKind = Literal["truce", "alliance", "marriage"]
Scheme = Literal["theft", "sabotage", "usurpation"]
RumourKind = Literal[
    "quarter_taken",
    "attack_failed",
    "treaty",
    "betrayal",
    "stirring",
    "scheme",
    "strike",
    "exposed",
    "succeeded",
    "new_leader",
    "heir",
]


class House(Struct, frozen=True):
    """A faction. `kind` names it in houses.yaml; `leader_id` where a known NPC leads it; scores in 0..100."""

    house_id: EntityId
    kind: str
    race: str
    name: str
    leader: str
    leader_id: EntityId | None
    ambition: int
    honour: int
    cunning: int
    strength: int
    wealth_cents: int
    provenance: Provenance


class Quarter(Struct, frozen=True):
    """A part of the city, who holds it, and what it earns each dusk."""

    quarter_id: EntityId
    name: str
    income_cents: int
    house_id: EntityId


class Treaty(Struct, frozen=True):
    """Two houses, sorted by id, keep the peace before day `until_day`."""

    kind: TreatyKind
    houses: tuple[EntityId, EntityId]
    until_day: int


class Intrigue(Struct, frozen=True):
    """A scheme of a house against another: on day `due_day` it goes on to its next stage, and then it is settled."""

    intrigue_id: EntityId
    scheme: Scheme
    house_id: EntityId
    target_id: EntityId
    stage: Literal["preparing", "striking"]
    due_day: int


class Favour(Struct, frozen=True):
    """A part that a house would like from the player before day `until_day`."""

    part: str
    until_day: int


class Tie(Struct, frozen=True):
    """What the player is to a house: `standing` in -1000..1000, `hunt` in 0..1000.

    Allied before day `allied_until`, informed by spies before day `spied_until`.
    """

    standing: int = 0
    hunt: int = 0
    allied_until: int = 0
    spied_until: int = 0
    debt_cents: int = 0
    betrayals: int = 0
    favour: Favour | None = None


class Attempt(Struct, frozen=True):
    """Hunters of a house strike at `minute`."""

    house_id: EntityId
    minute: int


class Rumour(Struct, frozen=True):
    """What the street says on `day`: names as they were then, so that the story can be told later."""

    day: int
    kind: RumourKind
    house: str
    other: str = ""
    what: str = ""


class HousesState(Struct, frozen=True):
    """The houses and what lies between them.

    `races` says to which house the members of a race belong; `grudges[a][b]` is what house a holds against house b;
    `day` is the last on which politics moved; `home_id` is the quarter that the player's district is.
    """

    houses: dict[EntityId, House] = {}
    races: dict[str, EntityId] = {}
    quarters: dict[EntityId, Quarter] = {}
    home_id: EntityId | None = None
    grudges: dict[EntityId, dict[EntityId, int]] = {}
    treaties: tuple[Treaty, ...] = ()
    intrigues: dict[EntityId, Intrigue] = {}
    ties: dict[EntityId, Tie] = {}
    attempt: Attempt | None = None
    rumours: tuple[Rumour, ...] = ()
    day: int = 0
