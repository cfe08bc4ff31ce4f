"""Which server a request goes to."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from local_cloud.sagemaker.hosting import LiveEndpoint, LiveVariant


class Server:
    def __init__(self, ready=True):
        self.ready = asyncio.Event()
        if ready:
            self.ready.set()


def endpoint(*variants):
    return LiveEndpoint("e", "arn", None, Path(), {variant.name: variant for variant in variants})


def test_weights_share_requests_in_proportion():
    both = endpoint(LiveVariant("a", 3.0, Server()), LiveVariant("b", 1.0, Server()))
    drawn = Counter(both.choose(None).variant for _ in range(4000))
    assert 0.6 < drawn["a"] / 4000 < 0.9


def test_a_server_that_is_down_gets_no_request_while_another_is_up():
    one_down = endpoint(LiveVariant("a", 9.0, Server(ready=False)), LiveVariant("b", 1.0, Server()))
    assert {one_down.choose(None).variant for _ in range(100)} == {"b"}


def test_a_variant_without_weight_is_reached_only_by_name():
    idle = endpoint(LiveVariant("a", 0.0, Server()), LiveVariant("b", 1.0, Server()))
    assert {idle.choose(None).variant for _ in range(100)} == {"b"}
    assert idle.choose("a").variant == "a"
    with pytest.raises(KeyError):
        idle.choose("c")
