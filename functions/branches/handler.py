"""Branches: fork a world's history, go back in it, take another line of it up again, delete one."""

from typing import Annotated

from bodybroker.doors.http import Answer, Call, replay_header, serve
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import Body, Name
from bodybroker.doors.wiring import CLOCK, event_store, world_rules
from bodybroker.doors.worlds import WorldBody, world_body
from bodybroker.kernel.ids import PATTERN, BranchId, parse_id
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.delete_branch import delete_branch
from bodybroker.services.read_world import read_tree
from bodybroker.services.recording import Recorder
from bodybroker.services.switch_branch import switch_branch
from msgspec import Struct
from pydantic import Field

RECORDER = Recorder(CLOCK)


class NewBranch(Body):
    """Where to fork: after event `at_version` of `branch` (the active one unless named).

    With `switch` the world goes on there: a rewind.
    """

    at_version: Annotated[int, Field(ge=1)]
    branch: Annotated[str, Field(pattern=PATTERN)] | None = None
    name: Name = ""
    switch: bool = True


class Activation(Body):
    """Nothing need be said to take a branch up again."""


class BranchBody(Struct):
    """A line of history: it follows event `forked_at` of its parent and has come to `version`."""

    branch_id: str
    parent_id: str | None
    forked_at: int
    version: int
    name: str
    created_at: str
    active: bool


class BranchList(Struct):
    """Every branch of a world, oldest first; one of them is active."""

    branches: list[BranchBody]


class DeletedBranch(Struct):
    """A branch that is gone for good."""

    branch_id: str


@operation("GET", "/worlds/{world}/branches", summary="List the branches", responses={200: BranchList})
def list_branches(call: Call) -> Answer:
    """Every line of history that was begun and not deleted, and which descends from which."""
    tree = read_tree(event_store(), call.world)
    bodies = [
        BranchBody(
            branch_id=branch.branch_id,
            parent_id=branch.parent_id,
            forked_at=branch.forked_at,
            version=branch.tip.version,
            name=branch.name,
            created_at=branch.created_at,
            active=branch.branch_id == tree.loaded.head.branch_id,
        )
        for branch in tree.branches()
    ]
    return Answer(200, BranchList(bodies))


@operation(
    "POST",
    "/worlds/{world}/branches",
    summary="Fork: continue from an earlier event on a new branch",
    request=NewBranch,
    responses={201: WorldBody},
    idempotent=True,
    problems=(409, 422),
)
def fork(call: Call) -> Answer:
    """The new branch becomes the active one unless `switch` is false. Nobody in it remembers what came after the fork.
    What cannot be undone (a purchase, a ban) cannot be forked away: `rewind_crosses_purchase`, `rewind_crosses_ban`."""
    body = call.body(NewBranch)
    branch = None if body.branch is None else BranchId(body.branch)
    wanted = Fork(body.at_version, body.name, branch, body.switch)
    outcome = branch_world(event_store(), RECORDER, call.world, call.idempotency_key, wanted)
    return Answer(201, world_body(call.world.world, outcome), replay_header(outcome.replayed))


@operation(
    "POST",
    "/worlds/{world}/branches/{branch}/activation",
    summary="Take a branch up again",
    request=Activation,
    responses={200: WorldBody},
    idempotent=True,
    problems=(409, 422),
)
def switch(call: Call) -> Answer:
    """The world goes on where that branch was left, with the same version and hash."""
    call.body(Activation)
    outcome = switch_branch(event_store(), RECORDER, call.world, call.idempotency_key, _branch(call))
    return Answer(200, world_body(call.world.world, outcome), replay_header(outcome.replayed))


@operation(
    "DELETE",
    "/worlds/{world}/branches/{branch}",
    summary="Delete a branch",
    responses={200: DeletedBranch},
    idempotent=True,
    problems=(409, 422),
)
def delete_a_branch(call: Call) -> Answer:
    """For good. Neither the active branch nor one from which others descend can be deleted."""
    branch = _branch(call)
    replayed = delete_branch(event_store(), call.world, call.idempotency_key, branch)
    return Answer(200, DeletedBranch(branch), replay_header(replayed))


def _branch(call: Call) -> BranchId:
    return BranchId(parse_id("branch", call.path["branch"]))


OPERATIONS = (list_branches, fork, switch, delete_a_branch)
lambda_handler = serve(*OPERATIONS, prepare=(event_store, world_rules))
