"""Warehouses: rented from day to day or bought, and cleared out when the rent stays away."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.draft import Draft
from bodybroker.world.lab import commands, events


def rent(draft: Draft, command: commands.RentWarehouse) -> None:
    """The first day is paid at once."""
    draft.add(events.WarehouseAcquired(command.place_id, "rent", draft.rules.storage.rent_cents))


def buy(draft: Draft, command: commands.BuyWarehouse) -> None:
    """No rent from now on."""
    draft.add(events.WarehouseAcquired(command.place_id, "own", draft.rules.storage.price_cents))


def leave(draft: Draft, command: commands.LeaveWarehouse) -> None:
    """Back to the landlord."""
    draft.add(events.WarehouseLeft(command.place_id))


def collect_rents(draft: Draft) -> None:
    """Dawn: landlords take their rents in cash, and clear out what was not paid for too long."""
    state, rule = draft.state, draft.rules.storage
    cash = state.player.money_cents
    paid: dict[EntityId, int] = {}
    unpaid: dict[EntityId, int] = {}
    cleared: dict[EntityId, tuple[EntityId, ...]] = {}
    for place_id, store in sorted(state.lab.stores.items()):
        if store.tenure == "own":
            continue
        owed = rule.rent_cents * (store.unpaid_days + 1)
        if owed <= cash:
            paid[place_id] = owed
            cash -= owed
        elif store.unpaid_days < rule.grace_days:
            unpaid[place_id] = store.unpaid_days + 1
        else:
            cleared[place_id] = tuple(sorted(store.items))
    if paid or unpaid or cleared:
        draft.add(events.RentDue(paid, unpaid, cleared))
