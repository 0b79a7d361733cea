"""What changed with a run of scores: which accounts moved, and where to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot import exp

from keepwell.people import Person
from keepwell.scoring.bands import band_of
from keepwell.scoring.score import Band
from keepwell.sql.changes import changes_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named
from keepwell.warehouse.selection import aware, column

LEAST = 5.0
"""A score that moves by fewer points, within its band, is no change to tell of."""


@dataclass(frozen=True, slots=True)
class Run:
    """A live run: one of the latest instant so far, made at `made_at`. `before` is the one that was shown until then (`None`: it is the first).

    `redefined`: the two go by different versions, so that changes may come from the definition alone. `load` is the last load that it knew.
    """

    number: int
    purpose: str
    as_of: datetime
    version: str
    before: int | None
    redefined: bool
    made_at: datetime
    load: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """How an account moved with a run. Scores and bands are `None` where there was none."""

    account_id: str
    name: str
    owner: str
    segment: str
    score: float | None
    score_before: float | None
    band: Band | None
    band_before: Band | None

    @property
    def moved_band(self) -> bool:
        """Whether it is in another band than before."""
        return self.band is not self.band_before

    @property
    def moved_score(self) -> bool:
        """Whether the score itself moved far enough to tell of, or came or went."""
        if self.score is None or self.score_before is None:
            return self.score is not self.score_before
        return abs(self.score - self.score_before) >= LEAST

    def shown_to(self, person: Person) -> bool:
        """Whether the account is within somebody's reach."""
        return person.reach.covers(self.owner, self.segment)


def latest(warehouse: Warehouse) -> int:
    """The number of the last run; 0 if there was none."""
    if not warehouse.has("scores.runs"):
        return 0
    return int(warehouse.query("SELECT coalesce(max(run), 0) AS n FROM scores.runs")["n"][0].as_py())


def live_runs(warehouse: Warehouse, after: int = 0) -> tuple[Run, ...]:
    """The live runs with a number above one, in their order; runs of past instants are replays, and none of them."""
    if not warehouse.has("scores.runs"):
        return ()
    names = [column(name) for name in ("run", "purpose", "version", "as_of", "at", "load")]
    rows = warehouse.query(exp.select(*names).from_(table_named("scores.runs")).order_by(column("run")))
    shown: dict[str, dict[str, object]] = {}
    found: list[Run] = []
    for row in rows.to_pylist():
        before = shown.get(row["purpose"])
        if before is not None and row["as_of"] < before["as_of"]:
            continue
        shown[row["purpose"]] = row
        if row["run"] > after:
            found.append(
                Run(
                    row["run"],
                    row["purpose"],
                    aware(row["as_of"]),
                    row["version"],
                    None if before is None else int(str(before["run"])),
                    before is not None and before["version"] != row["version"],
                    aware(row["at"]),
                    row["load"],
                )
            )
    return tuple(found)


def owned(found: Iterable[Change], owners: Mapping[str, str]) -> tuple[Change, ...]:
    """The same changes, of accounts whose owners were named in the store, by account id."""
    return tuple(
        replace(each, owner=owners[each.account_id]) if owners.get(each.account_id) else each
        for each in found
    )


def changes(warehouse: Warehouse, run: Run, owners: Mapping[str, str]) -> tuple[Change, ...]:
    """What changed with a run, in the order of the accounts; nothing with a first run. `owners` are those named in the store, by account id."""
    if run.before is None:
        return ()
    rows = warehouse.query(changes_statement(run.number, run.before, LEAST)).to_pylist()
    found = (
        Change(
            row["account_id"],
            row["name"] or "",
            row["owner"] or "",
            row["segment"] or "",
            row["score"],
            row["score_before"],
            None if row["band"] is None else band_of(row["band"]),
            None if row["band_before"] is None else band_of(row["band_before"]),
        )
        for row in rows
    )
    return owned(found, owners)
