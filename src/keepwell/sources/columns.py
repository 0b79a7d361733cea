"""The raw columns of a file, as a statement takes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from keepwell.errors import SourceError
from keepwell.sources.lookups import Sought
from keepwell.sources.raw import Raw, RawColumn, RawKind, suggestion
from keepwell.sql.duckdb import call
from keepwell.sql.ingest.field import Held
from keepwell.sql.ingest.stage import Lookedup

_HELD = {
    RawKind.TEXT: Held.TEXT,
    RawKind.NUMBER: Held.NUMBER,
    RawKind.BOOLEAN: Held.BOOLEAN,
    RawKind.LOCAL: Held.LOCAL,
    RawKind.ZONED: Held.ZONED,
}


@dataclass
class RawColumns:
    """The raw columns of a file, taken as they are asked for.

    `elsewhere` names columns that other files of the source have: asked for, they are unknown here. `tables` are the
    temporary tables that expressions look up in; `found` is what has been asked of them.
    """

    raw: Raw
    where: str
    elsewhere: frozenset[str] = frozenset()
    taken: dict[str, RawColumn] = field(default_factory=dict)
    tables: Mapping[Sought, str] = field(default_factory=dict)
    found: list[Lookedup] = field(default_factory=list)

    def native(self, name: str) -> tuple[exp.Expr, Held]:
        """A raw column as it is held.

        Raises:
            SourceError: no file of the source has it.
        """
        found = self.raw.find(name)
        if found is None:
            if name in self.elsewhere:
                return exp.cast(exp.null(), "varchar", dialect="duckdb"), Held.TEXT
            raise self._missing(name)
        self.taken[name] = found
        return exp.column(f"raw {name}", quoted=True), _HELD[found.kind]

    def text(self, name: str) -> exp.Expr:
        """A raw column as text."""
        value, held = self.native(name)
        return value if held is Held.TEXT else exp.cast(value, "varchar", dialect="duckdb")

    def text_if_there(self, name: str) -> exp.Expr:
        """A raw column as text, unknown where the file does not have it."""
        return exp.null() if self.raw.find(name) is None else self.text(name)

    def identity(self, name: str) -> exp.Expr:
        """A raw column as an id: without the spaces around it, unknown if empty."""
        return identity(self.text(name))

    def find(self, value: exp.Expr, source: str, to: str, take: str) -> exp.Expr:
        """What is looked up in another source for a text."""
        matching, table = identity(value), self.tables[Sought(source, to, take)]
        for each in self.found:
            if (each.table, each.value) == (table, matching):
                return exp.column(each.name, quoted=True)
        self.found.append(Lookedup(f"found {len(self.found) + 1}", matching, table))
        return exp.column(self.found[-1].name, quoted=True)

    def texts(self) -> Mapping[str, exp.Expr]:
        """Every raw column as text, by name, taken when looked up."""
        return _Texts(self)

    def _missing(self, name: str) -> SourceError:
        names = [column.name for column in self.raw.columns]
        if len(names) == 1:
            mark = next((mark for mark in (";", "\t", "|", ",") if mark in names[0]), None)
            if mark is not None:
                return SourceError(
                    f"there is only one column, {names[0]!r}",
                    where=self.where,
                    do=f"declare `delimiter: {mark!r}`",
                )
        return SourceError(f"there is no column {name!r}", where=self.where, do=suggestion(name, names))


class _Texts(Mapping[str, exp.Expr]):
    def __init__(self, columns: RawColumns) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> exp.Expr:
        return self._columns.text(name)

    def __contains__(self, name: object) -> bool:
        found = self._columns.raw.find(str(name))
        return found is not None or name in self._columns.elsewhere

    def __iter__(self) -> Iterator[str]:
        return iter(column.name for column in self._columns.raw.columns)

    def __len__(self) -> int:
        return len(self._columns.raw.columns)


def identity(text: exp.Expr) -> exp.Expr:
    """A text as an id."""
    return exp.func("NULLIF", call("trim", text), exp.convert(""))
