"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.state import State
from bodybroker.world.story import events


def _nothing(state: State, event: events.ProposalAccepted | events.ProposalRefused) -> Changes:
    return {}


def _fact_set(state: State, event: events.FactSet) -> Changes:
    return {"story": replace(state.story, facts=state.story.facts | {event.name: event.text})}


def _fact_dropped(state: State, event: events.FactDropped) -> Changes:
    return {"story": replace(state.story, facts=without(state.story.facts, [event.name]))}


def _objective_opened(state: State, event: events.ObjectiveOpened) -> Changes:
    objectives = state.story.objectives | {event.objective.objective_id: event.objective}
    return {"story": replace(state.story, objectives=objectives)}


def _objective_closed(state: State, event: events.ObjectiveClosed) -> Changes:
    closed = replace(state.story.objectives[event.objective_id], status=event.status)
    return {"story": replace(state.story, objectives=state.story.objectives | {event.objective_id: closed})}


def _entity_described(state: State, event: events.EntityDescribed) -> Changes:
    descriptions = state.story.descriptions | {event.entity_id: event.text}
    return {"story": replace(state.story, descriptions=descriptions)}


def _location_settled(state: State, event: events.LocationSettled) -> Changes:
    locations = state.story.locations | {event.place_id: event.location}
    return {"story": replace(state.story, locations=locations)}


QUIET: frozenset[type] = frozenset(
    {events.ProposalAccepted, events.ProposalRefused, events.EntityDescribed, events.LocationSettled}
)
"""What only tells of the world. Models answer when they answer: that must not change how the next dice fall."""

APPLIERS: dict[type, Applier] = {
    events.ProposalAccepted: _nothing,
    events.ProposalRefused: _nothing,
    events.FactSet: _fact_set,
    events.FactDropped: _fact_dropped,
    events.ObjectiveOpened: _objective_opened,
    events.ObjectiveClosed: _objective_closed,
    events.EntityDescribed: _entity_described,
    events.LocationSettled: _location_settled,
}
