"""How numbers are written where: Unicode's CLDR, for the languages that people are likely to read Keepwell in."""

from dataclasses import dataclass

SPACE, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Digits:
    """The mark before decimals, the mark between groups, the fewest digits before a group is split off, and whether groups above the first
    are of two digits, as in India.
    """

    decimal: str = "."
    group: str = ","
    least: int = 4
    lakhs: bool = False


_POINT, _COMMA, _SPACED = Digits(), Digits(",", "."), Digits(",", SPACE)
_SPACED_LATE, _COMMA_LATE = Digits(",", SPACE, 5), Digits(",", ".", 5)

_LANGUAGES = {
    **dict.fromkeys(("en", "ja", "zh", "ko", "th", "he"), _POINT),
    **dict.fromkeys(("de", "nl", "tr", "id", "da", "el", "ro", "hr", "vi", "is"), _COMMA),
    **dict.fromkeys(("sv", "nb", "no", "fi", "cs", "sk", "ru", "uk"), _SPACED),
    **dict.fromkeys(("pl", "bg", "lv", "et", "hu"), _SPACED_LATE),
    "lt": _SPACED,
    "es": _COMMA_LATE,
    "sl": _COMMA_LATE,
    "it": _COMMA_LATE,
    "pt": _COMMA,
    "ca": _COMMA,
    "fr": Digits(",", NARROW),
    "hi": Digits(lakhs=True),
}

_PLACES = {
    "en-IN": Digits(lakhs=True),
    "en-ZA": _SPACED,
    "de-AT": _SPACED,
    "de-CH": Digits(".", "'"),
    "de-LI": Digits(".", "'"),
    "it-CH": Digits(".", "'", 5),
    "es-MX": _POINT,
    "es-US": _POINT,
    "pt-PT": _SPACED_LATE,
}


def digits(locale: str) -> Digits:
    """How a locale (BCP 47) writes numbers; one that is not known writes them as English does."""
    return _PLACES.get(locale) or _LANGUAGES.get(locale.partition("-")[0].lower()) or _POINT


def month_first(locale: str) -> bool:
    """Whether days are said with the month first."""
    return locale == "en-US"


def grouped(whole: str, form: Digits) -> str:
    """The digits before the decimal mark, in groups."""
    if len(whole) < form.least or not form.group:
        return whole
    head, tail = whole[:-3], whole[-3:]
    size = 2 if form.lakhs else 3
    parts: list[str] = []
    while head:
        head, part = head[:-size], head[-size:]
        parts.insert(0, part)
    return form.group.join([*parts, tail])
