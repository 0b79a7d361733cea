"""What tells the rows of a file apart."""

from itertools import combinations

from keepwell.project.propose.fitting import Fit, key_column
from keepwell.project.propose.heads import Head
from keepwell.project.propose.mapped import Line, Mapped, raw_name

_MOST_ATTEMPTS = 60


def identify(source: Mapped, found: Fit, used: set[str]) -> None:
    """Maps the key of the table: a column of its own, or the fewest columns that tell the rows apart."""
    table = source.table
    match = key_column(source.head, table)
    account = source.holds("account_id")
    if match is not None and match.column.name not in used:
        source.columns[table.key] = Line(match.column.name, f"{match.sure:.0%}: {match.why}", match.column)
        used.add(match.column.name)
        if match.column.unique < 1.0:
            source.doubts.append(
                f"{match.column.name} repeats: {match.why}; repeated keys with other content are rejected"
            )
        return
    if table.immutable:
        return
    parts = [account.name] if account is not None else []
    occurred = found.matches.get(table.occurred)
    if occurred is not None:
        parts.append(occurred.column.name)
    together = _telling_apart(source.head, parts)
    if together is None:
        source.doubts.append(
            "no columns identify a row: rows with the same key become revisions of one another"
        )
    parts = together or parts
    pieces = ", '-', ".join(raw_name(source.head.column(name)) for name in parts)
    text = f"concat({pieces})" if len(parts) > 1 else pieces
    source.columns[table.key] = Line(f'{{expression: "{text}"}}', "60%: together they tell the rows apart")


def _telling_apart(head: Head, parts: list[str]) -> list[str] | None:
    """The fewest columns, these first of all, whose values together differ in every row."""
    full = [column.name for column in head.columns if column.filled == column.rows and column.distinct > 1]
    others = [name for name in full if name not in parts]
    attempts = [
        list(parts),
        *([*parts[:1], *more] for count in (1, 2) for more in combinations(others, count)),
    ]
    with_date = [[*parts, name] for name in others]
    for names in [attempts[0], *with_date, *attempts[1:]][:_MOST_ATTEMPTS]:
        if head.distinct_rows(names) == head.rows:
            return names
    return None
