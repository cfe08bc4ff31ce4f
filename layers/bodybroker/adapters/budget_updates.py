"""The updates of the table of budgets, each one conditional write (`budget_rows` tells the layout)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import Row, to_item
from bodybroker.kernel.plans import Plan
from bodybroker.models.budget import PlanBudget, Pool
from bodybroker.models.ledger import Entry
from bodybroker.ports.budgets import PlayerDay, Reservation


@dataclass
class Update:
    """An update in the making; `name` and `value` give the placeholders of names and values."""

    key: Row
    sets: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    adds: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def name(self, attribute: str) -> str:
        return self.names.setdefault(attribute, f"#{len(self.names)}")

    def value(self, value: str | int | set[str]) -> str:
        placeholder = f":{len(self.values)}"
        attribute = {"SS": sorted(value)} if isinstance(value, set) else to_item({"_": value})["_"]
        self.values[placeholder] = attribute
        return placeholder

    def set(self, attribute: str, value: str | int) -> None:
        self.sets.append(f"{self.name(attribute)} = {self.value(value)}")

    def change(self, attribute: str, by: int) -> None:
        """Add to a number; one that is not there counts as 0."""
        name = self.name(attribute)
        self.sets.append(f"{name} = if_not_exists({name}, {self.value(0)}) + {self.value(by)}")

    def remove(self, *attributes: str) -> None:
        self.removes += map(self.name, attributes)

    def at_most(self, attribute: str, most: int) -> None:
        """On condition that a number is not over `most`; one that is not there counts as 0."""
        name = self.name(attribute)
        condition = f"{name} <= {self.value(most)}"
        self.conditions.append(f"(attribute_not_exists({name}) OR {condition})" if most >= 0 else condition)

    def at_least(self, attribute: str, least: int) -> None:
        """On condition that a number is not under `least`; one that is not there counts as 0."""
        name = self.name(attribute)
        condition = f"{name} >= {self.value(least)}"
        self.conditions.append(condition if least > 0 else f"(attribute_not_exists({name}) OR {condition})")

    def equals(self, attribute: str, value: str) -> None:
        self.conditions.append(f"{self.name(attribute)} = {self.value(value)}")

    def exists(self, attribute: str) -> None:
        self.conditions.append(f"attribute_exists({self.name(attribute)})")

    def request(self, table: str) -> dict[str, Any]:
        """The members of UpdateItem, or of a transaction's Update."""
        clauses = {"SET": self.sets, "REMOVE": self.removes, "ADD": self.adds}
        return {
            "TableName": table,
            "Key": to_item(self.key),
            "UpdateExpression": " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts),
            "ConditionExpression": " AND ".join(self.conditions),
            "ExpressionAttributeNames": {placeholder: name for name, placeholder in self.names.items()},
            "ExpressionAttributeValues": self.values,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def reserving(new: Reservation, budget: PlanBudget, now: datetime, drawn: int = 0) -> Update:
    """Reserve, if player and world can pay; in a plan with a pool from what the day holds of it, and draws just now."""
    update = Update(rows.day_key(new.payer.player, new.day))
    update.exists("pk")
    update.at_most("used", budget.player_day - new.nanodollars)
    update.change("used", new.nanodollars)
    if new.payer.world is not None:
        world = rows.world_name(new.payer.world)
        update.at_most(world, budget.world_day - new.nanodollars)
        update.change(world, new.nanodollars)
    if new.is_pooled:
        idle = rows.idle_name(new.payer.plan)
        update.at_least(idle, new.nanodollars - drawn)
        update.change(idle, drawn - new.nanodollars)
        if drawn:
            update.at_most(rows.drawn_name(new.payer.plan), budget.player_day - drawn)
            update.change(rows.drawn_name(new.payer.plan), drawn)
    update.conditions += _not_seen_before(update, new.call_id)
    update.change("open", 1)
    update.set(rows.reservation_name(new.call_id), rows.write_reservation(new))
    update.set("touched", int(now.timestamp()))
    update.remove(rows.ENTRY)
    return update


def _not_seen_before(update: Update, call_id: str) -> list[str]:
    call = update.value(call_id)
    settled = [f"NOT contains({update.name(f's{number}')}, {call})" for number in range(rows.SETTLED_SETS)]
    return [f"attribute_not_exists({update.name(rows.reservation_name(call_id))})", *settled]


def settling(reservation: Reservation, entry: Entry, now: datetime) -> Update:
    """Charge, give back the rest and leave the entry, if the reservation is open. The charge may be the higher."""
    assert entry.call_id == reservation.call_id, f"an entry of {entry.call_id} for {reservation.call_id}"
    assert entry.charged_nanodollars >= 0, f"{entry.charged_nanodollars} cannot be charged"
    refund = reservation.nanodollars - entry.charged_nanodollars
    update = Update(rows.day_key(reservation.payer.player, reservation.day))
    name = rows.reservation_name(reservation.call_id)
    update.equals(name, rows.write_reservation(reservation))
    update.change("used", -refund)
    update.change("spent", entry.charged_nanodollars)
    if reservation.payer.world is not None:
        update.change(rows.world_name(reservation.payer.world), -refund)
    if reservation.is_pooled:
        update.change(rows.idle_name(reservation.payer.plan), refund)
    update.change("open", -1)
    update.set(rows.ENTRY, rows.write_entry(entry))
    update.set("touched", int(now.timestamp()))
    fresh, stale = rows.settled_names(now)
    update.remove(name, stale)
    update.adds.append(f"{update.name(fresh)} {update.value({entry.call_id})}")
    return update


def drawing(new: Reservation, pool: Pool, amount: int, expires_at: int) -> Update:
    """Take an amount out of the plan's pool for the player's day, if it holds as much."""
    update = Update(rows.pool_key(new.payer.plan, new.day))
    update.at_most("drawn", pool.day - amount)
    update.change("drawn", amount)
    update.set("expires_at", expires_at)
    return update


def leaving(day: PlayerDay, plan: Plan, amount: int, untouched_since: int | None) -> Update:
    """Take out of a player's day what it does not use of a pool, if nobody has touched it since."""
    update = Update(rows.day_key(day.player, day.day))
    idle = rows.idle_name(plan)
    update.at_least(idle, amount)
    update.change(idle, -amount)
    update.change(rows.drawn_name(plan), -amount)
    if untouched_since is not None:
        update.at_most("touched", untouched_since)
    update.remove(rows.ENTRY)
    return update


def returning(day: PlayerDay, plan: Plan, amount: int) -> Update:
    """Put it back into the pool."""
    update = Update(rows.pool_key(plan, day.day))
    update.at_least("drawn", amount)
    update.change("drawn", -amount)
    return update
