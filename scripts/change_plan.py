"""`python -m scripts.change_plan PLAYER PLAN`: an operator gives a player a plan; it holds from the next token on."""

import argparse
from typing import get_args

import boto3
from bodybroker.adapters.accounts_table import AccountsTable
from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan

from scripts.deployed import physical_name


def main() -> int:
    """Change it; 1 where there is no such player."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("player")
    parser.add_argument("plan", choices=get_args(Plan))
    arguments = parser.parse_args()
    table = physical_name("BodyBroker-Data", "AWS::DynamoDB::GlobalTable", "Accounts")
    if not AccountsTable(boto3.client("dynamodb"), table).change_plan(PlayerId(arguments.player), arguments.plan):
        print("no such player")
        return 1
    print(f"{arguments.player} has the plan {arguments.plan}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
