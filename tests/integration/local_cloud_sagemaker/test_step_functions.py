"""Step Functions' SageMaker integrations: jobs that are awaited, their failures and stops, endpoint updates."""

import json

import pytest

ROLE = "arn:aws:iam::000000000000:role/any"
SYNC = "arn:aws:states:::sagemaker:createTrainingJob.sync"

UNTIL_STOPPED = """
    import os, time
    print("pid", os.getpid(), flush=True)
    while True:
        time.sleep(0.05)
"""


@pytest.fixture
def start(cloud, make_name):
    """Start a state machine of the given states; the execution's ARN."""

    def make(states, first):
        machine = cloud.client("stepfunctions").create_state_machine(
            name=make_name("machine"), roleArn=ROLE, definition=json.dumps({"StartAt": first, "States": states})
        )
        execution = cloud.client("stepfunctions").start_execution(
            stateMachineArn=machine["stateMachineArn"], input="{}"
        )
        return execution["executionArn"]

    return make


@pytest.fixture
def finish(cloud, wait):
    """Wait for an execution's end; its description."""

    def described(execution):
        found = cloud.client("stepfunctions").describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    return lambda execution: wait(lambda: described(execution))


def test_a_job_is_awaited_and_described(cloud, start, finish, make_job):
    request = make_job("import os, pathlib; pathlib.Path(os.environ['SM_MODEL_DIR'], 'weights').touch()")
    ended = finish(start({"Train": {"Type": "Task", "Resource": SYNC, "Parameters": request, "End": True}}, "Train"))
    assert ended["status"] == "SUCCEEDED", ended
    output = json.loads(ended["output"])
    assert output["TrainingJobStatus"] == "Completed"
    assert output["ModelArtifacts"]["S3ModelArtifacts"].endswith("/model.tar.gz")
    assert isinstance(output["TrainingEndTime"], int)  # milliseconds


def test_a_job_that_is_not_awaited_answers_its_arn(cloud, start, finish, make_job):
    request = make_job("print(1)")
    task = {"Type": "Task", "Resource": SYNC.removesuffix(".sync"), "Parameters": request, "End": True}
    assert json.loads(finish(start({"Train": task}, "Train"))["output"]) == {
        "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:000000000000:training-job/{request['TrainingJobName']}"
    }


@pytest.mark.parametrize(
    ("settings", "error"),
    [({}, "States.TaskFailed"), ({"RoleArn": "nobody"}, "SageMaker.AmazonSageMakerException")],
)
def test_a_failure_can_be_caught_by_its_name(cloud, start, finish, make_job, settings, error):
    request = make_job("raise SystemExit('diverged')", **settings)
    task = {
        "Type": "Task",
        "Resource": SYNC,
        "Parameters": request,
        "Catch": [{"ErrorEquals": [error], "Next": "Caught"}],
        "End": True,
    }
    ended = finish(start({"Train": task, "Caught": {"Type": "Succeed"}}, "Train"))
    assert ended["status"] == "SUCCEEDED", ended
    caught = json.loads(ended["output"])
    assert caught["Error"] == error
    if error == "States.TaskFailed":
        assert "diverged" in json.loads(caught["Cause"])["FailureReason"]
    else:
        assert "Error Code: ValidationException" in caught["Cause"]


def test_stopping_an_execution_stops_its_job(cloud, start, make_job, wait, lives, running_pid):
    request = make_job(UNTIL_STOPPED)
    name = request["TrainingJobName"]
    execution = start({"Train": {"Type": "Task", "Resource": SYNC, "Parameters": request, "End": True}}, "Train")
    pid = running_pid(cloud, name)
    cloud.client("stepfunctions").stop_execution(executionArn=execution)
    wait(lambda: not lives(pid))
    wait(lambda: cloud.sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "Stopped")
    assert cloud.client("stepfunctions").describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_a_task_that_times_out_stops_its_job(cloud, start, finish, make_job, wait):
    request = make_job(UNTIL_STOPPED)
    task = {"Type": "Task", "Resource": SYNC, "Parameters": request, "TimeoutSeconds": 2, "End": True}
    ended = finish(start({"Train": task}, "Train"))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    name = request["TrainingJobName"]
    wait(lambda: cloud.sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "Stopped")


def test_an_endpoint_is_made_and_updated(cloud, start, finish, make_name):
    model, config, endpoint = make_name("model"), make_name("config"), cloud.make_endpoint()
    data = cloud.sagemaker.describe_model(ModelName=cloud.make_model())["PrimaryContainer"]["ModelDataUrl"]
    container = {"Image": "any", "ModelDataUrl": data, "Environment": {"NIGHT": "2"}}
    variant = {"VariantName": "all", "ModelName": model, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    steps = [
        ("createModel", {"ModelName": model, "ExecutionRoleArn": ROLE, "PrimaryContainer": container}),
        ("createEndpointConfig", {"EndpointConfigName": config, "ProductionVariants": [variant]}),
        ("updateEndpoint", {"EndpointName": endpoint, "EndpointConfigName": config}),
    ]
    states = {
        name: {
            "Type": "Task",
            "Resource": f"arn:aws:states:::sagemaker:{name}",
            "Parameters": parameters,
            **({"Next": steps[number + 1][0]} if number + 1 < len(steps) else {"End": True}),
        }
        for number, (name, parameters) in enumerate(steps)
    }
    ended = finish(start(states, "createModel"))
    assert ended["status"] == "SUCCEEDED", ended
    assert cloud.settled(endpoint)["EndpointConfigName"] == config
    assert cloud.describe_server(endpoint)["environment"]["NIGHT"] == "2"


def test_the_sdk_integration_and_unknown_calls(cloud, start, finish, endpoint):
    resource = "arn:aws:states:::aws-sdk:sagemaker:describeEndpoint"
    task = {"Type": "Task", "Resource": resource, "Parameters": {"EndpointName": endpoint}, "End": True}
    assert json.loads(finish(start({"Ask": task}, "Ask"))["output"])["EndpointStatus"] == "InService"
    wrong = {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTransformJob.sync", "End": True}
    assert finish(start({"Ask": wrong}, "Ask"))["status"] == "FAILED"
