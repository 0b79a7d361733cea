"""How well a file fits a canonical table, column by column."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from keepwell.project.propose.guess import Holds
from keepwell.project.propose.heads import Column, Head
from keepwell.project.propose.vocabulary import (
    ACCOUNT_WORDS,
    CURRENCIES,
    OUTCOME,
    TABLE_WORDS,
    column_words,
    singular,
    tokens,
)
from keepwell.signals.tables import CANONICAL, Kind, Table

_FITTING = {
    Kind.INSTANT: (Holds.DATE,),
    Kind.INTEGER: (Holds.INTEGER,),
    Kind.NUMBER: (Holds.INTEGER, Holds.NUMBER),
    Kind.MONEY: (Holds.INTEGER, Holds.NUMBER),
    Kind.BOOLEAN: (Holds.BOOLEAN,),
    Kind.TEXT: (Holds.TEXT, Holds.BOOLEAN, Holds.INTEGER, Holds.NUMBER),
    Kind.CONTACT: (Holds.TEXT, Holds.INTEGER),
}
_SUFFIXES = ("date", "at", "on", "flag", "usd", "eur", "gbp", "amount", "name", "time")
LEAST = 1.6
"""What a file must reach to be taken for a table."""

NEARLY = 0.99
"""The share of rows with a value of their own from which a column is taken to identify a row."""


@dataclass(frozen=True, slots=True)
class Match:
    """A raw column taken for a canonical one: how sure (0–1), and why."""

    column: Column
    sure: float
    why: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a file fits a table: the score, and the columns by canonical name."""

    table: Table
    score: float
    matches: dict[str, Match]


def is_day(column: Column) -> bool:
    """Whether a column counts days from some start: whole numbers in a column that is called a date or a day."""
    if column.guess.holds is not Holds.INTEGER or not {"date", "day"} & set(tokens(column.plain)):
        return False
    top = column.top()
    return top is not None and abs(top) < 5000


def best(head: Head) -> Fit | None:
    """The table that a file fits best, if it fits one."""
    found = max((fit(head, table) for table in CANONICAL), key=lambda one: one.score)
    return found if found.score >= LEAST else None


def fit(head: Head, table: Table) -> Fit:
    """How well a file fits a table: its name, what happened when, its key, and the other columns."""
    matches = columns(head, table)
    score = _named(head.stem, table)
    if table.occurred in matches:
        score += 1.2 * matches[table.occurred].sure
    elif table.name != "accounts":
        score -= 1.0
    if table.name == "accounts":
        score += 1.0 if account_key(head) is not None else -2.0
    score += sum(0.4 * match.sure for name, match in matches.items() if name != table.occurred)
    return Fit(table, score, matches)


def _named(stem: str, table: Table) -> float:
    words = TABLE_WORDS.get(table.name, ())
    found = [index for index, word in enumerate(tokens(stem)) if word in words]
    if not found:
        return 0.0
    head = 0.3 if table.name == "outcomes" and "churn" in tokens(stem) else 0.0
    return (
        1.5
        + 0.2 * (len(found) - 1)
        + head
        - (0.6 if table.name == "accounts" and tokens(stem)[0] == "churn" else 0)
    )


def account_key(head: Head) -> Column | None:
    """The column that names an account, if each row has its own; in large files, but for a slip or two."""
    for word in (*ACCOUNT_WORDS, "id"):
        for column in head.columns:
            if column.plain == word and column.unique >= (NEARLY if word != "id" else 1.0):
                return column
    return None


def columns(head: Head, table: Table) -> dict[str, Match]:
    """Which raw column serves for which canonical one: the surest pairs first, each column once."""
    pairs = [
        (found.sure, index, canonical.name, found)
        for index, column in enumerate(head.columns)
        for canonical in table.columns
        if (found := _match(column, table.name, canonical.name, canonical.kind)) is not None
    ]
    chosen: dict[str, Match] = {}
    used: set[int] = set()
    for _, index, name, found in sorted(pairs, key=lambda one: (-one[0], one[1])):
        if name not in chosen and index not in used:
            chosen[name] = found
            used.add(index)
    if table.occurred not in chosen:
        dates = [c for i, c in enumerate(head.columns) if i not in used and _occurs(c)]
        if len(dates) == 1:
            chosen[table.occurred] = Match(dates[0], 0.5, "the only date in the file")
    return chosen


def _occurs(column: Column) -> bool:
    return (column.guess.holds is Holds.DATE or is_day(column)) and "birth" not in column.plain


def _match(column: Column, table: str, canonical: str, kind: Kind) -> Match | None:
    instant = kind is Kind.INSTANT and is_day(column)
    if kind is Kind.CONTACT and (column.distinct < 3 or column.plain not in column_words(table, canonical)):
        return None
    if column.guess.holds not in _FITTING[kind] and not instant:
        return None
    if OUTCOME.search(column.plain) and table != "outcomes":
        return None
    if column.plain in ACCOUNT_WORDS and kind is not Kind.CONTACT:
        return None
    sure, why = _sure(column.plain, table, canonical)
    if instant:
        sure, why = sure * 0.7, f"{why}, counted in days"
    return Match(column, round(sure, 2), why) if sure >= 0.5 else None


def _sure(name: str, table: str, canonical: str) -> tuple[float, str]:
    own, *others = column_words(table, canonical)
    if name == own:
        return 1.0, "the same name"
    if name in others:
        return 0.95 - 0.01 * others.index(name), f"a usual name of {own}"
    bare = _bare(name, table)
    if bare in (own, _bare(own, table)):
        return 0.9, f"{own} in other words"
    if bare in others or name in {_bare(other, table) for other in others}:
        return 0.8, f"close to a usual name of {own}"
    ratio = max(SequenceMatcher(None, name, word).ratio() for word in (own, *others))
    if ratio >= 0.84 and len(name) > 4:
        return round(ratio * 0.7, 2), f"spelt like {own}"
    return 0.0, ""


def _bare(name: str, table: str) -> str:
    """The name without the table's word before it and a unit or kind behind it."""
    words = tokens(name)
    if len(words) > 1 and words[0] in (table, singular(table)):
        words = words[1:]
    if len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return "_".join(words)


def currency(column: Column) -> str | None:
    """The currency that a column's name tells."""
    return next((CURRENCIES[word] for word in tokens(column.plain) if word in CURRENCIES), None)


def key_column(head: Head, table: Table) -> Match | None:
    """The column that identifies a row of the file."""
    wanted = [table.key, f"{singular(head.stem.rpartition('_')[2])}_id", "id", f"id_{singular(table.name)}"]
    for column in head.columns:
        named = column.plain in wanted
        ending = column.plain.endswith("_id") and column.plain not in ACCOUNT_WORDS
        if (named or ending) and column.unique >= NEARLY and column.filled == column.rows:
            sure = 1.0 if named and column.unique == 1.0 else 0.8
            repeated = column.rows - column.distinct
            why = "unique in every row" if not repeated else f"{repeated} of {column.rows} rows repeat one"
            return Match(column, sure, why)
    return None
