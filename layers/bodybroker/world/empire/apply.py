"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.empire import events
from bodybroker.world.state import State, paid


def _crew_hired(state: State, event: events.CrewHired) -> Changes:
    crew = state.empire.crew | {event.member.member_id: event.member}
    return {**paid(state, event.price_cents), "empire": replace(state.empire, crew=crew)}


def _crew_lost(state: State, event: events.CrewLost) -> Changes:
    return {"empire": replace(state.empire, crew=without(state.empire.crew, [event.member_id]))}


def _payday_came(state: State, event: events.PaydayCame) -> Changes:
    crew = {
        member_id: replace(member, loyalty=event.loyalties[member_id])
        for member_id, member in state.empire.crew.items()
        if member_id not in event.left
    }
    return {
        **paid(state, event.upkeep_cents + event.wages_cents),
        "empire": replace(state.empire, crew=crew, unpaid_days=event.unpaid_days),
    }


def _rank_risen(state: State, event: events.RankRisen) -> Changes:
    player = replace(
        state.player,
        money_cents=state.player.money_cents - event.fee_cents,
        clean_cents=state.player.clean_cents - event.clean_fee_cents,
    )
    fees = event.fee_cents + event.clean_fee_cents
    return {"rank": event.rank, "player": player, "city_cents": state.city_cents + fees}


def _rank_lost(state: State, event: events.RankLost) -> Changes:
    return {"rank": event.rank, "empire": replace(state.empire, unpaid_days=0)}


def _front_bought(state: State, event: events.FrontBought) -> Changes:
    fronts = state.empire.fronts | {event.front.front_id: event.front}
    return {**paid(state, event.price_cents), "empire": replace(state.empire, fronts=fronts)}


def _front_sold(state: State, event: events.FrontSold) -> Changes:
    front = state.empire.fronts[event.front_id]
    money = state.player.money_cents + event.price_cents + front.till_cents
    return {
        "player": replace(state.player, money_cents=money),
        "city_cents": state.city_cents - event.price_cents,
        "empire": replace(state.empire, fronts=without(state.empire.fronts, [event.front_id])),
    }


def _cash_deposited(state: State, event: events.CashDeposited) -> Changes:
    front = state.empire.fronts[event.front_id]
    filled = replace(front, till_cents=front.till_cents + event.cents)
    return {
        "player": replace(state.player, money_cents=state.player.money_cents - event.cents),
        "empire": replace(state.empire, fronts=state.empire.fronts | {event.front_id: filled}),
    }


def _cash_withdrawn(state: State, event: events.CashWithdrawn) -> Changes:
    player = state.player
    money, clean = player.money_cents + event.cents, player.clean_cents - event.cents
    return {"player": replace(player, money_cents=money, clean_cents=clean)}


def _money_laundered(state: State, event: events.MoneyLaundered) -> Changes:
    emptied = {
        front_id: replace(
            state.empire.fronts[front_id], till_cents=state.empire.fronts[front_id].till_cents - washed.cents
        )
        for front_id, washed in event.fronts.items()
    }
    clean = sum(washed.cents - washed.cut_cents for washed in event.fronts.values())
    cut = sum(washed.cut_cents for washed in event.fronts.values())
    return {
        "player": replace(state.player, clean_cents=state.player.clean_cents + clean),
        "city_cents": state.city_cents + cut,
        "empire": replace(state.empire, fronts=state.empire.fronts | emptied, exposure=event.exposure),
    }


def _front_audited(state: State, event: events.FrontAudited) -> Changes:
    front = state.empire.fronts[event.front_id]
    closed = replace(front, till_cents=front.till_cents - event.seized_cents, closed_until=event.closed_until)
    fronts = state.empire.fronts | {event.front_id: closed}
    return {
        "city_cents": state.city_cents + event.seized_cents,
        "empire": replace(state.empire, fronts=fronts, exposure=event.exposure),
    }


APPLIERS: dict[type, Applier] = {
    events.CrewHired: _crew_hired,
    events.CrewLost: _crew_lost,
    events.PaydayCame: _payday_came,
    events.RankRisen: _rank_risen,
    events.RankLost: _rank_lost,
    events.FrontBought: _front_bought,
    events.FrontSold: _front_sold,
    events.CashDeposited: _cash_deposited,
    events.CashWithdrawn: _cash_withdrawn,
    events.MoneyLaundered: _money_laundered,
    events.FrontAudited: _front_audited,
}
