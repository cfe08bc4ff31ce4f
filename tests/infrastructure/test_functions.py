"""Every function is made in our one way."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_folder_is_deployed_and_nothing_else(app):
    assert sorted(app.functions()) == sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def test_runtime_and_architecture(app):
    for name, function in app.functions().items():
        assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"]), name


def test_logs_are_json_and_go_to_a_group_of_its_own(app):
    groups = {group.id for group in app.all("Logs::LogGroup")}
    used = [function["LoggingConfig"] for function in app.functions().values()]
    assert all(logging["LogFormat"] == "JSON" for logging in used)
    names = [logging["LogGroup"]["Ref"] for logging in used]
    assert set(names) <= groups
    assert len(set(names)) == len(names)


def test_every_function_has_dead_letters_or_says_why_not(app):
    for name, function in app.functions().items():
        reason = function.document.get("Metadata", {}).get("NoDeadLetters", "")
        assert function.get("DeadLetterConfig") or len(reason) > 20, name


def test_every_function_gets_the_package_and_no_layer_twice(app):
    for name, function in app.functions().items():
        layers = [layer["Ref"] for layer in function["Layers"] if isinstance(layer, dict)]
        assert any(layer.startswith("Layersbodybroker") for layer in layers), name
        assert len(set(layers)) == len(layers), name
        assert len(function["Layers"]) <= 5, f"{name}: Lambda takes no more"


def test_only_turns_stream_through_the_web_adapter(app):
    for name, function in app.functions().items():
        variables = function["Environment"]["Variables"]
        adapter = [layer for layer in function["Layers"] if isinstance(layer, str)]
        if name == "turns":
            assert function["Handler"] == "run.sh"
            assert variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"
            assert variables["AWS_LWA_INVOKE_MODE"] == "response_stream"
            assert len(adapter) == 1
            assert ":layer:LambdaAdapterLayerArm64:" in adapter[0]
        else:
            assert function["Handler"] == "handler.lambda_handler", name
            assert not adapter, name


def test_the_streaming_function_can_be_started(app):
    code = app.functions()["turns"]["Code"]["S3Key"].removesuffix(".zip")
    script = app.assembly / f"asset.{code}" / "run.sh"
    assert script.read_text().startswith("#!")
    assert script.stat().st_mode & 0o111
