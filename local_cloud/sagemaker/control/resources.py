"""What every kind of SageMaker resource has in common: create, describe, list, delete on botocore's shapes."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_cloud.sagemaker.aws import Scope
from local_cloud.sagemaker.errors import ApiError, invalid, unsupported
from local_cloud.sagemaker.shapes import Record, project, service_model
from local_cloud.sagemaker.store import Store

Operation = Callable[[Record], Record]

_PAGING = ("SortBy", "SortOrder", "MaxResults", "NextToken")
_DEFAULT_PAGE = 10


@dataclass(frozen=True)
class Kind:
    """The words that AWS uses for a kind of resource."""

    name: str  # as in CreateModel
    plural: str  # as in ListModels
    arn_type: str  # as in arn:aws:sagemaker:…:model/NAME
    label: str  # as in "Could not find model"


class Resources:
    """The records of one kind and the operations on them. Call on the event loop only."""

    kind: Kind

    def __init__(self, store: Store, scope: Callable[[], Scope]) -> None:
        self.table = store.table(self.kind.name)
        self.scope = scope
        self._model = service_model("sagemaker")
        self.name_key = f"{self.kind.name}Name"
        self.arn_key = f"{self.kind.name}Arn"

    def operations(self) -> dict[str, Operation]:
        """The operations by their name on the wire."""
        return {
            f"Create{self.kind.name}": self.create,
            f"Describe{self.kind.name}": self.describe,
            f"List{self.kind.plural}": self.list,
            f"Delete{self.kind.name}": self.delete,
        }

    def create(self, request: Record) -> Record:
        """Store a new record and answer its ARN."""
        name = self.new_name(request)
        if name in self.table:
            raise self.exists(name)
        now = time.time()
        record = request | {self.arn_key: self.arn(name), "CreationTime": now, "LastModifiedTime": now}
        self.prepare(record)
        record = {key: value for key, value in record.items() if value is not None}
        self.table.put(name, record)
        self.created(record)
        return {self.arn_key: record[self.arn_key]}

    def describe(self, request: Record) -> Record:
        """The record as the service shows it."""
        return project(self._output(f"Describe{self.kind.name}"), self.shown(self.find(request[self.name_key])))

    def list(self, request: Record) -> Record:
        """A page of summaries, filtered and sorted as asked."""
        output = self._output(f"List{self.kind.plural}")
        list_key = next(key for key, shape in output.members.items() if shape.type_name == "list")
        records = [record for record in map(self.shown, self.table) if self._matches(record, request)]
        records.sort(key=self._sort_key(request.get("SortBy")), reverse=request.get("SortOrder") != "Ascending")
        summary = output.members[list_key].member
        return paged(list_key, [project(summary, record) for record in records], request)

    def delete(self, request: Record) -> Record:
        """Forget a record."""
        self.find(request[self.name_key])
        self.table.delete(self.key(request[self.name_key]))
        return {}

    def find(self, name: str) -> Record:
        """The record of a name, or its ARN where AWS takes that too. Raises ApiError."""
        record = self.table.get(self.key(name))
        if record is None:
            raise self.not_found(name)
        return record

    def update(self, name: str, changes: Record) -> Record:
        """Store a changed record; a value of None takes a member away. The new record."""
        record = self.find(name) | {"LastModifiedTime": time.time()} | changes
        record = {key: value for key, value in record.items() if value is not None}
        self.table.put(self.key(name), record)
        return record

    def key(self, name: str) -> str:
        """The key in the table for a name or an ARN."""
        return name.rpartition(f":{self.kind.arn_type}/")[2]

    def new_name(self, request: Record) -> str:
        """The key of a record that is to be created."""
        return str(request[self.name_key])

    def arn(self, name: str) -> str:
        """The ARN of a resource of this kind in the caller's account and region."""
        return self.scope().arn("sagemaker", f"{self.kind.arn_type}/{name}")

    def prepare(self, record: Record) -> None:
        """Check a new record beyond its shape and add what it starts with."""

    def created(self, record: Record) -> None:
        """Start what a stored record sets off."""

    def shown(self, record: Record) -> Record:
        """The record with the members that are computed when it is read."""
        return record

    def not_found(self, name: str) -> ApiError:
        """The error for a name that nothing has."""
        return invalid(f'Could not find {self.kind.label} "{self.arn(name)}".')

    def exists(self, name: str) -> ApiError:
        """The error for a name that is taken."""
        return invalid(f'Cannot create already existing {self.kind.label} "{self.arn(name)}".')

    def _output(self, operation: str) -> Any:
        return self._model.operation_model(operation).output_shape

    def _matches(self, record: Record, request: Record) -> bool:
        return all(self._passes(record, key, value) for key, value in request.items() if key not in _PAGING)

    def _passes(self, record: Record, key: str, value: Any) -> bool:
        if key == "NameContains":
            return str(value).lower() in str(record[self.name_key]).lower()
        if key == "StatusEquals":
            return bool(record[f"{self.kind.name}Status"] == value)
        for suffix in ("After", "Before"):
            if key.endswith(f"Time{suffix}"):
                moment = record[key.removesuffix(suffix)]
                return bool(moment > value if suffix == "After" else moment < value)
        member = key.removesuffix("Equals")
        if member not in self._output(f"Describe{self.kind.name}").members:
            raise unsupported(f"{key} of List{self.kind.plural}")
        return bool(record.get(member) == value)

    def _sort_key(self, wanted: str | None) -> Callable[[Record], Any]:
        member = {"Name": self.name_key, "Status": f"{self.kind.name}Status"}.get(wanted or "", wanted)
        return lambda record: record.get(member or "CreationTime", record["CreationTime"])


def paged(list_key: str, items: list[Any], request: Record) -> Record:
    """One page of a list; the token is the place of the next one."""
    start = _offset(request.get("NextToken"))
    end = start + int(request.get("MaxResults", _DEFAULT_PAGE))
    answer: Record = {list_key: items[start:end]}
    if end < len(items):
        answer["NextToken"] = base64.urlsafe_b64encode(str(end).encode()).decode()
    return answer


def _offset(token: str | None) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except (ValueError, binascii.Error):
        raise invalid("The token is invalid.") from None
