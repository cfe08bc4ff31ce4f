"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.conflict import events
from bodybroker.world.conflict.state import Danger
from bodybroker.world.state import State


def _danger(state: State) -> Danger:
    assert state.conflict.danger is not None
    return state.conflict.danger


def _danger_arose(state: State, event: events.DangerArose) -> Changes:
    return {"conflict": replace(state.conflict, danger=event.danger)}


def _blows_exchanged(state: State, event: events.BlowsExchanged) -> Changes:
    danger = _danger(state)
    after = replace(danger, foes=event.foes, allies=event.allies, rounds=danger.rounds + event.rounds)
    return {
        "conflict": replace(state.conflict, danger=after),
        "player": replace(state.player, health=event.health, heat=event.heat),
    }


def _chase_run(state: State, event: events.ChaseRun) -> Changes:
    after = replace(_danger(state), place_id=event.place_id, lead=event.lead)
    return {
        "conflict": replace(state.conflict, danger=after),
        "player": replace(state.player, place_id=event.place_id),
    }


def _hiding_failed(state: State, event: events.HidingFailed) -> Changes:
    return {"conflict": replace(state.conflict, danger=replace(_danger(state), lead=0))}


def _foe_stood_down(state: State, event: events.FoeStoodDown) -> Changes:
    danger = _danger(state)
    foes = tuple(replace(foe, standing="fled") if foe.npc_id == event.npc_id else foe for foe in danger.foes)
    return {"conflict": replace(state.conflict, danger=replace(danger, foes=foes))}


def _bribe_offered(state: State, event: events.BribeOffered) -> Changes:
    return _lost(state, (), event.cents if event.taken else 0)


def _danger_passed(state: State, event: events.DangerPassed) -> Changes:
    conflict, outcome = state.conflict, event.outcome
    return {
        "conflict": replace(
            conflict,
            danger=None,
            won=conflict.won + (outcome == "won"),
            escaped=conflict.escaped + (outcome == "escaped"),
        )
    }


def _stakes_lost(state: State, event: events.StakesLost) -> Changes:
    return _lost(state, event.items, event.cents, health=event.health)


def _spoils_taken(state: State, event: events.SpoilsTaken) -> Changes:
    return _lost(state, (), -event.cents)


def _player_died(state: State, event: events.PlayerDied) -> Changes:
    changes = _lost(
        state,
        event.items,
        event.cents,
        place_id=event.place_id,
        health=event.health,
        heat=event.heat,
        humanity=event.humanity,
    )
    return {**changes, "conflict": replace(state.conflict, deaths=state.conflict.deaths + 1)}


def _lost(state: State, items: tuple[str, ...], cents: int, **fields: object) -> Changes:
    """The player without items, and without cash that is the city's now."""
    player = state.player
    left = replace(player, inventory=without(player.inventory, items), money_cents=player.money_cents - cents, **fields)
    return {"player": left, "city_cents": state.city_cents + cents}


APPLIERS: dict[type, Applier] = {
    events.DangerArose: _danger_arose,
    events.BlowsExchanged: _blows_exchanged,
    events.ChaseRun: _chase_run,
    events.HidingFailed: _hiding_failed,
    events.FoeStoodDown: _foe_stood_down,
    events.BribeOffered: _bribe_offered,
    events.DangerPassed: _danger_passed,
    events.StakesLost: _stakes_lost,
    events.SpoilsTaken: _spoils_taken,
    events.PlayerDied: _player_died,
}
