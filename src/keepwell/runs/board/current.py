"""Which scores are shown, of when they are, and how far the data below them can be trusted."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Silence:
    """A feed that has gone silent: its `last` fact (`None`: there never was one), and whole days since then, as of the scores."""

    source: str
    table: str
    last: datetime | None
    days: int | None

    @property
    def text(self) -> str:
        """In words: `usage feed silent for 3 days`."""
        if self.days is None:
            return f"{self.source} feed has never brought anything"
        return f"{self.source} feed silent for {self.days} day{'' if self.days == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Current:
    """The run of one purpose that is shown: the latest that was asked for.

    `run` is `None` as long as nothing was scored, and then so are `as_of` (the instant that the scores speak of) and `made_at`.
    `version` is that of the scores; `outdated` says that the definitions in force are others by now. `currency` is the
    project's; empty where it declares no value. `age_days` counts whole days from `as_of` to now. `silent` are the feeds
    that were silent as of then.
    """

    purpose: str
    purposes: tuple[str, ...]
    run: int | None
    as_of: datetime | None
    made_at: datetime | None
    version: str
    outdated: bool
    currency: str
    zone: str
    age_days: int
    silent: tuple[Silence, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say beside every number, the weightiest first; empty where the scores are of today and every feed is alive."""
        if self.run is None:
            return ("nothing has been scored yet",)
        said = [silence.text for silence in self.silent]
        if self.age_days:
            said.insert(0, f"scores are {self.age_days} day{'' if self.age_days == 1 else 's'} old")
        if self.outdated:
            said.append("the definitions have changed since; the next run goes by them")
        return tuple(said)
