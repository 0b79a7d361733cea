"""What stands around every page: who reads it, where it can lead them, and what must be said before all else."""

from dataclasses import dataclass, field
from datetime import datetime

from keepwell.people import Permission, Person
from keepwell.web.look.saying import Saying


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation: its address, words and icon, and what one needs to be led there."""

    to: str
    words: str
    icon: str
    needs: Permission


WAYS = (
    Way("/", "Today", "sunrise", Permission.SCORES_READ),
    Way("/portfolio", "Portfolio", "layout-grid", Permission.SCORES_READ),
    Way("/journeys", "Journeys", "flag", Permission.DEFINITIONS_READ),
    Way("/signals", "Signals", "chart-dots", Permission.SIGNALS_READ),
    Way("/scorecards", "Scorecards", "scale", Permission.DEFINITIONS_READ),
    Way("/data", "Data", "database", Permission.DATA_READ),
    Way("/admin", "Admin", "settings", Permission.PEOPLE_MANAGE),
)
"""Where the navigation leads, in its order. An account's page belongs to the portfolio."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page has around it. `person` is `None` where nobody is signed in. `path` is the page's own, without its query.

    `csrf` is the token that forms and scripts send along. `pending` counts the working files that differ from what is applied.
    `turned` is what a clock says that was turned (`None`: it never was).
    """

    title: str
    project: str
    simulated: bool
    person: Person | None
    path: str
    csrf: str = ""
    pending: int = 0
    saying: Saying = field(default_factory=Saying)
    turned: datetime | None = None

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where the reader may be led."""
        if self.person is None:
            return ()
        return tuple(way for way in WAYS if self.person.may(way.needs))

    def here(self, way: Way) -> bool:
        """Whether the page is what an entry leads to, or below it."""
        path = "/portfolio" if self.path.startswith("/accounts/") else self.path
        return path == way.to if way.to == "/" else path == way.to or path.startswith(way.to + "/")
