"""Versions, plans and approvals; what was applied; waivers, certificates, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HASH, NAME = sa.String(64), sa.String(200)
APPEND_ONLY = ("applied", "approvals", "audit", "certificates")


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, sa.Identity(), primary_key=True)


def _to(table: str, column: str, kind: sa.String, target: str, *, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(target, name=f"fk_{table}_{column}")
    return sa.Column(column, kind, key, nullable=nullable)


def upgrade() -> None:
    """Makes the tables, and has the database refuse changes of those that are only ever added to."""
    op.create_table(
        "texts",
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_texts"),
    )
    op.create_table(
        "snapshots",
        sa.Column("snapshot", HASH, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("snapshot", name="pk_snapshots"),
    )
    op.create_table(
        "snapshot_files",
        _to("snapshot_files", "snapshot", HASH, "snapshots.snapshot"),
        sa.Column("path", sa.String(500), nullable=False),
        _to("snapshot_files", "sha256", HASH, "texts.sha256"),
        sa.PrimaryKeyConstraint("snapshot", "path", name="pk_snapshot_files"),
    )
    op.create_table(
        "versions",
        sa.Column("version", HASH, nullable=False),
        _to("versions", "snapshot", HASH, "snapshots.snapshot"),
        sa.Column("first_seen", INSTANT, nullable=False),
        sa.Column("definitions", sa.JSON, nullable=False),
        sa.Column("scorecards", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_versions"),
    )
    op.create_table(
        "plans",
        sa.Column("plan", HASH, nullable=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("base_version", HASH),
        _to("plans", "version", HASH, "versions.version"),
        _to("plans", "snapshot", HASH, "snapshots.snapshot"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("author", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("load", sa.Integer, nullable=False),
        sa.Column("demand", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("plan", name="pk_plans"),
    )
    op.create_table(
        "approvals",
        _number(),
        _to("approvals", "plan", HASH, "plans.plan"),
        sa.Column("actor", NAME, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "applied",
        _number(),
        _to("applied", "version", HASH, "versions.version"),
        _to("applied", "snapshot", HASH, "snapshots.snapshot"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", NAME, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        _to("applied", "plan", HASH, "plans.plan", nullable=True),
    )
    op.create_table(
        "waivers",
        _number(),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("rule", NAME, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("actor", NAME, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", NAME),
    )
    op.create_table(
        "certificates",
        _number(),
        sa.Column("version", HASH, nullable=False),
        sa.Column("outcome", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )
    op.create_index("ix_certificates_version", "certificates", ["version", "outcome"])
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", NAME, nullable=False),
        sa.Column("event", sa.String(60), nullable=False),
        sa.Column("about", NAME, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", HASH, nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    for table in APPEND_ONLY:
        _guard(table)


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
