"""What a danger leaves behind where no other system tells it: the losers pay."""

from bodybroker.world.conflict import events
from bodybroker.world.conflict.rules import Mercy
from bodybroker.world.conflict.standing import fallen
from bodybroker.world.conflict.state import Danger, Outcome
from bodybroker.world.draft import Draft


def usual(draft: Draft, danger: Danger, outcome: Outcome) -> None:
    """The player takes cash from the fallen, or loses the stakes and a share of the cash."""
    rule = draft.rules.conflict.kinds[danger.kind]
    if outcome == "won":
        take_spoils(draft, danger)
    elif outcome == "beaten":
        _lose_stakes(draft, danger, rule.beaten)
    elif outcome == "surrendered":
        _lose_stakes(draft, danger, rule.surrender)


def take_spoils(draft: Draft, danger: Danger) -> None:
    """The player searches those who lie there."""
    stream = draft.stream.substream("spoils")
    spoils = draft.rules.conflict.kinds[danger.kind].spoils_cents
    cents = min(draft.state.city_cents, sum(spoils.draw(stream) for _ in fallen(danger)))
    if cents:
        draft.add(events.SpoilsTaken(cents))


def _lose_stakes(draft: Draft, danger: Danger, mercy: Mercy) -> None:
    """The winners take what is still there of the stakes, a share of the other cash, and strike once more."""
    player = draft.state.player
    stakes = min(player.money_cents, danger.stakes_cents)
    cents = stakes + (player.money_cents - stakes) * mercy.cash_per_mille // 1000
    items = tuple(item.item_id for item in danger.stakes if item.item_id in player.inventory)
    wounds = min(player.health - 1, mercy.wounds.draw(draft.stream.substream("beating")))
    if items or cents or wounds:
        draft.add(events.StakesLost(items, cents, wounds, player.health - wounds))
