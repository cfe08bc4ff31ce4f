"""List every price with its source and age, and name those that are too old: ``make prices``.

Ends with status 0 all the same, unless `--strict` is given: time alone should break nobody's build.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from bodybroker.models import prices
from bodybroker.models.prices import Prices
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table


def main(arguments: Sequence[str] | None = None, today: date | None = None) -> int:
    """Prints; status 1 when the document is bad, or with `--strict` when a price is too old."""
    parser = argparse.ArgumentParser(prog="make prices")
    parser.add_argument("--strict", action="store_true", help="fail when a price is too old")
    options = parser.parse_args(arguments)
    try:
        book = prices.book()
    except ValidationError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    today = today or datetime.now(UTC).date()
    console = Console(width=160)
    _show(book, console)
    stale = book.stale(today)
    for name in stale:
        price = book.tokens.get(name) or book.services[name]
        console.print(f"too old: {name}, last looked at on {price.as_of}, {(today - price.as_of).days} days ago")
    return 1 if stale and options.strict else 0


def _show(book: Prices, console: Console) -> None:
    tokens = Table("tokens of", "read", "cached", "written", "as of", "", "source", title="Nanodollars a token")
    for name, price in book.tokens.items():
        amounts = (str(price.input), str(price.cached), str(price.output))
        tokens.add_row(name, *amounts, str(price.as_of), "assumed" if price.assumed else "", price.source)
    services = Table("service", "dollars", "per", "as of", "", "source", title="Services")
    for name, rate in book.services.items():
        per = f"{rate.per:,} {rate.unit}s" if rate.per > 1 else rate.unit
        services.add_row(name, str(rate.usd), per, str(rate.as_of), "assumed" if rate.assumed else "", rate.source)
    console.print(tokens, services)


if __name__ == "__main__":
    sys.exit(main())
