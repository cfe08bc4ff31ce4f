"""Structured logs: Powertools' Logger in the shape that the floors below know."""

from aws_lambda_powertools import Logger

CALLER = 3
"""Frames from the logging library to whoever calls us: records name that place."""


class ServiceLog:
    """`kernel.log.Log` on Powertools: one JSON object per line."""

    def __init__(self) -> None:
        self._logger = Logger()

    def bind(self, correlation_id: str) -> None:
        """Put the correlation id into every record until the next call."""
        self._logger.append_keys(correlation_id=correlation_id)

    def info(self, message: str, **fields: object) -> None:
        self._logger.info(message, extra=fields, stacklevel=CALLER)

    def warning(self, message: str, **fields: object) -> None:
        self._logger.warning(message, extra=fields, stacklevel=CALLER)

    def error(self, message: str, **fields: object) -> None:
        self._logger.error(message, extra=fields, stacklevel=CALLER)

    def failure(self, message: str, error: Exception) -> None:
        """Log an unexpected exception with its stack."""
        self._logger.error(message, exc_info=error, stacklevel=CALLER)


LOG = ServiceLog()
