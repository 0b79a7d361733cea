"""Second factors: the secrets of codes that change with time (RFC 6238), and codes for when they are lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import RECOVERY_CODES, TOTPS


@dataclass(frozen=True, slots=True)
class Totp:
    """A user's secret, enciphered; it counts from `confirmed_at` on. `last_step` is the step of time of the last code taken."""

    user: int
    secret: str
    made_at: datetime
    confirmed_at: datetime | None
    last_step: int


def get(connection: Connection, user: int) -> Totp | None:
    """A user's secret, whether it counts already or not."""
    row = connection.execute(sa.select(TOTPS).where(TOTPS.c.user == user)).one_or_none()
    return None if row is None else Totp(**row._mapping)


def offer(connection: Connection, user: int, secret: str, at: datetime) -> None:
    """Keeps a secret that does not count yet, in place of any that was there."""
    connection.execute(sa.delete(TOTPS).where(TOTPS.c.user == user))
    values = {"user": user, "secret": secret, "made_at": at, "confirmed_at": None, "last_step": 0}
    connection.execute(sa.insert(TOTPS).values(**values))


def confirm(connection: Connection, user: int, at: datetime) -> None:
    """Lets a secret count from now on."""
    connection.execute(sa.update(TOTPS).where(TOTPS.c.user == user).values(confirmed_at=at))


def take(connection: Connection, user: int, step: int) -> None:
    """Notes the step of time of a code that was taken, so that it is not taken again."""
    connection.execute(sa.update(TOTPS).where(TOTPS.c.user == user).values(last_step=step))


def remove(connection: Connection, user: int) -> None:
    """Removes a user's secret and recovery codes."""
    connection.execute(sa.delete(TOTPS).where(TOTPS.c.user == user))
    connection.execute(sa.delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user == user))


def set_codes(connection: Connection, user: int, codes: Iterable[str]) -> None:
    """Keeps the digests of new recovery codes in place of all former ones."""
    connection.execute(sa.delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user == user))
    connection.execute(sa.insert(RECOVERY_CODES), [{"user": user, "code": code} for code in codes])


def use_code(connection: Connection, user: int, code: str, at: datetime) -> bool:
    """Takes a recovery code by its digest, once; whether there was such a one."""
    mine = (RECOVERY_CODES.c.user == user) & (RECOVERY_CODES.c.code == code)
    unused = mine & RECOVERY_CODES.c.used_at.is_(None)
    return connection.execute(sa.update(RECOVERY_CODES).where(unused).values(used_at=at)).rowcount == 1


def codes_left(connection: Connection, user: int) -> int:
    """How many recovery codes of a user have not been used."""
    unused = (RECOVERY_CODES.c.user == user) & RECOVERY_CODES.c.used_at.is_(None)
    return connection.execute(
        sa.select(sa.func.count()).select_from(RECOVERY_CODES).where(unused)
    ).scalar_one()
