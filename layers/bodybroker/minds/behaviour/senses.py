"""The moment, as a game shard tells it, and what each NPC makes of it. Lengths in cm, times in ms, health in 0..100."""

from math import isqrt

from msgspec import Struct

from bodybroker.generation.entities import Point
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.behaviour.inputs import SENSED_OWN
from bodybroker.minds.behaviour.rules import Attention, Senses

MOST = 100


class Noise(Struct, frozen=True, gc=False):
    """Something loud, 0..100, and where."""

    at: Point
    loudness: int


class Doing(Struct, frozen=True, gc=False):
    """What an NPC was last told to do."""

    act: str
    towards: EntityId | None = None


class Standing(Struct, frozen=True):
    """An NPC as it stands there.

    `unseen_ms`: since it and the player last saw each other (0: they do; None: never). `hurt_ms` since it was hurt, by
    `hurt_by`. `quiet_ms` since its last bark (None: it has not said anything). `attention` is the level that it had.
    """

    npc_id: EntityId
    at: Point
    health: int = MOST
    unseen_ms: int | None = None
    hurt_ms: int | None = None
    hurt_by: EntityId | None = None
    noise: Noise | None = None
    doing: Doing | None = None
    quiet_ms: int | None = None
    attention: Attention | None = None


class Scene(Struct, frozen=True):
    """Where the player is (None: not around) and every NPC that the shard moves.

    `barked` counts the barks that were heard tonight, by repertoire.
    """

    npcs: tuple[Standing, ...]
    player_at: Point | None = None
    player_armed: bool = False
    barked: dict[str, int] = {}


def distance(one: Point, two: Point) -> int:
    """How far two points are apart."""
    across, along = one.x_cm - two.x_cm, one.y_cm - two.y_cm
    return isqrt(across * across + along * along)


def fading(since_ms: int | None, lasts_ms: int) -> int:
    """100 at once, 0 from `lasts_ms` on and where it never was."""
    if since_ms is None or since_ms >= lasts_ms:
        return 0
    return MOST - MOST * since_ms // lasts_ms


def nearness(apart_cm: int, rules: Senses) -> int:
    """100 at no distance, 0 from where nothing can be seen."""
    return max(0, MOST - MOST * apart_cm // rules.sight_cm)


def own(standing: Standing, post: Point, near: int, rules: Senses) -> list[int]:
    """What an NPC senses of itself, in the order of SENSED; `near` counts the others close by."""
    sensed = {
        "wounds": MOST - standing.health,
        "hurt": fading(standing.hurt_ms, rules.smarts_ms),
        "noise": 0 if standing.noise is None else standing.noise.loudness,
        "company": min(MOST, near * rules.company_each),
        "astray": min(MOST, MOST * distance(standing.at, post) // rules.stray_cm),
    }
    return [sensed[name] for name in SENSED_OWN]


def of_npc(standing: Standing, other: EntityId, apart_cm: int, rules: Senses) -> list[int]:
    """What it senses of another NPC."""
    return [nearness(apart_cm, rules), _strikes(standing, other, rules)]


def of_player(standing: Standing, player: EntityId, apart_cm: int, scene: Scene, rules: Senses) -> list[int]:
    """What it senses of the player: nothing while it has not seen him lately, unless he strikes."""
    seen = fading(standing.unseen_ms, rules.remembers_ms)
    near, strikes = of_npc(standing, player, apart_cm, rules)
    is_felt = seen > 0 or strikes > 0
    return [near if is_felt else 0, strikes, seen, MOST if is_felt and scene.player_armed else 0]


def _strikes(standing: Standing, other: EntityId, rules: Senses) -> int:
    return fading(standing.hurt_ms, rules.smarts_ms) if standing.hurt_by == other else 0
