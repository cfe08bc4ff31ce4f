"""boto3 clients onto the local cloud itself, and the words of ARNs and S3 URIs.

The plane reads and writes S3, SNS and CloudWatch Logs as any client would, so that what it writes is as durable as
anybody's. The clients block: call them on a worker thread.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config


@dataclass(frozen=True)
class Scope:
    """The account and region that a request speaks for."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def scope_of(arn: str) -> Scope:
    """The account and region that an ARN names."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return Scope(account, region)


def split_s3_uri(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


class Clients:
    """One client per service, account and region."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._clients: dict[tuple[str, Scope], Any] = {}
        self._lock = threading.Lock()

    def environment(self, scope: Scope) -> dict[str, str]:
        """The variables with which a child process reaches the local cloud in a scope."""
        return {
            "AWS_ENDPOINT_URL": self._base_url,
            "AWS_ACCESS_KEY_ID": scope.account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": scope.region,
            "AWS_DEFAULT_REGION": scope.region,
        }

    def client(self, service: str, scope: Scope) -> Any:
        """The client of a service; the access key is the account's id, by which the emulator knows the account."""
        with self._lock:
            if (service, scope) not in self._clients:
                self._clients[service, scope] = boto3.session.Session().client(
                    service,
                    endpoint_url=self._base_url,
                    region_name=scope.region,
                    aws_access_key_id=scope.account,
                    aws_secret_access_key="local",  # noqa: S106 - the emulator checks no signature
                    config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 3}),
                )
            return self._clients[service, scope]

    def download(self, uri: str, target: Path, scope: Scope) -> None:
        """Fetch one object into a file. Raises ClientError."""
        bucket, key = split_s3_uri(uri)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.client("s3", scope).download_file(bucket, key, str(target))

    def download_prefix(self, uri: str, target: Path, scope: Scope) -> int:
        """Fetch every object under a prefix (or the one object of that key) into a directory; how many there were."""
        bucket, prefix = split_s3_uri(uri)
        s3, found = self.client("s3", scope), 0
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                key: str = item["Key"]
                if key.endswith("/"):
                    continue
                relative = key[len(prefix) :].lstrip("/") or Path(key).name
                self._download_inside(s3, bucket, key, target, relative)
                found += 1
        return found

    @staticmethod
    def _download_inside(s3: Any, bucket: str, key: str, target: Path, relative: str) -> None:
        path = (target / relative).resolve()
        if not path.is_relative_to(target.resolve()):
            raise ValueError(f"the key {key} leaves its directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(path))

    def read(self, uri: str, scope: Scope) -> tuple[bytes, str]:
        """The bytes and the content type of an object. Raises ClientError."""
        bucket, key = split_s3_uri(uri)
        answer = self.client("s3", scope).get_object(Bucket=bucket, Key=key)
        return answer["Body"].read(), answer.get("ContentType", "application/octet-stream")

    def write(self, uri: str, body: bytes, content_type: str, scope: Scope) -> None:
        """Store an object. Raises ClientError."""
        bucket, key = split_s3_uri(uri)
        self.client("s3", scope).put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)

    def upload(self, source: Path, uri: str, scope: Scope) -> None:
        """Store a file as an object."""
        bucket, key = split_s3_uri(uri)
        self.client("s3", scope).upload_file(str(source), bucket, key)

    def append_logs(self, group: str, stream: str, events: list[dict[str, Any]], scope: Scope) -> None:
        """Write events to a CloudWatch Logs stream, which is made when it is not there."""
        logs = self.client("logs", scope)
        names = {"logGroupName": group, "logStreamName": stream}
        try:
            logs.put_log_events(**names, logEvents=events)
        except logs.exceptions.ResourceNotFoundException:
            with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=group)
            logs.create_log_stream(**names)
            logs.put_log_events(**names, logEvents=events)
