"""Configurations against a target, and the command that prints them."""

import json
from decimal import Decimal

import pytest
from bodybroker.models import prices, roofline, sizing
from bodybroker.models.sizing import Size, TooLarge

from scripts import sizing as command

KNOWN = roofline.load()
HOURS = {name: rate.usd for name, rate in prices.book().services.items() if name in KNOWN.instances}


def size(model, format, instance, **asked):
    return sizing.size(KNOWN, KNOWN.target_of("gold", **asked), model, format, instance, HOURS[instance])


def test_every_instance_has_a_price():
    assert set(HOURS) == set(KNOWN.instances)


def test_the_batch_is_the_largest_that_keeps_the_target():
    found = size("qwen2.5-3b", "fp8", "ml.g6.xlarge", token_ms=20)
    assert 1 < found.batch < KNOWN.batch_limit and found.token_ms <= 20
    tighter = size("qwen2.5-3b", "fp8", "ml.g6.xlarge", token_ms=found.token_ms - 0.01)
    assert tighter.batch < found.batch and tighter.tokens_per_s < found.tokens_per_s
    missed = size("qwen2.5-3b", "fp8", "ml.g6.xlarge", token_ms=found.alone_ms - 0.01)
    assert missed.batch == 1 and not missed.holds(KNOWN.target_of("gold", token_ms=found.alone_ms - 0.01))


def test_copies_are_preferred_to_sharing_unless_one_gpu_is_too_slow_or_too_small():
    relaxed = size("qwen2.5-7b", "fp8", "ml.g6.12xlarge", token_ms=100)
    assert (relaxed.gpus, relaxed.copies) == (1, 4)
    strict = size("qwen2.5-7b", "fp8", "ml.g6.12xlarge", token_ms=20)
    assert strict.gpus > 1 and strict.gpus * strict.copies == 4 and strict.token_ms <= 20
    assert size("deepseek-v3.1", "fp8", "ml.p5en.48xlarge").gpus == 8
    assert size("deepseek-v3.1", "fp8", "ml.p5.48xlarge") == TooLarge("deepseek-v3.1", "fp8", "ml.p5.48xlarge")


def test_a_cached_prefix_and_a_shorter_prompt_are_faster_to_the_first_token():
    cold, half = (
        size("qwen2.5-7b", "fp8", "ml.g6e.xlarge", cached_percent=0),
        size("qwen2.5-7b", "fp8", "ml.g6e.xlarge", cached_percent=50),
    )
    assert half.first_token_ms < cold.first_token_ms == cold.cold_first_token_ms == half.cold_first_token_ms
    assert size("qwen2.5-7b", "fp8", "ml.g6e.xlarge", prompt_tokens=100).cold_first_token_ms < cold.first_token_ms


def test_expected_times_are_beyond_the_roofline():
    for found in sizing.sizes(KNOWN, HOURS, KNOWN.target_of("silver"), "silver"):
        if isinstance(found, Size):
            assert found.roofline_ms < found.alone_ms <= found.token_ms
            assert found.first_token_ms >= found.alone_ms - 1e-9 or found.first_token_ms > found.roofline_ms


def test_a_million_tokens_cost_the_hours_that_they_take():
    found = size("qwen2.5-7b", "fp8", "ml.g6e.xlarge")
    hours = Decimal(1_000_000) / Decimal(str(found.tokens_per_s)) / 3600
    assert found.million_usd(100) == pytest.approx(hours * HOURS["ml.g6e.xlarge"])
    assert found.million_usd(25) == pytest.approx(4 * found.million_usd(100))


def test_the_cheapest_holds_the_target():
    target = KNOWN.target_of("silver")
    found = [one for one in sizing.sizes(KNOWN, HOURS, target, "silver") if isinstance(one, Size)]
    best = sizing.cheapest(found, target)
    assert best is not None and best.holds(target)
    assert all(one.million_usd(40) >= best.million_usd(40) for one in found if one.holds(target))
    assert sizing.cheapest(found, KNOWN.target_of("silver", token_ms=0.1)) is None


CONTEXT = json.loads((command.ROOT / "cdk.json").read_text())["context"]


@pytest.mark.parametrize("one", command.deployed(KNOWN, CONTEXT), ids=lambda one: one.tier)
def test_what_is_deployed_holds_its_target(one):
    target = KNOWN.target_of(one.tier)
    found = sizing.size(KNOWN, target, one.model, one.format, one.instance, HOURS[one.instance])
    assert isinstance(found, Size) and found.holds(target)


def test_the_command_prints_every_table(capsys):
    assert command.main([]) == 0
    shown = capsys.readouterr().out
    for words in ("Roofline", *(f"{tier}: at most" for tier in KNOWN.tiers), "As cdk.json deploys it", "impossible"):
        assert words in shown


def test_the_command_takes_another_target(capsys):
    assert command.main(["--token-ms", "0.2", "--answer-tokens", "30"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("at most 0.2 ms") == len(KNOWN.tiers) and "answers of 30 tokens" in shown
    assert shown.count("the cheapest: none") == len(KNOWN.tiers)


def test_a_measurement_that_is_marked_wrongly_fails_the_command(monkeypatch, capsys):
    believed = [one.model_copy(update={"credible": True}) for one in KNOWN.published]
    wrong = KNOWN.model_copy(update={"published": tuple(believed)})
    monkeypatch.setattr(roofline, "load", lambda: wrong)
    assert command.main([]) == 1
    assert "gigagpu.com, llama-3.1-8b: credible is True" in capsys.readouterr().out


def test_weights_that_nobody_knows_are_said_to_be_unknown(monkeypatch, capsys):
    monkeypatch.setattr(command, "_properties", lambda tier, option: {"option.model_id": "studio/own-model"})
    assert command.main([]) == 0
    assert capsys.readouterr().out.count("studio/own-model") == len(KNOWN.tiers)
