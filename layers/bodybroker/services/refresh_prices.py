"""Looks at a price list beside the registry of cloud models, and proposes what should change."""

from datetime import date

from bodybroker.kernel.log import Log
from bodybroker.models import price_list
from bodybroker.models.price_list import Proposal
from bodybroker.models.registry import Registry
from bodybroker.ports.cloud import PriceSource, Proposals


def look_up(registry: Registry, source: PriceSource, today: date) -> Proposal:
    """What the list says today; raises Unavailable or BadList."""
    listed = price_list.read(source.fetch(), registry)
    return price_list.compare(registry, listed, source.url, today)


def refresh_prices(registry: Registry, source: PriceSource, proposals: Proposals, today: date, log: Log) -> Proposal:
    """Lay what has changed before a person; where nothing has, nothing is written. Raises Unavailable or BadList, and
    then nothing is written either."""
    proposal = look_up(registry, source, today)
    if proposal.is_news:
        place = proposals.submit(proposal)
        log.warning("registry_differs", place=place, changes=len(proposal.changes), unlisted=proposal.unlisted)
    else:
        log.info("registry_agrees", source=source.url)
    return proposal
