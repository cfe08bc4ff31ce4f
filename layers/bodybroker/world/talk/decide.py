"""Recording a turn: what was said is a fact; what the model proposes is decided diff by diff."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Decider
from bodybroker.world.conditions import check_npc_here
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from bodybroker.world.market import prices
from bodybroker.world.market.events import OfferMade, OfferWithdrawn
from bodybroker.world.market.state import Offer
from bodybroker.world.passage import pass_time
from bodybroker.world.proposals import Diff, Leave, MakeOffer, SetMood, Unreadable
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk import events
from bodybroker.world.talk.commands import RecordTurn


def record(draft: Draft, turn: RecordTurn) -> None:
    """The turn first, with all that was refused; then what was accepted, in its order; then the time it took."""
    trial = Draft(draft.state, draft.rules)
    refused = []
    for index, diff in enumerate(turn.proposal.diffs):
        try:
            if index >= draft.rules.market.diff_limit:
                raise Refused("too_many_diffs", "The proposal holds more diffs than are looked at.")
            for event in _decide(trial.state, turn, diff, trial.rules):
                trial.add(event)
        except Refused as refusal:
            refused.append(events.RefusedDiff(index, diff, refusal.code, refusal.detail))
    draft.add(
        events.TurnSpoken(
            npc_id=turn.npc_id,
            player_text=turn.player_text,
            line=turn.line,
            source=turn.source,
            model=turn.model,
            minute=draft.state.minute,
            refused=tuple(refused),
        )
    )
    for event in trial.events:
        draft.add(event)
    pass_time(draft, draft.rules.market.turn_minutes)


def _decide(state: State, turn: RecordTurn, diff: Diff, rules: Rules) -> list[Event]:
    if isinstance(diff, Unreadable):
        raise Refused("unreadable_diff", "The act is not of a known type or its fields are wrong.")
    if diff.npc_id != turn.npc_id:
        raise Refused("other_npc", "An NPC may only change itself.")
    check_npc_here(state, turn.npc_id)
    match diff:
        case SetMood():
            return _set_mood(state, turn, diff, rules)
        case MakeOffer():
            return _make_offer(state, turn, diff, rules)
        case Leave():
            return _leave(state, turn, rules)


def _set_mood(state: State, turn: RecordTurn, diff: SetMood, rules: Rules) -> list[Event]:
    if diff.mood not in rules.market.moods:
        raise Refused("unknown_mood", "There is no mood of that name.")
    if diff.mood == state.npcs[turn.npc_id].mood:
        return []
    return [events.MoodChanged(turn.npc_id, diff.mood)]


def _make_offer(state: State, turn: RecordTurn, diff: MakeOffer, rules: Rules) -> list[Event]:
    npc = state.npcs[turn.npc_id]
    taste = npc.character.tastes.get(diff.part)
    if not prices.trades(npc, rules):
        raise Refused("npc_will_not_trade", f"{npc.character.name} is {npc.mood} and will not trade.")
    if taste is None:
        raise Refused("part_not_wanted", f"{npc.character.name} does not want that part.")
    if diff.price_cents <= 0:
        raise Refused("price_not_positive", "A price is above zero.")
    if diff.price_cents < taste.floor_cents:
        raise Refused("price_below_floor", f"{npc.character.name} would not name a price that low.")
    if diff.price_cents > taste.cap_cents:
        raise Refused("price_above_cap", f"{npc.character.name} would never pay that much.")
    if diff.price_cents > npc.purse_cents:
        raise Refused("price_above_purse", f"{npc.character.name} does not have that much money.")
    expires = state.minute + rules.market.offer_minutes
    return [OfferMade(Offer(turn.npc_id, diff.part, diff.price_cents, expires))]


def _leave(state: State, turn: RecordTurn, rules: Rules) -> list[Event]:
    left: list[Event] = [events.NpcLeft(turn.npc_id, state.minute + rules.market.leave_minutes)]
    if turn.npc_id in state.market.offers:
        left.append(OfferWithdrawn(turn.npc_id, "left"))
    return left


DECIDERS: dict[type, Decider] = {RecordTurn: record}
