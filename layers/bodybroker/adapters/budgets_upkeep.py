"""Clearing up the table of budgets (`budget_rows` tells the layout)."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import Row, from_item, outages, to_item
from bodybroker.adapters.budget_updates import leaving, returning
from bodybroker.adapters.budget_writes import SYSTEM, BudgetWrites, Refused
from bodybroker.adapters.removal import remove_ranges
from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan
from bodybroker.ports.budgets import PlayerDay

PLANS: tuple[Plan, ...] = get_args(Plan)


class DynamoBudgetUpkeep:
    """`ports.BudgetUpkeep` on one table."""

    def __init__(self, client: Any, writes: BudgetWrites) -> None:
        self._client = client
        self._writes = writes

    def unfinished(self) -> Iterator[PlayerDay]:
        """The table holds a few days of players at most, so reading all of it every few minutes is cheap."""
        names = {"#open": "open"} | {f"#{plan}": rows.idle_name(plan) for plan in PLANS}
        waiting = " OR ".join(f"{name} > :zero" for name in names)
        request = {
            "TableName": self._writes.table,
            "FilterExpression": f"begins_with(pk, :player) AND begins_with(sk, :day) AND ({waiting})",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item({":player": rows.partition(PlayerId("")), ":day": "D#", ":zero": 0}),
        }
        return map(_player_day, self._pages(self._client.scan, request))

    def days(self, player: PlayerId) -> Sequence[PlayerDay]:
        low, high = rows.DAYS
        request = {
            "TableName": self._writes.table,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": to_item({":pk": rows.partition(player), ":low": low, ":high": high}),
            "ConsistentRead": True,
        }
        return [_player_day(row) for row in self._pages(self._client.query, request)]

    def _pages(self, read: Any, request: dict[str, Any]) -> Iterator[Row]:
        while True:
            with outages(SYSTEM):
                page = read(**request)
            yield from map(from_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def give_back(self, day: PlayerDay, plan: Plan, untouched_since: int | None = None) -> int:
        amount = day.idle.get(plan, 0)
        if amount <= 0:
            return 0
        try:
            self._writes.together(
                self._writes.updating(leaving(day, plan, amount, untouched_since)),
                self._writes.updating(returning(day, plan, amount)),
            )
        except Refused:
            return 0
        return amount

    def forget(self, day: PlayerDay) -> bool:
        key = rows.day_key(day.player, day.day)
        try:
            self._writes.delete(key, "attribute_not_exists(pk) OR #open = :none", {"#open": "open"}, {":none": 0})
        except Refused:
            return False
        return True

    def forget_entries(self, player: PlayerId) -> None:
        remove_ranges(self._client, self._writes.table, rows.partition(player), [rows.ENTRIES])


def _player_day(row: Row) -> PlayerDay:
    idle = {plan: row[name] for plan in PLANS if (name := rows.idle_name(plan)) in row}
    return PlayerDay(
        player=PlayerId(rows.player_of(row)),
        day=rows.day_of(row),
        touched=row.get("touched", 0),
        reservations=tuple(rows.reservations(row)),
        idle=idle,
    )
