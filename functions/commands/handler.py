"""Commands: what a player asks of a world."""

from functools import cache
from typing import Annotated, Any

from bodybroker.doors.http import Answer, Call, replay_header, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body
from bodybroker.doors.wiring import CLOCK, event_store, world_rules
from bodybroker.kernel.json import digest
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.recording import Outcome, Recorder
from bodybroker.services.return_to_world import return_to_world
from bodybroker.world import state, views
from bodybroker.world.commands import Command
from bodybroker.world.known import Known, as_known
from msgspec import Struct
from pydantic import Field


class NewCommand(Body):
    """A command. With `expected_version` it is carried out only on the world that you saw, else on the newest."""

    expected_version: Annotated[int, Field(ge=1)] | None = None
    command: Command


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
    """The rules decide; what they decide is stored as events before this answers, all of them or none."""
    body = call.body(NewCommand)
    payload_hash = digest({"command": body.model_dump()})
    submission = Submission(call.idempotency_key, payload_hash, body.command, body.expected_version)
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
