"""The provider at which people of the firm sign in already, as the environment names it. Light to import."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from keepwell.errors import UserError
from keepwell.people import Role

NAME = "single sign-on"
"""What people call the provider, if nothing is said."""

_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where people of the firm sign in already. `joins`: what somebody becomes who was not invited; `None`: nobody does."""

    issuer: str
    client: str
    secret: str
    name: str
    joins: Role | None = None


def declared(environment: Mapping[str, str]) -> Provider | None:
    """The provider that the environment names by KEEPWELL_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _NAME and _JOIN_AS.

    Raises:
        UserError: a part is missing, or cannot be.
    """
    issuer = environment.get("KEEPWELL_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise UserError(f"KEEPWELL_OIDC_ISSUER={issuer!r} is not an https:// address", do="type the issuer's")
    client, secret = (environment.get(f"KEEPWELL_OIDC_CLIENT_{part}", "") for part in ("ID", "SECRET"))
    if not client or not secret:
        raise UserError(
            "KEEPWELL_OIDC_ISSUER is set, but not who we are there",
            do="set KEEPWELL_OIDC_CLIENT_ID and KEEPWELL_OIDC_CLIENT_SECRET",
        )
    joins = environment.get("KEEPWELL_OIDC_JOIN_AS", "")
    if joins and joins not in set(Role):
        raise UserError(
            f"KEEPWELL_OIDC_JOIN_AS={joins!r} is no role", do=f"type one of {', '.join(Role)}, or unset it"
        )
    name = environment.get("KEEPWELL_OIDC_NAME") or NAME
    return Provider(issuer, client, secret, name, Role(joins) if joins else None)
