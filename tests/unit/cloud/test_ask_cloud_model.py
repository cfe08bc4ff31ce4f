"""Who is asked, how often and how long, against providers of the test's own and a clock that stands still."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from bodybroker.models import registry
from bodybroker.models.cloud import CloudCall
from bodybroker.models.inference import ModelFailed
from bodybroker.models.prices import Price
from bodybroker.models.registry import Tokens
from bodybroker.models.usage import Usage
from bodybroker.ports.cloud import Spoken
from bodybroker.services.ask_cloud_model import CloudDesk, Surroundings

TODAY = date(2026, 11, 23)
PRICES = {"p": Price(input=8, cached=1, output=40, source="a list", as_of=TODAY)}
MODEL = {"provider": "openai", "litellm": "a", "listed_as": "a", "price": "p", "context_tokens": 1000}
MODEL |= {"output_tokens": 500}
REGISTRY = registry.read(
    {
        "price_list_url": "https://example.org",
        "near_end_days": 30,
        "attempts": 3,
        "back_off_ms": 100,
        "least_attempt_ms": 50,
        "models": {
            "a": MODEL | {"litellm": "a", "reasoning": {"effort": "low", "cap_tokens": 100}},
            "b": MODEL | {"litellm": "b", "provider": "anthropic"},
            "ended": MODEL | {"ends": "2026-01-01", "at_end": "refuse", "successor": "a"},
        },
        "roles": {
            "speaker": {"primary": "a", "fallbacks": ["b"], "attempt_ms": 1000},
            "relic": {"primary": "ended", "attempt_ms": 1000},
        },
    },
    PRICES,
)
GOOD = Spoken("Liver.", Tokens(Usage(100, 20, 10), reasoning=4))


@dataclass
class Machine:
    """Providers that follow a script per model (the last word is repeated), and the time that they take."""

    script: dict[str, list] = field(default_factory=dict)
    takes_s: float = 0.1
    now: float = 50.0
    asked: list[tuple[str, float]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def ask(self, model, request, timeout_s):
        self.asked.append((model.litellm, round(timeout_s, 3)))
        self.now += min(self.takes_s, timeout_s)
        words = self.script.get(model.litellm, [GOOD])
        word = words.pop(0) if len(words) > 1 else words[0]
        if isinstance(word, str):
            raise ModelFailed(word, "told to")
        return word

    def wait(self, seconds):
        self.waited.append(round(seconds, 3))
        self.now += seconds

    def desk(self):
        return CloudDesk(REGISTRY, self, Surroundings(lambda: self.now, self.wait, lambda: 1.0))

    @property
    def models(self):
        return [model for model, _ in self.asked]


def call(**changes):
    given = {"role": "speaker", "messages": [{"role": "user", "content": "Who?"}], "max_tokens": 50}
    return CloudCall(**(given | {"deadline_ms": 5000} | changes))


def test_the_first_answer_is_the_only_one_that_is_asked_for():
    machine = Machine()
    reply = machine.desk().ask(call(), TODAY)
    assert reply.completion is not None
    assert (reply.completion.text, reply.completion.model, reply.completion.usage) == (
        "Liver.",
        "a",
        Usage(100, 20, 10),
    )
    assert reply.completion.cost_nanodollars == 80 * 8 + 20 * 1 + 10 * 40
    assert reply.attempts[0].reasoning_tokens == 4
    assert machine.models == ["a"] and machine.waited == []


def test_only_what_may_pass_is_tried_again_each_time_after_a_longer_wait():
    machine = Machine({"a": ["unavailable", "unavailable", GOOD]})
    reply = machine.desk().ask(call(), TODAY)
    assert [attempt.outcome for attempt in reply.attempts] == ["unavailable", "unavailable", "answered"]
    assert machine.waited == [0.1, 0.2]


@pytest.mark.parametrize("reason", ["deadline", "refused", "broken", "garbage"])
def test_what_will_not_pass_goes_to_the_next_at_once(reason):
    machine = Machine({"a": [reason]})
    reply = machine.desk().ask(call(), TODAY)
    assert machine.models == ["a", "b"] and machine.waited == []
    assert reply.completion is not None and reply.completion.model == "b"


@pytest.mark.parametrize(
    ("spoken", "schema"),
    [
        (Spoken("  ", GOOD.tokens), None),
        (Spoken("Liver.", Tokens(Usage())), None),
        (Spoken("Liver.", GOOD.tokens), {"type": "object"}),
    ],
    ids=["empty", "without usage", "not the JSON asked for"],
)
def test_an_answer_of_no_use_is_the_houses_and_the_next_ones_the_players(spoken, schema):
    machine = Machine({"a": [spoken], "b": [Spoken("{}", GOOD.tokens)]})
    reply = machine.desk().ask(call(schema=schema), TODAY)
    first, second = reply.attempts
    assert (first.outcome, second.outcome) == ("garbage", "answered")
    assert reply.completion is not None
    assert reply.completion.cost_nanodollars == second.cost_nanodollars == 1060
    assert first.cost_nanodollars == (1060 if spoken.tokens.usage.prompt_tokens else 0)


def test_a_try_may_take_its_own_time_and_no_more_than_is_left():
    machine = Machine({"a": ["deadline"]}, takes_s=9)
    reply = machine.desk().ask(call(deadline_ms=1500), TODAY)
    assert machine.asked == [("a", 1.0), ("b", 0.5)]
    assert reply.completion is not None


def test_the_deadline_ends_everything():
    machine = Machine({"a": ["unavailable"], "b": ["unavailable"]}, takes_s=0.4)
    reply = machine.desk().ask(call(deadline_ms=1000), TODAY)
    assert reply.failure is not None and reply.failure.reason == "deadline"
    assert machine.now - 50.0 <= 1.0
    assert machine.models == ["a", "a"]


def test_no_time_at_all_asks_nobody():
    machine = Machine()
    reply = machine.desk().ask(call(deadline_ms=10), TODAY)
    assert reply.failure is not None and reply.failure.reason == "deadline"
    assert machine.asked == []


def test_all_dead_says_why_for_each():
    machine = Machine({"a": ["refused"], "b": ["unavailable"]})
    reply = machine.desk().ask(call(), TODAY)
    assert reply.completion is None and reply.failure is not None
    assert reply.failure.reason == "unavailable"
    assert reply.failure.detail.startswith("a: refused (told to); b: unavailable (told to)")


@pytest.mark.parametrize(("role", "says"), [("poet", "no role is called poet"), ("relic", "its successor is a")])
def test_who_cannot_be_asked_is_named(role, says):
    machine = Machine()
    reply = machine.desk().ask(call(role=role), TODAY)
    assert reply.failure is not None and reply.failure.reason == "refused" and says in reply.failure.detail
    assert machine.asked == []


def test_what_does_not_fit_is_not_sent():
    machine = Machine()
    long = [{"role": "user", "content": "x" * 3 * 951}]
    reply = machine.desk().ask(call(messages=long), TODAY)
    assert machine.asked == [] and reply.failure is not None and reply.failure.reason == "refused"
    # 900 tokens of prompt and 50 of answer fit into b, not into a, which may think 100 more.
    reply = machine.desk().ask(call(messages=[{"role": "user", "content": "x" * 3 * 900}]), TODAY)
    assert machine.models == ["b"] and reply.completion is not None
    reply = machine.desk().ask(call(max_tokens=501), TODAY)
    assert reply.failure is not None and "more than its 500" in reply.failure.detail
