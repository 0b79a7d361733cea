"""An account's id as one segment of an address: ids are a firm's own, and may hold anything."""

import re
from urllib.parse import quote, unquote

_DOTS = re.compile(r"~*\.\.?")


def segment(account_id: str) -> str:
    """The segment that stands for an id: percent-encoded, slashes too.

    Clients and proxies take `.` and `..` out of addresses, however they are encoded; so these two stand as `~.` and `~..` (and those as
    `~~.` and `~~..`, and so on).
    """
    return quote(f"~{account_id}" if _DOTS.fullmatch(account_id) else account_id, safe="")


def account_id(part: str) -> str:
    """The id that a segment stands for."""
    said = unquote(part)
    return said[1:] if said.startswith("~") and _DOTS.fullmatch(said) else said
