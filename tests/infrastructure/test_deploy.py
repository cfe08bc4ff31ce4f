"""The local deployment before it reaches a cloud."""

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


def test_a_failing_phase_shows_its_last_words(tmp_path):
    try:
        deploy.run(["sh", "-c", "echo so close; exit 3"], {}, "synth")
    except deploy.DeploymentFailed as failure:
        assert str(failure) == "synth failed:\nso close"
    else:
        raise AssertionError("it passed")
