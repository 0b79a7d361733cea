"""How signals depend on each other: the order to compute them in, circles, the tables below them, their kinds."""

import heapq
from collections.abc import Iterable, Mapping

from keepwell.signals.definition import (
    ACCOUNT,
    Aggregate,
    Change,
    Formula,
    How,
    Predicted,
    Ratio,
    Signal,
    needs,
)
from keepwell.signals.kinds import AS_OF, kind_of
from keepwell.signals.tables import NUMERIC, TABLES, Kind

_WHOLE = (How.COUNT, How.DISTINCT, How.ACTIVE_DAYS, How.DAYS_SINCE_LAST, How.DAYS_UNTIL, How.OPEN)
_OF_COLUMN = (How.SUM, How.MIN, How.MAX, How.LAST)


def order(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """The signals so that each comes after all it needs, and otherwise as early as it was declared.

    Needs that are no signal among them are passed over.

    Raises:
        ValueError: they go in a circle; `cycle` says which.
    """
    declared = tuple(signals)
    sorted_out = _sorted_out(declared)
    if len(sorted_out) < len(declared):
        raise ValueError(f"signals go in a circle: {' → '.join(cycle(declared) or ())}")
    return sorted_out


def cycle(signals: Iterable[Signal]) -> tuple[str, ...] | None:
    """The names along a circle of signals that need each other, the first repeated at the end; `None` if there is none."""
    declared = tuple(signals)
    settled = {signal.name for signal in _sorted_out(declared)}
    remaining = {signal.name: signal for signal in declared if signal.name not in settled}
    if not remaining:
        return None
    path = [next(iter(remaining))]
    while path.count(path[-1]) == 1:
        path.append(next(need for need in needs(remaining[path[-1]]) if need in remaining))
    return tuple(path[path.index(path[-1]) :])


def _sorted_out(declared: tuple[Signal, ...]) -> tuple[Signal, ...]:
    """Those of the signals that no circle holds up, each after its needs, else in the order declared."""
    place = {signal.name: index for index, signal in enumerate(declared)}
    waiting = {signal.name: {need for need in needs(signal) if need in place} for signal in declared}
    dependants: dict[str, list[str]] = {}
    for name, wanted in waiting.items():
        for need in wanted:
            dependants.setdefault(need, []).append(name)
    ready = [place[name] for name, wanted in waiting.items() if not wanted]
    heapq.heapify(ready)
    found: list[Signal] = []
    while ready:
        signal = declared[heapq.heappop(ready)]
        found.append(signal)
        for name in dependants.get(signal.name, ()):
            waiting[name].discard(signal.name)
            if not waiting[name]:
                heapq.heappush(ready, place[name])
    return tuple(found)


def tables(signals: Iterable[Signal]) -> dict[str, frozenset[str]]:
    """Each signal's name with the canonical tables that it is computed from, directly or through other signals."""
    below: dict[str, frozenset[str]] = {}
    for signal in order(signals):
        if isinstance(signal.meaning, Aggregate):
            below[signal.name] = frozenset({signal.meaning.table})
        else:
            own = signal.meaning.tables if isinstance(signal.meaning, Predicted) else ()
            below[signal.name] = frozenset(own).union(
                *(below.get(need, frozenset()) for need in needs(signal))
            )
    return below


def kinds(signals: Iterable[Signal], columns: Mapping[str, Mapping[str, Kind]]) -> dict[str, Kind]:
    """Each signal's name with the kind of its values, `columns` giving the kinds of each table's columns.

    A count stays whole and a sum of money exact; a `missing` that is a fraction makes whole numbers plain numbers. An
    expression that is always unknown counts as a number.

    Raises:
        ExpressionError: an expression does not make sense; `kinds.kind_of` says why.
    """
    known: dict[str, Kind] = {AS_OF: Kind.INSTANT}
    known |= {ACCOUNT + name: kind for name, kind in readable("accounts", columns).items() if name != AS_OF}
    found: dict[str, Kind] = {}
    for signal in order(signals):
        kind = _kind(signal, known, columns)
        if kind in NUMERIC and isinstance(signal.missing, float) and not signal.missing.is_integer():
            kind = Kind.NUMBER if kind is Kind.INTEGER else kind
        known[signal.name] = found[signal.name] = kind
    return found


def readable(table: str, columns: Mapping[str, Mapping[str, Kind]]) -> dict[str, Kind]:
    """The names, with their kinds, that an expression over a table's rows may use: its columns, and `as_of`.

    A table that holds nothing yet has its canonical columns.
    """
    canonical = {column.name: column.kind for column in TABLES[table].columns}
    return {**columns.get(table, canonical), TABLES[table].occurred: Kind.INSTANT, AS_OF: Kind.INSTANT}


def _kind(signal: Signal, known: Mapping[str, Kind], columns: Mapping[str, Mapping[str, Kind]]) -> Kind:
    match signal.meaning:
        case Formula(expression):
            return kind_of(expression, known) or Kind.NUMBER
        case Change() | Ratio() | Predicted():
            return Kind.NUMBER
        case Aggregate(how=how) if how in _WHOLE:
            return Kind.INTEGER
        case Aggregate(how=how, table=table, column=column) if how in _OF_COLUMN and column is not None:
            return kind_of(column, readable(table, columns)) or Kind.NUMBER
        case Aggregate():
            return Kind.NUMBER
