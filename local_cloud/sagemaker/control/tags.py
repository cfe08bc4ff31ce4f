"""Tags of any resource, found by its ARN."""

from __future__ import annotations

from collections.abc import Iterable

from local_cloud.sagemaker.control.resources import Operation, Resources, paged
from local_cloud.sagemaker.errors import invalid
from local_cloud.sagemaker.shapes import Record


class Tags:
    """AddTags, ListTags, DeleteTags over every kind."""

    def __init__(self, kinds: Iterable[Resources]) -> None:
        self._kinds = tuple(kinds)

    def operations(self) -> dict[str, Operation]:
        """The operations by their name on the wire."""
        return {"AddTags": self.add, "ListTags": self.list, "DeleteTags": self.delete}

    def add(self, request: Record) -> Record:
        """Add tags, or give new values to those that are there."""
        resources, name, record = self._find(request["ResourceArn"])
        tags = {tag["Key"]: tag for tag in [*record.get("Tags", []), *request["Tags"]]}
        resources.table.put(name, record | {"Tags": list(tags.values())})
        return {"Tags": list(tags.values())}

    def list(self, request: Record) -> Record:
        """A page of tags."""
        _, _, record = self._find(request["ResourceArn"])
        return paged("Tags", record.get("Tags", []), {"MaxResults": 50, **request})

    def delete(self, request: Record) -> Record:
        """Take tags away; those that are not there are ignored."""
        resources, name, record = self._find(request["ResourceArn"])
        kept = [tag for tag in record.get("Tags", []) if tag["Key"] not in request["TagKeys"]]
        resources.table.put(name, record | {"Tags": kept})
        return {}

    def _find(self, arn: str) -> tuple[Resources, str, Record]:
        for resources in self._kinds:
            _, found, name = arn.partition(f":{resources.kind.arn_type}/")
            record = resources.table.get(name) if found else None
            if record is not None and record[resources.arn_key] == arn:
                return resources, name, record
        raise invalid(f"Resource {arn} does not exist.")
