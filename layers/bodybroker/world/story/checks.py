"""A proposal is never refused as a command: that it did not hold is recorded."""

from bodybroker.world.base import Check
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.story.commands import SubmitProposal


def _submit_proposal(state: State, command: SubmitProposal, rules: Rules) -> None:
    """Anything may be proposed."""


CHECKS: dict[type, Check] = {SubmitProposal: _submit_proposal}
