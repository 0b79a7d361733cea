"""What may be wrong with the data below the scores, in a line each."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from keepwell.runs import figures
from keepwell.runs.data_health import DataHealth


def hints(health: DataHealth, zone: ZoneInfo, notes: Sequence[str] = ()) -> list[str]:
    """The hints worth a line: silent feeds, rejected rows, and what the scores themselves have to say."""
    said = [
        f"{feed.source} is silent: its last fact is of {figures.day(feed.last, zone)}, {feed.fresh_within} are allowed"
        if feed.last
        else f"{feed.source} has brought no fact yet"
        for feed in health.silent
    ]
    if health.rejected:
        verb = "is" if health.rejected == 1 else "are"
        said.append(f"{figures.count(health.rejected, 'row')} {verb} rejected: keepwell rejects")
    return [figures.plain(hint) for hint in (*said, *notes)]
