"""Operators' control of LoRA adapters, invoked with IAM; and the scheduled comparison of registry and endpoint."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.adapters import aws
from bodybroker.adapters.lora_host import ArchivesOnS3, ComponentHost
from bodybroker.adapters.lora_table import LoraTable
from bodybroker.doors.log import LOG
from bodybroker.doors.parse import read_event
from bodybroker.doors.problems import problem, put_on_record
from bodybroker.kernel import configuration
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import BrokerError
from bodybroker.models import lora
from bodybroker.models.lora import Adapter, parse_base
from bodybroker.services.manage_adapters import AdapterDesk
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter

Name = Annotated[str, AfterValidator(lora.check_name)]
Operator = Annotated[str, Field(min_length=1, max_length=200)]


class _Request(BaseModel):
    """An operation; `by` is who asks for it, for the history."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Operator


class Register(_Request):
    """Take in the archive at `uri` as a candidate."""

    operation: Literal["register"]
    name: Name
    subject: Annotated[str, AfterValidator(lora.check_subject)]
    base: Annotated[str, AfterValidator(lambda text: str(parse_base(text)))]
    uri: Annotated[str, AfterValidator(lora.check_uri)]
    digest: Annotated[str, AfterValidator(lora.check_digest)]
    scores: Annotated[dict[Annotated[str, Field(max_length=64)], FiniteFloat], Field(max_length=32)] = {}


class Promote(_Request):
    """Make a candidate the canary of `per_mille` of the players; without that, the canary live."""

    operation: Literal["promote"]
    name: Name
    per_mille: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None


class Rollback(_Request):
    """Take a canary or a live adapter back."""

    operation: Literal["rollback"]
    name: Name


class Retire(_Request):
    """End an adapter."""

    operation: Literal["retire"]
    name: Name


class List(BaseModel):
    """Show adapters, of one subject or all, or what happened to one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: Literal["list"]
    subject: str | None = None
    history_of: Name | None = None


class Reconcile(BaseModel):
    """Load and unload what should be; what the schedule sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: Literal["reconcile"]


AnyRequest = Annotated[Register | Promote | Rollback | Retire | List | Reconcile, Field(discriminator="operation")]
REQUEST: TypeAdapter[Any] = TypeAdapter(AnyRequest)
ARCHIVE_TIMEOUT_S = 30


@cache
def desk() -> AdapterDesk:
    settings = configuration.load("adapters")
    clock = SystemClock()
    host = ComponentHost(
        aws.client("sagemaker"),
        endpoint=os.environ["SILVER_ENDPOINT"],
        component=os.environ["SILVER_COMPONENT"],
        base=parse_base(os.environ["SILVER_BASE"]),
        clock=clock,
        sleep=time.sleep,
        patience_s=settings["patience_s"],
    )
    registry = LoraTable(aws.client("dynamodb"), os.environ["ADAPTERS_TABLE"])
    archives = ArchivesOnS3(aws.client("s3", ARCHIVE_TIMEOUT_S))
    return AdapterDesk(registry, host, archives, clock, timedelta(seconds=settings["drain_s"]))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Do one operation; the answer holds what became of it, or a problem document with every fault of the request.

    What fails without an operator who would read the answer, a scheduled comparison, raises instead.
    """
    try:
        request = read_event(event, REQUEST)
        answer: dict[str, Any] = OPERATIONS[type(request)](request)
        LOG.info("adapters", operation=request.operation, answer=answer)
        return answer
    except Exception as error:
        put_on_record(LOG, error)
        if event.get("operation") == "reconcile" or not isinstance(error, BrokerError):
            raise
        return {"problem": problem(error, context.aws_request_id)}


def _register(request: Register) -> dict[str, Any]:
    fields = request.model_dump(exclude={"by", "operation", "base"})
    return _shown(desk().register(Adapter(base=parse_base(request.base), **fields), request.by))


def _list(request: List) -> dict[str, Any]:
    if request.history_of is not None:
        return {"history": desk().registry.history(request.history_of)}
    wanted = (one for one in desk().registry.all() if request.subject in (None, one.subject))
    return {"adapters": [_document(one) for one in wanted]}


def _shown(adapter: Adapter) -> dict[str, Any]:
    return {"adapter": _document(adapter)}


def _document(adapter: Adapter) -> dict[str, Any]:
    return {**msgspec.to_builtins(adapter), "base": str(adapter.base)}


OPERATIONS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Register: _register,
    Promote: lambda request: _shown(desk().promote(request.name, request.per_mille, request.by)),
    Rollback: lambda request: _shown(desk().roll_back(request.name, request.by)),
    Retire: lambda request: _shown(desk().retire(request.name, request.by)),
    List: _list,
    Reconcile: lambda request: desk().reconcile(),
}
