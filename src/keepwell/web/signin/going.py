"""Where somebody goes after they signed in: a page of this server, never another's."""

from urllib.parse import urlsplit

HOME = "/"


def local(wanted: str) -> str:
    """The address that somebody wanted, if it is a path on this server; else the start page."""
    parts = urlsplit(wanted) if wanted.isprintable() else None
    if parts is None or parts.scheme or parts.netloc or not wanted.startswith("/"):
        return HOME
    return HOME if wanted.startswith(("//", "/\\")) or "\\" in parts.path else wanted
