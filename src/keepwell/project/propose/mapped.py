"""A file mapped to a table: what is written for each column, and how sure it is."""

from dataclasses import dataclass, field

from keepwell.project.propose.heads import Column, Head
from keepwell.signals.tables import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One mapped column: what to write for it, and the comment that says how sure it is. `raw` is the raw column."""

    origin: str
    comment: str
    raw: Column | None = None


@dataclass(slots=True)
class Mapped:
    """A file mapped to a table."""

    name: str
    head: Head
    table: Table
    columns: dict[str, Line] = field(default_factory=dict)
    attributes: dict[str, Line] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    dates: str = ""
    keep: str = ""
    fresh_days: int = 0

    def holds(self, column: str) -> Column | None:
        """The raw column that serves for a canonical one, if one does."""
        line = self.columns.get(column)
        return line.raw if line is not None else None


@dataclass(frozen=True, slots=True)
class Mapping:
    """All files mapped, accounts first, and what is said of the files that are not."""

    sources: tuple[Mapped, ...]
    unmapped: tuple[str, ...]

    def table(self, name: str) -> Mapped | None:
        """The first source of a table."""
        return next((source for source in self.sources if source.table.name == name), None)


def raw_name(column: Column) -> str:
    """A raw column as an expression names it."""
    if column.name.isidentifier():
        return column.name
    return "column('" + column.name.replace("'", "\\'") + "')"


def quoted(text: str) -> str:
    """A text as YAML holds it, in quotes where it needs them."""
    safe = (
        text[:1].isalpha()
        and all(sign.isalnum() or sign in "_-./* " for sign in text)
        and text == text.strip()
    )
    word = text.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    return text if safe and word else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
