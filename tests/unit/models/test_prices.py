"""What tokens and services cost."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

import pytest
from bodybroker.kernel import configuration
from bodybroker.models import prices
from bodybroker.models.prices import Price
from bodybroker.models.usage import Usage
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

PRICE = {"input": 3, "cached": 1, "output": 10, "source": "a list", "as_of": "2026-11-23"}
DOCUMENT = {
    "stale_after_days": 30,
    "sources": {
        "list": {"text": "a list", "as_of": "2026-11-01"},
        "old": {"text": "an old one", "as_of": "2026-01-01"},
    },
    "tokens": {
        "model": {"input": 3, "cached": 1, "output": 10, "source": "list"},
        "alias": {"same_as": "model"},
        "own": {"hosted": {"instance": "box", "instances": 2, "write": 100, "use_percent": 50}, "source": "old"},
        "reader": {"hosted": {"instance": "box", "instances": 1, "read": 1000, "use_percent": 100}, "source": "list"},
    },
    "services": {"box": {"usd": "0.9", "unit": "hour", "source": "list", "note": "cheap", "assumed": True}},
}


@pytest.fixture
def book(monkeypatch):
    """Reads the document with some of its values changed."""

    def read(*path_and_value):
        document = deepcopy(DOCUMENT)
        for *path, last, value in [path_and_value] if path_and_value else []:
            place = document
            for name in path:
                place = place[name]
            place[last] = value
        monkeypatch.setattr(configuration, "load", lambda name: document)
        return prices.book.__wrapped__()

    return read


def test_cached_tokens_are_paid_once_at_their_own_price():
    price = Price.model_validate(PRICE)
    assert price.cost_nanodollars(Usage(prompt_tokens=100, cached_tokens=60, completion_tokens=7)) == 40 * 3 + 60 + 70
    assert price.cost_nanodollars(Usage()) == 0


def test_a_hosted_tier_costs_its_machines_hour(book):
    found = book().tokens
    assert found["own"].output == ceil(2 * 0.9e9 / (100 * 3600 / 2)) and found["own"].input == found["own"].cached == 0
    assert found["reader"].input == 0.9e9 / (1000 * 3600) and found["reader"].output == found["reader"].cached == 0
    assert found["alias"] == found["model"]


def test_a_price_knows_where_it_comes_from(book):
    found = book()
    box = found.services["box"]
    assert (box.source, box.as_of, box.assumed) == ("a list: cheap", date(2026, 11, 1), True)
    assert found.stale(date(2026, 12, 1)) == ["own"]
    assert found.stale(date(2026, 12, 2)) == ["alias", "box", "model", "own", "reader"]
    assert "box" not in book("services", "box", "as_of", "2026-11-30").stale(date(2026, 12, 2))


def test_services_are_priced_exactly():
    requests = prices.book().services["lambda_requests"]
    assert requests.cost_nanodollars(Decimal(1)) == requests.usd * 10**9 / requests.per == Decimal(200)
    assert prices.book().services["egress"].cost_nanodollars(Decimal("0.001")) == 90_000


def test_the_shipped_tiers_lie_in_the_bands_that_the_requirements_ask_for():
    million = Usage(0, 0, 1_000_000)
    assert 0.6e9 <= prices.load()["gold"].cost_nanodollars(million) <= 1.0e9
    assert 1.4e9 <= prices.load()["silver"].cost_nanodollars(million) <= 6.7e9


def test_no_shipped_price_lies_in_the_future_of_its_list():
    found = prices.book()
    every = [*found.tokens.values(), *found.services.values()]
    newest = max(price.as_of for price in every)
    assert found.stale(newest + timedelta(days=found.stale_after_days + 1)) == sorted(
        {**found.tokens, **found.services}
    )


@pytest.mark.parametrize(
    "fault", [{"input": -1}, {"output": 0.5}, {"cached": "1"}, {"source": ""}, {"as_of": "soon"}, {"vat": 1}]
)
def test_a_bad_price_is_refused(fault):
    with pytest.raises(ValidationError):
        Price.model_validate(PRICE | fault)


def test_every_fault_is_told_at_once(book):
    with pytest.raises(ValidationError) as refused:
        book("tokens", {"a": {"input": 1}, "b": {"hosted": {"instance": "box"}}, "c": {"input": -1, "vat": 2}})
    told = str(refused.value)
    assert refused.value.error_count() == 5
    assert all(part in told for part in ("tokens.a", "tokens.b.hosted.use_percent", "tokens.c.input", "tokens.c.vat"))
    with pytest.raises(ValidationError) as refused:
        hosted = {"instance": "boat", "instances": 1, "write": 1, "use_percent": 1}
        book("tokens", {"a": {"same_as": "z"}, "b": {"hosted": hosted, "source": "nowhere"}})
    assert all(
        part in str(refused.value) for part in ("a: no price", "b: no source 'nowhere'", "b: no price of 'boat'")
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "box", "usd"), "-1"),
        (("services", "box", "usd"), "NaN"),
        (("services", "box", "per"), 0),
        (("services", "box", "unit"), ""),
        (("tokens", "own", "hosted", "read"), 5),
        (("tokens", "own", "hosted", "write"), None),
        (("tokens", "own", "hosted", "use_percent"), 101),
        (("tokens", "model", "source"), None),
        (("tokens", "alias", "source"), "list"),
        (("tokens", "alias", "same_as"), "alias"),
        (("tokens", "model", "same_as"), "own"),
        (("stale_after_days",), 0),
    ],
)
def test_a_bad_document_is_refused(book, path, value):
    with pytest.raises(ValidationError):
        book(*path, value)


@given(st.integers(1, 10**5), st.integers(1, 10**5), st.integers(1, 99))
def test_a_busier_and_faster_machine_writes_cheaper_tokens(write, more, use):
    def price(write, use):
        document = deepcopy(DOCUMENT)
        document["tokens"]["own"]["hosted"] |= {"write": write, "use_percent": use}
        return prices._Document.model_validate(document).resolve().tokens["own"].output

    assert price(write + more, use) <= price(write, use)
    assert price(write, use + 1) <= price(write, use)
    assert price(write, use) * write * use * 36 >= 2 * 9 * 10**8  # what is written pays for the hour
