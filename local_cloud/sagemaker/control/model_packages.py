"""The model registry: groups and their numbered packages."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.sagemaker.aws import Scope
from local_cloud.sagemaker.control.resources import Kind, Operation, Resources
from local_cloud.sagemaker.errors import ApiError, invalid
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.store import Store


class ModelPackageGroups(Resources):
    """Groups of model packages."""

    kind = Kind("ModelPackageGroup", "ModelPackageGroups", "model-package-group", "model package group")

    def prepare(self, record: Record) -> None:
        """A group is complete as soon as it exists."""
        record |= {"ModelPackageGroupStatus": "Completed", "CreatedBy": {}, "LastVersion": 0}

    def next_version(self, name: str) -> int:
        """The number of the next package of a group; numbers are never given twice."""
        group = self.find(name)
        version = int(group["LastVersion"]) + 1
        self.table.put(group["ModelPackageGroupName"], group | {"LastVersion": version})
        return version

    def not_found(self, name: str) -> ApiError:
        """In the registry's own words."""
        return invalid(f"ModelPackageGroup {self.arn(name)} does not exist.")

    def exists(self, name: str) -> ApiError:
        """In the registry's own words."""
        return invalid(f"Model Package Group already exists: {self.arn(name)}")


class ModelPackages(Resources):
    """Model packages; the key is `group/version`, or the name of an unversioned package."""

    kind = Kind("ModelPackage", "ModelPackages", "model-package", "model package")

    def __init__(self, groups: ModelPackageGroups, store: Store, scope: Callable[[], Scope]) -> None:
        super().__init__(store, scope)
        self._groups = groups

    def operations(self) -> dict[str, Operation]:
        """The operations on packages, and the deletion of a group, which must be empty."""
        own = {"UpdateModelPackage": self.change, "DeleteModelPackageGroup": self.delete_group}
        return super().operations() | own

    def delete_group(self, request: Record) -> Record:
        """DeleteModelPackageGroup."""
        group = self._groups.find(request["ModelPackageGroupName"])
        if any(package.get("ModelPackageGroupName") == group["ModelPackageGroupName"] for package in self.table):
            raise invalid(f"Cannot delete ModelPackageGroup {group['ModelPackageGroupArn']}: it holds model packages.")
        return self._groups.delete(request)

    def new_name(self, request: Record) -> str:
        """The group's next number, or the name that an unversioned package is given."""
        if ("ModelPackageGroupName" in request) == ("ModelPackageName" in request):
            raise invalid("Exactly one of ModelPackageName and ModelPackageGroupName must be given.")
        if "ModelPackageName" in request:
            return str(request["ModelPackageName"])
        group = self._groups.find(request["ModelPackageGroupName"])["ModelPackageGroupName"]
        version = self._groups.next_version(group)
        request |= {"ModelPackageGroupName": group, "ModelPackageVersion": version}
        return f"{group}/{version}"

    def prepare(self, record: Record) -> None:
        """A package is complete as soon as it exists: the local cloud validates no model."""
        record.setdefault("ModelApprovalStatus", "PendingManualApproval")
        record.setdefault("ModelPackageName", str(record.get("ModelPackageGroupName")))
        record |= {
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        }

    def list(self, request: Record) -> Record:
        """Unversioned packages, or those of a group, as AWS does."""
        wanted = {"ModelPackageType": "Unversioned", **request}
        if "ModelPackageGroupName" in request:
            group = self._groups.find(request["ModelPackageGroupName"])
            wanted |= {
                "ModelPackageGroupName": group["ModelPackageGroupName"],
                "ModelPackageType": "Versioned",
            }
        return super().list(wanted)

    def change(self, request: Record) -> Record:
        """UpdateModelPackage: approve, reject, describe."""
        record = self.find(request["ModelPackageArn"])
        changes = {key: value for key, value in request.items() if key not in ("ModelPackageArn", "ClientToken")}
        metadata = record.get("CustomerMetadataProperties", {}) | changes.pop("CustomerMetadataProperties", {})
        for key in changes.pop("CustomerMetadataPropertiesToRemove", ()):
            metadata.pop(key, None)
        added = changes.pop("AdditionalInferenceSpecificationsToAdd", [])
        changes["AdditionalInferenceSpecifications"] = [*record.get("AdditionalInferenceSpecifications", []), *added]
        self.update(record["ModelPackageArn"], changes | {"CustomerMetadataProperties": metadata})
        return {"ModelPackageArn": record["ModelPackageArn"]}

    def _passes(self, record: Record, key: str, value: object) -> bool:
        if key == "ModelPackageType":
            return value == "Both" or (value == "Versioned") == ("ModelPackageVersion" in record)
        return super()._passes(record, key, value)
