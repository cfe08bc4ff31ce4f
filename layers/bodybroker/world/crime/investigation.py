"""The investigation: at dawn leads become evidence, and evidence becomes a suspect and a warrant."""

from bodybroker.world.crime import chances, events
from bodybroker.world.crime.heat import HIGHEST, evidence
from bodybroker.world.crime.rules import Investigation
from bodybroker.world.crime.state import Case, Stage
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew
from bodybroker.world.places import street
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def dawn(draft: Draft) -> None:
    """A new day at the police; a warrant may bring a raid."""
    state, police = draft.state, draft.rules.police
    crime = state.crime
    if not (crime.case or crime.leads or crime.record or crime.bribed):
        return
    points = min(HIGHEST, evidence(state) * police.investigation.left_per_mille // 1000 + crime.leads)
    case = case_of(points, police.investigation, crime.case)
    draft.add(events.InvestigationMoved(case, max(0, crime.record - police.record.fade)))
    _plan_raid(draft)


def case_of(points: int, rule: Investigation, before: Case | None) -> Case | None:
    """The case at so many points of evidence, None below all stages; a planned raid stays so under a warrant."""
    stage: Stage
    if points >= rule.warrant:
        stage = "warrant"
    elif points >= rule.suspect:
        stage = "suspect"
    elif points >= rule.open:
        stage = "open"
    else:
        return None
    return Case(points, stage, before.raid_minute if before and stage == "warrant" else None)


def is_overheard(state: State, rules: Rules) -> bool:
    """Whether anybody tells the player how far the police are: a lookout of the crew, or a bribed officer."""
    return crew.count(state, "lookout") > 0 or street(state).site.place_id in state.crime.bribed


def _plan_raid(draft: Draft) -> None:
    case = draft.state.crime.case
    if case is None or case.raid_minute is not None:
        return
    stream = draft.stream.substream(f"raid/{draft.state.minute}")
    if stream.chance(chances.raided(draft.state, draft.rules)):
        draft.add(events.RaidPlanned(draft.state.minute + draft.rules.police.raid.delay_minutes.draw(stream)))
