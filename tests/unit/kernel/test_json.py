import pytest
from bodybroker.kernel import json
from msgspec import Struct


class Thing(Struct):
    name: str
    count: int


def test_canonical_is_sorted_compact_utf8():
    assert json.canonical({"b": [1, True, None], "a": "gør"}) == '{"a":"gør","b":[1,true,null]}'.encode()


def test_structs_and_plain_data_agree():
    assert json.canonical(Thing("ghoul", 3)) == json.canonical({"count": 3, "name": "ghoul"})
    assert json.digest(Thing("ghoul", 3)) == json.digest({"name": "ghoul", "count": 3})


def test_digest_is_sha256_in_hex():
    assert json.digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [1.0, float("nan"), {"a": [1, {"b": 0.5}]}, (1, 2.5), Thing("x", 1.0)])
def test_floats_are_refused(value):
    with pytest.raises(TypeError, match="float"):
        json.canonical(value)
