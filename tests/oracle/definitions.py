"""Strategies for signals: every aggregate over tables of every sort, and what is computed from other signals."""

from collections.abc import Sequence

from hypothesis import strategies as st

from keepwell.signals.definition import (
    ACCOUNT,
    Aggregate,
    Change,
    Feed,
    Formula,
    How,
    Meaning,
    Ratio,
    Signal,
    State,
)
from keepwell.signals.expression import Expression
from keepwell.signals.graph import kinds as kinds_of
from keepwell.signals.kinds import AS_OF
from keepwell.signals.tables import NUMERIC, TABLES, Kind
from keepwell.signals.window import Span, Unit, Window
from tests.oracle.columns import held
from tests.oracle.expressions import conditions, names, numbers

SORTS = (
    "events",
    "tickets",
    "subscriptions",
    "pulses",
    "surveys",
    "orders",
    "accounts",
    "context",
    "invoices",
)
"""Immutable, revised, with and without an end, with money, the accounts themselves, and the one without accounts."""

SOURCES = ("app", "crm")
_LONG = [
    Span(7, Unit.DAYS),
    Span(28, Unit.DAYS),
    Span(1, Unit.DAYS),
    Span(30, Unit.DAYS),
    Span(4, Unit.WEEKS),
    Span(1, Unit.MONTHS),
    Span(3, Unit.MONTHS),
    Span(36, Unit.HOURS),
    Span(24, Unit.HOURS),
    Span(1, Unit.YEARS),
]
_ENDS = [None, Span(1, Unit.DAYS), Span(7, Unit.DAYS), Span(12, Unit.HOURS), Span(0, Unit.DAYS)]
_PERIODS = [
    Span(1, Unit.DAYS),
    Span(7, Unit.DAYS),
    Span(1, Unit.WEEKS),
    Span(6, Unit.HOURS),
    Span(1, Unit.MONTHS),
]

spans = st.sampled_from(_LONG)


def readable(table: str) -> dict[str, Kind]:
    """What an expression over the table's rows may name."""
    return {**held(table), TABLES[table].occurred: Kind.INSTANT, AS_OF: Kind.INSTANT}


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """A window that is not empty."""
    start = draw(spans)
    return Window(
        start, draw(st.sampled_from([end for end in _ENDS if end is None or end.days < start.days]))
    )


def _columns(how: How, table: str) -> st.SearchStrategy[Expression | None]:
    kinds = {name: kind for name, kind in readable(table).items() if name != AS_OF}
    plain = {
        How.SUM: NUMERIC,
        How.MEAN: NUMERIC,
        How.MEDIAN: NUMERIC,
        How.MIN: (*NUMERIC, Kind.TEXT),
        How.MAX: (*NUMERIC, Kind.TEXT),
        How.LAST: (*NUMERIC, Kind.TEXT, Kind.BOOLEAN),
        How.DISTINCT: (Kind.CONTACT, Kind.TEXT, Kind.INTEGER, Kind.MONEY, Kind.BOOLEAN),
        How.DAYS_UNTIL: (Kind.INSTANT,),
        How.DURATION: NUMERIC,
        How.TREND: NUMERIC,
    }
    options: list[st.SearchStrategy[Expression | None]] = []
    if how in plain:
        options += names(kinds, *plain[how])
    if how in (How.SUM, How.MEAN, How.MEDIAN, How.MIN, How.MAX, How.LAST, How.DURATION, How.TREND):
        options.append(numbers({**kinds, AS_OF: Kind.INSTANT}, 1))
    if how not in plain or how is How.TREND or (how is How.DURATION and TABLES[table].end):
        options.insert(0, st.none())
    if how is How.DISTINCT and Kind.CONTACT in kinds.values():
        options.insert(0, st.none())
    return st.one_of(options)


def _hows(table: str) -> list[How]:
    ended = TABLES[table].end is not None
    return [how for how in How if ended or how is not How.OPEN]


