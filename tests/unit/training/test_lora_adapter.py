"""What the adapter learns from and how it is written for llama.cpp; training itself is `make adapter`."""

import numpy as np
import pytest
from bodybroker.minds import voices

from training_jobs.lora_adapter import conversations, gguf_adapter, settings
from training_jobs.lora_adapter.gguf_adapter import Heads

GHOUL = settings.load("ghoul_voice")
FEW = GHOUL.model_copy(
    update={"conversations": settings.Conversations(train=6, held_out=6, exchanges=3)},
)


def spoken(conversation):
    return [message["content"] for message in conversation.messages[conversation.prefix :]]


@pytest.fixture(scope="module")
def learnt():
    return conversations.to_learn_from(FEW)


@pytest.fixture(scope="module")
def measured():
    return conversations.to_measure_on(FEW, "ghoul", new_phrases=True)


def test_conversations_are_the_games_own_prompts(learnt):
    for conversation in learnt:
        card = conversation.messages[0]
        assert card["role"] == "system"
        assert voices.load("ghoul").manner in card["content"]
        assert len(spoken(conversation)) == 2 * FEW.conversations.exchanges
    assert [spoken(one) for one in conversations.to_learn_from(FEW)] == [spoken(one) for one in learnt]


def test_what_is_measured_was_not_learnt(learnt, measured):
    worlds = {one.messages[0]["content"] for one in learnt}
    lines = {line for one in learnt for line in spoken(one)}
    for conversation in measured:
        assert conversation.messages[0]["content"] not in worlds
        assert not lines & set(spoken(conversation))


def test_a_voice_is_parted_without_overlap_and_nothing_is_lost():
    whole = voices.load("ghoul")
    seen = conversations.part(whole, 4, held_out=False).speech["growls"]
    unseen = conversations.part(whole, 4, held_out=True).speech["growls"]
    assert unseen
    assert not set(seen) & set(unseen)
    assert sorted([*seen, *unseen]) == sorted(whole.speech["growls"])


def test_other_races_speak_otherwise(measured):
    (vampire, *_) = conversations.to_measure_on(FEW, "vampire", new_phrases=False)
    assert "vampire" in vampire.messages[0]["content"]


HEADS = Heads(query=9, key=3)
KEY = "base_model.model.model.layers.7.self_attn.{}.lora_{}.weight"


def test_tensors_get_llama_cpps_names_and_keep_their_values():
    values = np.arange(8 * 576, dtype=np.float32).reshape(8, 576)
    tensors = {KEY.format("v_proj", "A"): values, KEY.format("v_proj", "B"): values.T.copy()}
    converted = dict(gguf_adapter.convert(tensors, HEADS))
    assert converted.keys() == {"blk.7.attn_v.weight.lora_a", "blk.7.attn_v.weight.lora_b"}
    assert (converted["blk.7.attn_v.weight.lora_a"] == values).all()


@pytest.mark.parametrize(("matrix", "heads", "rows"), [("q_proj", 9, 576), ("k_proj", 3, 192)])
def test_queries_and_keys_are_interleaved_head_by_head(matrix, heads, rows):
    """Row i and row i + half of a head are neighbours in llama.cpp: they turn together."""
    column = np.arange(rows, dtype=np.float32).reshape(rows, 1)
    ((_, converted),) = gguf_adapter.convert({KEY.format(matrix, "B"): column}, HEADS)
    width = rows // heads
    for head in converted.reshape(heads, width):
        assert head[0] % width == 0
        assert (head[1::2] - head[0::2] == width // 2).all()
        assert (np.diff(head[0::2]) == 1).all()
    ((_, untouched),) = gguf_adapter.convert({KEY.format(matrix, "A"): column}, HEADS)
    assert (untouched == column).all()


def test_a_tensor_without_a_place_is_refused():
    for key in ("base_model.model.lm_head.lora_A.weight", KEY.format("rotary", "A")):
        with pytest.raises(ValueError, match="no place"):
            list(gguf_adapter.convert({key: np.zeros((1, 1), np.float32)}, HEADS))
