"""What is left of a chase by the police or a fight with a victim, for heat, loot and freedom."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.conflict.aftermath import take_spoils
from bodybroker.world.conflict.standing import fallen
from bodybroker.world.conflict.state import Danger, Outcome
from bodybroker.world.crime import events, killing, law
from bodybroker.world.draft import Draft
from bodybroker.world.state import heated


def police(draft: Draft, danger: Danger, outcome: Outcome) -> None:
    """Who gives up or goes down is arrested; who gets away is hotter for it."""
    rule = draft.rules.police.chase_end
    match outcome:
        case "surrendered":
            law.arrest(draft, danger.stakes, rule.surrendered_fine_per_mille)
        case "beaten":
            law.arrest(draft, danger.stakes)
        case _:
            _away(draft, danger, outcome)


def victim(draft: Draft, danger: Danger, outcome: Outcome) -> None:
    """A victim who lies there is dead; one who got away tells the police, unless paid or left with a corpse."""
    if fallen(danger):
        take_spoils(draft, danger)
        killing.harvest(draft, danger.place_id)
    elif outcome not in ("bought_off", "killed"):
        killing.report(draft)


def _away(draft: Draft, danger: Danger, outcome: Outcome) -> None:
    state, rules = draft.state, draft.rules.police
    heat = {
        "won": rules.chase_end.won_heat,
        "escaped": rules.chase_end.escaped_heat,
        "bought_off": rules.chase_end.bought_off_heat,
    }.get(outcome, 0)
    held = law.carried(state, danger.stakes)
    lost: tuple[EntityId, ...] = ()
    if outcome == "killed":
        lost = held
    elif outcome == "escaped":
        stream = draft.stream.substream("dropped")
        dropped = len(held) * rules.chase_end.dropped_per_mille.draw(stream) // 1000
        lost = tuple(stream.sample(sorted(held), dropped))
    beaten_up = bool(fallen(danger))
    known = law.suspicion(
        state,
        rules.record.officers if beaten_up else 0,
        rules.leads.officers if beaten_up else 0,
    )
    draft.add(events.ChaseEnded(outcome, lost, heated(state, heat), **known))
