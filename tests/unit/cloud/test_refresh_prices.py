"""The price list beside the registry: what is proposed, and that nothing is where the list is not one."""

import json
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from bodybroker.adapters import price_lists
from bodybroker.adapters.price_lists import PublishedProposals, WebPriceList
from bodybroker.kernel.errors import Unavailable
from bodybroker.models import price_list, registry
from bodybroker.models.price_list import BadList, Change
from bodybroker.services.refresh_prices import refresh_prices

from local_cloud.providers.price_list import price_list as agreeing_list

TODAY = date(2026, 11, 23)


class Source:
    url = "https://example.org/list.json"

    def __init__(self, body) -> None:
        self.body = body

    def fetch(self):
        if isinstance(self.body, Exception):
            raise self.body
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Box:
    def __init__(self) -> None:
        self.submitted = []

    def submit(self, proposal):
        self.submitted.append(proposal)
        return "s3://box"


class Log:
    def __init__(self) -> None:
        self.messages = []

    def info(self, message, **fields):
        self.messages.append(message)

    warning = error = info


def refresh(body, today=TODAY):
    box, log = Box(), Log()
    proposal = refresh_prices(registry.load(), Source(body), box, today, log)
    assert box.submitted == ([proposal] if proposal.is_news else [])
    assert log.messages == ["registry_differs" if proposal.is_news else "registry_agrees"]
    return proposal


def changed(name, **members):
    entries = agreeing_list()
    key = registry.load().models[name].listed_as
    entries[key] = {**entries[key], **members}
    return entries


def test_a_list_that_agrees_is_no_news():
    proposal = refresh(agreeing_list())
    assert not proposal.is_news and proposal.ended == ["gemini-2.5-pro", "gpt-3.5-turbo"]
    assert proposal.near_their_end == {"claude-sonnet-4-5": 7, "gpt-5-pro": 18}


def test_changed_prices_are_proposed_in_nanodollars_rounded_up():
    entries = changed("gpt-6-luna", output_cost_per_token=6e-07, cache_read_input_token_cost=1.23e-09)
    assert refresh(entries).changes == [
        Change("gpt-6-luna", "cached", 10, 2),
        Change("gpt-6-luna", "output", 500, 600),
    ]


def test_what_has_no_price_of_its_own_costs_as_fresh_input():
    entries = changed("gpt-6-luna", cache_creation_input_token_cost=None)
    assert refresh(entries).changes == [Change("gpt-6-luna", "cache_write", 125, 100)]


def test_new_ends_and_smaller_contexts_are_proposed():
    entries = changed("gpt-6-luna", deprecation_date="2027-05-07", max_input_tokens=128_000)
    assert refresh(entries).changes == [
        Change("gpt-6-luna", "context_tokens", 272_000, 128_000),
        Change("gpt-6-luna", "ends", None, "2027-05-07"),
    ]
    assert refresh(changed("gpt-5-pro", deprecation_date="2027-01-01")).changes == [
        Change("gpt-5-pro", "ends", "2026-12-11", "2027-01-01")
    ]


def test_a_larger_context_and_a_date_that_is_missing_are_no_news():
    assert not refresh(changed("gpt-5-pro", deprecation_date=None, max_input_tokens=10_000_000)).is_news


def test_a_model_that_is_no_longer_listed_is_proposed_unless_it_has_ended():
    entries = agreeing_list()
    del entries["gpt-6-luna"], entries["gpt-3.5-turbo"]
    assert refresh(entries).unlisted == ["gpt-6-luna"]
    entries = changed("gpt-6-luna", input_cost_per_token=None)
    assert refresh(entries).changes == [Change("gpt-6-luna", "price", "listed", None)]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>rate limited</html>",
        b"[]",
        b"{}",
        b'{"gpt-6-luna": 5}',
        {"gpt-6-luna": {"input_cost_per_token": "free", "output_cost_per_token": 1}},
        {"gpt-6-luna": {"input_cost_per_token": -1, "output_cost_per_token": 1}},
        {"gpt-6-luna": {"deprecation_date": "soon"}},
        {"sample_spec": {"input_cost_per_token": 0}},
    ],
    ids=str,
)
def test_garbage_is_an_error_and_nothing_is_written(body):
    box = Box()
    with pytest.raises(BadList):
        refresh_prices(registry.load(), Source(body), box, TODAY, Log())
    assert box.submitted == []


def test_an_unreachable_list_is_an_error_and_nothing_is_written():
    box = Box()
    with pytest.raises(Unavailable):
        refresh_prices(registry.load(), Source(Unavailable("out")), box, TODAY, Log())
    assert box.submitted == []


def test_no_price_is_lost_in_floating_point():
    body = b'{"gpt-6-luna": {"input_cost_per_token": 1e-07, "output_cost_per_token": 0.0000005}}'
    listed = price_list.read(body, registry.load())["gpt-6-luna"]
    assert listed.input_cost_per_token == Decimal("1e-7")
    assert listed.prices() == {"input": 100, "cached": 100, "cache_write": 100, "output": 500}


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body = {"/good?a=1": (200, b"{}"), "/big": (200, b"x" * 100)}.get(self.path, (503, b""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=httpd.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_the_list_is_read_from_the_web(server, monkeypatch):
    assert WebPriceList(f"{server}/good?a=1").fetch() == b"{}"
    monkeypatch.setattr(price_lists, "LIST_LIMIT", 99)
    for url, says in (
        (f"{server}/away", "answers 503"),
        (f"{server}/big", "more than 99 bytes"),
        ("http://127.0.0.1:9/", "does not answer"),
        ("file:///etc/passwd", "no web address"),
    ):
        with pytest.raises(Unavailable, match=says):
            WebPriceList(url).fetch()


def test_a_proposal_lies_in_the_bucket_and_the_notice_says_where():
    class Aws:
        def __init__(self):
            self.objects, self.notices = {}, []

        def put_object(self, Bucket, Key, Body, ContentType):
            self.objects[Bucket, Key] = json.loads(Body)

        def publish(self, TopicArn, Subject, Message):
            self.notices.append((TopicArn, Message))

    aws = Aws()
    proposal = refresh(changed("gpt-6-luna", output_cost_per_token=6e-07))
    place = PublishedProposals(aws, "box", aws, "topic").submit(proposal)
    assert place == "s3://box/proposals/2026-11-23.json"
    ((_, stored),) = aws.objects.items()
    assert stored["changes"] == [{"model": "gpt-6-luna", "member": "output", "ours": 500, "listed": 600}]
    ((topic, message),) = aws.notices
    assert topic == "topic" and "gpt-6-luna output: 500 -> 600" in message and place in message
