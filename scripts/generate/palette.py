"""Colours of the drawings: night ground, lamplight floors, one colour per thing that a designer looks for."""

from hashlib import blake2b

from scripts.generate.shapes import Colour, mix

NIGHT: Colour = (13, 14, 20)
PAPER: Colour = (226, 216, 194)
FAINT: Colour = (140, 134, 122)
GROUND: Colour = (24, 27, 31)
WALL: Colour = (66, 62, 64)
WALL_EDGE: Colour = (112, 104, 100)
SHADOW: Colour = (6, 7, 10)
LAMP: Colour = (255, 204, 120)
GLASS: Colour = (122, 178, 204)
DOOR: Colour = (190, 148, 96)
THRESHOLD: Colour = (104, 92, 78)
COVER_FULL: Colour = (44, 38, 36)
COVER_LOW: Colour = (128, 108, 84)
NO_COVER: Colour = (150, 144, 132)
SIGHT: Colour = (150, 200, 170)
WAY: Colour = (206, 190, 150)
BLOOD: Colour = (168, 32, 36)

SPAWNS: dict[str, Colour] = {
    "player": (110, 214, 132),
    "npc": (222, 72, 66),
    "patrol": (236, 150, 62),
    "item": (238, 214, 96),
}

LOCKS: tuple[Colour, ...] = (
    (232, 92, 92),
    (96, 168, 236),
    (240, 196, 84),
    (176, 120, 232),
    (108, 208, 168),
    (240, 140, 190),
)
"""One per lock; its key has the same."""

_FLOORS: tuple[tuple[tuple[str, ...], Colour], ...] = (
    (("cold", "freezer", "ice", "chill"), (92, 122, 142)),
    (("autopsy", "operat", "surgery", "theatre", "dissect", "embalm", "prep"), (124, 142, 134)),
    (("lab", "clean", "culture", "chemi", "distill", "vat"), (112, 140, 122)),
    (("corridor", "hall", "passage", "stair", "landing", "aisle", "tunnel", "spine"), (92, 86, 84)),
    (("lobby", "reception", "foyer", "vestibule", "entrance", "porch", "narthex"), (136, 112, 84)),
    (("office", "records", "archive", "study", "library", "counting", "security", "guard"), (120, 96, 72)),
    (("store", "storage", "closet", "pantry", "stock", "bay", "dock", "garage", "loading"), (94, 92, 80)),
    (("bath", "wash", "shower", "toilet", "laundry", "wet"), (96, 126, 138)),
    (("bed", "ward", "sleep", "dorm", "cell"), (116, 98, 110)),
    (("living", "kitchen", "dining", "parlour", "salon", "lounge", "bar", "dance", "club", "stage"), (132, 84, 74)),
    (("crypt", "tomb", "ossuary", "vault", "chapel", "shrine", "altar", "sarcoph", "grave", "chamber"), (104, 96, 116)),
    (("yard", "court", "garden", "roof", "alley"), (54, 66, 56)),
)

_THINGS: tuple[tuple[tuple[str, ...], Colour], ...] = (
    (
        ("grave", "tomb", "cross", "mausoleum", "angel", "menhir", "boulder", "crag", "rock", "urn", "millstone"),
        (128, 128, 124),
    ),
    (("wall", "chapel", "churchyard", "ruin", "mill"), (104, 98, 92)),
    (("container", "tank", "truck", "crane", "boiler", "pipe", "car", "shed_hall"), (110, 74, 56)),
    (("chain", "lamp", "oil"), (120, 120, 116)),
    (("fern", "reeds", "bramble", "hedge"), (74, 92, 56)),
    (("oak", "pine", "alder", "yew", "willow", "poplar"), (52, 60, 44)),
    (
        ("fallen", "stump", "wood", "crate", "pallets", "boat", "bench", "cabin", "hut", "drift", "tarpaulin"),
        (104, 80, 56),
    ),
    (("pit", "turned", "open", "spoil", "coal"), (34, 28, 24)),
)
"""What stands on open ground, by the beginnings of its words."""

_SURFACES: dict[str, Colour] = {
    "grass": (52, 70, 46),
    "leaf_litter": (66, 56, 40),
    "undergrowth": (36, 54, 36),
    "moss": (48, 76, 50),
    "mud": (62, 50, 40),
    "rock": (92, 92, 94),
    "bare_earth": (84, 70, 54),
    "gravel": (106, 102, 94),
    "asphalt": (50, 52, 58),
    "cracked_asphalt": (62, 62, 64),
    "oily_ground": (40, 38, 44),
    "weeds": (66, 76, 48),
    "reed_bed": (78, 86, 52),
    "avenue": (124, 114, 96),
    "road": (88, 86, 84),
    "trail": (112, 94, 68),
    "footpath": (98, 84, 64),
    "towpath": (104, 96, 78),
    "planks": (124, 96, 62),
    "shallow_water": (52, 86, 100),
    "deep_water": (22, 44, 66),
}

_HOUSES: dict[str, Colour] = {
    "vampire": (150, 36, 60),
    "werewolf": (168, 104, 48),
    "lich": (104, 88, 176),
    "ghoul": (98, 130, 66),
    "zombie": (112, 116, 104),
    "human": (70, 118, 160),
}


def floor(kind: str) -> Colour:
    """The floor of a kind of room: by the beginnings of its words, or its own for ever."""
    for words, colour in _FLOORS:
        if any(part.startswith(words) for part in kind.split("_")):
            return colour
    return _own(kind, (96, 88, 86))


def surface(kind: str) -> Colour:
    """The ground of a kind of surface."""
    return _SURFACES.get(kind) or _own(kind, (72, 70, 60))


def thing(kind: str, cover: str) -> Colour:
    """What stands on open ground."""
    for words, colour in _THINGS:
        if any(part.startswith(words) for part in kind.split("_")):
            return colour
    return solid(cover)


def solid(cover: str) -> Colour:
    """What gives such cover."""
    return {"full": COVER_FULL, "low": COVER_LOW}.get(cover, NO_COVER)


def stain(kind: str) -> Colour:
    """What lies flat on a floor."""
    return {"blood_stain": BLOOD, "puddle": GLASS, "rug": (120, 58, 60), "papers": PAPER}.get(kind, NO_COVER)


def house(race: str) -> Colour:
    """The colour of a race's house."""
    return _HOUSES.get(race) or _own(race, (110, 110, 110))


def lock(order: int) -> Colour:
    """The colour of a lock and its key, by order of keys."""
    return LOCKS[order % len(LOCKS)]


def _own(kind: str, base: Colour) -> Colour:
    """A colour near `base` that a kind without one has: always the same."""
    hue = blake2b(kind.encode(), digest_size=3).digest()
    return mix(base, (hue[0], hue[1], hue[2]), 0.18)
