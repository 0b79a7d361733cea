"""Sign-ins that are under way: between the password and the code, or at a provider."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import SIGN_INS


class Kind(StrEnum):
    """What a sign-in waits for: the code of the second factor, or a provider's answer."""

    CODE = "code"
    PROVIDER = "provider"


def begin(
    connection: Connection,
    kind: Kind,
    token: str,
    content: Mapping[str, Any],
    *,
    at: datetime,
    until: datetime,
) -> None:
    """Notes a sign-in that is under way until an instant; `token` is the digest of its token. Those of the past go."""
    forget(connection, at)
    values = {"token": token, "kind": str(kind), "content": dict(content), "expires_at": until}
    connection.execute(sa.insert(SIGN_INS).values(**values))


def find(connection: Connection, kind: Kind, token: str, at: datetime) -> dict[str, Any] | None:
    """What is known of a sign-in that is still under way."""
    mine = (SIGN_INS.c.token == token) & (SIGN_INS.c.kind == str(kind)) & (SIGN_INS.c.expires_at > at)
    content = connection.execute(sa.select(SIGN_INS.c.content).where(mine)).scalar_one_or_none()
    return None if content is None else dict(content)


def end(connection: Connection, token: str) -> None:
    """Forgets a sign-in: it succeeded, or it was given up."""
    connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.token == token))


def forget(connection: Connection, at: datetime) -> int:
    """Removes the sign-ins that were under way until an instant at most; how many."""
    return connection.execute(sa.delete(SIGN_INS).where(SIGN_INS.c.expires_at <= at)).rowcount
