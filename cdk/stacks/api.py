"""What players reach: the API and the functions behind it."""

from typing import Any

import aws_cdk
from constructs import Construct

from cdk.constructs.artifacts import Layers
from cdk.constructs.function import Function, Size
from cdk.constructs.rest_api import RestApi, Route
from cdk.stacks.asking import Asking
from cdk.stacks.cloud import CloudStack
from cdk.stacks.data import DataStack
from cdk.stacks.generation import GenerationStack
from cdk.stacks.identity import STEAM_SECRET_NAME, IdentityStack
from cdk.stacks.memory import MemoryStack

ROUTES = (
    Route("POST", "/auth/guest", "accounts", public=True),
    Route("POST", "/auth/steam", "accounts", public=True, body=True),
    Route("POST", "/auth/refresh", "accounts", public=True, body=True),
    Route("DELETE", "/account", "accounts", body=True),
    Route("POST", "/worlds", "worlds", once=True),
    Route("GET", "/worlds", "worlds"),
    Route("GET", "/worlds/{world}", "worlds"),
    Route("GET", "/worlds/{world}/events", "history"),
    Route("GET", "/worlds/{world}/diff", "history"),
    Route("GET", "/worlds/{world}/entities", "history"),
    Route("GET", "/worlds/{world}/entities/{entity}", "history"),
    Route("GET", "/worlds/{world}/branches", "branches"),
    Route("POST", "/worlds/{world}/branches", "branches", body=True, once=True),
    Route("POST", "/worlds/{world}/branches/{branch}/activation", "branches", once=True),
    Route("DELETE", "/worlds/{world}/branches/{branch}", "branches", once=True),
    Route("POST", "/worlds/{world}/commands", "commands", body=True, once=True, watched=True),
    Route("POST", "/worlds/{world}/return", "commands", once=True),
    Route("GET", "/worlds/{world}/npcs/{npc}/bonds", "npcs"),
    Route("GET", "/worlds/{world}/npcs/{npc}/beliefs", "npcs"),
    Route("GET", "/worlds/{world}/npcs/{npc}/behaviour", "behaviour"),
    Route("POST", "/worlds/{world}/behaviour", "behaviour", body=True),
    Route("POST", "/worlds/{world}/npcs/{npc}/encounters", "encounters"),
    Route("POST", "/worlds/{world}/locations", "locations", body=True, once=True),
    Route("POST", "/worlds/{world}/locations/prefetch", "locations", body=True),
    Route("GET", "/worlds/{world}/locations/{place}", "locations"),
    Route("GET", "/worlds/{world}/locations/{place}/provenance", "locations"),
    Route("GET", "/worlds/{world}/jobs/{job}", "locations"),
    Route("GET", "/worlds/{world}/jobs/{job}/events", "locations"),
    Route("DELETE", "/worlds/{world}/jobs/{job}", "locations"),
    Route("POST", "/worlds/{world}/npcs/{npc}/turns", "turns", once=True, streams=True),
    Route("GET", "/worlds/{world}/npcs/{npc}/turns/{turn}", "turns", streams=True),
    Route("DELETE", "/worlds/{world}/npcs/{npc}/turns/{turn}", "turns", streams=True),
)

READ_LOG = ("GetItem", "Query")
APPEND_TO_LOG = (*READ_LOG, "PutItem")


