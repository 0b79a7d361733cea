"""The mapping of each file to a canonical table: its accounts, its key, its columns, and what is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import pyarrow.compute as pc

from keepwell.project.catalog import PHYSICAL, mappable
from keepwell.project.propose.fitting import Fit, account_key, best, currency, is_day, key_column
from keepwell.project.propose.guess import Holds, longest_gap
from keepwell.project.propose.heads import Column, Head, Looked
from keepwell.project.propose.vocabulary import ACCOUNT_WORDS, OUTCOME, PRIVATE
from keepwell.signals.tables import TABLES, Kind, Table

FIRST_DAY = 19723
"""The day, counted from 1970-01-01, that stands for day 0 where a file counts days from some start: 2024-01-01."""

_MOST_ATTEMPTS = 60
_KINDS = {
    Holds.BOOLEAN: "boolean",
    Holds.INTEGER: "integer",
    Holds.NUMBER: "number",
    Holds.DATE: "instant",
    Holds.TEXT: "text",
}


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


def mapping(looked: Looked) -> Mapping:
    """How the files map to the canonical tables."""
    fits = {id(head): best(head) for head in looked.heads}
    unmapped = [f"{path.name} cannot be read: {why}" for path, why in looked.unread]
    accounts = _accounts(looked.heads, fits)
    sources: list[Mapped] = []
    if accounts is not None:
        sources.append(_of_accounts(*accounts))
    known = accounts[1] if accounts is not None else None
    owners: dict[int, Mapped] = {id(accounts[0]): sources[0]} if accounts is not None else {}
    waiting: list[tuple[Head, Fit]] = []
    for head in looked.heads:
        found = fits[id(head)]
        if accounts is not None and head is accounts[0] and (found is None or found.table.name == "accounts"):
            continue
        if found is None or known is None:
            unmapped.append(f"{_title(head)} is not mapped: no table fits it")
        elif found.table.name == "accounts":
            unmapped.append(f"{_title(head)} is not mapped: the accounts are taken from another file")
        else:
            waiting.append((head, found))
    taken = {source.name for source in sources}
    for head, found in sorted(waiting, key=lambda one: _direct(one[0], known) is None):
        source = _of_facts(head, found, known, list(owners.values()), taken)
        if source is None:
            unmapped.append(
                f"{_title(head)} looks like {found.table.name}, but nothing in it leads to an account"
            )
            continue
        sources.append(source)
        owners[id(head)] = source
    return Mapping(tuple(sources), tuple(unmapped))


def _title(head: Head) -> str:
    return " and ".join(path.name for path in head.paths[:3])


def _accounts(heads: Sequence[Head], fits: dict[int, Fit | None]) -> tuple[Head, Column, Fit | None] | None:
    """The file of accounts and its key; else the file that names most accounts, each often."""
    own = []
    for head in heads:
        found, key = fits[id(head)], account_key(head)
        if found is not None and found.table.name == "accounts" and key is not None:
            own.append((found.score, head, key, found))
    if own:
        _, head, key, found = max(own, key=lambda one: one[0])
        return head, key, found
    others = [
        (-ACCOUNT_WORDS.index(column.plain), column.distinct, head, column)
        for head in heads
        for column in head.columns
        if column.plain in ACCOUNT_WORDS and fits[id(head)] is not None
    ]
    if not others:
        return None
    _, _, head, column = max(others, key=lambda one: one[:2])
    return head, column, None


def _of_accounts(head: Head, key: Column, found: Fit | None) -> Mapped:
    table = TABLES["accounts"]
    source = Mapped("accounts", head, table)
    source.columns["account_id"] = Line(key.name, f"{key.distinct:,} accounts", key)
    if found is not None:
        _columns(source, found, {key.name})
        if "began_at" not in source.columns:
            _without_start(source)
        _attributes(source)
        return source
    other = best(head)
    match = other.matches.get(other.table.occurred) if other is not None else None
    source.keep = "first"
    source.doubts.append(
        "no file lists the accounts: they are taken from this one, each begun with its first row"
    )
    if match is not None:
        _dated(
            source,
            "began_at",
            match.column,
            f"the first {match.column.name}; true if the rows are in order of time",
        )
    else:
        _without_start(source)
    return source


def _without_start(source: Mapped) -> None:
    tenure = next((c for c in source.head.columns if c.plain in ("tenure", "tenure_months", "months")), None)
    if tenure is not None and tenure.guess.holds is Holds.INTEGER:
        raw = _raw(tenure)
        source.columns["began_at"] = Line(
            f'{{expression: "({FIRST_DAY} - number({raw}) * 30) * 86400"}}',
            f"60%: {tenure.name} as months before 2024-01-01",
            tenure,
        )
        source.dates = "epoch_seconds"
        source.doubts.append(
            "the file has no dates: 2024-01-01 is taken for the day of the export; put in the true one"
        )
        return
    source.columns["began_at"] = Line("{constant: 2023-01-01}", "a guess: nothing says when an account began")
    source.doubts.append("nothing says when an account began: all are taken to have begun on 2023-01-01")


def _direct(head: Head, known: Column | None) -> tuple[Column, float] | None:
    """The column that names the account, and the share of its values that are accounts."""
    if known is None:
        return None
    found = []
    for column in head.columns:
        if column.plain == known.plain or column.plain in ACCOUNT_WORDS:
            share = _overlap(column, known)
            if share >= 0.5:
                found.append((column.plain == known.plain, share, column))
    if not found:
        return None
    _, share, column = max(found, key=lambda one: one[:2])
    return column, share


def _overlap(column: Column, other: Column) -> float:
    """The share of a column's distinct values that the other one holds."""
    if not column.distinct:
        return 0.0
    return float(pc.mean(pc.is_in(column.values, other.values)).as_py())


