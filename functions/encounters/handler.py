"""Encounters: the player comes near an NPC."""

import os
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

import bodybroker.doors.cold_start as cold_start
from bodybroker.adapters import aws
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.doors.http import Answer, Call, serve
from bodybroker.doors.log import LOG
from bodybroker.doors.memory_store import recall
from bodybroker.doors.models import router
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body
from bodybroker.doors.wiring import CLOCK, event_store, vault, world_rules
from bodybroker.kernel.ids import EntityId, parse_id
from bodybroker.minds import turns
from bodybroker.models.calls import Payer
from bodybroker.services.prepare_encounter import EncounterDesk, View
from bodybroker.services.recording import Recorder
from msgspec import Struct
from pydantic import Field, field_validator


class Approach(Body):
    """How the player's side sees the NPC: `distance_m` metres away, out of sight for `unseen_ms` milliseconds (0: in
    sight), and in which `language` it shall answer. Nothing need be said: then the two stand face to face."""

    distance_m: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] | None = None
    unseen_ms: Annotated[int, Field(ge=0, le=2**31)] = 0
    language: str | None = None

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, language: str | None) -> str | None:
        return turns.spoken(language)


class NpcBody(Struct):
    """Whom the player meets."""

    npc_id: str
    name: str
    race: str
    mood: str


class EncounterBody(Struct):
    """A prepared encounter, until `expires_at` (ISO 8601, UTC). `attention` is what the NPC is worth where it stands:
    `full`, `bark`, `scripted` or `dormant`. `warmed`: the model has read it already."""

    encounter_id: str
    npc: NpcBody
    expires_at: str
    version: int
    attention: str
    warmed: bool


@cache
def desk() -> EncounterDesk:
    encounters = DynamoEncounters(
        aws.client("dynamodb"), os.environ["ENCOUNTERS_TABLE"], os.environ["WORLDS_TABLE"], vault()
    )
    return EncounterDesk(event_store(), encounters, world_rules(), turns.load(), Recorder(CLOCK), recall())


@operation(
    "POST",
    "/worlds/{world}/npcs/{npc}/encounters",
    summary="Come near an NPC",
    request=Approach,
    responses={201: EncounterBody},
    problems=(422,),
)
def approach(call: Call) -> Answer:
    """Gathers what a turn will need and lets the model read it, so that the NPC answers at once. A turn works without
    it and then answers later. Best called again whenever the world has moved while the two are face to face."""
    body = call.body(Approach)
    view = View(body.distance_m, body.unseen_ms) if body.distance_m is not None else None
    encounter = desk().prepare(call.world, EntityId(parse_id("npc", call.path["npc"])), view, body.language)
    is_warm = desk().warm(router(), encounter, Payer(call.player, call.plan, call.world.world))
    if not is_warm:
        LOG.warning("not_warmed", npc_id=encounter.npc_id)
    npc = NpcBody(encounter.npc_id, encounter.name, encounter.race, encounter.mood)
    expires_at = datetime.fromtimestamp(encounter.expires_at, UTC).isoformat().replace("+00:00", "Z")
    return Answer(
        201, EncounterBody(encounter.encounter_id, npc, expires_at, encounter.version, encounter.attention, is_warm)
    )


OPERATIONS = (approach,)
lambda_handler = serve(*OPERATIONS, prepare=(desk, router))
cold_start.over()
