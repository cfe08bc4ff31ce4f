"""A price list in the shape of litellm's that says what the registry says, until a test orders another."""

from decimal import Decimal
from typing import Any

from bodybroker.models import registry
from bodybroker.models.registry import CloudModel

DOLLARS = Decimal(10) ** -9

MEMBERS = {
    "input": "input_cost_per_token",
    "cached": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "output": "output_cost_per_token",
}


def price_list() -> dict[str, dict[str, Any]]:
    """Every model of the registry by its listed name; prices in dollars per token."""
    return {model.listed_as: _entry(model) for model in registry.load().models.values()}


def _entry(model: CloudModel) -> dict[str, Any]:
    entry: dict[str, Any] = {MEMBERS[name]: float(price * DOLLARS) for name, price in model.prices.items()}
    entry |= {"litellm_provider": model.provider, "mode": "chat", "max_input_tokens": model.context_tokens}
    return entry | ({"deprecation_date": model.ends.isoformat()} if model.ends else {})
