"""The shape of `schedule:` in keepwell.yml."""

from keepwell.project.declared.names import ZONE
from keepwell.project.schedule import Work
from keepwell.project.shape.compound import Key, Record
from keepwell.project.shape.forms import Either
from keepwell.project.shape.scalar import Text

CRON = Text(
    "a cron expression of minute, hour, day, month and weekday", r"^\s*\S+(\s+\S+){4}\s*$", "30 5 * * *"
)
TIMING = Either(
    (
        CRON,
        Record(
            "a time",
            {
                "cron": Key(CRON, "minute, hour, day, month and weekday", required=True),
                "zone": Key(ZONE, "the zone whose clock counts; the project's if not said"),
            },
            told="cron",
        ),
    )
)

SCHEDULE = Record(
    "schedule",
    {str(work): Key(TIMING, f"when a server {work.about}") for work in Work},
    about="When a server works by itself",
)
