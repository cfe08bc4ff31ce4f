"""At dawn: wages and upkeep, laundering, audits."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew, events
from bodybroker.world.empire.checks import rank_of
from bodybroker.world.state import State

MOST_EXPOSED = 100


def due(state: State) -> list[int]:
    """Nothing between dawns."""
    return []


def step(draft: Draft) -> None:
    """Nothing between dawns."""


def turn_phase(draft: Draft) -> None:
    """At dawn the empire costs and earns."""
    if draft.state.phase == "day":
        _pay(draft)
        _launder(draft)
        _audit(draft)


def _pay(draft: Draft) -> None:
    state, rules = draft.state, draft.rules.crews
    upkeep = rank_of(state, draft.rules).upkeep_cents
    if upkeep == 0 and not state.empire.crew:
        return
    left_cents = state.player.money_cents
    paid_upkeep = upkeep if upkeep <= left_cents else 0
    left_cents -= paid_upkeep
    wages, unpaid, loyalties = 0, list[EntityId](), dict[EntityId, int]()
    for member_id, member in sorted(state.empire.crew.items()):
        if member.wage_cents <= left_cents - wages:
            wages += member.wage_cents
            limit = min(100, member.came_loyalty + rules.loyalty_gain_limit)
            loyalties[member_id] = max(member.loyalty, min(limit, member.loyalty + rules.paid_loyalty))
        else:
            unpaid.append(member_id)
            loyalties[member_id] = max(0, member.loyalty - rules.unpaid_loyalty)
    gone = tuple(member_id for member_id in unpaid if loyalties[member_id] < rules.leaving_loyalty)
    days = 0 if paid_upkeep == upkeep else state.empire.unpaid_days + 1
    draft.add(events.PaydayCame(paid_upkeep, wages, tuple(unpaid), loyalties, gone, days))
    if days > draft.rules.ranks.grace_days:
        ranks = draft.rules.ranks
        draft.add(events.RankLost(ranks.ranks[ranks.index(state.rank) - 1].name))


def _launder(draft: Draft) -> None:
    state, rules = draft.state, draft.rules.fronts
    exposure = state.empire.exposure
    if not state.empire.fronts and exposure == 0:
        return
    washed: dict[EntityId, events.Laundered] = {}
    for front_id, front in sorted(state.empire.fronts.items()):
        if state.minute < front.closed_until:
            continue
        kind = rules.fronts[front.kind]
        exposure += kind.exposure
        over = max(0, front.till_cents - kind.capacity_cents * (rules.till_days - 1))
        cents = min(front.till_cents, kind.capacity_cents + over)
        exposure += over * 10 // kind.capacity_cents * rules.greed_exposure_per_tenth
        if cents > 0:
            washed[front_id] = events.Laundered(cents, cents * kind.cut_per_mille // 1000)
    cooling = rules.exposure_cooling + crew.count(state, "accountant") * rules.accountant_cooling
    exposure = min(MOST_EXPOSED, max(0, exposure - cooling))
    if washed or exposure != state.empire.exposure:
        draft.add(events.MoneyLaundered(washed, exposure))


def _audit(draft: Draft) -> None:
    state, rules = draft.state, draft.rules.fronts
    above = state.empire.exposure - rules.audit_exposure
    open_fronts = [
        (-front.till_cents, front_id)
        for front_id, front in state.empire.fronts.items()
        if front.closed_until <= state.minute
    ]
    if above < 0 or not open_fronts:
        return
    chance = scaled((above + 1) * rules.audit_chance_per_point, "police", state, draft.rules)
    if not draft.stream.substream(f"audit/{state.minute}").chance(chance):
        return
    _, front_id = min(open_fronts)
    draft.add(
        events.FrontAudited(
            front_id=front_id,
            seized_cents=state.empire.fronts[front_id].till_cents,
            closed_until=state.minute + rules.audit_closed_days * MINUTES_PER_DAY,
            exposure=state.empire.exposure * rules.audit_exposure_left_per_mille // 1000,
        )
    )
