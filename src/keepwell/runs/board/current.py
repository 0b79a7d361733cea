"""Which scores are shown, of when they are, and how far the data below them can be trusted."""

from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from keepwell.project.project import Project
from keepwell.runs.data_health import feeds
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import aware, equals


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
        if not self.days:
            return f"{self.source} feed silent for less than a day"
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


@dataclass(frozen=True, slots=True)
class Shown:
    """The latest run of a purpose as it is kept, over the facts of loads up to `load`.

    `risk_basis` says what value at risk rests on in it (empty: an earlier Keepwell did not keep that).
    """

    run: int
    version: str
    as_of: datetime
    made_at: datetime
    load: int
    risk_basis: str = ""


def shown(warehouse: Warehouse, purpose: str) -> Shown | None:
    """The latest run that was asked for of a purpose: the one of the latest instant, of several the last; `None`: there is none."""
    if not warehouse.has("scores.runs"):
        return None
    query = exp.select("*").from_(table_named("scores.runs"))
    rows = warehouse.query(query.where(equals("purpose", purpose))).to_pylist()
    latest = max(rows, key=lambda row: (row["as_of"], row["run"]), default=None)
    if latest is None:
        return None
    return Shown(
        latest["run"],
        latest["version"],
        aware(latest["as_of"]),
        aware(latest["at"]),
        latest["load"],
        latest.get("risk_basis") or "",
    )


def current(
    project: Project,
    purpose: str,
    found: Shown | None,
    silent: tuple[Silence, ...],
    *,
    present: str,
    now: datetime,
) -> Current:
    """What is to be said of the run that is shown. `present` is the version in force, `now` the present; of a project with a pinned instant, scores do not age."""
    days = 0 if found is None or project.as_of is not None else max((now - found.as_of).days, 0)
    return Current(
        purpose=purpose,
        purposes=project.purposes(),
        run=None if found is None else found.run,
        as_of=None if found is None else found.as_of,
        made_at=None if found is None else found.made_at,
        version=present if found is None else found.version,
        outdated=found is not None and found.version != present,
        currency="" if project.value is None else project.currency,
        zone=project.zone.key,
        age_days=days,
        silent=silent,
    )


def silences(project: Project, warehouse: Warehouse, as_of: datetime) -> tuple[Silence, ...]:
    """The feeds that were silent as of an instant."""
    return tuple(
        Silence(feed.source, feed.table, feed.last, None if feed.last is None else (as_of - feed.last).days)
        for feed in feeds(project, warehouse, as_of)
        if feed.silent
    )
