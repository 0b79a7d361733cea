"""What comes back: responses, preferences, remarks, confirmations, answers to surveys; messages in the app; entries by Message-ID."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from keepwell.outreach.ledger import Key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _entry(table: str) -> sa.Column[int]:
    return _column("entry", sa.Integer, sa.ForeignKey("ledger.number", name=f"fk_{table}_entry"))


def _recipient(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("recipients.number", name=f"fk_{table}_recipient")
    return _column("recipient", sa.Integer, key)


def upgrade() -> None:
    """Makes the tables, and has every entry know its Message-ID."""
    op.create_table(
        "responses",
        _number(),
        _entry("responses"),
        _column("kind", sa.String(20)),
        _column("at", INSTANT),
        _column("by_machine", sa.Boolean),
        _column("detail", sa.Text),
        sa.Column("mark", sa.String(64)),
        sa.UniqueConstraint("entry", "kind", "mark", name="uq_responses_entry"),
    )
    op.create_table(
        "preferences",
        _recipient("preferences"),
        _column("declined", sa.JSON),
        _column("unwanted", sa.JSON),
        _column("frequency", sa.String(20)),
        sa.Column("paused_until", INSTANT),
        sa.Column("sharing", sa.Boolean),
        _column("changed_at", INSTANT),
        sa.PrimaryKeyConstraint("recipient", name="pk_preferences"),
    )
    op.create_table(
        "remarks",
        _number(),
        _entry("remarks"),
        _column("verdict", sa.String(20)),
        _column("words", sa.Text),
        _column("at", INSTANT),
    )
    op.create_table(
        "opt_ins",
        _number(),
        _recipient("opt_ins"),
        sa.Column("category", sa.String(200)),
        _column("source", sa.Text),
        _column("asked_at", INSTANT),
        _column("expires_at", INSTANT),
        sa.Column("confirmed_at", INSTANT),
    )
    op.create_table(
        "survey_answers",
        _number(),
        _entry("survey_answers"),
        _column("survey", sa.String(200)),
        _column("key", sa.String(36)),
        _column("kind", sa.String(20)),
        _column("score", sa.Integer),
        _column("comment", sa.Text),
        _column("answered_at", INSTANT),
        sa.Column("changed_at", INSTANT),
        sa.UniqueConstraint("entry", "survey", name="uq_survey_answers_entry"),
    )
    op.create_table(
        "inbox",
        _entry("inbox"),
        _recipient("inbox"),
        _column("title", sa.Text),
        _column("html", sa.Text),
        _column("text", sa.Text),
        _column("at", INSTANT),
        sa.Column("until", INSTANT),
        sa.Column("read_at", INSTANT),
        sa.Column("dismissed_at", INSTANT),
        sa.PrimaryKeyConstraint("entry", name="pk_inbox"),
    )
    op.create_index("ix_remarks_entry", "remarks", ["entry"])
    op.create_index("ix_opt_ins_recipient", "opt_ins", ["recipient"])
    op.create_index("ix_inbox_recipient", "inbox", ["recipient", "entry"])
    op.add_column("ledger", sa.Column("message", sa.String(32)))
    _fill()
    op.create_index("ix_ledger_message", "ledger", ["message"])


def _fill() -> None:
    names = ("number", "enrollment", "step", "occurrence", "channel", "message")
    entries = sa.table("ledger", *map(sa.column, (*names, "recipient")))
    recipients = sa.table("recipients", *map(sa.column, ("number", "form")))
    query = sa.select(*(entries.c[name] for name in names), recipients.c.form)
    rows = op.get_bind().execute(query.join(recipients, entries.c.recipient == recipients.c.number))
    for row in rows.all():
        key = Key(row.enrollment, row.step, row.occurrence, row.form, row.channel)
        mine = entries.c.number == row.number
        op.execute(sa.update(entries).where(mine).values(message=key.message))
