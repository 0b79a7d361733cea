"""Names in statements: a project's own are always quoted, Keepwell's own never need to be."""

from sqlglot import exp

from keepwell.signals.tables import CANONICAL

SYSTEM = (
    "account",
    "point",
    "population",
    "parent",
    "key",
    "occurred_at",
    "known_at",
    "occurred_on",
    "source",
)

_PLAIN = {column.name for table in CANONICAL for column in table.columns} | {*SYSTEM}


def column(name: str, of: str | None = None) -> exp.Column:
    """A column, of a relation if named; quoted unless it is one of Keepwell's own."""
    return exp.column(exp.to_identifier(name, quoted=_quoted(name)), table=of)


def alias(expression: exp.Expr, name: str) -> exp.Expr:
    """An expression under a name."""
    return exp.alias_(expression, exp.to_identifier(name, quoted=_quoted(name)))


def relation(name: str, schema: str | None = None) -> exp.Table:
    """A table or a named subquery."""
    return exp.table_(name, db=schema)


def described(query: exp.Select, text: str) -> exp.Select:
    """The query with a comment that says what it is."""
    query.add_comments([f" {text} "])
    return query


def _quoted(name: str) -> bool:
    return name not in _PLAIN and not name.endswith("_ago") and name not in ("as_of", "horizon", "today")
