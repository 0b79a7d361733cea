"""Sending: what a message goes by and what became of it, offers made, what the sandbox caught, picks, busy periods, breakers, approvals."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HASH, NAME = sa.String(64), sa.String(200)


def _column(name: str, kind: Any, *more: Any, **said: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False, **said)


def _entry(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("ledger.number", name=f"fk_{table}_entry")
    return sa.Column("entry", sa.Integer, key, primary_key=True)


def upgrade() -> None:
    """Makes the tables, and gives the ledger what each entry goes by."""
    for name, kind, before in (
        ("journey", NAME, ""),
        ("version", HASH, ""),
        ("contact", NAME, ""),
        ("priority", sa.Integer, "50"),
        ("tries", sa.Integer, "0"),
        ("said", sa.Text, ""),
    ):
        op.add_column("ledger", _column(name, kind, server_default=before))
    op.add_column("ledger", sa.Column("expires_at", INSTANT))
    op.add_column("ledger", sa.Column("wakes_at", INSTANT))
    op.create_table(
        "gifts",
        _entry("gifts"),
        _column("journey", NAME),
        _column("offer", NAME),
        _column("cost", sa.Float),
        _column("currency", sa.String(3)),
        _column("code", NAME),
        _column("at", INSTANT),
    )
    op.create_table(
        "caught",
        _entry("caught"),
        _column("at", INSTANT),
        _column("sender", sa.Text),
        _column("subject", sa.Text),
        _column("text", sa.Text),
        _column("html", sa.Text),
    )
    op.create_table(
        "picks",
        sa.Column("account_id", NAME, primary_key=True),
        _column("contact", NAME),
        _column("by", NAME),
        _column("at", INSTANT),
    )
    op.create_table(
        "busy",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("account_id", NAME),
        _column("begins_at", INSTANT),
        _column("ends_at", INSTANT),
        _column("because", sa.Text),
        _column("by", NAME),
        _column("at", INSTANT),
    )
    op.create_table(
        "breakers",
        sa.Column("journey", NAME, primary_key=True),
        _column("state", sa.String(20)),
        _column("since", INSTANT),
        _column("by", NAME),
        _column("because", sa.Text),
    )
    op.create_table(
        "journey_approvals",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("journey", NAME),
        _column("content", HASH),
        _column("by", NAME),
        _column("at", INSTANT),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", NAME),
    )
    op.create_index("ix_ledger_wakes_at", "ledger", ["state", "wakes_at"])
    op.create_index("ix_ledger_journey", "ledger", ["journey", "handed_at"])
    op.create_index("ix_gifts_offer", "gifts", ["journey", "offer"])
    op.create_index("ix_busy_account_id", "busy", ["account_id", "ends_at"])
    op.create_index("ix_journey_approvals_journey", "journey_approvals", ["journey"])
