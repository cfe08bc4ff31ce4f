"""Objects in S3, by their URIs."""

from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import error_code, outages

SYSTEM = "The object store"


class S3Objects:
    """`ports.Objects` on S3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get(self, location: str) -> bytes | None:
        bucket, key = split(location)
        try:
            with outages(SYSTEM):
                body: bytes = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error_code(error) != "NoSuchKey":  # who may not list the bucket is told AccessDenied instead
                raise
            return None
        return body

    def put(self, location: str, body: bytes) -> None:
        bucket, key = split(location)
        with outages(SYSTEM):
            self._client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")


def split(location: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key
