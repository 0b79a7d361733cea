"""`schedule:` in keepwell.yml: when a server works by itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from keepwell.project.reading.zones import zone
from keepwell.project.report import Place, Report
from keepwell.project.schedule import Timing, Work
from keepwell.project.shape.compound import Fields

_SOME_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def read(fields: Fields, within: ZoneInfo, report: Report) -> Mapping[Work, Timing]:
    """The times of each piece of work that has any. `within` is the project's zone."""
    found = {}
    for work in Work:
        if work not in fields:
            continue
        said, place = fields[work], fields.at(work)
        timing = _timing(said, place, within, report)
        if timing is not None:
            found[work] = timing
    return found


def _timing(said: Fields | str, place: Place, within: ZoneInfo, report: Report) -> Timing | None:
    if isinstance(said, Fields):
        if "cron" not in said:
            return None
        named = zone(said["zone"], said.at("zone"), report) if "zone" in said else within
        return None if named is None else _checked(said["cron"], named, said.at("cron"), report)
    return _checked(said, within, place, report)


def _checked(cron: str, within: ZoneInfo, place: Place, report: Report) -> Timing | None:
    from croniter import croniter

    timing = Timing(" ".join(cron.split()), within)
    try:
        valid = croniter.is_valid(timing.cron) and timing.after(_SOME_DAY)
    except ValueError:
        valid = False
    if valid:
        return timing
    report.add(
        place,
        f"{cron!r} is no time that ever comes",
        "type minute, hour, day, month and weekday, for example 30 5 * * * for 5:30 every day",
    )
    return None
