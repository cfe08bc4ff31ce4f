"""Training jobs as real processes: the contract with the program, its end, its failure, its stop."""

import io
import json
import os
import tarfile

import pytest
from botocore.exceptions import ClientError

ENDED = ("Completed", "Failed", "Stopped")

DESCRIBE = """
    import json, os, pathlib, sys
    seen = {
        "arguments": sys.argv[1:],
        "environment": dict(os.environ),
        "channel": sorted(p.name for p in pathlib.Path(os.environ["SM_CHANNEL_TRAIN"]).rglob("*") if p.is_file()),
        "config": {
            path.stem: json.loads(path.read_text())
            for path in pathlib.Path(os.environ["SM_INPUT_CONFIG_DIR"]).iterdir()
        },
        "here": sorted(p.name for p in pathlib.Path().iterdir()),
    }
    (pathlib.Path(os.environ["SM_MODEL_DIR"]) / "seen.json").write_text(json.dumps(seen))
    (pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"]) / "report.txt").write_text("done")
    print("loss=0.75")
    print("loss=0.25", file=sys.stderr)
"""

UNTIL_STOPPED = """
    import os, pathlib, signal, sys, time
    def stop(number, frame):
        (pathlib.Path(os.environ["SM_MODEL_DIR"]) / "checkpoint").write_text("half")
        sys.exit(0)
    signal.signal(signal.SIGTERM, stop)
    print("pid", os.getpid(), flush=True)
    while True:
        time.sleep(0.05)
"""


def channel(uri):
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}]


def ended(cloud, wait, name):
    def described():
        job = cloud.sagemaker.describe_training_job(TrainingJobName=name)
        return job if job["TrainingJobStatus"] in ENDED else None

    return wait(described)


def unpacked(cloud, uri):
    with tarfile.open(fileobj=io.BytesIO(cloud.get(uri))) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}


