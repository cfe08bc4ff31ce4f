"""A price list on the web, and the bucket and topic where proposals to change the registry go."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import msgspec

from bodybroker.adapters.aws import outages
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.price_list import Proposal

TIMEOUT_S = 20
LIST_LIMIT = 32 * 1024 * 1024
"""Bytes; the public list has a tenth of it."""


class WebPriceList:
    """`ports.PriceSource` at a URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fetch(self) -> bytes:
        address = urlsplit(self.url)
        kind = {"https": http.client.HTTPSConnection, "http": http.client.HTTPConnection}.get(address.scheme)
        if kind is None or not address.netloc:
            raise Unavailable(f"{self.url} is no web address.", retryable=False)
        connection = kind(address.netloc, timeout=TIMEOUT_S)
        try:
            connection.request("GET", f"{address.path or '/'}{'?' if address.query else ''}{address.query}")
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                raise Unavailable(f"The price list at {self.url} answers {answer.status}.")
            return _whole(answer.read(LIST_LIMIT + 1))
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"The price list at {self.url} does not answer: {error}") from error
        finally:
            connection.close()


def _whole(body: bytes) -> bytes:
    if len(body) > LIST_LIMIT:
        raise Unavailable(f"The price list has more than {LIST_LIMIT} bytes.")
    return body


class PublishedProposals:
    """`ports.Proposals` in an S3 bucket, announced on an SNS topic."""

    def __init__(self, s3_client: Any, bucket: str, sns_client: Any, topic: str) -> None:
        self._client, self._bucket = s3_client, bucket
        self._sns_client, self._topic = sns_client, topic

    def submit(self, proposal: Proposal) -> str:
        key = f"proposals/{proposal.day}.json"
        body = msgspec.json.format(msgspec.json.encode(proposal), indent=2)
        with outages("The bucket of proposals"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        place = f"s3://{self._bucket}/{key}"
        with outages("The topic of proposals"):
            self._sns_client.publish(
                TopicArn=self._topic, Subject="Cloud models: the registry differs", Message=_notice(proposal, place)
            )
        return place


def _notice(proposal: Proposal, place: str) -> str:
    changes = [f"{each.model} {each.member}: {each.ours} -> {each.listed}" for each in proposal.changes]
    unlisted = [f"{name}: no longer listed" for name in proposal.unlisted]
    return "\n".join([*changes, *unlisted, "", f"{place} (configs/models.yaml is yours to change)"])
