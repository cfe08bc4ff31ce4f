"""The crew: who works for the player."""

from typing import Literal

from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.empire import events
from bodybroker.world.empire.state import CrewMember
from bodybroker.world.state import State

Role = Literal["runner", "muscle", "lookout", "chemist", "accountant"]


def members(state: State, role: Role) -> list[CrewMember]:
    """Those in a role, the most skilled first."""
    found = (member for member in state.empire.crew.values() if member.role == role)
    return sorted(found, key=lambda member: (-member.skill, member.member_id))


def count(state: State, role: Role) -> int:
    """How many of the crew are in this role."""
    return sum(member.role == role for member in state.empire.crew.values())


def lose(draft: Draft, member_id: EntityId, reason: events.Parting) -> None:
    """Somebody is gone."""
    draft.add(events.CrewLost(member_id, reason))