def test_a_program_sees_the_contract_and_its_results_are_kept(cloud, make_job, wait):
    cloud.put("data/part/a.txt", b"1")
    cloud.put("data/b.txt", b"2")
    request = make_job(
        DESCRIBE,
        InputDataConfig=channel("s3://artifacts/data/"),
        HyperParameters={"epochs": "3", "learning-rate": "0.1", "name": '"gold"'},
        Environment={"OWN": "1"},
    )
    request["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
    arn = cloud.sagemaker.create_training_job(**request)["TrainingJobArn"]
    name = request["TrainingJobName"]
    job = ended(cloud, wait, name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed"), job
    assert [step["Status"] for step in job["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    assert job["FinalMetricDataList"][0]["Value"] == 0.25
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://artifacts/trained/{name}/output/model.tar.gz"
    assert unpacked(cloud, f"s3://artifacts/trained/{name}/output/output.tar.gz") == {"report.txt": b"done"}

    seen = json.loads(unpacked(cloud, job["ModelArtifacts"]["S3ModelArtifacts"])["seen.json"])
    environment = seen["environment"]
    assert seen["arguments"] == ["--epochs", "3", "--learning-rate", "0.1", "--name", "gold"]
    assert seen["channel"] == ["a.txt", "b.txt"]
    assert seen["here"] == ["train.py"]
    assert seen["config"]["hyperparameters"]["epochs"] == "3"
    assert seen["config"]["inputdataconfig"]["train"]["TrainingInputMode"] == "File"
    assert seen["config"]["resourceconfig"]["current_host"] == "algo-1"
    assert json.loads(environment["SM_HPS"]) == {"epochs": 3, "learning-rate": 0.1, "name": "gold"}
    assert environment["SM_HP_LEARNING_RATE"] == "0.1"
    assert json.loads(environment["SM_CHANNELS"]) == ["train"]
    assert json.loads(environment["SM_HOSTS"]) == ["algo-1"]
    assert environment["SM_CURRENT_HOST"] == "algo-1"
    assert int(environment["SM_NUM_CPUS"]) == os.cpu_count()
    assert int(environment["SM_NUM_GPUS"]) >= 0
    assert json.loads(environment["SM_TRAINING_ENV"])["model_dir"] == environment["SM_MODEL_DIR"]
    assert environment["OWN"] == "1"
    assert environment["TRAINING_JOB_ARN"] == arn
    assert "GATEWAY_PORT" not in environment

    assert not (cloud.state_dir / "training" / name).exists()
    assert "loss=0.75" in (cloud.state_dir / "logs" / f"training-{name}.log").read_text()
    logs = cloud.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=name)[
        "logStreams"
    ]
    events = logs.get_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream["logStreamName"])
    assert {event["message"] for event in events["events"]} == {"loss=0.75", "loss=0.25"}


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys; sys.exit('no such optimiser')", "AlgorithmError: ExecuteUserScriptError: ExitCode 1"),
        (
            "import os, pathlib, sys\n"
            "pathlib.Path(os.environ['SM_OUTPUT_DIR'], 'failure').write_text('the data is empty')\n"
            "sys.exit(3)",
            "AlgorithmError: the data is empty, exit code: 3",
        ),
    ],
)
def test_a_program_that_fails_fails_the_job_with_its_reason(cloud, make_job, wait, program, reason):
    request = make_job(program)
    cloud.sagemaker.create_training_job(**request)
    job = ended(cloud, wait, request["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(reason)
    assert "S3ModelArtifacts" not in job.get("ModelArtifacts", {})


def test_a_job_whose_data_is_missing_fails_before_it_runs(cloud, make_job, wait):
    request = make_job("print('ran')", InputDataConfig=channel("s3://artifacts/no-such-prefix/"))
    cloud.sagemaker.create_training_job(**request)
    job = ended(cloud, wait, request["TrainingJobName"])
    assert job["FailureReason"].startswith("ClientError: Data download failed")
    assert "TrainingStartTime" not in job


def test_a_stopped_job_keeps_what_it_saved(cloud, make_job, wait, lives, running_pid):
    request = make_job(UNTIL_STOPPED)
    name = request["TrainingJobName"]
    cloud.sagemaker.create_training_job(**request)
    pid = running_pid(cloud, name)
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    job = ended(cloud, wait, name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert unpacked(cloud, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"checkpoint": b"half"}
    assert not lives(pid)
    with pytest.raises(ClientError, match="in status Stopped"):
        cloud.sagemaker.stop_training_job(TrainingJobName=name)


def test_a_job_that_runs_too_long_is_ended(cloud, make_job, wait):
    request = make_job(UNTIL_STOPPED, StoppingCondition={"MaxRuntimeInSeconds": 1})
    cloud.sagemaker.create_training_job(**request)
    job = ended(cloud, wait, request["TrainingJobName"])
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_bad_requests_are_refused(cloud, make_job, wait):
    request = make_job("print(1)")
    cloud.sagemaker.create_training_job(**request)
    with pytest.raises(ClientError) as caught:
        cloud.sagemaker.create_training_job(**request)
    assert caught.value.response["Error"]["Code"] == "ResourceInUse"
    ended(cloud, wait, request["TrainingJobName"])
    for wrong in (
        {"CheckpointConfig": {"S3Uri": "s3://artifacts/checkpoints"}},
        {"AlgorithmSpecification": {"TrainingImage": "any", "TrainingInputMode": "Pipe"}},
    ):
        with pytest.raises(ClientError, match="not supported by the local cloud"):
            cloud.sagemaker.create_training_job(**make_job("print(1)", **wrong))
    request = make_job("print(1)")
    request["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "loss", "Regex": "loss=("}]
    with pytest.raises(ClientError, match="The Regex of metric loss"):
        cloud.sagemaker.create_training_job(**request)
    with pytest.raises(ClientError, match="Requested resource not found"):
        cloud.sagemaker.describe_training_job(TrainingJobName="nothing")


def test_a_restart_fails_the_jobs_that_it_cut_off(own_cloud, make_job, wait, lives, cloud, running_pid):
    request = make_job(UNTIL_STOPPED)
    source = json.loads(request["HyperParameters"]["sagemaker_submit_directory"])
    own_cloud.put(source.removeprefix("s3://artifacts/"), cloud.get(source))
    own_cloud.sagemaker.create_training_job(**request)
    pid = running_pid(own_cloud, request["TrainingJobName"])
    own_cloud.kill()
    wait(lambda: not lives(pid))
    own_cloud.start()
    job = own_cloud.sagemaker.describe_training_job(TrainingJobName=request["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "InternalServerError: The local cloud restarted while the job was running."