def _of_facts(
    head: Head, found: Fit, known: Column | None, others: list[Mapped], taken: set[str]
) -> Mapped | None:
    direct = _direct(head, known)
    source = Mapped(_name(head, found.table, taken), head, found.table)
    used: set[str] = set()
    if direct is not None:
        column, share = direct
        source.columns["account_id"] = Line(column.name, f"{share:.0%} of its values are accounts", column)
        used.add(column.name)
    elif not _looked_up(source, others):
        return None
    taken.add(source.name)
    _key(source, found, used)
    _columns(source, found, used)
    if found.table.name == "outcomes" and "kind" not in source.columns:
        source.columns["kind"] = Line("{constant: churned}", "a guess: the file speaks of leaving")
    if found.table.name == "surveys" and "kind" not in source.columns:
        source.columns["kind"] = Line(
            f"{{constant: {_survey(head)}}}", "a guess by the file's name and values"
        )
    _attributes(source)
    source.fresh_days = _freshness(source)
    return source


def _freshness(source: Mapped) -> int:
    """Within how many days a living feed of this kind brings something new; 0 where it may well pause."""
    line = source.columns.get(source.table.occurred)
    if source.table.name not in ("events", "orders") or line is None or line.raw is None:
        return 0
    if line.raw.guess.holds is not Holds.DATE:
        return 0
    gap = longest_gap(line.raw.values, line.raw.guess.dates)
    return max(7, 2 * gap) if gap <= 30 else 0


def _name(head: Head, table: Table, taken: Iterable[str]) -> str:
    for name in (table.name, head.stem, *(f"{head.stem}_{count}" for count in range(2, 99))):
        if name not in taken and name != "accounts":
            return name
    raise ValueError("too many sources of one name")


def _survey(head: Head) -> str:
    words = f"{head.stem} {' '.join(column.plain for column in head.columns)}"
    return next((kind for kind in ("csat", "ces") if kind in words), "nps")


