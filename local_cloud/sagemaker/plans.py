"""From an endpoint configuration to a plan: everything that hosting needs, resolved once and kept in the record.

An endpoint goes on serving after its configuration and models were deleted, as on AWS, because its plan lives with it.
"""

from __future__ import annotations

import uuid

from local_cloud.sagemaker.control.model_packages import ModelPackages
from local_cloud.sagemaker.control.models import EndpointConfigs, Models
from local_cloud.sagemaker.errors import invalid, unsupported
from local_cloud.sagemaker.shapes import Record

DEFAULT_STARTUP_SECONDS = 600


class Planner:
    """Resolves configurations, models and model packages."""

    def __init__(self, configs: EndpointConfigs, models: Models, packages: ModelPackages) -> None:
        self._configs = configs
        self._models = models
        self._packages = packages

    def plan(self, config_name: str) -> Record:
        """The plan of an endpoint configuration. Raises ApiError."""
        config = self._configs.find(config_name)
        return {
            "Id": uuid.uuid4().hex[:12],
            "EndpointConfigName": config["EndpointConfigName"],
            "Variants": [self._variant(variant) for variant in config["ProductionVariants"]],
            "AsyncInferenceConfig": config.get("AsyncInferenceConfig"),
        }

    def component(self, specification: Record) -> Record | None:
        """The model of an inference component, or None for an adapter of another component."""
        if "BaseInferenceComponentName" in specification:
            return None
        if "ModelName" in specification:
            return self.model(specification["ModelName"])
        container = specification.get("Container", {})
        if "ArtifactUrl" not in container:
            raise invalid("Specification must give ModelName or Container with ArtifactUrl.")
        return _served({"ModelDataUrl": container["ArtifactUrl"], "Environment": container.get("Environment", {})})

    def model(self, name: str) -> Record:
        """Where a model's files are and the environment of its container. Raises ApiError."""
        model = self._models.find(name)
        container = model.get("PrimaryContainer") or model["Containers"][0]
        if "ModelPackageName" in container:
            package = self._packages.find(container["ModelPackageName"])
            packaged = package.get("InferenceSpecification", {}).get("Containers", [])
            if len(packaged) != 1:
                raise unsupported("A model package that has not exactly one container")
            container = packaged[0] | container
        return _served(container)

    def _variant(self, variant: Record) -> Record:
        startup = variant.get("ContainerStartupHealthCheckTimeoutInSeconds", DEFAULT_STARTUP_SECONDS)
        return {
            "VariantName": variant["VariantName"],
            "Model": self.model(variant["ModelName"]) if "ModelName" in variant else None,
            "Weight": variant.get("InitialVariantWeight", 1.0),
            "Count": variant.get("InitialInstanceCount", 1),
            "StartupSeconds": startup,
        }


def _served(container: Record) -> Record:
    if container.get("Mode") == "MultiModel" or container.get("AdditionalModelDataSources"):
        raise unsupported("A container of several models")
    source = container.get("ModelDataSource", {}).get("S3DataSource")
    if source is None and "ModelDataUrl" not in container:
        raise unsupported("A container without ModelDataUrl or ModelDataSource")
    if source is None:
        source = {"S3Uri": container["ModelDataUrl"], "CompressionType": "Gzip"}
    return {
        "Uri": source["S3Uri"],
        "Archive": source["CompressionType"] == "Gzip",
        "Environment": container.get("Environment", {}),
    }
