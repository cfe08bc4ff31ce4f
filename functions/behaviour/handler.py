"""Behaviour: what NPCs do by themselves. Reads only: what comes of it, the game's commands and turns record."""

from functools import cache
from typing import Annotated, Literal

import bodybroker.doors.cold_start as cold_start
from bodybroker.doors.http import Answer, Call, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body, Query
from bodybroker.doors.wiring import event_store, world_rules
from bodybroker.generation.entities import Point
from bodybroker.kernel.ids import PATTERN, EntityId, parse_id
from bodybroker.minds.behaviour import rules, senses
from bodybroker.minds.behaviour.choosing import Option
from bodybroker.minds.behaviour.rules import Attention
from bodybroker.models import tiers
from bodybroker.services.decide_behaviour import BehaviourDesk, Doing
from msgspec import Struct
from pydantic import Field

FARTHEST_CM = 10_000_000
MOST_NPCS = 40
MOST_BARKS = 1000
CM_PER_M = 100

Somebody = Annotated[str, Field(pattern=rf"^player$|{PATTERN}", description="`player`, or an NPC's id.")]
Repertoire = Annotated[str, Field(pattern=r"^[a-z_]+/[a-z_]+/[a-z_]+$", max_length=120)]
Centimetres = Annotated[int, Field(ge=-FARTHEST_CM, le=FARTHEST_CM)]
Milliseconds = Annotated[int, Field(ge=0, le=2**31)]
Score = Annotated[int, Field(ge=0, le=100)]


class Spot(Body):
    """A spot on the district's ground, in cm from its south-west corner."""

    x_cm: Centimetres
    y_cm: Centimetres

    def point(self) -> Point:
        return Point(self.x_cm, self.y_cm)


class Noise(Spot):
    """Something loud (0 to 100), and where it was."""

    loudness: Score


class LastAct(Body):
    """What the NPC was told to do before, as the answer said it."""

    act: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    towards: Somebody | None = None


class Standing(Spot):
    """An NPC of the shard.

    `unseen_ms`: since it and the player last saw each other (0: they do; absent: never). `hurt_ms`: since it was hurt,
    by `hurt_by`. `quiet_ms`: since its last bark. `doing` and `attention` are what the last answer said: without them
    it dithers.
    """

    npc_id: Annotated[str, Field(pattern=PATTERN)]
    health: Score = 100
    unseen_ms: Milliseconds | None = None
    hurt_ms: Milliseconds | None = None
    hurt_by: Somebody | None = None
    noise: Noise | None = None
    doing: LastAct | None = None
    quiet_ms: Milliseconds | None = None
    attention: Literal["full", "bark", "scripted", "dormant"] | None = None


class PlayerSpot(Spot):
    """Where the player is; `armed`: with a weapon drawn."""

    armed: bool = False


class ShardScene(Body):
    """A moment on a shard: where the player is (absent: not around), and the NPCs that the shard moves.

    `barked` counts the barks that were heard tonight by the `repertoire` that the answers named, so that none comes
    twice before all of it have come.
    """

    npcs: Annotated[list[Standing], Field(min_length=1, max_length=MOST_NPCS)]
    player: PlayerSpot | None = None
    barked: dict[Repertoire, Annotated[int, Field(ge=0)]] = Field(default_factory=dict, max_length=MOST_BARKS)


class Reasons(Query):
    """`why=true`: with the scores of every act that was weighed."""

    why: bool = False


class View(Query):
    """How far off the player is, in metres, and out of sight for how many milliseconds. Where nothing is said the two
    stand face to face, if they are in one place."""

    distance_m: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] | None = None
    unseen_ms: Milliseconds = 0


class SpotBody(Struct):
    """A spot on the district's ground, in cm from its south-west corner."""

    x_cm: int
    y_cm: int


class CueBody(Struct, omit_defaults=True):
    """A bark that is due: its situation, its words and at whom. `repertoire` is to be counted in `barked`."""

    situation: str
    repertoire: str
    text: str
    towards: str | None = None


class DoingBody(Struct, omit_defaults=True):
    """What an NPC does: `act`, at whom (`towards`), going where (`to`; absent: it stays) at which `pace`.

    `speaks`: an occasion to talk that is worth a model's words (a turn). `again_ms`: for how long this may stand.
    `why` lists every act that was weighed, the best first. While it is nowhere to be found it does nothing (`away`).
    """

    npc_id: str
    away: bool = False
    attention: Attention | None = None
    act: str | None = None
    towards: str | None = None
    to: SpotBody | None = None
    pace: str | None = None
    score: int | None = None
    speaks: bool = False
    bark: CueBody | None = None
    again_ms: int | None = None
    why: tuple[Option, ...] | None = None


