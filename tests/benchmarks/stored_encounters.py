"""The encounters of a deployment as its functions open them: rows lie sealed under their players' keys."""

from base64 import urlsafe_b64decode
from typing import Any

import msgspec
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.player_keys import KmsPlayerKeys
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds.encounters import Encounter

from play.game import Game


class StoredEncounters:
    """Reads them with the given AWS clients (cloudformation, dynamodb, kms)."""

    def __init__(self, clients: dict[str, Any]) -> None:
        resources = clients["cloudformation"].describe_stack_resources(StackName="BodyBroker-Data")["StackResources"]

        def name(kind: str, prefix: str) -> str:
            found = [each for each in resources if each["ResourceType"] == kind]
            return next(each["PhysicalResourceId"] for each in found if each["LogicalResourceId"].startswith(prefix))

        tables = [name("AWS::DynamoDB::GlobalTable", prefix) for prefix in ("Encounters", "Worlds", "Keys")]
        wrapping_key = name("AWS::KMS::Key", "Keys")
        keys = KmsPlayerKeys(clients["dynamodb"], tables[2], clients["kms"], wrapping_key, SystemClock())
        self._table = DynamoEncounters(clients["dynamodb"], tables[0], tables[1], EnvelopeVault(keys))

    def find(self, game: Game, npc: dict[str, Any]) -> Encounter:
        """The prepared encounter of the game's player with an NPC."""
        body = game.client.tokens["access_token"].split(".")[1]
        player = PlayerId(msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])
        encounter = self._table.find(WorldKey(player, WorldId(game.id)), EntityId(npc["npc_id"]))
        assert encounter is not None
        return encounter
