"""Structured logs: Powertools' Logger in the shape that the floors below know."""

from aws_lambda_powertools import Logger


class ServiceLog:
    """`kernel.log.Log` on Powertools: one JSON object per line."""

    def __init__(self) -> None:
        self._logger = Logger()

    def bind(self, correlation_id: str) -> None:
        """Put the correlation id into every record until the next call."""
        self._logger.append_keys(correlation_id=correlation_id)

    def info(self, message: str, **fields: object) -> None:
        self._logger.info(message, extra=fields)

    def warning(self, message: str, **fields: object) -> None:
        self._logger.warning(message, extra=fields)

    def error(self, message: str, **fields: object) -> None:
        self._logger.error(message, extra=fields)

    def failure(self, message: str, error: Exception) -> None:
        """Log an unexpected exception with its stack."""
        self._logger.error(message, exc_info=error)


LOG = ServiceLog()