class ApiStack(aws_cdk.Stack):
    """The REST API, its authorizer and one function per kind of request."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        data: DataStack,
        identity: IdentityStack,
        asking: Asking,
        cloud: CloudStack,
        generation: GenerationStack,
        memory: MemoryStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, id, **options)
        self._layers = Layers(self)
        self._data, self._identity, self._asking = data, identity, asking
        self._cloud, self._generation, self._memory = cloud, generation, memory
        self.authorizer = self._make_authorizer()
        self.functions = {
            function.name: function
            for function in (
                self._make_accounts(),
                self._make_worlds(),
                self._make_history(),
                self._make_npcs(),
                self._make_behaviour(),
                self._make_branches(),
                self._make_commands(),
                self._make_encounters(),
                self._make_turns(),
                self._make_locations(),
            )
        }
        self.rest = RestApi(self, "Rest", authorizer=self.authorizer, functions=self.functions, routes=ROUTES)
        aws_cdk.CfnOutput(self, "ApiUrl", value=self.rest.api.url)

    def _make_authorizer(self) -> Function:
        key = self._identity.signing_key
        function = Function(
            self,
            "authorizer",
            layers=self._layers,
            uses=("aws", "auth"),
            size=Size(memory_mb=512, timeout_s=5),
            environment={"SIGNING_KEY_ID": key.key_id},
        )
        function.may(["kms:GetPublicKey"], key.key_arn)
        return function

    def _make_accounts(self) -> Function:
        key, secret, accounts = self._identity.signing_key, self._identity.steam_secret, self._data.accounts
        function = Function(
            self,
            "accounts",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=1024, timeout_s=10),
            environment={
                "ACCOUNTS_TABLE": accounts.name,
                "SIGNING_KEY_ID": key.key_id,
                "STEAM_SECRET": STEAM_SECRET_NAME,
            },
        )
        accounts.allow(function, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        self._data.keys.let_create_and_destroy(function)
        function.may(["kms:Sign"], key.key_arn)
        function.may(["secretsmanager:GetSecretValue"], secret.secret_arn)
        return function

    def _make_worlds(self) -> Function:
        function = Function(
            self,
            "worlds",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=1769, timeout_s=15),
            environment={"WORLDS_TABLE": self._data.worlds.name, "PROJECTIONS_TABLE": self._data.projections.name},
        )
        self._data.keys.let_open(function)
        self._data.worlds.allow(function, *APPEND_TO_LOG)
        self._data.projections.allow(function, "Query")
        return function

    def _make_history(self) -> Function:
        function = self._on_worlds("history", timeout_s=15)
        self._data.worlds.allow(function, *READ_LOG)
        return function

    def _make_npcs(self) -> Function:
        function = self._on_worlds("npcs", timeout_s=15)
        self._data.worlds.allow(function, *READ_LOG)
        return function

    def _make_behaviour(self) -> Function:
        function = self._on_worlds("behaviour", timeout_s=10)
        self._data.worlds.allow(function, *READ_LOG)
        return function

    def _make_branches(self) -> Function:
        function = self._on_worlds("branches", timeout_s=15)
        self._data.worlds.allow(function, *APPEND_TO_LOG, "ConditionCheckItem")
        return function

    def _on_worlds(self, name: str, timeout_s: int) -> Function:
        """A function that knows the table of worlds and nothing else."""
        function = Function(
            self,
            name,
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=1769, timeout_s=timeout_s),
            environment={"WORLDS_TABLE": self._data.worlds.name},
        )
        self._data.keys.let_open(function)
        return function

    def _make_commands(self) -> Function:
        function = self._on_worlds("commands", timeout_s=10)
        self._data.worlds.allow(function, *APPEND_TO_LOG)
        return function

    def _make_encounters(self) -> Function:
        function = Function(
            self,
            "encounters",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=1769, timeout_s=15),
            environment=self._conversation(),
        )
        self._data.keys.let_open(function)
        self._data.worlds.allow(function, *READ_LOG)
        self._data.encounters.allow(function, "GetItem", "PutItem")
        self._asking.let_ask(function)
        self._memory.let_recall(function)
        return function

    def _make_turns(self) -> Function:
        function = Function(
            self,
            "turns",
            layers=self._layers,
            uses=("aws", "stream"),
            size=Size(memory_mb=1769, timeout_s=120),
            environment=self._conversation(),
            streams=True,
        )
        self._data.keys.let_open(function)
        self._data.worlds.allow(function, *APPEND_TO_LOG, "BatchGetItem")
        self._data.encounters.allow(function, "BatchGetItem", "GetItem", "PutItem", "Query")
        self._asking.let_ask(function)
        self._cloud.let_ask(function)
        return function

    def _make_locations(self) -> Function:
        function = Function(
            self,
            "locations",
            layers=self._layers,
            uses=("aws", "generation"),
            size=Size(memory_mb=1769, timeout_s=15),
            environment={"WORLDS_TABLE": self._data.worlds.name, "LOCATIONS_TABLE": self._data.locations.name},
        )
        self._data.keys.let_open(function)
        self._data.worlds.allow(function, *READ_LOG)
        self._data.locations.allow(function, "GetItem", "PutItem", "Query")
        self._asking.spending.let_look(function)
        self._generation.let_start(function)
        self._generation.let_tell(function)
        return function

    def _conversation(self) -> dict[str, str]:
        return {"WORLDS_TABLE": self._data.worlds.name, "ENCOUNTERS_TABLE": self._data.encounters.name}
