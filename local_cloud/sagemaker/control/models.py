"""Models and endpoint configurations: descriptions that an endpoint is made from."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.sagemaker.aws import Scope
from local_cloud.sagemaker.control.resources import Kind, Resources
from local_cloud.sagemaker.errors import invalid, unsupported
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.store import Store


class Models(Resources):
    """Models. Exactly one container is served: inference pipelines are refused."""

    kind = Kind("Model", "Models", "model", "model")

    def prepare(self, record: Record) -> None:
        """Refuse what cannot be served here."""
        containers = record.get("Containers", [])
        if len(containers) + ("PrimaryContainer" in record) != 1:
            if len(containers) > 1:
                raise unsupported("A model of several containers")
            raise invalid("Exactly one of PrimaryContainer and Containers must be given.")


class EndpointConfigs(Resources):
    """Endpoint configurations, real-time and asynchronous."""

    kind = Kind("EndpointConfig", "EndpointConfigs", "endpoint-config", "endpoint configuration")

    def __init__(self, models: Models, store: Store, scope: Callable[[], Scope]) -> None:
        super().__init__(store, scope)
        self._models = models

    def prepare(self, record: Record) -> None:
        """Every variant names a model that exists, or hosts inference components."""
        for member in ("ShadowProductionVariants", "ExplainerConfig"):
            if record.get(member):
                raise unsupported(member)
        if record.get("DataCaptureConfig", {}).get("EnableCapture"):
            raise unsupported("DataCaptureConfig")
        asynchronous = record.get("AsyncInferenceConfig")
        if asynchronous is not None and "S3OutputPath" not in asynchronous["OutputConfig"]:
            raise unsupported("AsyncInferenceConfig without S3OutputPath")
        names = [variant["VariantName"] for variant in record["ProductionVariants"]]
        if len(set(names)) != len(names):
            raise invalid("Variant names must be unique.")
        for variant in record["ProductionVariants"]:
            if "ModelName" in variant:
                self._models.find(variant["ModelName"])
            elif "ExecutionRoleArn" not in record:
                raise invalid("ExecutionRoleArn must be given when a variant names no model.")
