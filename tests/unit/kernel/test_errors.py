from bodybroker.kernel.errors import BrokerError, Conflict, Malformed, NotFound, Refused, TooMany, Unavailable


def test_every_error_carries_what_a_problem_document_needs():
    conflict = Conflict("The world has moved on.", current_version=7)
    assert (conflict.status, conflict.code, conflict.retryable) == (409, "stale_version", True)
    assert conflict.extra == {"current_version": 7}
    refused = Refused("wrong_phase", "Monsters buy at night only.", phase="day")
    assert (refused.status, refused.code, refused.retryable, refused.extra) == (
        422,
        "wrong_phase",
        False,
        {"phase": "day"},
    )
    assert TooMany("Slow down.", retry_after=3).extra == {"retry_after": 3}


def test_malformed_lists_faults_only_when_there_are_any():
    fault = {"path": "seed", "message": "must be an integer"}
    assert Malformed("Bad.", faults=[fault]).extra == {"faults": [fault]}
    assert Malformed("Bad.").extra == {}


def test_a_code_may_be_made_more_precise():
    error = Unavailable("The model does not answer.", code="model_unavailable", retryable=False)
    assert (error.code, error.retryable) == ("model_unavailable", False)
    assert (NotFound("No such world.").code, Unavailable("x").retryable) == ("not_found", True)
    assert isinstance(error, BrokerError) and str(error) == error.detail
