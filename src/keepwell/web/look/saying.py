"""Figures as one reader reads them: numbers in their locale, days in their zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from keepwell.runs.figures import DASH, MINUS
from keepwell.runs.figures import count as _count
from keepwell.runs.figures import share as _share
from keepwell.web.look.locales import Digits, digits, grouped, month_first

_DAY = re.compile(r"(?<![\w.-])\d{4}-\d{2}-\d{2}(?![\w-])")
_NUMBER = re.compile(r"(?<![\w.,])(?<!\w-)(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?!\w|[.,]\d)")
_CALLED = re.compile(r".*\)(?=: |, since \d{4}-\d{2}-\d{2}$)", re.DOTALL)


@dataclass(frozen=True)
class Saying:
    """How one reader is told figures. `zone` is an IANA name, `locale` a BCP 47 tag, `currency` the code that money is in (empty: none).

    `home` is the project's zone: an instant at which a day begins there stands for that day, wherever it is read, so that a renewal on the 1st is
    on the 1st in New York, too.
    """

    zone: str = "UTC"
    locale: str = "en"
    currency: str = ""
    home: str = ""

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _home(self) -> ZoneInfo:
        return ZoneInfo(self.home or self.zone)

    def _local(self, at: datetime) -> datetime:
        """The instant by the clock that tells its day."""
        there = at.astimezone(self._home)
        return there if there.time() == time() else at.astimezone(self._zone)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number with so many decimals; a dash where it is not known. A true minus sign, never `-0`."""
        if value is None:
            return DASH
        form = digits(self.locale)
        whole, _, rest = f"{abs(value):.{decimals}f}".partition(".")
        text = grouped(whole, form) + (form.decimal + rest if rest else "")
        return MINUS + text if value < 0 and text.strip(f"0{form.decimal}{form.group}") else text

    def points(self, value: float | None) -> str:
        """Points with their sign and one decimal: `+3.0`, `−14.2`, `0.0`."""
        text = self.number(value, 1)
        return f"+{text}" if value is not None and round(value, 1) > 0 else text

    def score(self, value: float | None) -> str:
        """A score without decimals, as lists show it; a dash where there is none."""
        return self.number(value)

    def measured(self, value: float | None, unit: str = "") -> str:
        """A signal's value to three significant digits, with its unit; fractions in per cent where that is the unit."""
        if value is None:
            return DASH
        if unit == "percent":
            return f"{self.number(100 * value, 0 if abs(value) >= 0.1 or value == 0 else 1)}%"
        decimals = 0 if value == round(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
        return self.number(value, decimals) + (f" {unit}" if unit else "")

    def money(self, value: float | None) -> str:
        """Money in whole units, with the currency's code before it."""
        return (
            DASH
            if value is None
            else f"{self.currency}\N{NO-BREAK SPACE}{self.number(value)}".lstrip("\N{NO-BREAK SPACE}")
        )

    def short_money(self, value: float | None) -> str:
        """Money to three digits, for tiles and lists: `EUR 1.23 M`."""
        if value is None:
            return DASH
        for size, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= 0.9995 * size:
                shown = value / size
                text = self.number(shown, 2 if abs(shown) < 10 else 1 if abs(shown) < 100 else 0)
                return f"{self.currency} {text} {unit}".strip().replace(" ", "\N{NO-BREAK SPACE}")
        return self.money(value)

    def short_number(self, value: float | None) -> str:
        """Money to three digits without its currency, where that is said elsewhere: `1.23 M`."""
        return self.short_money(value).removeprefix(self.currency).lstrip("\N{NO-BREAK SPACE}")

    def share(self, part: float, whole: float = 1.0) -> str:
        """A part of a whole in per cent, without decimals."""
        return _share(part, whole)

    def count(self, n: int, one: str, many: str = "") -> str:
        """`1 account`, `2,000 accounts`."""
        return _count(n, one, many).replace(f"{n:,}", self.number(n), 1)

    def told(self, text: str) -> str:
        """A sentence that Keepwell made, with its days (`2025-06-30`) and numbers (`1,234.5`) as the reader reads them; `3.1.2` and `C-1.5` are none."""
        dated = _DAY.sub(self._day_told, text)
        return dated if digits(self.locale) == Digits() else _NUMBER.sub(self._number_told, dated)

    def told_of(self, line: str) -> str:
        """The same for a line of `What happened`: what an account or a task is called there, up to its id in brackets, is left as it is."""
        found = _CALLED.match(line)
        called = "" if found is None else found[0]
        return called + self.told(line[len(called) :])

    def _day_told(self, found: re.Match[str]) -> str:
        try:
            return self.day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    def _number_told(self, found: re.Match[str]) -> str:
        form = digits(self.locale)
        whole, _, rest = found[0].replace(",", "").partition(".")
        return grouped(whole, form) + (form.decimal + rest if rest else "")

    def day(self, at: datetime | date | None) -> str:
        """The calendar day of an instant in the reader's zone, the day that begins with it in the project's, or a day as it is; a dash
        where there is none.
        """
        if at is None:
            return DASH
        local = self._local(at) if isinstance(at, datetime) else at
        if month_first(self.locale):
            return f"{local:%b} {local.day}, {local.year}"
        return f"{local.day} {local:%b} {local.year}"

    def short_day(self, at: datetime | date | None, beside: date) -> str:
        """The day without its year where that is the year of the day `beside`."""
        text = self.day(at)
        return (
            text.removesuffix(f"{beside.year}").rstrip(", ")
            if at is not None and at.year == beside.year
            else text
        )

    def moment(self, at: datetime | None) -> str:
        """The day and the time in the reader's zone; of an instant at which a day begins in the project's zone, the day alone."""
        if at is None:
            return DASH
        there = at.astimezone(self._home)
        return (
            self.day(at) if there.time() == time() else f"{self.day(at)}, {at.astimezone(self._zone):%H:%M}"
        )

    def day_of(self, at: datetime) -> date:
        """The calendar day of an instant, as `day` says it."""
        return self._local(at).date()

    def iso(self, at: datetime | date) -> str:
        """The instant or day for programs, as `<time datetime>` has it."""
        return at.isoformat()

    def within(self, at: datetime, today: date) -> str:
        """How far a day is away in days: `today`, `in 12 days`, `3 days ago`."""
        days = (self.day_of(at) - today).days
        if days == 0:
            return "today"
        told = self.count(abs(days), "day")
        return f"in {told}" if days > 0 else f"{told} ago"
