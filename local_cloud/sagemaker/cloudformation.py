"""CloudFormation types on the control plane: create, update, delete, Ref and GetAtt as AWS has them.

MiniStack calls these handlers on a worker thread (see `install`), because an endpoint blocks its stack until it serves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack.services.cloudformation import provisioners, stacks

from local_cloud.sagemaker.autoscaling import SERVICE as AUTOSCALING
from local_cloud.sagemaker.control.endpoints import IN_PROGRESS
from local_cloud.sagemaker.errors import ApiError
from local_cloud.sagemaker.shapes import Record, coerce, service_model

TARGETS = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.cloudformation.provisioners:_REPLACING_PROPERTIES",
    "ministack.services.cloudformation.provisioners:_STACK_TAG_PROPERTY",
    "ministack.services.cloudformation.provisioners:_physical_name(stack_name, logical_id, lowercase, max_len, seeded)",
    "ministack.services.cloudformation.stacks:_runs_on_worker_thread(resource_type)",
)

POLL_SECONDS = 0.1
NAME_LIMIT = 63

Call = Callable[[str, str, Record], Record]  # service, operation, request; from any thread but the loop's


class ResourceFailed(Exception):
    """A resource could not be made; the message becomes the stack's reason."""


@dataclass(frozen=True)
class SageMakerType:
    """A type whose Ref is an ARN and whose operations are named after it."""

    call: Call
    name: str
    replacing: tuple[str, ...]
    attributes: tuple[str, ...]
    stabilises: bool = False
    updating: frozenset[str] = field(default_factory=frozenset)

    @property
    def name_key(self) -> str:
        """The property that names the resource."""
        return f"{self.name}Name"

    def create(self, logical_id: str, properties: Record, stack_name: str) -> tuple[str, Record]:
        """Make the resource; an endpoint that fails is removed again, as a rollback does on AWS."""
        name = properties.get(self.name_key) or provisioners._physical_name(stack_name, logical_id, max_len=NAME_LIMIT)
        self._request("Create", properties | {self.name_key: name}, ignored=self.updating)
        shown = self._settled(name)
        if shown.get(f"{self.name}Status") == "Failed":
            self._delete(name)
            raise ResourceFailed(shown["FailureReason"])
        return self._result(shown)

    def update(self, physical_id: str, old: Record, new: Record, *_: Any) -> tuple[str, Record]:
        """Change the resource in place."""
        name = _name(physical_id)
        if {**old, "Tags": None} != {**new, "Tags": None}:
            self._settled(name)
            fixed = frozenset({"Tags", *self.replacing}) - {self.name_key}
            self._request("Update", new | {self.name_key: name}, ignored=fixed)
            updated = self._settled(name)
            if "FailureReason" in updated:
                raise ResourceFailed(updated["FailureReason"])
        self._update_tags(physical_id, old.get("Tags", []), new.get("Tags", []))
        return self._result(self._settled(name))

    def delete(self, physical_id: str, properties: Record) -> None:
        """Remove the resource; one that is gone already is fine."""
        self._delete(_name(physical_id))

    def _delete(self, name: str) -> None:
        if self._described(name) is None:
            return
        self._settled(name)
        self._call("Delete", {self.name_key: name})
        while self._described(name) is not None:
            time.sleep(POLL_SECONDS)

    def _settled(self, name: str) -> Record:
        """The resource as it is shown once nothing is in progress."""
        while True:
            shown = self._call("Describe", {self.name_key: name})
            if not self.stabilises or shown[f"{self.name}Status"] not in IN_PROGRESS:
                return shown
            time.sleep(POLL_SECONDS)

    def _described(self, name: str) -> Record | None:
        try:
            return self.call("sagemaker", f"Describe{self.name}", {self.name_key: name})
        except ApiError:
            return None

    def _request(self, verb: str, properties: Record, ignored: frozenset[str]) -> None:
        shape = service_model("sagemaker").operation_model(f"{verb}{self.name}").input_shape
        try:
            request = coerce(shape, {key: value for key, value in properties.items() if key not in ignored})
        except ApiError as error:
            raise ResourceFailed(error.message) from None
        self._call(verb, request)

    def _call(self, verb: str, request: Record) -> Record:
        try:
            return self.call("sagemaker", f"{verb}{self.name}", request)
        except ApiError as error:
            raise ResourceFailed(f"{error.message} (Service: SageMaker, Error Code: {error.code})") from None

    def _update_tags(self, arn: str, old: list[Record], new: list[Record]) -> None:
        gone = sorted({tag["Key"] for tag in old} - {tag["Key"] for tag in new})
        if gone:
            self.call("sagemaker", "DeleteTags", {"ResourceArn": arn, "TagKeys": gone})
        if new != old and new:
            self.call("sagemaker", "AddTags", {"ResourceArn": arn, "Tags": new})

    def _result(self, shown: Record) -> tuple[str, Record]:
        attributes = {path: str(_at(shown, path)) for path in self.attributes if _at(shown, path) is not None}
        return shown[f"{self.name}Arn"], attributes


