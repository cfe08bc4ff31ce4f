"""At dusk politics moves on, once a day; by night hunters strike."""

from bodybroker.world.draft import Draft
from bodybroker.world.houses import events, feuds, hunt, politics, reckoning, rumours
from bodybroker.world.houses.evening import Evening
from bodybroker.world.state import State, today


def due(state: State) -> list[int]:
    """When hunters strike."""
    coming = state.houses.attempt
    return [coming.minute] if coming is not None else []


def step(draft: Draft) -> None:
    """Hunters strike when their time has come."""
    coming = draft.state.houses.attempt
    if coming is not None and coming.minute <= draft.state.minute:
        hunt.strike(draft)


def turn_phase(draft: Draft) -> None:
    """An evening of politics."""
    if draft.state.phase == "night" and draft.state.houses.houses:
        evening = _evening(draft.state, draft)
        draft.add(evening)
        feuds.felt(draft, evening.happenings)


def _evening(state: State, draft: Draft) -> events.HousesAdvanced:
    day, rules = today(state), draft.rules
    evening = Evening(
        state.houses, state.seed, day, state.city_cents, state.npcs, rules.houses, feuds.likings(state, rules)
    )
    politics.advance(evening)
    ties, dues = reckoning.reckon(state, rules, day, evening.stream.substream("ties"))
    return events.HousesAdvanced(
        day=day,
        happenings=tuple(evening.happenings),
        rumours=rumours.heard(
            state.houses,
            evening.happenings,
            day,
            rules.houses.rumour_per_mille,
            evening.stream.substream("rumours"),
        ),
        ties=ties,
        dues=dues,
        attempt=hunt.attempt(state, state.houses.ties | ties, rules, evening.stream.substream("hunt")),
    )
