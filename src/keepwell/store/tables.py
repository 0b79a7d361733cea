"""The store's tables as they are now; the migrations lead here. Nobody outside the store sees them."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC; SQLite, which knows no zones, keeps it naive."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant as the database takes it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the store keeps aware instants")
        moved = value.astimezone(UTC)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """The instant, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _number() -> sa.Column[int]:
    """A row's number, given by the database, ascending in the order of writing."""
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _column(name: str, kind: Any, *more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


HASH, NAME = sa.String(64), sa.String(200)

TEXTS = sa.Table("texts", METADATA, sa.Column("sha256", HASH, primary_key=True), _column("text", sa.Text))
SNAPSHOTS = sa.Table(
    "snapshots", METADATA, sa.Column("snapshot", HASH, primary_key=True), _column("made_at", Instant)
)
SNAPSHOT_FILES = sa.Table(
    "snapshot_files",
    METADATA,
    sa.Column("snapshot", HASH, sa.ForeignKey("snapshots.snapshot"), primary_key=True),
    sa.Column("path", sa.String(500), primary_key=True),
    _column("sha256", HASH, sa.ForeignKey("texts.sha256")),
)
VERSIONS = sa.Table(
    "versions",
    METADATA,
    sa.Column("version", HASH, primary_key=True),
    _column("snapshot", HASH, sa.ForeignKey("snapshots.snapshot")),
    _column("first_seen", Instant),
    _column("definitions", sa.JSON),
    _column("scorecards", sa.JSON),
)
PLANS = sa.Table(
    "plans",
    METADATA,
    sa.Column("plan", HASH, primary_key=True),
    _column("base", sa.Integer),
    sa.Column("base_version", HASH),
    _column("version", HASH, sa.ForeignKey("versions.version")),
    _column("snapshot", HASH, sa.ForeignKey("snapshots.snapshot")),
    _column("state", sa.String(20)),
    _column("author", NAME),
    _column("made_at", Instant),
    _column("load", sa.Integer),
    _column("demand", sa.JSON),
    _column("summary", sa.JSON),
)
APPROVALS = sa.Table(
    "approvals",
    METADATA,
    _number(),
    _column("plan", HASH, sa.ForeignKey("plans.plan")),
    _column("actor", NAME),
    _column("at", Instant),
    _column("verdict", sa.String(20)),
    _column("note", sa.Text),
)
APPLIED = sa.Table(
    "applied",
    METADATA,
    _number(),
    _column("version", HASH, sa.ForeignKey("versions.version")),
    _column("snapshot", HASH, sa.ForeignKey("snapshots.snapshot")),
    _column("at", Instant),
    _column("actor", NAME),
    _column("why", sa.Text),
    _column("kind", sa.String(20)),
    sa.Column("plan", HASH, sa.ForeignKey("plans.plan")),
)
WAIVERS = sa.Table(
    "waivers",
    METADATA,
    _number(),
    _column("subject", NAME),
    _column("rule", NAME),
    _column("why", sa.Text),
    _column("actor", NAME),
    _column("at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_by", NAME),
)
CERTIFICATES = sa.Table(
    "certificates",
    METADATA,
    _number(),
    _column("version", HASH),
    _column("outcome", NAME),
    _column("made_at", Instant),
    _column("content", sa.JSON),
    sa.Index("ix_certificates_version", "version", "outcome"),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _column("at", Instant),
    _column("actor", NAME),
    _column("event", sa.String(60)),
    _column("about", NAME),
    _column("detail", sa.Text),
    _column("previous", HASH),
    _column("hash", HASH),
)

USERS = sa.Table(
    "users",
    METADATA,
    _number(),
    _column("email", sa.String(320)),
    _column("name", NAME),
    _column("role", sa.String(20)),
    _column("scope", sa.String(20)),
    _column("segments", sa.JSON),
    _column("owner", NAME),
    _column("zone", sa.String(64)),
    _column("locale", sa.String(35)),
    sa.Column("password", sa.String(200)),
    _column("made_at", Instant),
    sa.Column("disabled_at", Instant),
    sa.UniqueConstraint("email"),
)
TEAMS = sa.Table(
    "teams",
    METADATA,
    _number(),
    _column("name", NAME),
    _column("made_at", Instant),
    sa.UniqueConstraint("name"),
)
MEMBERSHIPS = sa.Table(
    "memberships",
    METADATA,
    sa.Column("team", sa.Integer, sa.ForeignKey("teams.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("user", sa.Integer, sa.ForeignKey("users.number"), primary_key=True),
    sa.Index("ix_memberships_user", "user"),
)
IDENTITIES = sa.Table(
    "identities",
    METADATA,
    sa.Column("issuer", sa.String(300), primary_key=True),
    sa.Column("subject", sa.String(300), primary_key=True),
    _column("user", sa.Integer, sa.ForeignKey("users.number")),
    _column("made_at", Instant),
    sa.Index("ix_identities_user", "user"),
)
LINKS = sa.Table(
    "links",
    METADATA,
    _number(),
    _column("token", HASH),
    _column("kind", sa.String(20)),
    _column("email", sa.String(320)),
    _column("offer", sa.JSON),
    sa.Column("user", sa.Integer, sa.ForeignKey("users.number")),
    _column("made_by", NAME),
    _column("made_at", Instant),
    _column("expires_at", Instant),
    sa.Column("used_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.UniqueConstraint("token"),
)
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    _number(),
    _column("token", HASH),
    sa.Column("former", HASH),
    _column("form", HASH),
    _column("user", sa.Integer, sa.ForeignKey("users.number")),
    _column("began_at", Instant),
    _column("proved_at", Instant),
    _column("rotated_at", Instant),
    _column("seen_at", Instant),
    sa.Column("ended_at", Instant),
    _column("address", sa.String(64)),
    _column("agent", sa.String(300)),
    sa.UniqueConstraint("token"),
    sa.Index("ix_sessions_former", "former"),
    sa.Index("ix_sessions_user", "user"),
)
SIGN_INS = sa.Table(
    "sign_ins",
    METADATA,
    sa.Column("token", HASH, primary_key=True),
    _column("kind", sa.String(20)),
    _column("content", sa.JSON),
    _column("expires_at", Instant),
)
TOTPS = sa.Table(
    "totps",
    METADATA,
    sa.Column("user", sa.Integer, sa.ForeignKey("users.number"), primary_key=True),
    _column("secret", sa.String(200)),
    _column("made_at", Instant),
    sa.Column("confirmed_at", Instant),
    _column("last_step", sa.Integer),
)
RECOVERY_CODES = sa.Table(
    "recovery_codes",
    METADATA,
    sa.Column("user", sa.Integer, sa.ForeignKey("users.number"), primary_key=True),
    sa.Column("code", HASH, primary_key=True),
    sa.Column("used_at", Instant),
)
KEYS = sa.Table(
    "keys",
    METADATA,
    _number(),
    _column("token", HASH),
    _column("start", sa.String(20)),
    _column("user", sa.Integer, sa.ForeignKey("users.number")),
    _column("name", NAME),
    _column("scopes", sa.JSON),
    _column("made_at", Instant),
    _column("expires_at", Instant),
    sa.Column("used_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.UniqueConstraint("token"),
    sa.Index("ix_keys_user", "user"),
)
ATTEMPTS = sa.Table(
    "attempts",
    METADATA,
    sa.Column("subject", HASH, primary_key=True),
    _column("failures", sa.Integer),
    _column("last_at", Instant),
)

APPEND_ONLY = ("applied", "approvals", "audit", "certificates", "outbox")
"""Tables of which no row is ever changed or removed; the database itself refuses it."""