def _looked_up(source: Mapped, others: list[Mapped]) -> bool:
    """Finds the account through another file that this one's rows refer to."""
    best_found: tuple[float, Column, Mapped, Column] | None = None
    for other in others:
        account = other.holds("account_id")
        key = other.holds(other.table.key)
        if account is None or key is None or other.table.key == "account_id":
            continue
        for column in source.head.columns:
            share = _overlap(column, key) if column.plain == key.plain else 0.0
            if share >= 0.5 and (best_found is None or share > best_found[0]):
                best_found = share, column, other, key
    if best_found is None:
        return False
    share, column, other, key = best_found
    account = other.holds("account_id")
    assert account is not None
    source.columns["account_id"] = Line(
        f"{{lookup: {other.name}, match: {quoted(column.name)}, to: {quoted(key.name)}, take: {quoted(account.name)}}}",
        f"{share:.0%} of its {column.name} stand in {other.name}",
    )
    return True


def _key(source: Mapped, found: Fit, used: set[str]) -> None:
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
    pieces = ", '-', ".join(_raw(source.head.column(name)) for name in parts)
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


def _columns(source: Mapped, found: Fit, used: set[str]) -> None:
    allowed = mappable(source.table)
    for canonical in source.table.columns:
        match = found.matches.get(canonical.name)
        if match is None or match.column.name in used or match.column.filled == 0:
            continue
        used.add(match.column.name)
        comment = f"{match.sure:.0%}: {match.why}"
        if allowed[canonical.name] is Kind.INSTANT:
            _dated(source, canonical.name, match.column, comment)
        else:
            code = currency(match.column) if allowed[canonical.name] is Kind.MONEY else None
            said = f", in {code}" if code else ""
            source.columns[canonical.name] = Line(quoted(match.column.name), comment + said, match.column)


def _dated(source: Mapped, canonical: str, column: Column, comment: str) -> None:
    if is_day(column):
        source.columns[canonical] = Line(
            f'{{expression: "({FIRST_DAY} + number({_raw(column)})) * 86400"}}', comment, column
        )
        source.dates = "epoch_seconds"
        doubt = (
            "dates are counted in days from some start: 2024-01-01 is taken for day 0; put in the true one"
        )
        if doubt not in source.doubts:
            source.doubts.append(doubt)
        return
    dates = column.guess.dates
    source.dates = source.dates or dates
    if column.guess.doubt:
        source.doubts.append(f"{column.name}: {column.guess.doubt}")
    own = f"{{column: {quoted(column.name)}, dates: {quoted(dates)}}}"
    source.columns[canonical] = Line(quoted(column.name) if dates == source.dates else own, comment, column)


def _attributes(source: Mapped) -> None:
    """Keeps what no canonical column takes, but for outcomes, private and free text, and what says nothing."""
    used = {line.raw.name for line in source.columns.values() if line.raw is not None}
    taken = {*mappable(source.table), *PHYSICAL, source.table.occurred}
    for column in source.head.columns:
        if column.name in used:
            continue
        why = _why_not(column, source.table)
        if why:
            source.left_out.append(f"{column.name} ({why})")
            continue
        name = column.plain if column.plain not in taken else f"{column.plain}_there"
        taken.add(name)
        kind = _KINDS[column.guess.holds]
        dates = (
            f", dates: {quoted(column.guess.dates)}"
            if kind == "instant" and column.guess.dates != source.dates
            else ""
        )
        plain = name == column.name and not dates
        origin = kind if plain else f"{{column: {quoted(column.name)}, kind: {kind}{dates}}}"
        source.attributes[name] = Line(origin, "", column)


def _why_not(column: Column, table: Table) -> str:
    if column.distinct <= 1:
        return "the same in every row" if column.distinct else "empty"
    if OUTCOME.search(column.plain):
        return "speaks of the outcome: as an input it would leak"
    if PRIVATE.search(column.plain):
        return "private"
    if column.guess.holds is Holds.TEXT:
        lengths = pc.mean(pc.utf8_length(column.values)).as_py() or 0
        if lengths > 40 or "text" in column.plain or "comment" in column.plain:
            return "free text"
    if column.plain.endswith("_id") and table.name == "accounts":
        return "an identifier"
    return ""


def _raw(column: Column) -> str:
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
