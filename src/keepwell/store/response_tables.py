"""The tables of what comes back: responses to messages, and what people say of being written to; the migrations lead here."""

from typing import Any

import sqlalchemy as sa

from keepwell.store.outreach_tables import METADATA
from keepwell.store.record_tables import KEY
from keepwell.store.tables import HASH, NAME, Instant

__all__ = ["METADATA"]


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _entry() -> sa.Column[int]:
    """The entry of the ledger that it is about."""
    return _column("entry", sa.Integer, sa.ForeignKey("ledger.number"))


RESPONSES = sa.Table(
    "responses",
    METADATA,
    _number(),
    _entry(),
    _column("kind", sa.String(20)),
    _column("at", Instant),
    _column("by_machine", sa.Boolean),
    _column("detail", sa.Text),
    sa.Column("mark", HASH),
    sa.UniqueConstraint("entry", "kind", "mark"),
)
PREFERENCES = sa.Table(
    "preferences",
    METADATA,
    sa.Column("recipient", sa.Integer, sa.ForeignKey("recipients.number"), primary_key=True),
    _column("declined", sa.JSON),
    _column("unwanted", sa.JSON),
    _column("frequency", sa.String(20)),
    sa.Column("paused_until", Instant),
    sa.Column("sharing", sa.Boolean),
    _column("changed_at", Instant),
)
REMARKS = sa.Table(
    "remarks",
    METADATA,
    _number(),
    _entry(),
    _column("verdict", sa.String(20)),
    _column("words", sa.Text),
    _column("at", Instant),
    sa.Index("ix_remarks_entry", "entry"),
)
OPT_INS = sa.Table(
    "opt_ins",
    METADATA,
    _number(),
    _column("recipient", sa.Integer, sa.ForeignKey("recipients.number")),
    sa.Column("category", NAME),
    _column("source", sa.Text),
    _column("asked_at", Instant),
    _column("expires_at", Instant),
    sa.Column("confirmed_at", Instant),
    sa.Index("ix_opt_ins_recipient", "recipient"),
)
SURVEY_ANSWERS = sa.Table(
    "survey_answers",
    METADATA,
    _number(),
    _entry(),
    _column("survey", NAME),
    _column("key", KEY),
    _column("kind", sa.String(20)),
    _column("score", sa.Integer),
    _column("comment", sa.Text),
    _column("answered_at", Instant),
    sa.Column("changed_at", Instant),
    sa.UniqueConstraint("entry", "survey"),
)
INBOX = sa.Table(
    "inbox",
    METADATA,
    sa.Column("entry", sa.Integer, sa.ForeignKey("ledger.number"), primary_key=True),
    _column("recipient", sa.Integer, sa.ForeignKey("recipients.number")),
    _column("title", sa.Text),
    _column("html", sa.Text),
    _column("text", sa.Text),
    _column("at", Instant),
    sa.Column("until", Instant),
    sa.Column("read_at", Instant),
    sa.Column("dismissed_at", Instant),
    sa.Index("ix_inbox_recipient", "recipient", "entry"),
)
"""Messages in the app: a row for each entry of the ledger on the channel `in_app`, whose recipient is the contact's id."""
