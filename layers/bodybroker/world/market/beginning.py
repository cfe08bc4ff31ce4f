"""The night market of a new world."""

from bodybroker.world.market.state import MarketState
from bodybroker.world.rules import Rules


def market(rules: Rules) -> MarketState:
    """Nobody knows the player yet; strangers of each race trust as the rules say."""
    return MarketState(first_trust={name: clientele.trust for name, clientele in rules.customers.races.items()})
