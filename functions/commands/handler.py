"""Commands: what a player asks of a world."""

from functools import cache
from typing import Annotated, Any, Self

import bodybroker.doors.cold_start as cold_start
from bodybroker.doors.http import Answer, Call, replay_header, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body
from bodybroker.doors.wiring import CLOCK, event_store, world_rules
from bodybroker.kernel.ids import PATTERN, BranchId
from bodybroker.kernel.json import digest
from bodybroker.services.handle_command import Batch, CommandDesk, Submission
from bodybroker.services.recording import Outcome, Recorder
from bodybroker.services.return_to_world import return_to_world
from bodybroker.world import state, views
from bodybroker.world.commands import Command
from bodybroker.world.known import Known, as_known
from msgspec import Struct
from pydantic import ConfigDict, Field, model_validator

BATCH_LIMIT = 20
"""Commands in a batch."""


class NewCommand(Body):
    """A command, or `commands` that are carried out in their order, all of them or none.

    With `expected_version` that is done only on the world that you saw, else on the newest; with `expected_branch` only
    on that line of history.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["command"]}, {"required": ["commands"]}]},
    )

    expected_version: Annotated[int, Field(ge=1)] | None = None
    expected_branch: Annotated[str, Field(pattern=PATTERN)] | None = None
    command: Command | None = None
    commands: Annotated[tuple[Command, ...], Field(min_length=1, max_length=BATCH_LIMIT)] | None = None

    @model_validator(mode="after")
    def _one_or_many(self) -> Self:
        if (self.command is None) == (self.commands is None):
            raise ValueError("either command or commands is needed")
        return self

    def asked(self) -> Command | Batch:
        """What is to be carried out."""
        if self.command is not None:
            return self.command
        assert self.commands is not None
        return Batch(self.commands)


class CommandResult(Struct):
    """What happened, and the world as it stands after it."""

    branch_id: str
    version: int
    hash: str
    events: list[Known]
    view: dict[str, Any]


@cache
def desk() -> CommandDesk:
    return CommandDesk(event_store(), world_rules(), Recorder(CLOCK))


@operation(
    "POST",
    "/worlds/{world}/commands",
    summary="Act",
    request=NewCommand,
    responses={200: CommandResult},
    idempotent=True,
    problems=(409, 422),
)
def command(call: Call) -> Answer:
    """The rules decide; what they decide is stored as events before this answers, all of them or none. Where a rule
    refuses a command of a batch, `index` says which, and nothing has happened."""
    body = call.body(NewCommand)
    payload_hash = digest({"command": body.model_dump()})
    branch = None if body.expected_branch is None else BranchId(body.expected_branch)
    submission = Submission(call.idempotency_key, payload_hash, body.asked(), body.expected_version, branch)
    return _answer(desk().handle(call.world, submission))


@operation(
    "POST",
    "/worlds/{world}/return",
    summary="Come back",
    responses={200: CommandResult},
    idempotent=True,
    problems=(409, 422),
)
def come_back(call: Call) -> Answer:
    """After a long absence the city has lived on; after a short one nothing has happened and no events are given."""
    return _answer(return_to_world(desk(), CLOCK, call.world, call.idempotency_key))


def _answer(outcome: Outcome) -> Answer:
    result = CommandResult(
        branch_id=outcome.head.branch_id,
        version=outcome.head.version,
        hash=state.hash(outcome.state),
        events=[as_known(recorded) for recorded in outcome.recorded],
        view=views.view(outcome.state, world_rules()),
    )
    return Answer(200, result, replay_header(outcome.replayed))


OPERATIONS = (command, come_back)
lambda_handler = serve(*OPERATIONS, prepare=(desk,))
cold_start.over()
