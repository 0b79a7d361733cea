"""What a column of text holds, judged by its values: numbers, truth values, dates and how they are written."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc


class Holds(StrEnum):
    """What the values of a column look like."""

    NOTHING = "nothing"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column holds. `dates` and `decimal` say how it is written, `nulls` which
    words stand for unknown; `doubt` what is unsure."""

    holds: Holds
    dates: str = ""
    decimal: str = "."
    doubt: str = ""
    nulls: tuple[str, ...] = ()


_MOST_SLIPS = 0.02
"""The share of values that may be no dates in a column of dates."""

_NULLS = ("", "na", "n/a", "null", "none", "nan", "-", "?", "\\n", "#n/a")
_TRUTHS = {"true", "false", "yes", "no", "t", "f", "y", "n"}
_ISO = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?$"
_PARTED = r"^(?P<a>\d{1,2})[-./](?P<b>\d{1,2})[-./]\d{4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$"
_SOLID = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_INTEGER = r"^[+-]?(0|[1-9]\d*)(\.0+)?$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_COMMA = r"^[+-]?\d{1,3}(\.?\d{3})*,\d+$"
_EPOCH = {"epoch_seconds": (631152000, 2524608000), "epoch_millis": (631152000000, 2524608000000)}


def guess(values: pa.Array, name: str) -> Guess:
    """What a column of that name holds; `values` are its distinct texts, without the empty ones."""
    found = _guess(values, name)
    if found.holds is Holds.TEXT:
        empty = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(values)), pa.array(_NULLS))
        words = values.filter(empty)
        if len(words):
            other = _guess(values.filter(pc.invert(empty)), name)
            if other.holds not in (Holds.TEXT, Holds.NOTHING):
                return replace(other, nulls=tuple(words.to_pylist()))
        return _dates_but_for_few(values, name) or found
    return found


def _dates_but_for_few(values: pa.Array, name: str) -> Guess | None:
    """Dates among which a few values are none: an export's slips, which the load will reject."""
    for pattern in (_ISO, _PARTED):
        fits = pc.match_substring_regex(values, pattern)
        odd = values.filter(pc.invert(fits))
        if 0 < len(odd) <= _MOST_SLIPS * len(values):
            found = _guess(values.filter(fits), name)
            if found.holds is Holds.DATE:
                told = f"{len(odd)} of {len(values)} values are no dates, such as {odd[0].as_py()!r}"
                doubts = [told, found.doubt] if found.doubt else [told]
                return replace(found, doubt="; ".join(doubts))
    return None


def _guess(values: pa.Array, name: str) -> Guess:
    if len(values) == 0:
        return Guess(Holds.NOTHING)
    if set(pc.utf8_lower(values.slice(0, 20)).to_pylist()) <= _TRUTHS and len(values) <= 4:
        return Guess(Holds.BOOLEAN)
    for attempt in (_dated, _numeric):
        found = attempt(values, name)
        if found is not None:
            return found
    return Guess(Holds.TEXT)


def _all(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _dated(values: pa.Array, name: str) -> Guess | None:
    if _all(values, _ISO):
        return Guess(Holds.DATE, "year-month-day")
    if _all(values, _PARTED):
        return _day_or_month(values)
    if len(values) > 1 and _all(values, _SOLID):
        return Guess(Holds.DATE, "%Y%m%d")
    if any(word in name for word in ("time", "date", "_at", "ts", "epoch")) and _all(values, _INTEGER):
        numbers = pc.cast(pc.cast(values, pa.float64()), pa.int64())
        low, high = pc.min(numbers).as_py(), pc.max(numbers).as_py()
        for form, (first, last) in _EPOCH.items():
            if first <= low and high <= last:
                return Guess(Holds.DATE, form)
    return None


def _day_or_month(values: pa.Array) -> Guess | None:
    """Day first or month first: a part above 12 decides."""
    parts = pc.extract_regex(values, _PARTED)
    first, second = (pc.max(pc.cast(pc.struct_field(parts, name), pa.int32())).as_py() for name in ("a", "b"))
    if first > 31 or second > 31 or (first > 12 and second > 12):
        return None
    if first > 12:
        return Guess(Holds.DATE, "day-month-year")
    if second > 12:
        return Guess(Holds.DATE, "month-day-year")
    doubt = "no day above 12 tells day from month: day-month-year is assumed; month-day-year fits as well"
    return Guess(Holds.DATE, "day-month-year", doubt=doubt)


def _numeric(values: pa.Array, _name: str) -> Guess | None:
    if _all(values, _INTEGER):
        return Guess(Holds.INTEGER)
    if _all(values, r"^\d+$"):
        return Guess(Holds.TEXT)
    if _all(values, _NUMBER):
        return Guess(Holds.NUMBER)
    if _all(values, f"{_COMMA}|{_NUMBER}") and bool(pc.any(pc.match_substring(values, ",")).as_py()):
        return Guess(Holds.NUMBER, decimal=",")
    return None


def days(values: pa.Array, dates: str) -> pa.Array:
    """The instants, to the second, of dates written that way; null where one cannot be read."""
    if dates.startswith("epoch"):
        scale = 1000 if dates == "epoch_millis" else 1
        numbers = pc.divide(pc.cast(values, pa.float64()), scale)
        return pc.cast(pc.cast(numbers, pa.int64()), pa.timestamp("s"))
    if dates == "year-month-day":
        return pc.strptime(pc.utf8_slice_codeunits(values, 0, 10), "%Y-%m-%d", "s", error_is_null=True)
    if dates == "%Y%m%d":
        return pc.strptime(values, dates, "s", error_is_null=True)
    day = pc.replace_substring_regex(pc.replace_substring_regex(values, r"[ T].*$", ""), "[./]", "-")
    form = "%d-%m-%Y" if dates == "day-month-year" else "%m-%d-%Y"
    return pc.strptime(day, form, "s", error_is_null=True)


def longest_gap(values: pa.Array, dates: str) -> int:
    """The most days that lie between one date and the next."""
    known = pc.drop_null(pc.cast(days(values, dates), pa.int64()))
    ordered = sorted(
        set(pc.cast(pc.floor(pc.divide(pc.cast(known, pa.float64()), 86400)), pa.int64()).to_pylist())
    )
    return max((later - earlier for earlier, later in pairwise(ordered)), default=0)


def moments(values: pa.Array, dates: str) -> tuple[datetime, datetime] | None:
    """The first and the last day among dates written that way; `None` if none can be read."""
    ends = pc.min_max(days(values, dates))
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return None if low is None else (low, high)
