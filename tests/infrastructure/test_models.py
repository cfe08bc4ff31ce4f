"""The gold endpoint."""

import json
import tarfile


def test_the_endpoint_serves_the_archive_that_was_built(app):
    (model,) = app.all("SageMaker::Model")
    container = model["PrimaryContainer"]
    assert "763104351884.dkr.ecr.us-east-1" in json.dumps(container["Image"])
    assert "/djl-inference:" in json.dumps(container["Image"])
    asset = container["ModelDataUrl"].rsplit("/", 1)[-1].split(".")[0]
    with tarfile.open(app.assembly / f"asset.{asset}.tar.gz") as archive:
        members = set(archive.getnames())
    assert {"serving.properties", "code/serve.py", "code/serving/__init__.py"} <= members


def test_requests_go_where_their_prefix_is_cached(app):
    (config,) = app.all("SageMaker::EndpointConfig")
    (variant,) = config["ProductionVariants"]
    assert variant["InstanceType"] == "ml.g6.xlarge"
    assert variant["RoutingConfig"]["RoutingStrategy"] == "PREFIX_AWARE"


def test_the_endpoint_scales_and_functions_know_its_name(app):
    (endpoint,) = app.all("SageMaker::Endpoint")
    (target,) = app.all("ApplicationAutoScaling::ScalableTarget")
    assert target["ResourceId"] == f"endpoint/{endpoint['EndpointName']}/variant/all"
    assert 1 <= target["MinCapacity"] <= target["MaxCapacity"]
    (policy,) = app.all("ApplicationAutoScaling::ScalingPolicy")
    assert policy["ScalingTargetId"] == {"Ref": target.id}
    for name in ("encounters", "turns"):
        assert "GoldEndpoint" in str(app.functions()[name]["Environment"]["Variables"]["GOLD_ENDPOINT"])
