"""What people say and do about accounts, the way of it to the warehouse, and what is told to others."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HASH, NAME = sa.String(64), sa.String(200)
KEY, WORD = sa.String(36), sa.String(20)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _record(name: str, *columns: sa.Column[Any]) -> None:
    """Makes the table of a kind of record that becomes a fact."""
    begins = (_number(), _column("key", KEY), _column("account_id", sa.Text))
    op.create_table(name, *begins, *columns)
    op.create_index(f"ix_{name}_account_id", name, ["account_id"])
    op.create_index(f"ix_{name}_key", name, ["key"], unique=True)


def upgrade() -> None:
    """Makes the tables, and has the database refuse changes of the outbox."""
    _said()
    _done()
    op.create_table(
        "outbox",
        _number(),
        _column("table", WORD),
        _column("key", KEY),
        _column("account_id", sa.Text),
        _column("known_at", INSTANT),
        _column("content", sa.JSON),
    )
    _guard("outbox")
    op.create_table(
        "requests",
        _column("person", NAME),
        _column("key", NAME),
        _column("fingerprint", HASH),
        _column("made_at", INSTANT),
        sa.Column("status", sa.Integer),
        sa.Column("kind", NAME),
        sa.Column("location", sa.Text),
        sa.Column("body", sa.Text),
        sa.PrimaryKeyConstraint("person", "key", name="pk_requests"),
    )
    op.create_index("ix_requests_made_at", "requests", ["made_at"])
    _told()


def _said() -> None:
    _record(
        "overrides",
        _column("purpose", NAME),
        _column("target", NAME),
        _column("value", sa.Float),
        _column("from_at", INSTANT),
        _column("until_at", INSTANT),
        _column("reason", sa.Text),
        _column("author", NAME),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", NAME),
        _column("ended_why", sa.Text),
    )
    _record(
        "pulses",
        _column("score", sa.Float),
        _column("reason", sa.Text),
        _column("author", NAME),
        _column("team", NAME),
        _column("given_at", INSTANT),
    )
    _record(
        "feedback",
        _column("purpose", NAME),
        sa.Column("score", sa.Float),
        sa.Column("band", WORD),
        _column("verdict", WORD),
        _column("reason", sa.Text),
        _column("author", NAME),
        _column("team", NAME),
        _column("given_at", INSTANT),
    )
    _record(
        "notes",
        _column("kind", WORD),
        _column("at", INSTANT),
        _column("words", sa.Text),
        _column("author", NAME),
        _column("made_at", INSTANT),
        sa.Column("changed_at", INSTANT),
        sa.Column("removed_at", INSTANT),
        sa.Column("removed_by", NAME),
    )


def _done() -> None:
    op.create_table(
        "owners",
        _number(),
        _column("account_id", sa.Text),
        _column("owner", NAME),
        _column("at", INSTANT),
        _column("actor", NAME),
    )
    op.create_index("ix_owners_account_id", "owners", ["account_id"])
    op.create_table(
        "tasks",
        _number(),
        _column("account_id", sa.Text),
        _column("title", sa.String(300)),
        _column("detail", sa.Text),
        _column("assignee", NAME),
        sa.Column("due_on", sa.Date),
        _column("state", WORD),
        _column("author", NAME),
        _column("made_at", INSTANT),
        sa.Column("settled_at", INSTANT),
        sa.Column("settled_by", NAME),
        _column("outcome", sa.Text),
    )
    op.create_index("ix_tasks_account_id", "tasks", ["account_id"])
    op.create_index("ix_tasks_assignee", "tasks", ["assignee", "state"])
    op.create_table(
        "views",
        _number(),
        _column("page", WORD),
        _column("name", NAME),
        _column("query", sa.Text),
        _column("shared", sa.Boolean),
        _column("author", NAME),
        _column("made_at", INSTANT),
        sa.Column("changed_at", INSTANT),
    )
    op.create_index("ix_views_author", "views", ["author", "page", "name"], unique=True)


def _told() -> None:
    op.create_table(
        "webhooks",
        _number(),
        _column("url", sa.Text),
        _column("events", sa.JSON),
        _column("about", sa.Text),
        _column("salt", HASH),
        _column("author", NAME),
        _column("made_at", INSTANT),
        sa.Column("paused_at", INSTANT),
        sa.Column("failing_since", INSTANT),
        sa.Column("removed_at", INSTANT),
    )
    op.create_table(
        "deliveries",
        _number(),
        _column("message", KEY),
        _column("webhook", sa.Integer, sa.ForeignKey("webhooks.number", name="fk_deliveries_webhook")),
        _column("event", sa.String(60)),
        _column("body", sa.Text),
        _column("made_at", INSTANT),
        _column("state", WORD),
        _column("tries", sa.Integer),
        sa.Column("next_at", INSTANT),
        sa.Column("settled_at", INSTANT),
    )
    op.create_index("ix_deliveries_next_at", "deliveries", ["next_at"])
    op.create_index("ix_deliveries_webhook", "deliveries", ["webhook"])
    op.create_table(
        "delivery_tries",
        _number(),
        _column(
            "delivery", sa.Integer, sa.ForeignKey("deliveries.number", name="fk_delivery_tries_delivery")
        ),
        _column("at", INSTANT),
        sa.Column("status", sa.Integer),
        _column("answer", sa.Text),
        _column("seconds", sa.Float),
    )
    op.create_index("ix_delivery_tries_delivery", "delivery_tries", ["delivery"])
    op.create_table(
        "cursors",
        _column("name", NAME),
        _column("place", sa.Integer),
        _column("at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )
    op.create_table(
        "wishes",
        _column("person", NAME),
        _column("rhythm", WORD),
        _column("most", sa.Integer),
        _column("changed_at", INSTANT),
        sa.PrimaryKeyConstraint("person", name="pk_wishes"),
    )
    op.create_table(
        "digests",
        _number(),
        _column("person", NAME),
        _column("day", sa.Date),
        _column("message", NAME),
        _column("items", sa.Integer),
        _column("state", WORD),
        _column("at", INSTANT),
        _column("error", sa.Text),
    )
    op.create_index("ix_digests_person", "digests", ["person", "day"], unique=True)


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is only ever added to'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
    )
