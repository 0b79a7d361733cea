"""How figures are said to people: points, money, shares and days, the same in the terminal and on pages."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


def number(value: float, decimals: int = 0) -> str:
    """`1,234.5`, with a true minus sign and never `-0`."""
    text = f"{abs(value):,.{decimals}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def points(value: float) -> str:
    """Points with their sign and one decimal: `+3.0`, `−14.2`, `0.0`."""
    text = number(value, 1)
    return text if text.startswith(MINUS) or text == "0.0" else f"+{text}"


def measured(value: float | None) -> str:
    """A signal's value to four significant digits; a dash where it is unknown."""
    if value is None:
        return DASH
    if value == round(value) and abs(value) < 1e15:
        return number(value)
    digits = max(0, 3 - len(f"{abs(int(value))}")) if abs(value) >= 1 else 3
    return number(value, digits)


def score(value: float | None) -> str:
    """A score to one decimal; a dash where there is none."""
    return DASH if value is None else number(value, 1)


def money(value: float | None, currency: str) -> str:
    """Money in whole units, with the currency's code before it: `EUR 1,234,000`."""
    return DASH if value is None else f"{currency} {number(value)}"


def short_money(value: float | None, currency: str) -> str:
    """Money to three digits, for tiles and axes: `EUR 1.23 M`."""
    if value is None:
        return DASH
    for size, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            shown = value / size
            return (
                f"{currency} {number(shown, 2 if abs(shown) < 10 else 1 if abs(shown) < 100 else 0)} {unit}"
            )
    return f"{currency} {number(value)}"


def share(part: float, whole: float) -> str:
    """A part of a whole in per cent, without decimals; `<1%` where a part is there but rounds to nothing."""
    if not whole:
        return "0%"
    percent = 100 * part / whole
    if 0 < percent < 0.5:
        return "<1%"
    return f"{percent:.0f}%"


def count(n: int, one: str, many: str = "") -> str:
    """`1 account`, `2,000 accounts`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def day(instant: datetime, zone: ZoneInfo) -> str:
    """The calendar day of an instant in the zone: `30 Jun 2025`."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """The day, and the local time where it is not midnight."""
    local = instant.astimezone(zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return day(instant, zone)
    return f"{day(instant, zone)} {local:%H:%M}"


def words(name: str) -> str:
    """A name of a definition in words: `seat_use` is `Seat use`."""
    return name.replace("_", " ").capitalize()


def spoken(value: str) -> str:
    """A value of the data as it is spoken, where it is written as programs write names: `no_show` is `no show`."""
    return value.replace("_", " ") if _NAME.fullmatch(value) else value


_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def plain(text: str) -> str:
    """Text from data on one line, with control and direction-changing characters made visible as `�`.

    A name in an export must not be able to move the cursor, colour the terminal or reverse what follows it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " "
        if char in "\n\r\t"
        else "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(char) in _HIDDEN
        else char
        for char in text
    )


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
