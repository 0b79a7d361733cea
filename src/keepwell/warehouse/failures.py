"""How a failure goes over the wire, so that a command meets the error that it would have met with the file in its own hands."""

from collections.abc import Mapping
from typing import Any

import duckdb

from keepwell.errors import WarehouseError


def told(error: Exception) -> dict[str, Any]:
    """A failure as a message."""
    if isinstance(error, WarehouseError):
        return {"error": "warehouse", "what": error.what, "where": error.where, "do": error.do}
    return {"error": "engine", "kind": type(error).__name__, "what": str(error)}


def raised(message: Mapping[str, Any]) -> Exception:
    """The failure that a message tells of."""
    if message["error"] == "warehouse":
        return WarehouseError(message["what"], where=message["where"], do=message["do"])
    kind = getattr(duckdb, message["kind"], None)
    if isinstance(kind, type) and issubclass(kind, duckdb.Error):
        made: Exception = kind(message["what"])
        return made
    return RuntimeError(f"the server failed: {message['kind']}: {message['what']}")
