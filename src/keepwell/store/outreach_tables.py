"""The tables of outreach; the migrations lead here. Addresses stand in `recipients` alone, so that they can be erased in one place."""

from typing import Any

import sqlalchemy as sa

from keepwell.store.run_tables import METADATA
from keepwell.store.tables import HASH, NAME, Instant

__all__ = ["METADATA"]


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


ENROLLMENTS = sa.Table(
    "enrollments",
    METADATA,
    sa.Column("id", HASH, primary_key=True),
    _column("journey", NAME),
    _column("version", HASH),
    _column("account_id", NAME),
    _column("key", NAME),
    _column("began_at", Instant),
    _column("at", Instant),
    _column("place", NAME),
    _column("since", Instant),
    _column("held_out", sa.Boolean),
    _column("arms", sa.JSON),
    _column("done", sa.JSON),
    _column("round", sa.Integer),
    sa.Column("end", sa.String(20)),
    sa.Column("ended_at", Instant),
    _column("because", sa.Text),
    sa.Column("wakes_at", Instant),
    sa.Index("ix_enrollments_wakes_at", "wakes_at"),
    sa.Index("ix_enrollments_journey", "journey", "account_id"),
)
INTENTS = sa.Table(
    "intents",
    METADATA,
    _number(),
    _column("enrollment", HASH, sa.ForeignKey("enrollments.id")),
    _column("step", NAME),
    _column("occurrence", sa.Integer),
    _column("kind", sa.String(20)),
    _column("offered", sa.Boolean),
    _column("at", Instant),
    sa.Column("settled_at", Instant),
    sa.Column("came_of", sa.Text),
    sa.UniqueConstraint("enrollment", "step", "occurrence"),
    sa.Index("ix_intents_settled_at", "settled_at", "number"),
)
JOURNEY_VERSIONS = sa.Table(
    "journey_versions",
    METADATA,
    sa.Column("journey", NAME, primary_key=True),
    sa.Column("version", HASH, primary_key=True),
    _column("snapshot", HASH, sa.ForeignKey("snapshots.snapshot")),
    _column("since", Instant),
)
HOLDS = sa.Table(
    "holds",
    METADATA,
    _number(),
    _column("journey", NAME),
    _column("run", sa.Integer),
    _column("cause", sa.String(20)),
    _column("accounts", sa.Integer),
    _column("put_at", Instant),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", NAME),
    sa.Column("verdict", sa.String(20)),
    sa.Column("begun", sa.Integer),
    sa.UniqueConstraint("run", "journey", "cause"),
)
HELD = sa.Table(
    "held",
    METADATA,
    sa.Column("hold", sa.Integer, sa.ForeignKey("holds.number"), primary_key=True),
    sa.Column("account_id", NAME, primary_key=True),
    sa.Column("key", NAME, primary_key=True),
)
ALERTS = sa.Table(
    "alerts",
    METADATA,
    _number(),
    _column("intent", sa.Integer, sa.ForeignKey("intents.number")),
    _column("account_id", NAME),
    _column("assignee", NAME),
    _column("journey", NAME),
    _column("text", sa.Text),
    _column("at", Instant),
    sa.Column("seen_at", Instant),
    sa.Column("snoozed_until", Instant),
    sa.Column("dismissed", sa.Text),
    sa.Column("seen_by", NAME),
    sa.UniqueConstraint("intent"),
    sa.Index("ix_alerts_assignee", "assignee", "seen_at"),
)
FIELDS = sa.Table(
    "fields",
    METADATA,
    _number(),
    _column("account_id", NAME),
    _column("field", NAME),
    _column("value", sa.JSON),
    _column("journey", NAME),
    _column("at", Instant),
    sa.Index("ix_fields_account_id", "account_id", "field"),
)
RECIPIENTS = sa.Table(
    "recipients",
    METADATA,
    _number(),
    _column("channel", sa.String(20)),
    _column("form", sa.Text),
    sa.UniqueConstraint("channel", "form"),
)
LEDGER = sa.Table(
    "ledger",
    METADATA,
    _number(),
    _column("enrollment", HASH, sa.ForeignKey("enrollments.id")),
    _column("step", NAME),
    _column("occurrence", sa.Integer),
    _column("recipient", sa.Integer, sa.ForeignKey("recipients.number")),
    _column("channel", sa.String(20)),
    _column("account_id", NAME),
    _column("category", NAME),
    _column("transactional", sa.Boolean),
    _column("state", sa.String(20)),
    _column("reason", sa.String(40)),
    _column("planned_at", Instant),
    _column("changed_at", Instant),
    sa.Column("handed_at", Instant),
    sa.Column("message", sa.String(32)),
    _column("journey", NAME),
    _column("version", HASH),
    _column("contact", NAME),
    _column("priority", sa.Integer),
    sa.Column("expires_at", Instant),
    sa.Column("wakes_at", Instant),
    _column("tries", sa.Integer),
    _column("said", sa.Text),
    sa.UniqueConstraint("enrollment", "step", "occurrence", "recipient", "channel"),
    sa.Index("ix_ledger_state", "state", "number"),
    sa.Index("ix_ledger_message", "message"),
    sa.Index("ix_ledger_wakes_at", "state", "wakes_at"),
    sa.Index("ix_ledger_journey", "journey", "handed_at"),
    sa.Index("ix_ledger_account_id", "account_id", "handed_at"),
)
CONSENTS = sa.Table(
    "consents",
    METADATA,
    _number(),
    _column("recipient", sa.Integer, sa.ForeignKey("recipients.number")),
    _column("basis", sa.String(20)),
    _column("granted_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Column("channel", sa.String(20)),
    sa.Column("category", NAME),
    _column("source", sa.Text),
    sa.Index("ix_consents_recipient", "recipient"),
)
SUPPRESSIONS = sa.Table(
    "suppressions",
    METADATA,
    _number(),
    _column("recipient", sa.Integer, sa.ForeignKey("recipients.number")),
    _column("cause", sa.String(20)),
    _column("since", Instant),
    sa.Column("until", Instant),
    sa.Column("channel", sa.String(20)),
    sa.Column("category", NAME),
    sa.Index("ix_suppressions_recipient", "recipient"),
)
GIFTS = sa.Table(
    "gifts",
    METADATA,
    sa.Column("entry", sa.Integer, sa.ForeignKey("ledger.number"), primary_key=True),
    _column("journey", NAME),
    _column("offer", NAME),
    _column("cost", sa.Float),
    _column("currency", sa.String(3)),
    _column("code", NAME),
    _column("at", Instant),
    sa.Index("ix_gifts_offer", "journey", "offer"),
)
"""Offers that messages carry: what each costs, and the code by which it is redeemed."""
CAUGHT = sa.Table(
    "caught",
    METADATA,
    sa.Column("entry", sa.Integer, sa.ForeignKey("ledger.number"), primary_key=True),
    _column("at", Instant),
    _column("sender", sa.Text),
    _column("subject", sa.Text),
    _column("text", sa.Text),
    _column("html", sa.Text),
)
"""Messages that the sandbox has caught."""
PICKS = sa.Table(
    "picks",
    METADATA,
    sa.Column("account_id", NAME, primary_key=True),
    _column("contact", NAME),
    _column("by", NAME),
    _column("at", Instant),
)
"""Whom an account's owner has picked to be written to."""
BUSY = sa.Table(
    "busy",
    METADATA,
    _number(),
    _column("account_id", NAME),
    _column("begins_at", Instant),
    _column("ends_at", Instant),
    _column("because", sa.Text),
    _column("by", NAME),
    _column("at", Instant),
    sa.Index("ix_busy_account_id", "account_id", "ends_at"),
)
"""When accounts are left in peace."""
BREAKERS = sa.Table(
    "breakers",
    METADATA,
    sa.Column("journey", NAME, primary_key=True),
    _column("state", sa.String(20)),
    _column("since", Instant),
    _column("by", NAME),
    _column("because", sa.Text),
)
JOURNEY_APPROVALS = sa.Table(
    "journey_approvals",
    METADATA,
    _number(),
    _column("journey", NAME),
    _column("content", HASH),
    _column("by", NAME),
    _column("at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_by", NAME),
    sa.Index("ix_journey_approvals_journey", "journey"),
)
