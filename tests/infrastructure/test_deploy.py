"""The local deployment before it reaches a cloud."""

import pytest

from local_cloud import deploy


def test_a_cloud_that_is_down_is_said_to_be(tmp_path, capsys):
    assert deploy.deploy(tmp_path) == 1
    assert "python -m local_cloud up" in capsys.readouterr().err


def test_nobodys_aws_account_leaks_into_a_local_deployment(monkeypatch):
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB", "CDK_DEFAULT_ACCOUNT"):
        monkeypatch.setenv(name, "somebody's")
    environment = deploy.clean_environment()
    assert "somebody's" not in environment.values()
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_a_failing_phase_shows_its_last_words():
    with pytest.raises(deploy.DeploymentFailed) as failed:
        deploy.run(["sh", "-c", "seq 100; exit 3"], {}, "synth", print)
    assert str(failed.value).splitlines() == ["synth failed:", *map(str, range(61, 101))]


def test_completed_resources_are_told(capsys):
    script = r"""
        echo 'BodyBroker-Data |  1/15 | 8:39:21 AM | CREATE_IN_PROGRESS      | AWS::IAM::Role   | Role'
        echo 'BodyBroker-Data |  2/15 | 8:39:21 AM | CREATE_COMPLETE         | AWS::SNS::Topic  | Topic'
    """
    deploy.run(["sh", "-c", script], {}, "deploy", print)
    assert capsys.readouterr().out == "BodyBroker-Data: SNS::Topic\n"
