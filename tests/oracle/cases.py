"""Strategies for whole cases: definitions, the instants they are asked for, and facts that crowd around their edges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from keepwell.signals.aggregates import trend_buckets
from keepwell.signals.definition import ACCOUNT, Aggregate, Feed, Formula, How, Signal
from keepwell.signals.expression import Expression, names
from keepwell.signals.facts import Fact
from keepwell.signals.kinds import written
from keepwell.signals.meaning import Value
from keepwell.signals.tables import TABLES, Kind
from keepwell.signals.window import Span, Unit, local_date, midnight
from tests.oracle.columns import held
from tests.oracle.definitions import SORTS, SOURCES, feeds, over_signals, signals, tables_of
from tests.oracle.expressions import FRACTIONS, TEXTS, conditions, numbers

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
DAYS = (
    date(2024, 6, 15),
    date(2024, 3, 31),  # clocks forward in Berlin
    date(2024, 10, 27),  # clocks back in Berlin
    date(2024, 3, 10),  # clocks forward in New York
    date(2024, 11, 3),  # clocks back in New York
    date(2024, 2, 29),
    date(2025, 3, 1),
    date(2024, 12, 31),
)
TIMES = (time(0), time(9, 15), time(2, 30), time(1, 30), time(23, 59, 59, 999999))
NUDGES = tuple(
    timedelta(**step)
    for step in (
        {"hours": 0},
        {"microseconds": -1},
        {"microseconds": 1},
        {"hours": -1},
        {"hours": 5},
        {"days": -1},
        {"days": -3},
        {"days": 2},
        {"days": -40},
    )
)


@dataclass(frozen=True)
class Moment:
    """What is asked for: values as of an instant, from what was known before a horizon."""

    as_of: datetime
    horizon: datetime


@dataclass(frozen=True)
class Asked:
    """What is asked beside the signals: conditions, numbers and choices over them, and attributes of accounts."""

    conditions: Mapping[str, Expression] = field(default_factory=dict)
    numbers: Mapping[str, Expression] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, Expression | None], ...]] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = [*self.conditions.items(), *self.numbers.items()]
        named += [
            (f"{name}={case}", when) for name, cases in self.choices.items() for case, when in cases if when
        ]
        return f"asked {', '.join(f'{name}: {written(each)}' for name, each in named)} {self.attributes}"


@dataclass(frozen=True)
class Case:
    """Definitions, facts, and the moments they are computed for."""

    zone: ZoneInfo
    signals: tuple[Signal, ...]
    feeds: tuple[Feed, ...]
    moments: tuple[Moment, ...]
    facts: tuple[Fact, ...]
    asked: Asked = field(default_factory=Asked)

    @property
    def tables(self) -> tuple[str, ...]:
        """The fact tables in play."""
        return tuple(dict.fromkeys([*tables_of(self.signals), *(feed.table for feed in self.feeds)]))

    @property
    def accounts(self) -> tuple[int, ...]:
        """The accounts that have an `accounts` fact."""
        return tuple(
            sorted({f.account for f in self.facts if f.table == "accounts" and f.account is not None})
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("the case above")

    def __str__(self) -> str:
        lines = [f"zone {self.zone}"]
        lines += [f"signal {signal.name}: {told(signal)}" for signal in self.signals]
        lines += [f"feed {feed.source} of {feed.table} within {feed.fresh_within}" for feed in self.feeds]
        lines += [str(self.asked)] if self.asked.attributes or self.asked.conditions else []
        lines += [
            f"point {n}: as of {moment.as_of.astimezone(self.zone).isoformat()}"
            + ("" if moment.horizon == moment.as_of else f", known before {moment.horizon.isoformat()}")
            for n, moment in enumerate(self.moments)
        ]
        lines += [
            f"{fact.table} of {fact.account}, key {fact.key.int}, occurred {fact.occurred_at.isoformat()}, "
            f"known {fact.known_at.isoformat()}, from {fact.source}, "
            f"{ {name: value for name, value in fact.values.items() if value is not None} }"
            for fact in self.facts
        ]
        return "\n".join(lines)


def told(signal: Signal) -> str:
    """A signal's definition in one line, nearly as its YAML would be."""
    meaning = signal.meaning
    parts = [(name, getattr(meaning, name)) for name in meaning.__dataclass_fields__]
    said = [
        f"{name}: {written(part) if name in ('where', 'column', 'expression') else part}"
        for name, part in parts
        if part is not None and part is not False
    ]
    return ", ".join(said if signal.missing is None else [*said, f"missing: {signal.missing}"])


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