@dataclass(frozen=True)
class ScalableTargetType:
    """AWS::ApplicationAutoScaling::ScalableTarget; Ref is `resource|dimension|namespace`."""

    call: Call
    replacing = ("ResourceId", "ScalableDimension", "ServiceNamespace")

    def create(self, logical_id: str, properties: Record, stack_name: str) -> tuple[str, Record]:
        """Register the target."""
        tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        request = {**properties, "Tags": tags} if tags else properties
        _autoscale(self.call, "RegisterScalableTarget", request)
        identity = "|".join(properties[key] for key in self.replacing)
        return identity, {"Id": identity}

    def update(self, physical_id: str, old: Record, new: Record, *_: Any) -> tuple[str, Record]:
        """Registering again changes the target."""
        return self.create("", {key: value for key, value in new.items() if key != "Tags"}, "")

    def delete(self, physical_id: str, properties: Record) -> None:
        """Deregister the target."""
        request = dict(zip(self.replacing, physical_id.split("|"), strict=True))
        _autoscale(self.call, "DeregisterScalableTarget", request, missing_is_fine=True)


@dataclass(frozen=True)
class ScalingPolicyType:
    """AWS::ApplicationAutoScaling::ScalingPolicy; Ref is the policy's ARN."""

    call: Call
    replacing = ("PolicyName", "ResourceId", "ScalableDimension", "ServiceNamespace", "ScalingTargetId")

    def create(self, logical_id: str, properties: Record, stack_name: str) -> tuple[str, Record]:
        """Put the policy."""
        arn = _autoscale(self.call, "PutScalingPolicy", _identified(properties))["PolicyARN"]
        return arn, {"Arn": arn}

    def update(self, physical_id: str, old: Record, new: Record, *_: Any) -> tuple[str, Record]:
        """Putting again replaces the policy."""
        return self.create("", new, "")

    def delete(self, physical_id: str, properties: Record) -> None:
        """Delete the policy."""
        identity = ("PolicyName", *ScalableTargetType.replacing)
        request = {key: value for key, value in _identified(properties).items() if key in identity}
        _autoscale(self.call, "DeleteScalingPolicy", request, missing_is_fine=True)


def install(call: Call) -> None:
    """Register the types with MiniStack."""
    types: dict[str, Any] = {f"AWS::SageMaker::{one.name}": one for one in _sagemaker_types(call)}
    types["AWS::ApplicationAutoScaling::ScalableTarget"] = ScalableTargetType(call)
    types["AWS::ApplicationAutoScaling::ScalingPolicy"] = ScalingPolicyType(call)
    for name, one in types.items():
        provisioners._RESOURCE_HANDLERS[name] = {"create": one.create, "update": one.update, "delete": one.delete}
        provisioners._REPLACING_PROPERTIES[name] = one.replacing
        if isinstance(one, SageMakerType):
            provisioners._STACK_TAG_PROPERTY[name] = ("Tags", "list")
    runs_on_worker_thread = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind in types or runs_on_worker_thread(kind)


def _sagemaker_types(call: Call) -> list[SageMakerType]:
    retaining = ("ExcludeRetainedVariantProperties", "RetainAllVariantProperties", "RetainDeploymentConfig")
    model = ("Containers", "EnableNetworkIsolation", "ExecutionRoleArn", "InferenceExecutionConfig", "PrimaryContainer")
    config = service_model("sagemaker").operation_model("CreateEndpointConfig").input_shape.members
    return [
        SageMakerType(call, "Model", ("ModelName", "VpcConfig", *model), ("ModelName", "ModelArn")),
        SageMakerType(
            call,
            "EndpointConfig",
            tuple(member for member in config if member != "Tags"),
            ("EndpointConfigName", "EndpointConfigArn"),
        ),
        SageMakerType(
            call,
            "Endpoint",
            ("EndpointName",),
            ("EndpointName", "EndpointArn"),
            stabilises=True,
            updating=frozenset(retaining),
        ),
        SageMakerType(
            call,
            "InferenceComponent",
            ("InferenceComponentName", "EndpointName", "VariantName"),
            (
                "InferenceComponentArn",
                "InferenceComponentStatus",
                "CreationTime",
                "LastModifiedTime",
                "RuntimeConfig.CurrentCopyCount",
                "RuntimeConfig.DesiredCopyCount",
            ),
            stabilises=True,
        ),
        SageMakerType(
            call,
            "ModelPackageGroup",
            ("ModelPackageGroupName", "ModelPackageGroupDescription"),
            ("ModelPackageGroupArn", "ModelPackageGroupStatus", "CreationTime"),
        ),
    ]


def _autoscale(call: Call, operation: str, properties: Record, missing_is_fine: bool = False) -> Record:
    try:
        shape = service_model(AUTOSCALING).operation_model(operation).input_shape
        return call(AUTOSCALING, operation, coerce(shape, properties))
    except ApiError as error:
        if missing_is_fine and error.code == "ObjectNotFoundException":
            return {}
        raise ResourceFailed(f"{error.message} (Service: ApplicationAutoScaling, Error Code: {error.code})") from None


def _identified(properties: Record) -> Record:
    """A policy's properties with its target spelled out instead of ScalingTargetId."""
    rest = {key: value for key, value in properties.items() if key != "ScalingTargetId"}
    if "ScalingTargetId" in properties:
        rest |= zip(ScalableTargetType.replacing, properties["ScalingTargetId"].split("|"), strict=True)
    return rest


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _at(record: Record, path: str) -> Any:
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
