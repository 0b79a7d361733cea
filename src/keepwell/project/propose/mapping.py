"""The mapping of each file to a canonical table: whose its rows are, and which file lists the accounts."""

from collections.abc import Iterable, Sequence

import pyarrow.compute as pc

from keepwell.project.propose.filling import attributes, columns, dated, without_start
from keepwell.project.propose.fitting import Fit, account_key, best
from keepwell.project.propose.guess import Holds, longest_gap
from keepwell.project.propose.heads import Column, Head, Looked
from keepwell.project.propose.keys import identify
from keepwell.project.propose.mapped import Line, Mapped, Mapping, quoted
from keepwell.project.propose.vocabulary import ACCOUNT_WORDS
from keepwell.signals.tables import TABLES, Table


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
        if found.table.occurred not in found.matches and found.table.name != "contacts":
            unmapped.append(f"{_title(head)} looks like {found.table.name}, but no column says when")
            continue
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
    if found is not None and key.unique < 1.0:
        source.doubts.append(
            f"{key.name} repeats, or is empty, in {key.rows - key.distinct} of {key.rows} rows"
        )
    if found is not None:
        columns(source, found, {key.name})
        if "began_at" not in source.columns:
            without_start(source)
        attributes(source)
        return source
    other = best(head)
    match = other.matches.get(other.table.occurred) if other is not None else None
    source.keep = "first"
    source.doubts.append(
        "no file lists the accounts: they are taken from this one, each begun with its first row"
    )
    if match is not None:
        dated(
            source,
            "began_at",
            match.column,
            f"the first {match.column.name}; true if the rows are in order of time",
        )
    else:
        without_start(source)
    return source


def _direct(head: Head, known: Column | None) -> tuple[Column, float] | None:
    """The column that names the account, by its name or else by its values, and the share of them that are accounts."""
    if known is None:
        return None
    found = []
    for column in head.columns:
        named = column.plain == known.plain or column.plain in ACCOUNT_WORDS
        share = _overlap(column, known) if named or _tells(column) else 0.0
        if share >= (0.5 if named else 0.9):
            found.append((named + (column.plain == known.plain), share, column))
    if not found:
        return None
    _, share, column = max(found, key=lambda one: one[:2])
    return column, share


def _tells(column: Column) -> bool:
    """Whether a column has so many different texts that they are not by chance those of another one."""
    return column.guess.holds is Holds.TEXT and column.distinct >= 20


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
    identify(source, found, used)
    columns(source, found, used)
    if found.table.name == "contacts" and "joined_at" not in source.columns:
        source.columns["joined_at"] = Line(
            "{constant: 2023-01-01}", "a guess: nothing says when a person joined"
        )
        source.doubts.append("nothing says when a person joined: all are taken to have joined on 2023-01-01")
    if found.table.name == "outcomes" and "kind" not in source.columns:
        source.columns["kind"] = Line("{constant: churned}", "a guess: the file speaks of leaving")
    if found.table.name == "surveys" and "kind" not in source.columns:
        source.columns["kind"] = Line(
            f"{{constant: {_survey(head)}}}", "a guess by the file's name and values"
        )
    attributes(source)
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
