"""A price list beside our registry of cloud models: ``python -m scripts.refresh_prices [--url URL | --file PATH]``.

Prints what the weekly job would propose, and what has ended or ends soon. Status 0 when the list agrees with the
registry, 1 when it does not, 2 when it cannot be read. Changes nothing.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bodybroker.adapters.price_lists import WebPriceList
from bodybroker.kernel.errors import Unavailable
from bodybroker.models import registry
from bodybroker.models.price_list import BadList, Proposal
from bodybroker.ports.cloud import PriceSource
from bodybroker.services.refresh_prices import look_up
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class FilePriceList:
    """`ports.PriceSource` on a file, such as the list inside an installed litellm."""

    url: str

    def fetch(self) -> bytes:
        try:
            return Path(self.url).read_bytes()
        except OSError as error:
            raise Unavailable(f"{self.url} cannot be read: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    """The command line; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.refresh_prices", description=__doc__.splitlines()[0])
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--url", default=registry.load().price_list_url, help="default: %(default)s")
    where.add_argument("--file", help="a price list on this machine")
    parsed = parser.parse_args(arguments)
    source: PriceSource = FilePriceList(parsed.file) if parsed.file else WebPriceList(parsed.url)
    try:
        proposal = look_up(registry.load(), source, datetime.now(UTC).date())
    except (Unavailable, BadList) as error:
        print(f"{source.url}: {error}", file=sys.stderr)
        return 2
    _print(proposal)
    return 1 if proposal.is_news else 0


def _print(proposal: Proposal) -> None:
    console = Console()
    table = Table("model", "member", "registry", "list", title=f"{proposal.source}, {proposal.day}")
    for change in proposal.changes:
        table.add_row(change.model, change.member, str(change.ours), str(change.listed))
    for name in proposal.unlisted:
        table.add_row(name, "", "in use", "no longer listed")
    console.print(table if proposal.is_news else f"{proposal.source} agrees with configs/models.yaml", soft_wrap=True)
    for name, days in proposal.near_their_end.items():
        console.print(f"{name} ends in {days} days; {registry.load().models[name].successor} follows")
    for name in proposal.ended:
        today = datetime.now(UTC).date()
        console.print(f"{name} has ended; {registry.load().resolve(name, today).name} is asked in its place")


if __name__ == "__main__":
    sys.exit(main())
