"""A notice is delivered once, however often the queue hands it over."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.services import send_webhook

from functions.webhooks import handler
from tests.unit.webhooks.conftest import NOTICE, SETTINGS


def test_the_configuration_is_whole():
    settings = send_webhook.load()
    assert settings.remember_h * 3600 > 14 * 24 * 3600, "dead letters that are sent again after two weeks come twice"


def test_a_notice_is_delivered_once(server, desk):
    assert [desk.send(NOTICE), desk.send(NOTICE)] == ["delivered", "repeated"]
    assert len(server.received) == 1


def test_what_was_refused_is_tried_again_at_once(server, desk):
    server.status = 500
    with pytest.raises(Unavailable):
        desk.send(NOTICE)
    server.status = 200
    assert desk.send(NOTICE) == "delivered"


def test_two_at_once_deliver_one(server, desk):
    server.goes_on.clear()
    first = Thread(target=desk.send, args=[NOTICE])
    first.start()
    while not server.received:
        pass
    with pytest.raises(Unavailable) as busy:
        desk.send(NOTICE)
    assert busy.value.code == "notice_busy"
    server.goes_on.set()
    first.join()
    assert len(server.received) == 1


def test_whoever_died_over_a_notice_holds_it_for_a_while_only(server, desk, deliveries, clock):
    now = int(clock.now().timestamp())
    deliveries.claim(NOTICE.id, now, now + SETTINGS.timeout_s + SETTINGS.grace_s)
    with pytest.raises(Unavailable):
        desk.send(NOTICE)
    clock.instant += timedelta(seconds=SETTINGS.timeout_s + SETTINGS.grace_s)
    assert desk.send(NOTICE) == "delivered"


def message(number: int, body: str) -> dict:
    return {"messageId": str(number), "body": body, "eventSource": "aws:sqs", "attributes": {}, "messageAttributes": {}}


def test_the_function_reports_the_messages_that_failed(monkeypatch, server, desk):
    monkeypatch.setattr(handler, "desk", lambda: desk)
    good = {"id": "n", "type": "t", "at": "2026-11-23T18:00:00Z", "data": {}}
    records = [message(1, json.dumps(good)), message(2, '{"id": 3}'), message(3, "not JSON")]
    answer = handler.lambda_handler({"Records": records}, None)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["2", "3"]
    assert [json.loads(got.body) for got in server.received] == [good]


def test_a_receiver_that_is_down_fails_the_message_and_not_the_function(monkeypatch, server, desk):
    monkeypatch.setattr(handler, "desk", lambda: desk)
    server.status = 503
    body = json.dumps({"id": "n", "type": "t", "at": "2026-11-23T18:00:00Z", "data": {}})
    answer = handler.lambda_handler({"Records": [message(1, body)]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
