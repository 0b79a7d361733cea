"""Statements as they were last read by a person: `KEEPWELL_UPDATE_GOLDENS=1 pytest tests/sql` rewrites them, to be read again."""

import os
from pathlib import Path

from sqlglot import exp

FOLDER = Path(__file__).parent / "goldens"


def matches(name: str, statement: exp.Expr) -> None:
    """Fails unless the statement reads as its golden does."""
    path = FOLDER / f"{name}.sql"
    text = statement.sql("duckdb", pretty=True) + "\n"
    if os.environ.get("KEEPWELL_UPDATE_GOLDENS"):
        path.write_text(text)
    assert text == path.read_text()
