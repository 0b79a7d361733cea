"""What the small firms that tests write as files have in common: accounts that begin and may end, and readings of them over time."""

from collections.abc import Mapping, Sequence
from pathlib import Path

SOURCES = """\
sources:
  accounts:
    files: data/accounts.csv
    table: accounts
    columns: {account_id: id, began_at: began, ended_at: ended}
  readings:
    files: data/readings.csv
    table: events
    columns: {account_id: account, occurred_at: at, name: kind, quantity: score}
"""
ACCOUNTS = SOURCES[SOURCES.index("  accounts:") : SOURCES.index("  readings:")]


def settings(name: str) -> str:
    """The firm's keepwell.yml."""
    return f"project: {name}\nzone: UTC\ncurrency: EUR\nas_of: 2025-06-30\nhistory: 14\n"


def reading(name: str, label: str, kind: str, more: str = "") -> str:
    """A signal: the last reading of a kind."""
    return (
        f"  {name}: {{label: {label}, from: events, where: {{name: {kind}}}, aggregate: last, column: quantity,"
        f"{more} missing: unknown}}\n"
    )


def outcome(label: str = "Left") -> str:
    """Accounts that end, within four weeks."""
    return (
        "outcomes:\n  churn:\n"
        f"    label: {label}\n"
        "    kind: churned\n"
        "    event: {from: accounts, at: ended_at}\n"
        "    horizon: 28 days\n"
    )


def write(folder: Path, files: Mapping[str, str], exports: Mapping[str, Sequence[str]]) -> Path:
    """Writes a project's files, and its exports (lines by name) as CSV; gives the folder."""
    tables = {f"data/{name}.csv": "\n".join(lines) + "\n" for name, lines in exports.items()}
    for name, text in {**files, **tables}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
