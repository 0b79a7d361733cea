"""Journeys that run: versions by which people are under way, what a person is to release, alerts, fields, and what came of an intent."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HASH, NAME = sa.String(64), sa.String(200)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def upgrade() -> None:
    """Makes the tables; one intent leads to one alert, and one run holds a journey's accounts once for each cause."""
    op.add_column("intents", sa.Column("came_of", sa.Text))
    op.add_column("tasks", sa.Column("due_at", INSTANT))
    op.add_column("tasks", sa.Column("intent", sa.Integer))
    op.create_table(
        "journey_versions",
        sa.Column("journey", NAME, primary_key=True),
        sa.Column("version", HASH, primary_key=True),
        _column("snapshot", HASH, sa.ForeignKey("snapshots.snapshot", name="fk_journey_versions_snapshot")),
        _column("since", INSTANT),
    )
    op.create_table(
        "holds",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("journey", NAME),
        _column("run", sa.Integer),
        _column("cause", sa.String(20)),
        _column("accounts", sa.Integer),
        _column("put_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("settled_by", NAME),
        sa.Column("verdict", sa.String(20)),
        sa.Column("begun", sa.Integer),
        sa.UniqueConstraint("run", "journey", "cause", name="uq_holds_run"),
    )
    op.create_table(
        "held",
        sa.Column("hold", sa.Integer, sa.ForeignKey("holds.number", name="fk_held_hold"), primary_key=True),
        sa.Column("account_id", NAME, primary_key=True),
        sa.Column("key", NAME, primary_key=True),
    )
    op.create_table(
        "alerts",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("intent", sa.Integer, sa.ForeignKey("intents.number", name="fk_alerts_intent")),
        _column("account_id", NAME),
        _column("assignee", NAME),
        _column("journey", NAME),
        _column("text", sa.Text),
        _column("at", INSTANT),
        sa.Column("seen_at", INSTANT),
        sa.UniqueConstraint("intent", name="uq_alerts_intent"),
    )
    op.create_table(
        "fields",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("account_id", NAME),
        _column("field", NAME),
        _column("value", sa.JSON),
        _column("journey", NAME),
        _column("at", INSTANT),
    )
    op.create_index("ix_alerts_assignee", "alerts", ["assignee", "seen_at"])
    op.create_index("ix_fields_account_id", "fields", ["account_id", "field"])