class TickBody(Struct):
    """What every NPC of the request does, in its order, as the world stands at `version`."""

    version: int
    npcs: list[DoingBody]


class WhereaboutsBody(Struct):
    """Where an NPC is by its schedule, what it is about there, and until which minute of the world."""

    place_id: str
    at: SpotBody
    activity: str
    until: int


class BehaviourBody(Struct, omit_defaults=True):
    """An NPC at a minute of the world: where it is, or from which minute on it can be met again (`returns`); what it
    does, and why."""

    version: int
    minute: int
    does: DoingBody
    whereabouts: WhereaboutsBody | None = None
    returns: int | None = None


@cache
def desk() -> BehaviourDesk:
    return BehaviourDesk(event_store(), world_rules(), rules.load(), tiers.load().attention)


@operation(
    "POST",
    "/worlds/{world}/behaviour",
    summary="What NPCs do now",
    request=ShardScene,
    query=Reasons,
    responses={200: TickBody},
)
def move_npcs(call: Call) -> Answer:
    """For a game shard's server: the same world and the same moment give the same acts. Nothing is recorded. An attack
    is one that the rules of talk allow; the fight itself is the game's."""
    body = call.body(ShardScene)
    found = desk().tick(call.world, _scene(body), why=call.query(Reasons).why)
    return Answer(200, TickBody(found.version, [_doing(each) for each in found.doings]))


@operation(
    "GET",
    "/worlds/{world}/npcs/{npc}/behaviour",
    summary="What an NPC would do, and why",
    query=View,
    responses={200: BehaviourBody},
)
def explain_npc(call: Call) -> Answer:
    """Where its schedule puts it, with nobody but the player near: every act that it weighs, with what spoke for it."""
    view = call.query(View)
    apart = None if view.distance_m is None else round(view.distance_m * CM_PER_M)
    found = desk().look(call.world, EntityId(parse_id("npc", call.path["npc"])), apart, view.unseen_ms)
    there = found.whereabouts
    whereabouts = (
        None if there is None else WhereaboutsBody(there.place_id, _spot(there.at), there.activity, there.until)
    )
    return Answer(
        200,
        BehaviourBody(
            found.version, found.minute, _doing(found.doing), whereabouts, found.returns if there is None else None
        ),
    )


def _scene(body: ShardScene) -> senses.Scene:
    player = body.player
    return senses.Scene(
        npcs=tuple(_standing(each) for each in body.npcs),
        player_at=None if player is None else player.point(),
        player_armed=player is not None and player.armed,
        barked=body.barked,
    )


def _standing(each: Standing) -> senses.Standing:
    doing, noise = each.doing, each.noise
    return senses.Standing(
        npc_id=EntityId(each.npc_id),
        at=each.point(),
        health=each.health,
        unseen_ms=each.unseen_ms,
        hurt_ms=each.hurt_ms,
        hurt_by=_id(each.hurt_by),
        noise=None if noise is None else senses.Noise(noise.point(), noise.loudness),
        doing=None if doing is None else senses.Doing(doing.act, _id(doing.towards)),
        quiet_ms=each.quiet_ms,
        attention=each.attention,
    )


def _id(given: str | None) -> EntityId | None:
    return None if given is None else EntityId(given)


def _doing(found: Doing) -> DoingBody:
    choice, cue, words = found.choice, found.cue, found.words
    if choice is None:
        return DoingBody(found.npc_id, away=True)
    return DoingBody(
        npc_id=found.npc_id,
        attention=choice.attention,
        act=choice.act,
        towards=choice.towards,
        to=None if choice.to is None else _spot(choice.to),
        pace=choice.pace,
        score=choice.score,
        speaks=choice.speaks,
        bark=None if cue is None or words is None else CueBody(cue.situation, cue.repertoire, words, cue.towards),
        again_ms=choice.again_ms,
        why=found.why,
    )


def _spot(point: Point) -> SpotBody:
    return SpotBody(point.x_cm, point.y_cm)


OPERATIONS = (move_npcs, explain_npc)
lambda_handler = serve(*OPERATIONS, prepare=(desk, lambda: rules.load().ways))
cold_start.over()
