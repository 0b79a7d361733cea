"""Which step of the migrations a store has reached, and the way to today's."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

HEAD = "0009"
"""The step that this Keepwell reads and writes."""

_MARK = sa.table("alembic_version", sa.column("version_num"))


@dataclass(frozen=True, slots=True)
class Status:
    """The step a store has reached (`None`: it is empty), and the one that this Keepwell needs."""

    revision: str | None
    head: str = HEAD

    @property
    def current(self) -> bool:
        """Whether it can be read and written as it is."""
        return self.revision == self.head

    @property
    def newer(self) -> bool:
        """Whether a later Keepwell has written it. Steps are numbered, so that they compare."""
        return self.revision is not None and self.revision > self.head


def status(connection: Connection) -> Status:
    """The step that a store has reached."""
    if not sa.inspect(connection).has_table(_MARK.name):
        return Status(None)
    return Status(connection.execute(sa.select(_MARK.c.version_num)).scalar_one_or_none())


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Takes every step that is missing up to a revision, in the transaction of the connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "keepwell.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
