"""What models have cost, and the kill switch: `python -m scripts.spending report|player|switch`.

It asks the AWS that the environment names; docs/local-cloud.md says how that is a local cloud.
"""

import argparse
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import boto3
from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import Row, from_item, to_item
from bodybroker.adapters.kill_switch import KillSwitch
from bodybroker.adapters.ledger_files import S3LedgerFiles
from bodybroker.kernel.ids import PlayerId
from bodybroker.models import budget
from bodybroker.models.budget import Level
from bodybroker.models.ledger import Entry
from bodybroker.models.spending import Costs, Report, report

from scripts.deployed import physical_name

STACK = "BodyBroker-Spending"
BY = ("layer", "tier", "plan", "job", "model", "adapter", "verdict")
NANODOLLARS = 1_000_000_000


def table_name() -> str:
    """The table of budgets."""
    return physical_name(STACK, "AWS::DynamoDB::GlobalTable", "Budgets")


def show_report(arguments: argparse.Namespace) -> None:
    """Print what calls have cost, by one of `BY`, in all and per day and hour of a player."""
    files = S3LedgerFiles(boto3.client("s3"), physical_name(STACK, "AWS::S3::Bucket", "Books"))
    found = report(_entries(files, arguments.day, arguments.days, arguments.player), arguments.by)
    print("\n".join(lines(found, arguments.by)))


def _entries(files: S3LedgerFiles, first: date, days: int, player: str | None) -> Iterator[Entry]:
    for number in range(days):
        for entry in files.read(first + timedelta(days=number)):
            if player in (None, entry.player):
                yield entry


def lines(found: Report, by: str) -> Iterator[str]:
    """A report as a table."""
    yield f"{found.player_days} player-days, {found.player_hours} player-hours"
    layout = "{:<16}{:>9}{:>12}{:>12}{:>12}{:>14}{:>14}{:>16}{:>16}"
    counts, money = ("calls", "tokens in", "cached", "out"), ("USD", "charged USD", "USD/player-day", "/player-hour")
    yield layout.format(by, *counts, *money)
    for name, costs in [*found.parts.items(), ("all", found.total)]:
        yield layout.format(name, *_columns(costs, found))


def _columns(costs: Costs, found: Report) -> list[str]:
    usage = costs.usage
    counts = [costs.calls, usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens]
    money = [costs.cost, costs.charged, costs.cost / max(1, found.player_days), costs.cost / max(1, found.player_hours)]
    return [*(str(count) for count in counts), *(f"{each / NANODOLLARS:.6f}" for each in money)]


def show_player(arguments: argparse.Namespace) -> None:
    """Print what the days of a player that are still kept have used, as they stand now."""
    low, high = rows.DAYS
    found = boto3.client("dynamodb").query(
        TableName=table_name(),
        KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
        ExpressionAttributeValues=to_item(
            {":pk": rows.partition(PlayerId(arguments.player)), ":low": low, ":high": high}
        ),
        ConsistentRead=True,
    )
    for item in found["Items"]:
        print(day_line(from_item(item)))
    if not found["Items"]:
        print("no calls in the days that are kept")


def day_line(row: Row) -> str:
    """A player's day in one line."""
    spent, used = row["spent"] / NANODOLLARS, row["used"] / NANODOLLARS
    return f"{rows.day_of(row)}: {spent:.6f} USD spent, {used - spent:.6f} reserved by {row['open']} open calls"


def turn_switch(arguments: argparse.Namespace) -> None:
    """Set the kill switch, or show it."""
    switch = KillSwitch(boto3.client("dynamodb"), table_name(), believed_s=0)
    if arguments.level is not None:
        switch.set(arguments.level)
    print(f"models: {switch.level()} (processes see a change within {budget.load().switch_cache_s:g} s)")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    commands = argparse.ArgumentParser(prog="python -m scripts.spending", description=__doc__.splitlines()[0])
    subparsers = commands.add_subparsers(required=True)
    reporting = subparsers.add_parser("report", help="what calls have cost, from the ledger's files")
    reporting.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date(), help="the first, in UTC")
    reporting.add_argument("--days", type=int, default=1)
    reporting.add_argument("--by", choices=BY, default="layer")
    reporting.add_argument("--player", help="only this player's calls")
    reporting.set_defaults(run=show_report)
    player = subparsers.add_parser("player", help="what a player has used, from the table of budgets")
    player.add_argument("player")
    player.set_defaults(run=show_player)
    switch = subparsers.add_parser("switch", help="show or set the kill switch")
    switch.add_argument("level", nargs="?", choices=get_args(Level))
    switch.set_defaults(run=turn_switch)
    return commands


def main() -> None:
    """The command line."""
    arguments = parser().parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
