"""Blows between the player, allies and all who threaten."""

from bodybroker.world.conflict import events
from bodybroker.world.conflict.ending import end
from bodybroker.world.conflict.resolution import resolve
from bodybroker.world.conflict.standing import by_side, fighting, player_fighter, terrain
from bodybroker.world.conflict.state import Fighter, Outcome
from bodybroker.world.draft import Draft
from bodybroker.world.state import heated


def exchange(draft: Draft, rounds: int, *, player_strikes: bool = True) -> None:
    """Up to `rounds`, until somebody falls or runs; ends the danger when nobody threatens or the player lies there."""
    state, rules = draft.state, draft.rules
    danger = state.conflict.danger
    assert danger is not None
    place, me = terrain(state, rules), player_fighter(state, rules)
    result = resolve(
        rules.conflict.combat,
        [[me, *danger.allies], *by_side(danger)],
        place,
        draft.stream.substream("blows"),
        rounds=rounds,
        until_change=True,
        idle=None if player_strikes else me,
    )
    (you, *allies), *others = result.sides
    foes = tuple(foe for side in others for foe in side)
    outcome = _outcome(draft, you, foes)
    draft.add(
        events.BlowsExchanged(
            rounds=result.rounds,
            blows=result.blows,
            foes=foes,
            allies=tuple(allies),
            health=rules.conflict.beaten_health if you.standing == "down" else you.health,
            heat=max(0, heated(state, place.witnesses)),
        )
    )
    if outcome is not None:
        end(draft, outcome)


def _outcome(draft: Draft, you: Fighter, foes: tuple[Fighter, ...]) -> Outcome | None:
    """Won when nobody threatens any more; it is for the foes to kill a player who lies at their feet."""
    danger = draft.state.conflict.danger
    assert danger is not None
    if you.standing == "down":
        mercy = draft.rules.conflict.kinds[danger.kind].beaten
        return "killed" if draft.stream.substream("mercy").chance(mercy.kills_per_mille) else "beaten"
    return None if fighting(foes) else "won"