@st.composite
def aggregates(draw: st.DrawFn, tables: Sequence[str] = SORTS) -> Aggregate:
    """An aggregate that a project could declare."""
    table = draw(st.sampled_from(tables))
    how = draw(st.sampled_from(_hows(table)))
    kinds = readable(table)
    column = draw(_columns(how, table))
    where = draw(st.none() | conditions(kinds))
    instants = [name for name, kind in kinds.items() if kind is Kind.INSTANT and name != AS_OF]
    at = draw(st.none() | st.sampled_from(instants))
    state = None
    if TABLES[table].end and how is not How.OPEN:
        state = draw(st.none() | st.sampled_from(State))
    window = draw(windows() if how in (How.RATE, How.TREND) else st.none() | windows())
    per = None
    if how is How.RATE:
        per = draw(st.sampled_from(_PERIODS))
    if how is How.TREND and window is not None:
        end = window.end.days if window.end else 0
        fitting = [per for per in _PERIODS if 2 * per.days < window.start.days - end <= 60 * per.days]
        if not fitting:
            window = Window(Span(28, Unit.DAYS), window.end)
            fitting = _PERIODS[:3]
        per = draw(st.sampled_from(fitting))
    return Aggregate(how, table, where, column, window, at, state, per, draw(st.booleans()))


@st.composite
def signals(
    draw: st.DrawFn, tables: Sequence[str] = SORTS, most: int = 3, derived: bool = True
) -> tuple[Signal, ...]:
    """Some aggregates, then some signals computed from them, each needing only earlier ones."""
    found: list[Signal] = []
    for number in range(draw(st.integers(1, most))):
        meaning = draw(aggregates(tables))
        found.append(_signal(draw, f"a{number}", meaning, found))
    if derived:
        for number in range(draw(st.integers(0, 2))):
            found.append(_signal(draw, f"d{number}", draw(_derived(found)), found))
    return tuple(found)


def _signal(draw: st.DrawFn, name: str, meaning: Meaning, earlier: Sequence[Signal]) -> Signal:
    plain = Signal(name, meaning)
    numeric = signal_kinds([*earlier, plain])[name] in NUMERIC
    missing = draw(st.sampled_from([None, 0, 3, 0.5])) if numeric else None
    return Signal(name, meaning, missing=missing, missing_said=missing is not None)


@st.composite
def _derived(draw: st.DrawFn, earlier: Sequence[Signal]) -> Meaning:
    numeric = [name for name, kind in signal_kinds(earlier).items() if kind in NUMERIC]
    sort = draw(st.sampled_from(("formula", "change", "ratio") if numeric else ("formula",)))
    if sort == "change":
        return Change(draw(st.sampled_from(numeric)), draw(st.sampled_from(numeric)))
    if sort == "ratio":
        return Ratio(draw(st.sampled_from(numeric)), draw(st.sampled_from(numeric)))
    kinds = over_signals(earlier)
    return Formula(draw(st.one_of(numbers(kinds), conditions(kinds))))


def signal_kinds(signals: Sequence[Signal]) -> dict[str, Kind]:
    """The kinds of the signals' values over the tests' tables."""
    return kinds_of(signals, {table: readable(table) for table in TABLES})


def over_signals(signals: Sequence[Signal]) -> dict[str, Kind]:
    """What an expression over signals may name."""
    attributes = {ACCOUNT + name: kind for name, kind in readable("accounts").items() if name != AS_OF}
    return {**signal_kinds(signals), **attributes, AS_OF: Kind.INSTANT}


def feeds(tables: Sequence[str]) -> st.SearchStrategy[tuple[Feed, ...]]:
    """Some of the sources that fill the tables, with how soon each counts as silent."""
    possible = [(source, table) for table in tables if table != "accounts" for source in SOURCES]
    if not possible:
        return st.just(())
    feed = st.builds(lambda pair, span: Feed(pair[0], pair[1], span), st.sampled_from(possible), spans)
    return st.lists(feed, max_size=2, unique_by=lambda feed: (feed.source, feed.table)).map(tuple)


def tables_of(signals: Sequence[Signal]) -> tuple[str, ...]:
    """The tables that signals read, the accounts always first."""
    read = (signal.meaning.table for signal in signals if isinstance(signal.meaning, Aggregate))
    return tuple(dict.fromkeys(("accounts", *read)))
