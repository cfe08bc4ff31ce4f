"""What the world knows of a place before it is generated; here, so that no generator is loaded to read it."""

from msgspec import Struct

from bodybroker.generation.entities import PlaceKind


class Haunt(Struct, frozen=True):
    """An NPC of the world that haunts a site. `house` is the kind of the house it belongs to, where it has one."""

    npc_id: str
    race: str
    name: str
    traits: tuple[str, ...] = ()
    house: str = ""


class SiteBrief(Struct, frozen=True):
    """What the world knows of a place before it is generated; lengths in cm."""

    place_id: str
    kind: PlaceKind
    name: str
    width_cm: int
    depth_cm: int
    haunts: tuple[Haunt, ...] = ()
