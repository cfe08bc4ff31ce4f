"""A training program's command line and configuration, as AWS's containers give them."""

import json

import pytest

from local_cloud.sagemaker import training_environment as environment

REQUEST = {
    "TrainingJobName": "night",
    "HyperParameters": {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"s3://bucket/source.tar.gz"',
        "epochs": "3",
        "n": '"text"',
        "flags": "[1, 2]",
    },
    "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
}


def test_user_hyperparameters_become_arguments(tmp_path):
    assert environment.command(REQUEST, tmp_path / "python") == [
        str(tmp_path / "python"),
        "train.py",
        "--epochs",
        "3",
        "--flags",
        "[1, 2]",
        "-n",
        "text",
    ]


def test_a_shell_program_is_run_by_the_shell_and_quoted(tmp_path):
    request = REQUEST | {"HyperParameters": REQUEST["HyperParameters"] | {"sagemaker_program": "run.sh", "n": "a; b"}}
    shell, flag, line = environment.command(request, tmp_path)
    assert (shell, flag) == ("/bin/sh", "-c")
    assert line == "./run.sh --epochs 3 --flags '[1, 2]' -n 'a; b'"


def test_the_entry_point_may_come_from_the_environment():
    request = {"Environment": {"SAGEMAKER_PROGRAM": "a.py", "SAGEMAKER_SUBMIT_DIRECTORY": "s3://b/c"}}
    assert environment.entry_point(request) == ("a.py", "s3://b/c")


@pytest.mark.parametrize("missing", ["sagemaker_program", "sagemaker_submit_directory"])
def test_a_job_without_an_entry_point_is_refused(missing):
    given = {key: value for key, value in REQUEST["HyperParameters"].items() if key != missing}
    with pytest.raises(ValueError, match="sagemaker_program"):
        environment.entry_point({"HyperParameters": given})


def test_variables_and_documents_agree(tmp_path):
    layout = environment.Layout(tmp_path)
    layout.make()
    environment.write_configuration(REQUEST, layout)
    variables = environment.variables(REQUEST, "arn:job", layout)
    assert json.loads(variables["SM_HPS"]) == {"epochs": 3, "flags": [1, 2], "n": "text"}
    assert variables["SM_HP_N"] == "text"
    assert variables["SM_MODEL_DIR"] == str(layout.model)
    assert variables["SM_OUTPUT_DATA_DIR"] == str(layout.output_data)
    assert variables["SM_CURRENT_INSTANCE_TYPE"] == "ml.g5.xlarge"
    written = json.loads((layout.config / "resourceconfig.json").read_text())
    assert json.loads(variables["SM_RESOURCE_CONFIG"]) == written
    assert json.loads((layout.config / "hyperparameters.json").read_text()) == REQUEST["HyperParameters"]
