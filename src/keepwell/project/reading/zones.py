"""Reading zones, and days and instants in them."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from keepwell.project.report import Place, Report, nearest
from keepwell.signals.window import midnight

_ABBREVIATIONS = {
    "est": "America/New_York", "edt": "America/New_York", "cst": "America/Chicago", "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles", "mst": "America/Denver", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "met": "Europe/Berlin", "gmt": "UTC", "bst": "Europe/London", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "z": "UTC",
}  # fmt: skip


def zone(name: str, place: Place, report: Report) -> ZoneInfo | None:
    """The zone of an IANA name; `None` once the report says that there is no such zone."""
    known, place_names = _known()
    if name in known and (name in place_names or name.lower() not in _ABBREVIATIONS):
        return ZoneInfo(name)
    cities = {one.rpartition("/")[2].lower(): one for one in sorted(place_names, reverse=True)}
    near = nearest(name, place_names, {**cities, **_ABBREVIATIONS})
    report.add(
        place,
        f"{name!r} is not an IANA time zone",
        f"did you mean {near!r}?" if near else "type, for example, Europe/Berlin, America/New_York or UTC",
    )
    return None


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """All zones there are, and those that are called by a place; read from hundreds of files, and so only once."""
    known = frozenset(available_timezones())
    places = {one for one in known if "/" in one and not one.startswith(("Etc/", "SystemV/", "US/"))}
    return known, frozenset(places | {"UTC"})


def instant(text: str, within: ZoneInfo, place: Place, report: Report) -> datetime | None:
    """A day's midnight in the zone, or an instant (in the zone, if it has no offset), in UTC."""
    try:
        if len(text) == 10:
            return midnight(date.fromisoformat(text), within)
        written = datetime.fromisoformat(text)
    except ValueError:
        report.add(place, f"{text!r} is no day of the calendar", "type, for example, 2025-06-30")
        return None
    return (written if written.tzinfo else written.replace(tzinfo=within)).astimezone(UTC)
