"""Cloud models: who holds what, what fits into a function, who is told."""

import json

import yaml

from cdk.app import ROOT
from scripts import build
from scripts.function_report import unzipped_bytes

LAMBDA_LIMIT = 250 * 1024 * 1024
LAYERS = ("base", "aws", "litellm", "bodybroker")


def test_every_provider_has_a_secret_and_no_template_a_key(app):
    models = yaml.safe_load((ROOT / "configs" / "models.yaml").read_text())["models"].values()
    secrets = {secret["Name"]: secret for secret in app.all("SecretsManager::Secret") if secret.stack == "Cloud"}
    assert set(secrets) == {f"bodybroker/{model['provider']}" for model in models}
    for secret in secrets.values():
        assert not secret.get("SecretString") and not secret.get("GenerateSecretString")


def test_the_function_and_its_layers_fit_on_both_targets():
    for target in build.TARGETS.values():
        for layer in LAYERS[:-1]:
            build.third_party_layer(layer, target)
        build.bodybroker_layer(target)
        folders = [build.OUT / "layers" / layer / target.name for layer in LAYERS]
        size = unzipped_bytes(*folders, build.ROOT / "functions" / "cloud_models")
        assert size <= LAMBDA_LIMIT, f"{target.name}: {size} bytes"


def test_only_one_function_has_the_layer_of_litellm(app):
    having = [
        name
        for name, function in app.functions().items()
        if any("Layerslitellm" in json.dumps(layer) for layer in function["Layers"])
    ]
    assert having == ["cloud_models"]


def test_litellm_never_asks_the_web_for_prices(app):
    variables = app.functions()["cloud_models"]["Environment"]["Variables"]
    assert variables["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"


def test_the_registry_is_looked_at_daily_and_the_price_list_weekly(app):
    when = {json.loads(each["Target"]["Input"])["task"]: each["ScheduleExpression"] for each in _schedules(app)}
    assert when == {"watch": "cron(0 6 * * ? *)", "refresh": "cron(30 6 ? * MON *)"}
    refresh = app.functions()["refresh_prices"].id
    assert all(each["Target"]["Arn"] == {"Fn::GetAtt": [refresh, "Arn"]} for each in _schedules(app))


def test_proposals_are_private_and_encrypted(app):
    (bucket,) = (bucket for bucket in app.all("S3::Bucket") if bucket.stack == "Cloud")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    (topic,) = (topic for topic in app.all("SNS::Topic") if topic.stack == "Cloud")
    assert topic["KmsMasterKeyId"]


def _schedules(app):
    return [each for each in app.all("Scheduler::Schedule") if each.stack == "Cloud"]
