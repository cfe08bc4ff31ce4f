"""Rooflines, and what measurements say about them."""

import pytest
from bodybroker.kernel import configuration
from bodybroker.models import roofline
from pydantic import ValidationError

KNOWN = roofline.load()

# The project's notes on performance of 2026-11-23, table 1a: FP16, FP8, INT4 in ms per token.
NOTES = {
    "qwen2.5-3b": [(20.6, 10.3, 5.2), (10.3, 5.2, 2.6), (4.0, 2.0, 1.0), (3.0, 1.5, 0.8), (1.8, 0.9, 0.5)],
    "llama-3.2-3b": [(21.4, 10.7, 5.3), (10.7, 5.3, 2.7), (4.1, 2.1, 1.0), (3.1, 1.6, 0.8), (1.9, 1.0, 0.5)],
    "phi-3.5-mini": [(25.5, 12.7, 6.4), (12.7, 6.4, 3.2), (4.9, 2.5, 1.2), (3.7, 1.9, 0.9), (2.3, 1.1, 0.6)],
    "qwen2.5-7b": [(50.8, 25.4, 12.7), (25.4, 12.7, 6.3), (9.8, 4.9, 2.5), (7.5, 3.7, 1.9), (4.5, 2.3, 1.1)],
    "llama-3.1-8b": [(53.5, 26.8, 13.4), (26.8, 13.4, 6.7), (10.3, 5.2, 2.6), (7.9, 3.9, 2.0), (4.8, 2.4, 1.2)],
    "mistral-nemo-12b": [(81.7, 40.8, 20.4), (40.8, 20.4, 10.2), (15.8, 7.9, 3.9), (12.0, 6.0, 3.0), (7.3, 3.7, 1.8)],
    "deepseek-v3.1": [(246.7, 123, 61.7), (123, 61.7, 30.8), (47.6, 23.8, 11.9), (36.3, 18.1, 9.1), (22.1, 11.0, 5.5)],
}
GPUS = ("L4", "A10G", "A100-40", "A100-80", "H100")


@pytest.mark.parametrize("model", NOTES)
def test_the_table_of_the_notes_is_recomputed(model):
    for gpu, expected in zip(GPUS, NOTES[model], strict=True):
        computed = [KNOWN.hosting(model, format, gpu).token_ms() for format in ("fp16", "fp8", "int4")]
        assert computed == pytest.approx(expected, abs=0.06, rel=0.003), gpu


@pytest.mark.parametrize("one", KNOWN.published, ids=lambda one: f"{one.by}, {one.model} {one.format}, {one.batch}")
def test_nothing_that_is_believed_beats_its_roofline(one):
    assert roofline.possible(KNOWN.of(one), one) == one.credible


def test_what_beats_it_is_found():
    measured = KNOWN.published[0].model_copy(update={"token_ms": KNOWN.of(KNOWN.published[0]).token_ms() * 0.99})
    assert not roofline.possible(KNOWN.of(measured), measured)
    rate = next(one for one in KNOWN.published if one.tokens_per_s)
    fast = rate.model_copy(update={"tokens_per_s": roofline.bound(KNOWN.of(rate), rate) * 1.01})
    assert not roofline.possible(KNOWN.of(fast), fast)
    slow = next(one for one in KNOWN.published if one.first_token_ms and one.prompt > 1)
    early = slow.model_copy(update={"first_token_ms": roofline.bound(KNOWN.of(slow), slow) * 0.99})
    assert not roofline.possible(KNOWN.of(early), early)


def test_a_batch_reads_the_weights_once_and_the_caches_of_all():
    eight = KNOWN.hosting("llama-3.1-8b", "fp8", "H100")
    assert eight.token_ms(32) == eight.token_ms(), "the weights alone"
    cache = 32 * 2000 * 65536 * 2 / 3350e9 * 1e3
    assert eight.token_ms(32, 2000) == pytest.approx(eight.token_ms() + cache)
    assert eight.token_ms(2000) > 2 * eight.token_ms(), "so many that multiplying takes longer than reading"


def test_experts_wake_with_the_requests_until_all_are_awake():
    bronze = KNOWN.hosting("deepseek-v3.1", "fp8", "H200", 8)
    assert bronze.token_ms(2) == pytest.approx(2 * bronze.token_ms())
    assert bronze.token_ms(32) == bronze.token_ms(64) == pytest.approx(671 / 37 * bronze.token_ms())


def test_several_gpus_share_the_work():
    one, two = KNOWN.hosting("llama-3.3-70b", "fp8", "H100"), KNOWN.hosting("llama-3.3-70b", "fp8", "H100", 2)
    assert one.token_ms() == pytest.approx(2 * two.token_ms())
    assert one.first_token_ms(5000) == pytest.approx(2 * two.first_token_ms(5000))


def test_room_is_what_the_weights_leave():
    gold = KNOWN.hosting("qwen2.5-3b", "fp8", "L4")
    assert gold.room(1000, 90) == int((24e9 * 0.9 - 3.09e9) // (18432 * 2 * 1000))
    assert KNOWN.hosting("deepseek-v3.1", "fp8", "H100", 8).room(1, 90) == -1
    assert KNOWN.hosting("deepseek-v3.1", "int4", "H100", 8).room(1, 90) > 0
    assert KNOWN.hosting("deepseek-v3.1", "fp8", "H200", 8).room(1, 90) > 0


def test_what_is_lost_comes_from_measurements_of_the_kind():
    eight, bronze = KNOWN.models["llama-3.1-8b"], KNOWN.models["deepseek-v3.1"]
    nim = (4.63 - KNOWN.hosting("llama-3.1-8b", "fp8", "H100").token_ms(1, 1)) / 32
    vllm = (13.3 - KNOWN.hosting("llama-3.1-8b", "fp16", "A100-40").token_ms(1, 1)) / 32
    assert KNOWN.lost(eight, 1).layer_ms == pytest.approx((nim + vllm) / 2)
    assert KNOWN.lost(eight, 1).layer_ms < KNOWN.lost(eight, 2).layer_ms < KNOWN.lost(bronze, 8).layer_ms
    assert KNOWN.lost(bronze, 8).peak_share < 0.1 < KNOWN.lost(eight, 1).peak_share <= 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"instances": {"ml.x": {"gpu": "B1", "gpus": 1}}}, "instances.ml.x names no GPU: B1"),
        ({"tiers": {"gold": {"models": ["nobody"]}}}, "tiers.gold names no model: nobody"),
        ({"published": [{"by": "a", "model": "b", "format": "fp8", "gpu": "L4", "token_ms": 1}]}, "names no model: b"),
        ({"published": [{"by": "a", "model": "qwen2.5-3b", "format": "fp8", "gpu": "L4"}]}, "exactly one of token_ms"),
        ({"batch_limit": 0}, "batch_limit"),
    ],
)
def test_a_bad_document_is_refused(monkeypatch, change, where):
    document = configuration.load("instances") | change
    monkeypatch.setattr(configuration, "load", lambda name: document)
    with pytest.raises(ValidationError, match=where):
        roofline.load.__wrapped__()
