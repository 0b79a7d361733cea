"""The table of the server's runs; the migrations lead here."""

from typing import Any

import sqlalchemy as sa

from keepwell.store.record_tables import METADATA
from keepwell.store.tables import NAME, Instant

__all__ = ["METADATA"]


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
    _column("work", sa.String(20)),
    sa.Column("due_at", Instant),
    _column("asked_by", NAME),
    _column("begun_at", Instant),
    sa.Column("ended_at", Instant),
    _column("state", sa.String(20)),
    _column("doing", sa.Text),
    _column("share", sa.Float),
    _column("outcome", sa.JSON),
    _column("error", sa.Text),
    _column("log", sa.Text),
    sa.Index("ix_runs_work_due_at", "work", "due_at", unique=True),
)
