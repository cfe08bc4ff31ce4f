"""What tokens cost."""

import pytest
from bodybroker.kernel import configuration
from bodybroker.models import prices
from bodybroker.models.prices import Price
from bodybroker.models.usage import Usage
from pydantic import ValidationError

PRICE = {"input": 3, "cached": 1, "output": 10, "source": "a list", "as_of": "2026-11-23"}


def test_cached_tokens_are_paid_once_at_their_own_price():
    price = Price.model_validate(PRICE)
    assert price.cost_nanodollars(Usage(prompt_tokens=100, cached_tokens=60, completion_tokens=7)) == 40 * 3 + 60 + 70
    assert price.cost_nanodollars(Usage()) == 0


def test_the_gold_tier_has_a_price_with_a_source():
    gold = prices.load()["gold"]
    assert gold.source and gold.as_of.year >= 2026
    assert gold.cost_nanodollars(Usage(0, 0, 1_000_000)) == 800_000_000


@pytest.mark.parametrize(
    "fault", [{"input": -1}, {"output": 0.5}, {"cached": "1"}, {"source": ""}, {"as_of": "soon"}, {"vat": 1}]
)
def test_a_bad_price_is_refused(monkeypatch, fault):
    monkeypatch.setattr(configuration, "load", lambda name: {"gold": PRICE | fault})
    with pytest.raises(ValidationError):
        prices.load.__wrapped__()
