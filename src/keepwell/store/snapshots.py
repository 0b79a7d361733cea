"""Copies of a project's files, each text kept once by its content."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.store.tables import SNAPSHOT_FILES, SNAPSHOTS, TEXTS


def keep(connection: Connection, snapshot: str, texts: Mapping[str, str], at: datetime) -> None:
    """Keeps a copy of files (their texts by path) under its id, unless it is kept already."""
    found = sa.select(SNAPSHOTS.c.snapshot).where(SNAPSHOTS.c.snapshot == snapshot)
    if connection.execute(found).one_or_none() is not None:
        return
    by_path = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in texts.items()}
    kept = set(
        connection.execute(sa.select(TEXTS.c.sha256).where(TEXTS.c.sha256.in_(by_path.values()))).scalars()
    )
    new = {digest: texts[path] for path, digest in by_path.items() if digest not in kept}
    if new:
        rows = [{"sha256": digest, "text": text} for digest, text in new.items()]
        connection.execute(sa.insert(TEXTS), rows)
    connection.execute(sa.insert(SNAPSHOTS).values(snapshot=snapshot, made_at=at))
    if by_path:
        files = [{"snapshot": snapshot, "path": path, "sha256": digest} for path, digest in by_path.items()]
        connection.execute(sa.insert(SNAPSHOT_FILES), files)


def digests(connection: Connection, snapshot: str) -> dict[str, str]:
    """The SHA-256 of each file of a copy, by path; nothing if there is no such copy."""
    query = sa.select(SNAPSHOT_FILES.c.path, SNAPSHOT_FILES.c.sha256)
    rows = connection.execute(query.where(SNAPSHOT_FILES.c.snapshot == snapshot))
    return {row.path: row.sha256 for row in rows}


def texts(connection: Connection, snapshot: str) -> dict[str, str]:
    """The texts of a copy, by path; nothing if there is no such copy."""
    query = sa.select(SNAPSHOT_FILES.c.path, TEXTS.c.text).join(TEXTS)
    rows = connection.execute(query.where(SNAPSHOT_FILES.c.snapshot == snapshot))
    return {row.path: row.text for row in rows}