@st.composite
def instants(draw: st.DrawFn, zone: ZoneInfo) -> datetime:
    """An instant a definition may be asked for: awkward days and times first."""
    return local(draw(st.sampled_from(DAYS)), draw(st.sampled_from(TIMES)), zone)


@st.composite
def one(draw: st.DrawFn, zone: ZoneInfo) -> tuple[Moment, ...]:
    """A single instant."""
    as_of = draw(instants(zone))
    return (Moment(as_of, as_of),)


@st.composite
def earlier_horizons(draw: st.DrawFn, zone: ZoneInfo) -> tuple[Moment, ...]:
    """An instant asked for from what was known some time before."""
    as_of = draw(instants(zone))
    behind = draw(st.sampled_from([timedelta(microseconds=1), timedelta(hours=6), timedelta(days=3)]))
    return (Moment(as_of, as_of - behind),)


@st.composite
def regular(draw: st.DrawFn, zone: ZoneInfo) -> tuple[Moment, ...]:
    """A grid of whole days, most often daily or weekly."""
    as_of = draw(instants(zone))
    step = draw(st.sampled_from([1, 7, 1, 7, 2, 28]))
    grid = [Span(step * n, Unit.DAYS).before(as_of, zone) for n in range(draw(st.integers(2, 10)))]
    return tuple(Moment(at, at) for at in sorted(set(grid)))


@st.composite
def irregular(draw: st.DrawFn, zone: ZoneInfo) -> tuple[Moment, ...]:
    """Instants with no pattern, some with an earlier horizon, some close together."""
    as_of = draw(instants(zone))
    steps = st.sampled_from([*NUDGES, timedelta(days=-7), timedelta(days=-28), timedelta(minutes=-61)])
    grid = {as_of, *(as_of + draw(steps) for _ in range(draw(st.integers(1, 4))))}
    behind = draw(st.sampled_from([timedelta(0), timedelta(0), timedelta(hours=30)]))
    return tuple(Moment(at, at - behind) for at in sorted(grid))


def edges(signals: Iterable[Signal], moments: Sequence[Moment], zone: ZoneInfo) -> list[datetime]:
    """The instants where something changes: both clocks' limits, the ends of windows and buckets, midnights."""
    found: dict[datetime, None] = {}
    for moment in moments:
        found |= dict.fromkeys([moment.as_of, moment.horizon])
        found[midnight(local_date(moment.as_of, zone), zone)] = None
        for signal in signals:
            if isinstance(signal.meaning, Aggregate) and signal.meaning.window:
                found |= dict.fromkeys(signal.meaning.window.bounds(moment.as_of, zone))
            if isinstance(signal.meaning, Aggregate) and signal.meaning.how is How.TREND:
                found |= dict.fromkeys(_bucket_edges(signal.meaning, moment, zone))
    return list(found)


def _bucket_edges(how: Aggregate, moment: Moment, zone: ZoneInfo) -> list[datetime]:
    per = how.per or Span(1, Unit.DAYS)
    return [Span(per.count * n, per.unit).before(moment.as_of, zone) for n in [*trend_buckets(how)][:4]]


def near(around: Sequence[datetime]) -> st.SearchStrategy[datetime]:
    """An edge, or an instant a little off one."""
    return st.builds(lambda edge, nudge: edge + nudge, st.sampled_from(around), st.sampled_from(NUDGES))


def column_values(kind: Kind, around: Sequence[datetime]) -> st.SearchStrategy[Value]:
    """What a column may hold, unknown included."""
    some: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.TEXT: st.sampled_from(TEXTS),
        Kind.INTEGER: st.integers(-5, 40),
        Kind.NUMBER: FRACTIONS,
        Kind.MONEY: st.integers(-50_000, 900_000).map(lambda n: Decimal(n) / 10_000),
        Kind.BOOLEAN: st.booleans(),
        Kind.INSTANT: near(around),
        Kind.CONTACT: st.integers(1, 4),
    }
    return st.none() | some[kind]


