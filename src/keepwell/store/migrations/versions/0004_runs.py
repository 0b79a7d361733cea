"""What the server did by itself, or because somebody asked: loads, scores, monitoring."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def upgrade() -> None:
    """Makes the table; a time at which work is due comes once."""
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("work", sa.String(20)),
        sa.Column("due_at", INSTANT),
        _column("asked_by", sa.String(200)),
        _column("begun_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        _column("state", sa.String(20)),
        _column("doing", sa.Text),
        _column("share", sa.Float),
        _column("outcome", sa.JSON),
        _column("error", sa.Text),
        _column("log", sa.Text),
    )
    op.create_index("ix_runs_work_due_at", "runs", ["work", "due_at"], unique=True)
