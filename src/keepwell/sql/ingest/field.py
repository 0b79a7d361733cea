"""One column on its way from raw text to a typed value, in two steps: parsed, then typed.

Two steps, so that what a step needs several times (a local time, on its way through a zone) is computed once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from keepwell.signals.tables import Kind
from keepwell.sql.duckdb import aware, call, from_zone, in_zone, parsed, try_cast
from keepwell.sql.ingest.zones import Folds, folds


class Held(StrEnum):
    """What a raw value is held as."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LOCAL = "local"
    ZONED = "zoned"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the stage: its `raw` value over the raw columns, how that is held, and the kind it becomes.

    `label` is what people call the raw column. `dates` is a named format or a strptime pattern, `zone` (IANA) that of
    instants without an offset, `decimal` the mark in numbers. An ISO date is read under every format but the epochs'
    and patterns', which take one only with a `T` and a time, as workbooks and databases give it.
    """

    name: str
    kind: Kind
    raw: exp.Expr
    held: Held = Held.TEXT
    label: str = ""
    dates: str = "year-month-day"
    zone: str = "UTC"
    decimal: str = "."

    @property
    def text(self) -> exp.Expr:
        """The raw value as text."""
        return (
            self.raw.copy()
            if self.held is Held.TEXT
            else exp.cast(self.raw.copy(), "varchar", dialect="duckdb")
        )

    def parsed(self) -> Iterator[tuple[str, exp.Expr]]:
        """The columns of the first step, over the raw columns."""
        match self.kind:
            case Kind.TEXT | Kind.CONTACT:
                yield self.name, self.text
            case Kind.INTEGER:
                yield self.name, self._integer()
            case Kind.NUMBER:
                yield self.name, try_cast(self._digits(), "double")
            case Kind.MONEY:
                yield self.name, try_cast(self._digits(), "decimal(18, 4)")
            case Kind.BOOLEAN:
                yield self.name, self._boolean()
            case Kind.INSTANT:
                yield from self._instant()

    def typed(self) -> exp.Expr:
        """The typed value, over the parsed columns."""
        column = exp.column(self.name, quoted=True)
        if self.kind is Kind.NUMBER:
            return exp.case().when(call("isfinite", column), column.copy())
        if self.kind is Kind.INSTANT:
            return exp.func("COALESCE", exp.column(f"{self.name} utc", quoted=True), self._from_zone())
        return column

    def day(self, zone: str) -> exp.Expr:
        """The calendar day of an instant in `zone`, over the parsed columns and the typed ones."""
        typed = exp.column(self.name, quoted=True)
        if self.zone == zone:
            local = exp.cast(self._plausible(), "date", dialect="duckdb")
            if zone == "UTC":
                return exp.cast(typed, "date", dialect="duckdb")
            utc = exp.column(f"{self.name} utc", quoted=True)
            elsewhere = exp.cast(in_zone(utc, zone), "date", dialect="duckdb")
            return exp.case().when(exp.Is(this=utc.copy(), expression=exp.null()), local).else_(elsewhere)
        return exp.cast(typed if zone == "UTC" else in_zone(typed, zone), "date", dialect="duckdb")

    def complaint(self) -> exp.Expr:
        """Why a raw value cannot be read, in words."""
        what = {
            Kind.INTEGER: "no whole number",
            Kind.NUMBER: f"no number with the decimal mark {self.decimal!r}",
            Kind.MONEY: f"no amount with the decimal mark {self.decimal!r}",
            Kind.BOOLEAN: "neither true nor false",
        }
        told = call(
            "concat", "'", call("left", self.text, 60), f"' is {what.get(self.kind, f'no {self.dates} date')}"
        )
        if self.kind is Kind.INSTANT and self.dates == "year-month-day":
            looks = call("regexp_matches", self.text, r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
            advice = "; declare `dates: day-month-year` or `dates: month-day-year`"
            return exp.case().when(looks, call("concat", told, advice)).else_(told.copy())
        return told

    def _digits(self) -> exp.Expr:
        if self.held is Held.NUMBER:
            return self.raw.copy()
        if self.decimal == ",":
            return call("replace", call("replace", self.text, ".", ""), ",", ".")
        return self.text

    def _integer(self) -> exp.Expr:
        digits = self._digits()
        exact = try_cast(digits, "decimal(38, 10)")
        whole = exp.EQ(this=exact.copy(), expression=call("trunc", exact.copy()))
        rounded = exp.case().when(whole, try_cast(exact, "bigint"))
        if self.held is Held.NUMBER:
            return rounded
        return (
            exp.case()
            .when(call("contains", digits.copy(), "."), rounded)
            .else_(try_cast(digits.copy(), "bigint"))
        )

    def _boolean(self) -> exp.Expr:
        if self.held is Held.BOOLEAN:
            return self.raw.copy()
        word = call("lower", call("trim", self.text))
        truths = [exp.convert(each) for each in ("true", "t", "yes", "y", "1", "1.0")]
        lies = [exp.convert(each) for each in ("false", "f", "no", "n", "0", "0.0")]
        return (
            exp.case()
            .when(exp.In(this=word, expressions=truths), exp.true())
            .when(exp.In(this=word.copy(), expressions=lies), exp.false())
        )

    def _instant(self) -> Iterator[tuple[str, exp.Expr]]:
        nothing = exp.cast(exp.null(), "timestamp", dialect="duckdb")
        local: exp.Expr = nothing
        utc: exp.Expr = nothing.copy()
        match self.held:
            case Held.LOCAL:
                local = exp.cast(self.raw.copy(), "timestamp", dialect="duckdb")
            case Held.ZONED:
                utc = exp.cast(self.raw.copy(), "timestamp", dialect="duckdb")
            case _ if self.dates.startswith("epoch_"):
                utc = _epoch(self.text, 1_000_000 if self.dates == "epoch_seconds" else 1_000)
            case _:
                local, utc = self._written()
        yield f"{self.name} local", local
        yield f"{self.name} utc", utc

    def _written(self) -> tuple[exp.Expr, exp.Expr]:
        text = call("trim", self.text)
        iso = exp.In(this=call("substr", text, 5, 1), expressions=[exp.convert("-"), exp.convert("/")])
        local: exp.Expr = exp.case().when(iso, try_cast(text.copy(), "timestamp"))
        if self.dates in ("day-month-year", "month-day-year"):
            year = exp.not_(exp.Is(this=try_cast(call("left", text.copy(), 4), "int"), expression=exp.null()))
            local = (
                exp.case()
                .when(exp.and_(iso.copy(), year), try_cast(text.copy(), "timestamp"))
                .else_(_by_separator(text.copy(), self.dates == "day-month-year"))
            )
        elif self.dates != "year-month-day":
            with_t = exp.EQ(this=call("substr", text.copy(), 11, 1), expression=exp.convert("T"))
            pattern = parsed(text.copy(), self.dates)
            typed = exp.case().when(exp.and_(iso.copy(), with_t), try_cast(text.copy(), "timestamp"))
            local = exp.func("COALESCE", pattern, typed)
        utc = exp.case().when(_has_offset(text.copy()), aware(text.copy()))
        return local, utc

    def _plausible(self) -> exp.Expr:
        local = exp.column(f"{self.name} local", quoted=True)
        first, last = (exp.cast(exp.convert(f"{year}-01-01"), "timestamp") for year in (1800, 2300))
        return exp.case().when(exp.Between(this=local, low=first, high=last), local.copy())

    def _from_zone(self) -> exp.Expr:
        local = self._plausible()
        if self.zone == "UTC":
            return local
        return _first_of_two(local, self.zone, folds(self.zone))


def _epoch(text: exp.Expr, factor: int) -> exp.Expr:
    micros = exp.Mul(this=try_cast(text, "double"), expression=exp.convert(factor))
    return call("make_timestamp", try_cast(micros, "bigint"))


def _has_offset(text: exp.Expr) -> exp.Expr:
    signs = [exp.convert("+"), exp.convert("-")]
    ends = [
        exp.In(this=call("substr", text.copy(), place, 1), expressions=[*signs]) for place in (-6, -5, -3)
    ]
    zulu = exp.EQ(this=call("substr", text.copy(), -1, 1), expression=exp.convert("Z"))
    return exp.and_(exp.GT(this=call("length", text), expression=exp.convert(16)), exp.or_(zulu, *ends))


def _by_separator(text: exp.Expr, day_first: bool) -> exp.Expr:
    slash = call("contains", text, "/")
    dot = call("contains", call("left", text.copy(), 3), ".")
    return (
        exp.case()
        .when(slash, _patterns(text.copy(), "/", day_first))
        .when(dot, _patterns(text.copy(), ".", day_first))
        .else_(_patterns(text.copy(), "-", day_first))
    )


def _patterns(text: exp.Expr, separator: str, day_first: bool) -> exp.Expr:
    date = separator.join(["%d", "%m", "%Y"] if day_first else ["%m", "%d", "%Y"])
    spaced = call("replace", text.copy(), "T", " ")
    times = ["%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p"]
    timed = exp.func("COALESCE", *(parsed(spaced.copy(), f"{date} {time}") for time in times))
    short = exp.LTE(this=call("length", text.copy()), expression=exp.convert(10))
    return exp.case().when(short, parsed(text, date)).else_(timed)


def _first_of_two(local: exp.Expr, zone: str, twice: Folds) -> exp.Expr:
    """A local time as UTC; where clocks were put back, the first of the two instants that it names."""
    plain = from_zone(local, zone)
    if not twice.months:
        return plain
    near = exp.and_(
        exp.In(this=call("month", local.copy()), expressions=[exp.convert(each) for each in twice.months]),
        exp.In(this=call("hour", local.copy()), expressions=[exp.convert(each) for each in twice.hours]),
    )
    first = exp.case()
    for minutes in twice.minutes:
        earlier = exp.Sub(
            this=plain.copy(), expression=exp.Interval(this=exp.convert(str(minutes)), unit=exp.var("MINUTE"))
        )
        first = first.when(exp.EQ(this=in_zone(earlier, zone), expression=local.copy()), earlier.copy())
    return exp.case().when(near, first.else_(plain.copy())).else_(plain.copy())
