"""The tables of what people say and do about accounts, and of what is told to others; the migrations lead here."""

from typing import Any

import sqlalchemy as sa

from keepwell.store.tables import HASH, METADATA, NAME, Instant

__all__ = ["METADATA"]

KEY, WORD = sa.String(36), sa.String(20)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _record() -> tuple[sa.Column[Any], ...]:
    """What every record about an account begins with: its number, the key of its fact, whose it is."""
    return _number(), _column("key", KEY), _column("account_id", sa.Text)


OVERRIDES = sa.Table(
    "overrides",
    METADATA,
    *_record(),
    _column("purpose", NAME),
    _column("target", NAME),
    _column("value", sa.Float),
    _column("from_at", Instant),
    _column("until_at", Instant),
    _column("reason", sa.Text),
    _column("author", NAME),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", NAME),
    _column("ended_why", sa.Text),
    sa.Index("ix_overrides_account_id", "account_id"),
    sa.Index("ix_overrides_key", "key", unique=True),
)
PULSES = sa.Table(
    "pulses",
    METADATA,
    *_record(),
    _column("score", sa.Float),
    _column("reason", sa.Text),
    _column("author", NAME),
    _column("team", NAME),
    _column("given_at", Instant),
    sa.Index("ix_pulses_account_id", "account_id"),
    sa.Index("ix_pulses_key", "key", unique=True),
)
FEEDBACK = sa.Table(
    "feedback",
    METADATA,
    *_record(),
    _column("purpose", NAME),
    sa.Column("score", sa.Float),
    sa.Column("band", WORD),
    _column("verdict", WORD),
    _column("reason", sa.Text),
    _column("author", NAME),
    _column("team", NAME),
    _column("given_at", Instant),
    sa.Index("ix_feedback_account_id", "account_id"),
    sa.Index("ix_feedback_key", "key", unique=True),
)
NOTES = sa.Table(
    "notes",
    METADATA,
    *_record(),
    _column("kind", WORD),
    _column("at", Instant),
    _column("words", sa.Text),
    _column("author", NAME),
    _column("made_at", Instant),
    sa.Column("changed_at", Instant),
    sa.Column("removed_at", Instant),
    sa.Column("removed_by", NAME),
    sa.Index("ix_notes_account_id", "account_id"),
    sa.Index("ix_notes_key", "key", unique=True),
)
OWNERS = sa.Table(
    "owners",
    METADATA,
    _number(),
    _column("account_id", sa.Text),
    _column("owner", NAME),
    _column("at", Instant),
    _column("actor", NAME),
    sa.Index("ix_owners_account_id", "account_id"),
)
TASKS = sa.Table(
    "tasks",
    METADATA,
    _number(),
    _column("account_id", sa.Text),
    _column("title", sa.String(300)),
    _column("detail", sa.Text),
    _column("assignee", NAME),
    sa.Column("due_on", sa.Date),
    _column("state", WORD),
    _column("author", NAME),
    _column("made_at", Instant),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", NAME),
    _column("outcome", sa.Text),
    sa.Column("due_at", Instant),
    sa.Column("intent", sa.Integer),
    sa.Column("snoozed_until", Instant),
    sa.Column("escalated_at", Instant),
    sa.Index("ix_tasks_account_id", "account_id"),
    sa.Index("ix_tasks_assignee", "assignee", "state"),
)
VIEWS = sa.Table(
    "views",
    METADATA,
    _number(),
    _column("page", WORD),
    _column("name", NAME),
    _column("query", sa.Text),
    _column("shared", sa.Boolean),
    _column("author", NAME),
    _column("made_at", Instant),
    sa.Column("changed_at", Instant),
    sa.Index("ix_views_author", "author", "page", "name", unique=True),
)
OUTBOX = sa.Table(
    "outbox",
    METADATA,
    _number(),
    _column("table", WORD),
    _column("key", KEY),
    _column("account_id", sa.Text),
    _column("known_at", Instant),
    _column("content", sa.JSON),
)
REQUESTS = sa.Table(
    "requests",
    METADATA,
    sa.Column("person", NAME, primary_key=True),
    sa.Column("key", NAME, primary_key=True),
    _column("fingerprint", HASH),
    _column("made_at", Instant),
    sa.Column("status", sa.Integer),
    sa.Column("kind", NAME),
    sa.Column("location", sa.Text),
    sa.Column("body", sa.Text),
    sa.Index("ix_requests_made_at", "made_at"),
)
WEBHOOKS = sa.Table(
    "webhooks",
    METADATA,
    _number(),
    _column("url", sa.Text),
    _column("events", sa.JSON),
    _column("about", sa.Text),
    _column("salt", HASH),
    _column("author", NAME),
    _column("made_at", Instant),
    sa.Column("paused_at", Instant),
    sa.Column("failing_since", Instant),
    sa.Column("removed_at", Instant),
)
DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    _number(),
    _column("message", KEY),
    _column("webhook", sa.Integer, sa.ForeignKey("webhooks.number")),
    _column("event", sa.String(60)),
    _column("body", sa.Text),
    _column("made_at", Instant),
    _column("state", WORD),
    _column("tries", sa.Integer),
    sa.Column("next_at", Instant),
    sa.Column("settled_at", Instant),
    sa.Index("ix_deliveries_next_at", "next_at"),
    sa.Index("ix_deliveries_webhook", "webhook"),
)
DELIVERY_TRIES = sa.Table(
    "delivery_tries",
    METADATA,
    _number(),
    _column("delivery", sa.Integer, sa.ForeignKey("deliveries.number")),
    _column("at", Instant),
    sa.Column("status", sa.Integer),
    _column("answer", sa.Text),
    _column("seconds", sa.Float),
    sa.Index("ix_delivery_tries_delivery", "delivery"),
)
CURSORS = sa.Table(
    "cursors",
    METADATA,
    sa.Column("name", NAME, primary_key=True),
    _column("place", sa.Integer),
    _column("at", Instant),
)
WISHES = sa.Table(
    "wishes",
    METADATA,
    sa.Column("person", NAME, primary_key=True),
    _column("rhythm", WORD),
    _column("most", sa.Integer),
    _column("changed_at", Instant),
)
DIGESTS = sa.Table(
    "digests",
    METADATA,
    _number(),
    _column("person", NAME),
    _column("day", sa.Date),
    _column("message", NAME),
    _column("items", sa.Integer),
    _column("state", WORD),
    _column("at", Instant),
    _column("error", sa.Text),
    sa.Index("ix_digests_person", "person", "day", unique=True),
)