@st.composite
def fact(draw: st.DrawFn, table: str, key: int, used: frozenset[str], around: Sequence[datetime]) -> Fact:
    """One revision of a row. Only columns that are used are filled, to keep failures small."""
    occurred = draw(near(around))
    known = draw(st.just(occurred) | near(around))
    account: int | None = key + 1 if table == "accounts" else draw(st.integers(1, 3))
    kinds = {name: kind for name, kind in held(table).items() if name in used}
    filled: Mapping[str, Value] = {name: draw(column_values(kind, around)) for name, kind in kinds.items()}
    source = draw(st.sampled_from(SOURCES))
    return Fact(
        table, None if table == "context" else account, UUID(int=key), occurred, known, source, filled
    )


@st.composite
def facts_of(
    draw: st.DrawFn, table: str, used: frozenset[str], around: Sequence[datetime], most: int
) -> list[Fact]:
    """Facts of one table: a few keys, each with one revision or more, no two known at the same instant."""
    keys = st.integers(0, 2) if table == "accounts" else st.integers(0, most - 1)
    rows = keys.flatmap(lambda key: fact(table, key, used, around))
    return draw(
        st.lists(
            rows,
            min_size=1 if table == "accounts" else 0,
            max_size=most,
            unique_by=lambda row: (row.key, row.known_at),
        )
    )


@st.composite
def cases(
    draw: st.DrawFn,
    moments: str = "one",
    tables: Sequence[str] = SORTS,
    most_signals: int = 3,
    most_facts: int = 8,
) -> Case:
    """A case over moments of the given sort: `one`, `earlier_horizons`, `regular` or `irregular`."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    defined = draw(signals(tables, most=most_signals))
    asked = draw(MOMENTS[moments](zone))
    watched = draw(st.just(()) | feeds(tables_of(defined)))
    around = edges(defined, asked, zone)
    used = frozenset(_used(defined))
    case = Case(zone, defined, watched, asked, ())
    found = [row for table in case.tables for row in draw(facts_of(table, used, around, most_facts))]
    return Case(zone, defined, watched, asked, tuple(found))


@st.composite
def asking(draw: st.DrawFn, sort: str = "one") -> Case:
    """A case that asks for more than its signals."""
    case = draw(cases(sort))
    kinds = over_signals(case.signals)
    asked = Asked(
        conditions={"holds": draw(conditions(kinds))},
        numbers={"worth": draw(numbers(kinds))},
        choices={
            "segment": (("large", draw(conditions(kinds, 1))), ("small", draw(st.none() | conditions(kinds))))
        },
        attributes=tuple(draw(st.lists(st.sampled_from(["plan", "seats", "is_trial", "fit"]), unique=True))),
    )
    columns = [name.removeprefix(ACCOUNT) for each in _expressions(asked) for name in names(each)]
    around = edges(case.signals, case.moments, case.zone)
    filled = frozenset([*columns, *asked.attributes, "ended_at", "sector"])
    others = tuple(fact for fact in case.facts if fact.table != "accounts")
    accounts = draw(facts_of("accounts", filled | frozenset(_used(case.signals)), around, 4))
    return replace(case, asked=asked, facts=(*accounts, *others))


def _expressions(asked: Asked) -> list[Expression]:
    cases = [condition for cases in asked.choices.values() for _, condition in cases if condition is not None]
    return [*asked.conditions.values(), *asked.numbers.values(), *cases]


MOMENTS = {"one": one, "earlier_horizons": earlier_horizons, "regular": regular, "irregular": irregular}


def _used(signals: Sequence[Signal]) -> Iterable[str]:
    """The columns that definitions read, and those that hide or show them."""
    yield from ("sector", "ended_at", "contact")
    for signal in signals:
        yield from columns_read(signal)
    for table in tables_of(signals):
        definition = TABLES[table]
        yield definition.end or definition.occurred


def columns_read(signal: Signal) -> Iterable[str]:
    """The columns of facts and accounts that a signal names."""
    match signal.meaning:
        case Aggregate(table=table, where=where, column=column, at=at):
            direct = [
                *(names(where) if where else ()),
                *(names(column) if column else ()),
                *([at] if at else ()),
            ]
            yield from direct
            for name in direct:
                held_by = TABLES[table].column(name)
                if held_by and held_by.visible_from:
                    yield held_by.visible_from
        case Formula(expression):
            yield from (name.removeprefix(ACCOUNT) for name in names(expression))
