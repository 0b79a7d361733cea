"""People: users and teams, how they sign in, their sessions and keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HASH, NAME, EMAIL = sa.String(64), sa.String(200), sa.String(320)


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _user(table: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("users.number", name=f"fk_{table}_user")
    return sa.Column("user", sa.Integer, key, nullable=nullable)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "users",
        _number(),
        sa.Column("email", EMAIL, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("segments", sa.JSON, nullable=False),
        sa.Column("owner", NAME, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("locale", sa.String(35), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    _teams()
    _ways_in()
    _sessions()
    op.create_table(
        "keys",
        _number(),
        sa.Column("token", HASH, nullable=False),
        sa.Column("start", sa.String(20), nullable=False),
        _user("keys"),
        sa.Column("name", NAME, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.UniqueConstraint("token", name="uq_keys_token"),
    )
    op.create_index("ix_keys_user", "keys", ["user"])


def _teams() -> None:
    op.create_table(
        "teams",
        _number(),
        sa.Column("name", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.UniqueConstraint("name", name="uq_teams_name"),
    )
    team = sa.ForeignKey("teams.number", name="fk_memberships_team", ondelete="CASCADE")
    op.create_table(
        "memberships",
        sa.Column("team", sa.Integer, team, nullable=False),
        _user("memberships"),
        sa.PrimaryKeyConstraint("team", "user", name="pk_memberships"),
    )
    op.create_index("ix_memberships_user", "memberships", ["user"])


def _ways_in() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        _user("identities"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_user", "identities", ["user"])
    op.create_table(
        "links",
        _number(),
        sa.Column("token", HASH, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("email", EMAIL, nullable=False),
        sa.Column("offer", sa.JSON, nullable=False),
        _user("links", nullable=True),
        sa.Column("made_by", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("withdrawn_at", INSTANT),
        sa.UniqueConstraint("token", name="uq_links_token"),
    )
    op.create_table(
        "totps",
        _user("totps"),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user", name="pk_totps"),
    )
    op.create_table(
        "recovery_codes",
        _user("recovery_codes"),
        sa.Column("code", HASH, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("user", "code", name="pk_recovery_codes"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token", HASH, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_sign_ins"),
    )
    op.create_table(
        "attempts",
        sa.Column("subject", HASH, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_attempts"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _number(),
        sa.Column("token", HASH, nullable=False),
        sa.Column("former", HASH),
        sa.Column("form", HASH, nullable=False),
        _user("sessions"),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("proved_at", INSTANT, nullable=False),
        sa.Column("rotated_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(300), nullable=False),
        sa.UniqueConstraint("token", name="uq_sessions_token"),
    )
    op.create_index("ix_sessions_former", "sessions", ["former"])
    op.create_index("ix_sessions_user", "sessions", ["user"])
