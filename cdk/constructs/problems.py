"""The problem documents that AWS answers before a function is reached: same shape as the functions' own."""

import json
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Problem:
    """A problem+json document (RFC 9457) but for its correlation id."""

    status: int
    code: str
    detail: str

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def render(self, **more: str) -> str:
        """The document as JSON, with ``more`` members."""
        return json.dumps(
            {
                "type": f"urn:bodybroker:problem:{self.code}",
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "detail": self.detail,
                "code": self.code,
                "retryable": self.retryable,
                **more,
            }
        )
