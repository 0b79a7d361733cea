"""Outreach: who is in which journey, what is to be done, what was sent to whom, and who may be written to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def upgrade() -> None:
    """Makes the tables; a message to a recipient comes once for each occurrence of its step."""
    op.create_table(
        "enrollments",
        sa.Column("id", sa.String(64), primary_key=True),
        _column("journey", sa.String(200)),
        _column("version", sa.String(64)),
        _column("account_id", sa.String(200)),
        _column("key", sa.String(200)),
        _column("began_at", INSTANT),
        _column("at", INSTANT),
        _column("place", sa.String(200)),
        _column("since", INSTANT),
        _column("held_out", sa.Boolean),
        _column("arms", sa.JSON),
        _column("done", sa.JSON),
        _column("round", sa.Integer),
        sa.Column("end", sa.String(20)),
        sa.Column("ended_at", INSTANT),
        _column("because", sa.Text),
        sa.Column("wakes_at", INSTANT),
    )
    op.create_table(
        "intents",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("enrollment", sa.String(64), sa.ForeignKey("enrollments.id", name="fk_intents_enrollment")),
        _column("step", sa.String(200)),
        _column("occurrence", sa.Integer),
        _column("kind", sa.String(20)),
        _column("offered", sa.Boolean),
        _column("at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.UniqueConstraint("enrollment", "step", "occurrence", name="uq_intents_enrollment"),
    )
    op.create_table(
        "recipients",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("channel", sa.String(20)),
        _column("form", sa.Text),
        sa.UniqueConstraint("channel", "form", name="uq_recipients_channel"),
    )
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("enrollment", sa.String(64), sa.ForeignKey("enrollments.id", name="fk_ledger_enrollment")),
        _column("step", sa.String(200)),
        _column("occurrence", sa.Integer),
        _column("recipient", sa.Integer, sa.ForeignKey("recipients.number", name="fk_ledger_recipient")),
        _column("channel", sa.String(20)),
        _column("account_id", sa.String(200)),
        _column("category", sa.String(200)),
        _column("transactional", sa.Boolean),
        _column("state", sa.String(20)),
        _column("reason", sa.String(40)),
        _column("planned_at", INSTANT),
        _column("changed_at", INSTANT),
        sa.Column("handed_at", INSTANT),
        sa.UniqueConstraint(
            "enrollment", "step", "occurrence", "recipient", "channel", name="uq_ledger_enrollment"
        ),
    )
    op.create_table(
        "consents",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column("recipient", sa.Integer, sa.ForeignKey("recipients.number", name="fk_consents_recipient")),
        _column("basis", sa.String(20)),
        _column("granted_at", INSTANT),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("channel", sa.String(20)),
        sa.Column("category", sa.String(200)),
        _column("source", sa.Text),
    )
    op.create_table(
        "suppressions",
        sa.Column("number", sa.Integer, sa.Identity(), primary_key=True),
        _column(
            "recipient", sa.Integer, sa.ForeignKey("recipients.number", name="fk_suppressions_recipient")
        ),
        _column("cause", sa.String(20)),
        _column("since", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("channel", sa.String(20)),
        sa.Column("category", sa.String(200)),
    )
    op.create_index("ix_enrollments_wakes_at", "enrollments", ["wakes_at"])
    op.create_index("ix_enrollments_journey", "enrollments", ["journey", "account_id"])
    op.create_index("ix_intents_settled_at", "intents", ["settled_at", "number"])
    op.create_index("ix_ledger_state", "ledger", ["state", "number"])
    op.create_index("ix_ledger_account_id", "ledger", ["account_id", "handed_at"])
    op.create_index("ix_consents_recipient", "consents", ["recipient"])
    op.create_index("ix_suppressions_recipient", "suppressions", ["recipient"])
