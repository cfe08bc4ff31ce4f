"""Proposals outside of talk: every operation is read and decided on what the ones before it made; all hold, or none."""

import json

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from bodybroker.world.proposals import RAW_LIMIT
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.story import events
from bodybroker.world.story.commands import SubmitProposal
from bodybroker.world.story.diffs import (
    CloseObjective,
    Describe,
    DropFact,
    OpenObjective,
    SetFact,
    SettleLocation,
)
from bodybroker.world.story.locations import location_seed, times_made
from bodybroker.world.story.patches import PatchDiff, read
from bodybroker.world.story.state import Objective, SettledLocation
from bodybroker.world.talk.diffs import decide_diff


def submit(draft: Draft, command: SubmitProposal) -> None:
    """The verdict first; then, where everything holds, what changes."""
    trial = Draft(draft.state, draft.rules)
    refusals = []
    limit = draft.rules.story.operations
    if not 1 <= len(command.patch) <= limit:
        refusals.append(events.Refusal(0, "", "patch_size", f"A proposal has 1 to {limit} operations."))
    for index, operation in enumerate(command.patch[:limit]):
        try:
            for event in _decide(trial.state, read(operation), trial.rules):
                trial.add(event)
        except Refused as refusal:
            head = json.dumps(operation, default=str)[:RAW_LIMIT]
            refusals.append(events.Refusal(index, head, refusal.code, refusal.detail))
    source = (command.job, command.model, command.prompt_hash)
    if refusals:
        draft.add(events.ProposalRefused(*source, tuple(refusals)))
        return
    draft.add(events.ProposalAccepted(*source, len(command.patch)))
    for event in trial.events:
        draft.add(event)


def _decide(state: State, diff: PatchDiff, rules: Rules) -> list[Event]:
    match diff:
        case SetFact(name, text):
            if name not in state.story.facts and len(state.story.facts) >= rules.story.facts:
                raise Refused("too_many_facts", "This world holds as many facts as it can.")
            return [events.FactSet(name, text)]
        case DropFact(name):
            if name not in state.story.facts:
                raise Refused("unknown_fact", "There is no fact of that name.")
            return [events.FactDropped(name)]
        case OpenObjective():
            return [_open(state, diff, rules)]
        case CloseObjective(objective_id, status):
            objective = state.story.objectives.get(EntityId(objective_id))
            if objective is None or objective.status != "open":
                raise Refused("objective_not_open", "No open objective has that id.")
            return [events.ObjectiveClosed(objective.objective_id, status)]
        case Describe(entity_id, text):
            if entity_id not in state.npcs and entity_id not in state.places:
                raise Refused("unknown_entity", "No place and no NPC of this world has that id.")
            return [events.EntityDescribed(EntityId(entity_id), text)]
        case SettleLocation():
            return [_settle(state, diff)]
        case _:
            return decide_diff(state, diff, rules)


def _open(state: State, diff: OpenObjective, rules: Rules) -> Event:
    if diff.objective_id in state.story.objectives:
        raise Refused("objective_exists", "An objective of that id is there already.")
    if sum(known.status == "open" for known in state.story.objectives.values()) >= rules.story.open_objectives:
        raise Refused("too_many_objectives", "As many objectives are open as a player can follow.")
    return events.ObjectiveOpened(Objective(EntityId(diff.objective_id), diff.title, diff.text, "open"))


def _settle(state: State, diff: SettleLocation) -> Event:
    place_id = EntityId(diff.place_id)
    if place_id not in state.places:
        raise Refused("unknown_entity", "No place of this world has that id.")
    if diff.kind != state.places[place_id].site.kind:
        raise Refused("wrong_kind", "The place is of another kind.")
    if diff.again != times_made(state, place_id):
        raise Refused("location_out_of_turn", "The place has been made by somebody else meanwhile.")
    if diff.seed != location_seed(state.seed, place_id, diff.again):
        raise Refused("wrong_seed", "A place is made from the world's own seed.")
    made = {name: getattr(diff, name) for name in SettledLocation.__struct_fields__}
    return events.LocationSettled(place_id, SettledLocation(**made))


DECIDERS: dict[type, Decider] = {SubmitProposal: submit}
