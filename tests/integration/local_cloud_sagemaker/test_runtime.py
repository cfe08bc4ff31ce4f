"""The runtime through boto3: answers, streams, errors, and what the model server gets to see."""

import http.client
import json
import os
import signal
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EventStreamError


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response


def test_an_answer_passes_through_with_its_headers(cloud, endpoint):
    answer = cloud.runtime.invoke_endpoint(
        EndpointName=endpoint, Body=b"\x00raw", ContentType="application/x-raw", CustomAttributes="trace=1"
    )
    assert answer["Body"].read() == b"\x00raw"
    assert answer["InvokedProductionVariant"] == "variant-0"
    assert answer["ContentType"] == "application/json"
    assert answer["CustomAttributes"] == "trace=1"
    assert answer["ResponseMetadata"]["RequestId"]


def test_the_model_server_sees_a_container_s_environment(cloud, endpoint):
    server = cloud.describe_server(
        endpoint, ContentType="application/json", Accept="text/plain", InferenceId="turn-1", CustomAttributes="a=b"
    )
    environment, headers = server["environment"], server["headers"]
    assert server["files"] == ["code/serve.py", "serving.properties"]
    assert environment["SM_MODEL_DIR"] == server["directory"]
    assert environment["BODYBROKER_MODEL"] == "tests/model"
    assert environment["AWS_ENDPOINT_URL"] == cloud.url
    assert "PYTHONPATH" not in environment and "GATEWAY_PORT" not in environment
    assert headers["accept"] == "text/plain"
    assert headers["content-type"] == "application/json"
    assert headers["x-amzn-sagemaker-inference-id"] == "turn-1"
    assert headers["x-amzn-sagemaker-custom-attributes"] == "a=b"
    assert "authorization" not in headers


def test_a_stream_arrives_piece_by_piece(cloud, endpoint):
    answer = cloud.runtime.invoke_endpoint_with_response_stream(
        EndpointName=endpoint, Body=json.dumps({"mode": "stream", "pause": 0.2})
    )
    assert answer["ContentType"] == "text/event-stream"
    assert answer["InvokedProductionVariant"] == "variant-0"
    parts = [event["PayloadPart"]["Bytes"] for event in answer["Body"]]
    # The model pauses between pieces: a proxy that gathers them would deliver fewer.
    assert len(parts) == 5
    assert [part.split()[1] for part in parts] == [b"0", b"1", b"2", b"3", b"4"]


def test_a_server_that_dies_in_a_stream_ends_it_with_a_model_stream_error_and_comes_back(cloud, wait):
    endpoint = cloud.make_endpoint()
    before = cloud.describe_server(endpoint)["pid"]
    answer = cloud.runtime.invoke_endpoint_with_response_stream(EndpointName=endpoint, Body=b'{"mode": "die"}')
    parts = []
    with pytest.raises(EventStreamError) as caught:
        for event in answer["Body"]:
            parts.append(event["PayloadPart"]["Bytes"])
    assert b"token 0" in parts[0]
    assert caught.value.response["Error"]["Code"] == "ModelStreamError"

    def served_again():
        try:
            return cloud.describe_server(endpoint)
        except cloud.runtime.exceptions.ServiceUnavailable:
            return None
        except cloud.runtime.exceptions.ModelError:
            return None

    assert wait(served_again)["pid"] != before
    assert cloud.sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService"


def test_while_the_server_is_down_the_endpoint_is_unavailable_at_once(cloud, wait):
    endpoint = cloud.make_endpoint()
    server = cloud.describe_server(endpoint)
    os.kill(server["pid"], signal.SIGSTOP)  # neither dead nor answering: it is killed below
    os.kill(server["pid"], signal.SIGKILL)
    (Path(server["directory"]) / "code" / "serve.py").write_text("raise SystemExit('broken')")

    def refused():
        try:
            cloud.describe_server(endpoint)
        except ClientError as error:
            return error.response
        return None

    wait(lambda: (refused() or {}).get("Error", {}).get("Code") == "ServiceUnavailable")
    assert refused()["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize("status", [400, 503])
@pytest.mark.parametrize("call", ["invoke_endpoint", "invoke_endpoint_with_response_stream"])
def test_a_model_s_error_is_a_model_error(cloud, endpoint, call, status):
    body = json.dumps({"mode": "fail", "status": status})
    response = refusal(getattr(cloud.runtime, call), EndpointName=endpoint, Body=body)
    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == status
    assert response["OriginalMessage"] == '{"error": "as asked"}'
    assert endpoint in response["LogStreamArn"]


def test_an_unknown_endpoint_is_a_validation_error(cloud):
    response = refusal(cloud.runtime.invoke_endpoint, EndpointName="nowhere", Body=b"{}")
    assert response["Error"]["Code"] == "ValidationError"
    assert response["Error"]["Message"] == "Endpoint nowhere of account 000000000000 not found."


def test_an_endpoint_that_is_not_in_service_is_unavailable(cloud, make_name):
    config = cloud.make_config(cloud.make_model(Environment={"FAIL_AT_START": "1"}))
    name = make_name("endpoint")
    cloud.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    assert cloud.settled(name)["EndpointStatus"] == "Failed"
    assert (
        refusal(cloud.runtime.invoke_endpoint, EndpointName=name, Body=b"{}")["Error"]["Code"] == "ServiceUnavailable"
    )


def test_a_body_over_the_limit_is_refused(cloud, endpoint):
    body = bytes(6_291_457)
    response = refusal(cloud.runtime.invoke_endpoint, EndpointName=endpoint, Body=body)
    assert response["Error"]["Code"] == "ValidationError"
    assert cloud.runtime.invoke_endpoint(EndpointName=endpoint, Body=body[1:])["Body"].read() == body[1:]


def test_what_is_not_supported_is_refused(cloud, endpoint):
    response = refusal(cloud.runtime.invoke_endpoint, EndpointName=endpoint, Body=b"{}", TargetModel="other.tar.gz")
    assert response["Error"]["Code"] == "ValidationError"


def test_a_client_that_goes_away_ends_the_request_to_the_model(cloud, wait):
    endpoint = cloud.make_endpoint()
    directory = Path(cloud.describe_server(endpoint)["directory"])
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port)
    connection.request("POST", f"/endpoints/{endpoint}/invocations-response-stream", body=b'{"mode": "endless"}')
    answer = connection.getresponse()
    assert answer.read(64)
    assert not (directory / "abandoned").exists()
    connection.sock.close() if connection.sock else answer.close()
    answer.close()
    connection.close()
    wait((directory / "abandoned").exists)


def test_variants_share_requests_by_weight(cloud, make_name):
    models = [cloud.make_model(Environment={"NAME": name}) for name in ("first", "second")]
    name = cloud.make_endpoint(cloud.make_config(*models))
    assert cloud.describe_server(name, TargetVariant="variant-1")["environment"]["NAME"] == "second"
    cloud.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[
            {"VariantName": "variant-0", "DesiredWeight": 0.0},
            {"VariantName": "variant-1", "DesiredWeight": 1.0, "DesiredInstanceCount": 3},
        ],
    )
    served = {cloud.describe_server(name)["environment"]["NAME"] for _ in range(20)}
    assert served == {"second"}
    variants = cloud.settled(name)["ProductionVariants"]
    assert [variant["CurrentWeight"] for variant in variants] == [0.0, 1.0]
    assert variants[1]["DesiredInstanceCount"] == 3
    response = refusal(cloud.runtime.invoke_endpoint, EndpointName=name, Body=b"{}", TargetVariant="no-such")
    assert response["Error"]["Code"] == "ValidationError"
