"""The server's log: a line of JSON for each thing that happened, on standard error, with the request's number and no personal data."""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from keepwell import clock


def logger(name: str) -> Any:
    """The log of a part of the server. What it is given to say must name nobody: numbers of people, not names or addresses."""
    return structlog.wrap_logger(
        _Lines(),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _at,
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(json.dumps, default=str, ensure_ascii=False),
        ],
        log=name,
    )


class _Lines:
    """Lines on standard error, as it is when each is written."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    info = warning = error = exception = msg


class Adopted(logging.Handler):
    """Has what libraries log through the standard library come out in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one record."""
        said = getattr(logger(record.name), record.levelname.lower(), logger(record.name).warning)
        said(record.getMessage(), exc_info=record.exc_info)


def adopt() -> None:
    """Takes over the log of the process: warnings of libraries as lines like all others."""
    logging.basicConfig(handlers=[Adopted()], level=logging.WARNING, force=True)


def _at(_logger: object, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    said["at"] = clock.now().isoformat(timespec="milliseconds")
    return said
