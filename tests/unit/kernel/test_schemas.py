"""Our part of JSON Schema agrees with the reference implementation, and says what is wrong."""

import json

import jsonschema
import pytest
from bodybroker.kernel.schemas import FAULTS_TOLD, UnknownKeyword, faults
from hypothesis import given
from hypothesis import strategies as st

ACTS = {
    "type": "object",
    "properties": {
        "mood": {"enum": ["calm", "hungry"]},
        "price_cents": {"type": "integer", "minimum": 100, "maximum": 900},
        "note": {"type": ["string", "null"], "minLength": 2, "maxLength": 5, "pattern": "^a"},
        "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2},
        "score": {"type": "number"},
        "kind": {"const": 1},
    },
    "required": ["mood"],
    "additionalProperties": False,
}
OPEN = {"type": "object", "additionalProperties": {"type": "integer"}}

scalars = st.sampled_from(
    ["calm", "hungry", "a", "ab", "abcdef", "b", "", 0, 1, True, False, None, 100, 99, 900, 901, 100.0, 100.5, 1e300]
)
values = st.one_of(scalars, st.lists(scalars, max_size=3))
documents = st.one_of(values, st.dictionaries(st.sampled_from([*ACTS["properties"], "more"]), values, max_size=6))


@given(documents, st.sampled_from([ACTS, OPEN, {}]))
def test_it_agrees_with_the_reference_implementation(document, schema):
    ours = faults(json.dumps(document), schema)
    theirs = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
    assert bool(ours) == bool(theirs), (ours, theirs)


def test_every_fault_is_told_up_to_a_few():
    told = faults('{"mood": "sad", "price_cents": 5, "more": 1}', ACTS)
    assert told == [
        '$.mood must be one of ["calm","hungry"]',
        "$.price_cents must be at least 100",
        "$.more does not belong there",
    ]
    assert len(faults(json.dumps({str(n): n for n in range(50)} | {"mood": "calm"}), ACTS)) == FAULTS_TOLD


@pytest.mark.parametrize("text", ["", "I leave.", '{"mood": "calm"', '{"mood": "calm"} and then', "NaN"])
def test_what_is_not_json_is_a_fault(text):
    [fault] = faults(text, ACTS)
    assert fault.startswith("it is not JSON")


def test_a_schema_that_asks_for_more_is_refused_not_ignored():
    with pytest.raises(UnknownKeyword) as refused:
        faults('{"a": 1}', {"properties": {"a": {"oneOf": [{"type": "string"}]}}})
    assert "oneOf" in str(refused.value)
