"""Running and hiding."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.conflict import events
from bodybroker.world.conflict.bout import exchange
from bodybroker.world.conflict.ending import end
from bodybroker.world.conflict.standing import fighting, hurt_ability, terrain
from bodybroker.world.conflict.state import Danger
from bodybroker.world.draft import Draft
from bodybroker.world.places import site_here


def flee(draft: Draft, place_id: EntityId | None) -> None:
    """Behind: caught and struck. Ahead: on to the next place, and away when far enough ahead."""
    danger = draft.state.conflict.danger
    assert danger is not None
    rule = draft.rules.conflict.flight
    lead = _lead(draft, danger)
    if lead < 0:
        draft.add(events.ChaseRun(draft.state.player.place_id, 0))
        exchange(draft, rounds=1, player_strikes=False)
        return
    draft.add(events.ChaseRun(place_id or _nearest(draft), lead))
    if lead >= rule.escape_lead:
        end(draft, "escaped")


def _lead(draft: Draft, danger: Danger) -> int:
    """How far the player comes out ahead of the fastest who still pursues."""
    rules = draft.rules.conflict
    stream = draft.stream.substream("chase")
    pursuers = sorted((foe.speed for foe in fighting(danger.foes)), reverse=True)[len(fighting(danger.allies)) :]
    if not pursuers or not rules.kinds[danger.kind].pursues:
        return rules.flight.escape_lead
    own = hurt_ability(draft.state, draft.rules, "speed") + terrain(draft.state, draft.rules).run + danger.lead
    theirs = pursuers[0] + (len(pursuers) - 1) * rules.flight.per_pursuer
    return own + stream.below(rules.flight.dice) - theirs - stream.below(rules.flight.dice)


def _nearest(draft: Draft) -> EntityId:
    """The exit that is reached first."""
    exits = site_here(draft.state).exits
    return min(exits, key=lambda way: (way.minutes, way.place_id)).place_id


def hide(draft: Draft) -> None:
    """Out of sight and away, or found and struck."""
    danger = draft.state.conflict.danger
    assert danger is not None
    if draft.stream.substream("hiding").chance(hiding_per_mille(draft, danger)):
        end(draft, "escaped")
        return
    draft.add(events.HidingFailed())
    exchange(draft, rounds=1, player_strikes=False)


def hiding_per_mille(draft: Draft, danger: Danger) -> int:
    """The chance that the player gets out of sight."""
    rules = draft.rules.conflict
    rule = rules.hiding
    points = hurt_ability(draft.state, draft.rules, "stealth") + terrain(draft.state, draft.rules).hide
    against = rules.kinds[danger.kind].seek * rule.per_point + len(fighting(danger.foes)) * rule.per_seeker
    return rule.clamp(rule.base + points * rule.per_point + danger.lead * rule.per_lead - against)
