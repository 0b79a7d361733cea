"""When the server does its work by itself: a cron expression per piece of work, read on the clock of a zone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class Work(StrEnum):
    """A piece of work that a server does at set times, or when it is asked to."""

    LOAD = "load"
    SCORE = "score"
    MONITOR = "monitor"
    DIGEST = "digest"

    @property
    def about(self) -> str:
        """What is done, in words."""
        return _ABOUT[self]


_ABOUT = {
    Work.LOAD: "loads what is new in the sources",
    Work.SCORE: "scores every account",
    Work.MONITOR: "looks for what has drifted",
    Work.DIGEST: "sends the digests that people wish by e-mail",
}


@dataclass(frozen=True, slots=True)
class Timing:
    """A cron expression (minute, hour, day, month, weekday) on the clock of a zone."""

    cron: str
    zone: ZoneInfo

    def after(self, instant: datetime) -> datetime:
        """The next time after an instant (aware), in UTC.

        A time that the clock passes over when it is put forward comes as much later; one that it shows twice when it is put
        back comes the first time only.

        Raises:
            ValueError: it never comes.
        """
        from croniter import CroniterBadDateError, croniter

        times = croniter(self.cron, instant.astimezone(self.zone).replace(tzinfo=None))
        while True:
            try:
                shown: datetime = times.get_next(datetime)
            except CroniterBadDateError as error:
                raise ValueError(f"{self.cron!r} never comes") from error
            found = shown.replace(tzinfo=self.zone).astimezone(UTC)
            if found > instant:
                return found
