"""Where LoRA adapters run and lie: inference components on a base component's endpoint, archives on S3."""

import hashlib
import json
import tarfile
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import error_code, outages
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Refused, Unavailable
from bodybroker.models.lora import Adapter, Base, component_of
from bodybroker.ports.lora import Artefact

SAGEMAKER, S3 = "SageMaker", "The bucket of adapters"
POLL_S = 1.0
CONFIG = "adapter_config.json"
CONFIG_LIMIT = 64 * 1024
"""Bytes of PEFT's configuration; it has a handful of lines."""
BLOCK = 1 << 20

ON_ITS_WAY = ("Creating", "Updating")


class ComponentHost:
    """`ports.AdapterHost` on one endpoint, whose component `component` holds the base model."""

    def __init__(
        self,
        client: Any,
        *,
        endpoint: str,
        component: str,
        base: Base,
        clock: Clock,
        sleep: Callable[[float], None],
        patience_s: float,
    ) -> None:
        """`patience_s`: how long a component may take to appear or to go."""
        self.base = base
        self._client = client
        self._endpoint = endpoint
        self._component = component
        self._clock = clock
        self._sleep = sleep
        self._patience_s = patience_s

    def load(self, adapter: Adapter) -> None:
        component = component_of(self._endpoint, adapter.name)
        status, _ = self._settled(component)
        if status == "InService":
            return
        if status is not None:  # one that failed before
            self._remove(component)
        self._create(adapter, component)
        status, reason = self._settled(component)
        if status != "InService":
            if status is not None:
                self._remove(component)
            raise Refused("adapter_refused", f"{adapter.name} cannot be loaded: {reason or status}")

    def unload(self, name: str) -> None:
        component = component_of(self._endpoint, name)
        if self._settled(component)[0] is not None:
            self._remove(component)

    def loaded(self) -> set[str]:
        names: set[str] = set()
        query: dict[str, Any] = {"EndpointNameEquals": self._endpoint, "MaxResults": 100}
        while True:
            with outages(SAGEMAKER):
                page = self._client.list_inference_components(**query)
            for component in page["InferenceComponents"]:
                if component["InferenceComponentStatus"] in ("InService", *ON_ITS_WAY):
                    names.add(component["InferenceComponentName"])
            if "NextToken" not in page:
                prefix = component_of(self._endpoint, "")
                return {name.removeprefix(prefix) for name in names - {self._component} if name.startswith(prefix)}
            query["NextToken"] = page["NextToken"]

    def _create(self, adapter: Adapter, component: str) -> None:
        try:
            with outages(SAGEMAKER):
                self._client.create_inference_component(
                    InferenceComponentName=component,
                    EndpointName=self._endpoint,
                    Specification={
                        "BaseInferenceComponentName": self._component,
                        "Container": {"ArtifactUrl": adapter.uri},
                    },
                )
        except ClientError as error:
            if self._status(component)[0] is None:  # otherwise somebody else has just begun the same
                raise Refused("adapter_refused", f"{adapter.name} cannot be loaded: {_message(error)}") from error

    def _remove(self, component: str) -> None:
        with outages(SAGEMAKER):
            self._client.delete_inference_component(InferenceComponentName=component)
        status, _ = self._settled(component)
        if status is not None:
            raise Unavailable(f"{component} does not go away; it is {status}.")

    def _settled(self, component: str) -> tuple[str | None, str]:
        """The component's status once nothing changes any more, and why it failed; None where there is none."""
        started = self._clock.now()
        while True:
            status, reason = self._status(component)
            if status not in (*ON_ITS_WAY, "Deleting"):
                return status, reason
            if (self._clock.now() - started).total_seconds() > self._patience_s:
                raise Unavailable(f"{component} is {status} for more than {self._patience_s:.0f} s; try again.")
            self._sleep(POLL_S)

    def _status(self, component: str) -> tuple[str | None, str]:
        try:
            with outages(SAGEMAKER):
                found = self._client.describe_inference_component(InferenceComponentName=component)
        except ClientError as error:
            if error_code(error) == "ValidationException" and "Could not find" in _message(error):
                return None, ""
            raise
        return found["InferenceComponentStatus"], found.get("FailureReason", "")


class ArchivesOnS3:
    """`ports.AdapterArtefacts`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def inspect(self, uri: str) -> Artefact:
        where = urlsplit(uri)
        try:
            with outages(S3):
                found = self._client.get_object(Bucket=where.netloc, Key=where.path.lstrip("/"))
        except ClientError as error:
            raise Refused("artefact_missing", f"{uri} cannot be read: {_message(error)}") from error
        with outages(S3):
            return _inspect(found["Body"])


class _Hashing:
    """A stream that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.sha = hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self._source.read(size)
        self.sha.update(block)
        return block


def _inspect(body: IO[bytes]) -> Artefact:
    stream = _Hashing(body)
    try:
        with tarfile.open(fileobj=stream, mode="r|gz") as tar:  # type: ignore[call-overload]
            config = _config(tar)
        while stream.read(BLOCK):
            pass
        return Artefact(stream.sha.hexdigest(), Base(config["base_model_name_or_path"], config["revision"]))
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        reason = f"The archive has no {CONFIG} that names its base and the base's revision: {error!r}"
        raise Refused("artefact_unreadable", reason) from error


def _config(tar: tarfile.TarFile) -> Any:
    for member in tar:
        if member.name.removeprefix("./") == CONFIG and member.isfile() and member.size <= CONFIG_LIMIT:
            content = tar.extractfile(member)
            assert content is not None
            config = json.load(content)
            if all(isinstance(config[name], str) for name in ("base_model_name_or_path", "revision")):
                return config
            break
    raise ValueError("not found")


def _message(error: ClientError) -> str:
    return str(error.response["Error"].get("Message", error))
