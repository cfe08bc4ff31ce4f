"""Application Auto Scaling: targets and policies are checked, kept and shown; nothing scales on one machine."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from local_cloud.sagemaker.aws import Scope
from local_cloud.sagemaker.control.resources import Operation, paged
from local_cloud.sagemaker.errors import ApiError, invalid, unsupported
from local_cloud.sagemaker.shapes import Record, project, service_model
from local_cloud.sagemaker.store import Store

SERVICE = "application-autoscaling"
_IDENTITY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_FILTERS = {"ResourceIds": "ResourceId", "PolicyNames": "PolicyName"}
_SERVICE_ROLES = {
    "sagemaker:variant:DesiredInstanceCount": "SageMakerEndpoint",
    "sagemaker:inference-component:DesiredCopyCount": "SageMakerInferenceComponent",
}


class AutoScaling:
    """Scalable targets and their policies. `exists` tells whether a SageMaker resource id names something."""

    def __init__(self, store: Store, scope: Callable[[], Scope], exists: Callable[[str], bool]) -> None:
        self._targets = store.table("ScalableTarget")
        self._policies = store.table("ScalingPolicy")
        self._scope = scope
        self._exists = exists

    def operations(self) -> dict[str, Operation]:
        """The operations by their name on the wire."""
        return {
            "RegisterScalableTarget": self.register,
            "DescribeScalableTargets": self.describe_targets,
            "DeregisterScalableTarget": self.deregister,
            "PutScalingPolicy": self.put_policy,
            "DescribeScalingPolicies": self.describe_policies,
            "DeleteScalingPolicy": self.delete_policy,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list_tags,
        }

    def register(self, request: Record) -> Record:
        """Make a target or change the one that is there."""
        key = target_id(request)
        target = self._targets.get(key)
        if target is None:
            if "MinCapacity" not in request or "MaxCapacity" not in request:
                raise invalid("MinCapacity and MaxCapacity must be given for a new scalable target.")
            if request["ServiceNamespace"] == "sagemaker" and not self._exists(request["ResourceId"]):
                raise invalid(f"The resource {request['ResourceId']} does not exist.")
            arn = self._scope().arn(SERVICE, f"scalable-target/{uuid.uuid4().hex}")
            target = {
                "ScalableTargetARN": arn,
                "CreationTime": time.time(),
                "RoleARN": self._service_role(request["ScalableDimension"]),
            }
        target = target | request
        if target["MaxCapacity"] < target["MinCapacity"]:
            raise invalid("Maximum capacity cannot be less than minimum capacity")
        self._targets.put(key, target)
        return {"ScalableTargetARN": target["ScalableTargetARN"]}

    def describe_targets(self, request: Record) -> Record:
        """A page of targets."""
        return self._page("ScalableTargets", "ScalableTarget", list(self._targets), request)

    def deregister(self, request: Record) -> Record:
        """Forget a target and its policies."""
        key = target_id(request)
        self._target(request)
        for policy in self._policies:
            if target_id(policy) == key:
                self._policies.delete(_policy_key(policy))
        self._targets.delete(key)
        return {}

    def put_policy(self, request: Record) -> Record:
        """Make a policy or replace the one of that name."""
        self._target(request)
        kind = request.get("PolicyType", "StepScaling")
        given = [key for key in request if key.endswith("PolicyConfiguration")]
        wanted = f"{kind.removesuffix('Scaling')}ScalingPolicyConfiguration"
        if given != [wanted]:
            raise invalid(f"A policy of type {kind} must give {wanted} and no other configuration.")
        known = self._policies.get(_policy_key(request)) or self._new_policy(request)
        if known.get("PolicyType", kind) != kind:
            raise invalid("The type of a policy cannot be changed.")
        policy = {**known, **request, "PolicyType": kind}
        self._policies.put(_policy_key(request), policy)
        return {"PolicyARN": policy["PolicyARN"], "Alarms": []}

    def describe_policies(self, request: Record) -> Record:
        """A page of policies."""
        return self._page("ScalingPolicies", "ScalingPolicy", list(self._policies), request)

    def delete_policy(self, request: Record) -> Record:
        """Forget a policy."""
        key = _policy_key(request)
        if key not in self._policies:
            raise ApiError("ObjectNotFoundException", f"No scaling policy found for {key}")
        self._policies.delete(key)
        return {}

    def tag(self, request: Record) -> Record:
        """Add tags to a target."""
        target = self._by_arn(request["ResourceARN"])
        self._targets.put(target_id(target), target | {"Tags": target.get("Tags", {}) | request["Tags"]})
        return {}

    def untag(self, request: Record) -> Record:
        """Take tags away from a target."""
        target = self._by_arn(request["ResourceARN"])
        kept = {key: value for key, value in target.get("Tags", {}).items() if key not in request["TagKeys"]}
        self._targets.put(target_id(target), target | {"Tags": kept})
        return {}

    def list_tags(self, request: Record) -> Record:
        """The tags of a target."""
        return {"Tags": self._by_arn(request["ResourceARN"]).get("Tags", {})}

    def policy_by_arn(self, arn: str) -> Record | None:
        """The policy of an ARN."""
        return next((policy for policy in self._policies if policy["PolicyARN"] == arn), None)

    def _new_policy(self, request: Record) -> Record:
        resource = f"resource/{request['ServiceNamespace']}/{request['ResourceId']}:policyName/{request['PolicyName']}"
        arn = self._scope().arn("autoscaling", f"scalingPolicy:{uuid.uuid4()}:{resource}")
        return {"PolicyARN": arn, "CreationTime": time.time(), "Alarms": []}

    def _page(self, list_key: str, shape_name: str, records: list[Record], request: Record) -> Record:
        shape = service_model(SERVICE).shape_for(shape_name)
        found = [project(shape, record) for record in records if _matches(record, request)]
        return paged(list_key, found, {"MaxResults": 50, **request})

    def _target(self, request: Record) -> Record:
        target = self._targets.get(target_id(request))
        if target is None:
            raise ApiError("ObjectNotFoundException", f"No scalable target registered for {target_id(request)}")
        return target

    def _by_arn(self, arn: str) -> Record:
        for target in self._targets:
            if target["ScalableTargetARN"] == arn:
                return target
        raise ApiError("ResourceNotFoundException", f"The resource {arn} doesn't exist")

    def _service_role(self, dimension: str) -> str:
        name = _SERVICE_ROLES.get(dimension)
        if name is None:
            raise unsupported(f"The scalable dimension {dimension} without RoleARN")
        path = f"aws-service-role/sagemaker.{SERVICE}.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_{name}"
        return f"arn:aws:iam::{self._scope().account}:role/{path}"


def target_id(record: Record) -> str:
    """What CloudFormation's Ref gives for a target."""
    return f"{record['ResourceId']}|{record['ScalableDimension']}|{record['ServiceNamespace']}"


def _policy_key(record: Record) -> str:
    return f"{target_id(record)}|{record['PolicyName']}"


def _matches(record: Record, request: Record) -> bool:
    for key, value in request.items():
        if key in _FILTERS and record[_FILTERS[key]] not in value:
            return False
        if key in _IDENTITY and record[key] != value:
            return False
    return True
