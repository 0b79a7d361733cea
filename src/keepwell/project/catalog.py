"""Which tables and columns a project's sources fill, and what each holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keepwell.project.report import hint, nearest
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import TABLES, Kind, Table
from keepwell.sources.source import Source

IN_DIRECTORY = {"accounts": ("name", "parent_id"), "contacts": ("name", "email")}
"""Columns that are kept apart from the facts, where signals cannot read them."""

PHYSICAL = frozenset(
    (
        "account",
        "key",
        "occurred_at",
        "known_at",
        "occurred_on",
        "source",
        "load",
        "parent",
        "account_id",
        AS_OF,
    )
)
"""Names that every facts table uses for itself."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a name cannot be used: what is wrong, and what to type."""

    what: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Filling:
    """What one source fills: columns of a canonical table, and attributes with their kinds."""

    source: str
    table: str
    columns: tuple[str, ...]
    attributes: Mapping[str, Kind]

    @classmethod
    def of(cls, source: Source) -> "Filling":
        """What a source fills."""
        kinds = {name: attribute.kind for name, attribute in source.attributes.items()}
        return cls(source.name, source.table, tuple(source.columns), kinds)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The columns, with their kinds, that the sources fill, by table; `sources` names the sources of each table.

    `columns` holds every canonical column and attribute of a table that some source feeds; `filled` those of them that
    a source maps. A catalog that is not `complete`, since a source could not be read, finds no fault with names.
    """

    columns: Mapping[str, Mapping[str, Kind]]
    filled: Mapping[str, frozenset[str]]
    sources: Mapping[str, tuple[str, ...]]
    complete: bool = True

    @classmethod
    def of(cls, fillings: Iterable[Filling], *, complete: bool = True) -> "Catalog":
        """The catalog of what sources fill."""
        columns: dict[str, dict[str, Kind]] = {}
        filled: dict[str, set[str]] = {}
        feeding: dict[str, list[str]] = {}
        for filling in fillings:
            known = columns.setdefault(filling.table, _canonical(filling.table))
            for name, kind in filling.attributes.items():
                known.setdefault(name, kind)
            mapped = filled.setdefault(filling.table, {TABLES[filling.table].occurred})
            mapped.update(name for name in (*filling.columns, *filling.attributes) if name in known)
            feeding.setdefault(filling.table, []).append(filling.source)
        if not complete:
            for table in TABLES:
                columns.setdefault(table, _canonical(table))
                filled.setdefault(table, set()).update(columns[table])
        return cls(
            columns,
            {table: frozenset(names) for table, names in filled.items()},
            {table: tuple(names) for table, names in feeding.items()},
            complete,
        )

    def table(self, name: str) -> Mistake | None:
        """Why a canonical table cannot be used, if it cannot."""
        if name in self.sources or not self.complete:
            return None
        fed = sorted(self.sources)
        return Mistake(
            f"no source feeds the table {name}",
            f"add a source with `table: {name}` to sources.yml, or measure in {', '.join(fed) or 'another table'}",
        )

    def column(self, table: str, name: str) -> Mistake | None:
        """Why a column of a table that is fed cannot be used, if it cannot."""
        if name in self.filled[table] or name == AS_OF or not self.complete:
            return None
        definition = TABLES[table]
        by = " and ".join(self.sources[table])
        if name in IN_DIRECTORY.get(table, ()):
            return Mistake(
                f"{table}.{name} is kept in the directory, apart from the facts; signals cannot read it",
                "use another column",
            )
        if definition.column(name) is not None:
            return Mistake(
                f"no source fills {table}.{name}",
                f"map it in sources.yml: `{name}: its raw column` under `columns:` of {by}",
            )
        near = nearest(name, self.filled[table], _by_alias(table))
        do = f"did you mean {near!r}? Or" if near else f"{hint('', sorted(self.filled[table]))}; or"
        return Mistake(
            f"the table {table} has no column {name!r}",
            f"{do} keep it: `attributes: {{{name}: text}}` in the source {by}",
        )

    def attribute(self, path: str) -> Mistake | None:
        """Why `account.NAME` cannot be used, if it cannot."""
        if "accounts" not in self.columns:
            return Mistake(
                "no source feeds the table accounts", "add a source with `table: accounts` to sources.yml"
            )
        return self.column("accounts", path.removeprefix(ACCOUNT))


def mappable(table: Table) -> dict[str, Kind]:
    """The columns, with their kinds, that a source can map for a table: its own, its key, and the account."""
    own = {} if table.name == "context" else {"account_id": Kind.TEXT}
    return {**own, table.key: Kind.TEXT, **{column.name: column.kind for column in table.columns}}


def _canonical(table: str) -> dict[str, Kind]:
    hidden = IN_DIRECTORY.get(table, ())
    return {column.name: column.kind for column in TABLES[table].columns if column.name not in hidden}


def _by_alias(table: str) -> dict[str, str]:
    return {alias: column.name for column in TABLES[table].columns for alias in column.aliases}
