"""A turn's first token at one client, beside the bare model call with a prompt of the same length.

The peer is what any program on SageMaker pays: botocore's streaming call to the same endpoint, with the encounter's own
prompt. The two go in turns and change places every round, so that a noisy neighbour and the model's prefix cache meet
both alike; their texts differ from the first word on, so neither finds the other's in the cache.
"""

import statistics
import time
from base64 import urlsafe_b64decode
from typing import Any

import botocore.session
import msgspec
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.player_keys import KmsPlayerKeys
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds import turns
from bodybroker.minds.encounters import heard
from bodybroker.minds.prompt import line_prompt
from bodybroker.models.inference import ChatRequest, read_line

from play.client import Client
from play.game import CannotDo, Game

ROUNDS = 30
TEXT = "nights I have looked for you. What do you want?"
LEAVE_MINUTES = 120
ENDPOINT = "bodybroker-gold"


def measure(api: str, aws: str) -> str:
    """The table of both, in milliseconds."""
    session = botocore.session.get_session()
    session.set_credentials("bodybroker-local", "local")
    clients = {
        name: session.create_client(name, region_name="us-east-1", endpoint_url=aws)
        for name in ("cloudformation", "dynamodb", "kms", "sagemaker-runtime")
    }
    encounters = _encounters(clients)
    with Client(api) as client:
        client.sign_in()
        game = Game(client, client.create_world(4))
        _go_to_the_graveyard(game)
        ours, peer = list[float](), list[float]()
        while len(ours) < ROUNDS:
            try:
                npc = game.npc("ghoul")
            except CannotDo:  # it has walked away
                game.command({"type": "wait", "minutes": LEAVE_MINUTES})
                continue
            game.meet(npc)
            prompt = _prompt(encounters, game, npc, f"{1000 + len(ours)} {TEXT}")
            calls = [
                lambda npc=npc: ours.append(_turn(game, npc, f"{2000 + len(ours)} {TEXT}")),
                lambda prompt=prompt: peer.append(_bare(clients["sagemaker-runtime"], prompt)),
            ]
            for call in calls if len(ours) % 2 else reversed(calls):
                call()
            game.look()
    lines = [f"{'first token of a turn, one client':<44}{'p50 ms':>9}{'p99 ms':>9}"]
    lines += [_row("turn over HTTP (this project)", ours), _row("the bare model call (botocore)", peer)]
    lines.append(f"{'overhead':<44}{statistics.median(ours) - statistics.median(peer):>9.1f}")
    lines.append(f"{'ratio':<44}{statistics.median(ours) / statistics.median(peer):>9.2f}")
    return "\n".join(lines)


def _go_to_the_graveyard(game: Game) -> None:
    game.go("street")
    game.go("graveyard")
    while game.view["time"]["phase"] == "day":
        game.command({"type": "wait", "minutes": 60})


def _turn(game: Game, npc: dict[str, Any], text: str) -> float:
    """Milliseconds to the first token of a turn, which is heard to its end."""
    started = time.perf_counter()
    arrivals = []
    for event in game.client.turn(game.id, npc["npc_id"], text):
        if event.name == "token":
            arrivals.append((time.perf_counter() - started) * 1000)
        elif event.name == "done":
            assert event.data["source"] == "model", "the model is too slow to be measured"
    return arrivals[0]


def _encounters(clients: dict[str, Any]) -> DynamoEncounters:
    """The store of encounters as the functions open it: rows lie sealed under their players' keys."""
    resources = clients["cloudformation"].describe_stack_resources(StackName="BodyBroker-Data")["StackResources"]

    def name(kind: str, prefix: str) -> str:
        found = [each for each in resources if each["ResourceType"] == kind]
        return next(each["PhysicalResourceId"] for each in found if each["LogicalResourceId"].startswith(prefix))

    tables = [name("AWS::DynamoDB::GlobalTable", prefix) for prefix in ("Encounters", "Worlds", "Keys")]
    wrapping_key = name("AWS::KMS::Key", "Keys")
    keys = KmsPlayerKeys(clients["dynamodb"], tables[2], clients["kms"], wrapping_key, SystemClock())
    return DynamoEncounters(clients["dynamodb"], tables[0], tables[1], EnvelopeVault(keys))


def _prompt(encounters: DynamoEncounters, game: Game, npc: dict[str, Any], text: str) -> ChatRequest:
    """The request that a turn with `text` would send now."""
    body = game.client.tokens["access_token"].split(".")[1]
    player = PlayerId(msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])
    encounter = encounters.find(WorldKey(player, WorldId(game.id)), EntityId(npc["npc_id"]))
    assert encounter is not None
    speech = turns.load().speech
    messages = line_prompt(encounter.prefix, encounter.transcript, heard(encounter, text))
    return ChatRequest(messages, speech.max_tokens, speech.temperature, seed=7, stop=("\n",))


def _bare(runtime: Any, request: ChatRequest) -> float:
    """Milliseconds to the first token of the bare call, which is heard to its end."""
    started = time.perf_counter()
    arrivals = []
    answer = runtime.invoke_endpoint_with_response_stream(EndpointName=ENDPOINT, Body=request.body(stream=True))
    for event in answer["Body"]:
        chunks = map(read_line, event["PayloadPart"]["Bytes"].split(b"\n"))
        if any(chunk.text for chunk in chunks if chunk):
            arrivals.append((time.perf_counter() - started) * 1000)
    return arrivals[0]


def _row(name: str, values: list[float]) -> str:
    ordered = sorted(values)
    return f"{name:<44}{statistics.median(ordered):>9.1f}{ordered[int(0.99 * (len(ordered) - 1))]:>9.1f}"
