"""Tasks and alerts are put off, escalated and dismissed for a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds until when a task or an alert is put off, when a task was escalated, and what was said of an alert by whom."""
    op.add_column("tasks", sa.Column("snoozed_until", INSTANT))
    op.add_column("tasks", sa.Column("escalated_at", INSTANT))
    op.add_column("alerts", sa.Column("snoozed_until", INSTANT))
    op.add_column("alerts", sa.Column("dismissed", sa.Text))
    op.add_column("alerts", sa.Column("seen_by", sa.String(200)))
