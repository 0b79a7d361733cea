"""All accounts of one run of scores, as arrays: read once, and then filtered, sorted and summed in moments."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.people import Reach, Scope
from keepwell.project.project import Project
from keepwell.runs import grid
from keepwell.runs.board.row import CHANGE_DAYS
from keepwell.scoring.bands import NO_BAND, NO_DAY
from keepwell.scoring.evaluation import DECIMALS
from keepwell.scoring.observed import ACTIVE, Bools, Floats, Groups, Ints, Trits
from keepwell.sql.board.sheet import GridDay, Run, sheet_statement
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.scores import KeptScores

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Sheet:
    """Every account that the warehouse knows of as of a run, by position, ascending by surrogate.

    `ids` and `names` are what the firm calls them; `owners` those named in Keepwell or, without one, by the firm's data (empty: nobody).
    `kept` says where the run holds a row; without one there is no scorecard, segment or stage (empty). NaN, NaT and -1 stand for what is
    not known, and in `parents` for none. `held` is the band on the last grid day before the run's instant, `since` the day (`date.toordinal`)
    from which; `score_then` and `band_then` are those of `CHANGE_DAYS` before. `today` is the run's day. Instants are naive UTC.
    """

    run: int
    as_of: datetime
    today: int
    accounts: Ints
    ids: pa.Array
    names: pa.Array
    population: Groups
    parents: Ints
    owners: Groups
    began: Instants
    ended: Instants
    kept: Bools
    scorecards: Groups
    segments: Groups
    stages: Groups
    scores: Floats
    computed: Floats
    bands: Trits
    coverage: Floats
    value: Floats
    value_at_risk: Floats
    held: Trits
    since: Ints
    score_then: Floats
    band_then: Trits
    renews: Instants

    def __len__(self) -> int:
        return len(self.accounts)

    @cached_property
    def scored(self) -> Bools:
        """Where there is a score."""
        return np.asarray(~np.isnan(self.scores))

    @cached_property
    def change(self) -> Floats:
        """Points since `CHANGE_DAYS` before (NaN: one of the two is not known)."""
        return self.scores - self.score_then

    @cached_property
    def days_in_band(self) -> Floats:
        """Whole days in the band (NaN: none); 0 where it was entered on the run's day."""
        entered = np.where((self.held == self.bands) & (self.since != NO_DAY), self.since, self.today)
        return np.where(self.bands == NO_BAND, np.nan, np.maximum(self.today - entered, 0)).astype(np.float64)

    @cached_property
    def days_to_renewal(self) -> Floats:
        """Days from the run's instant to the next renewal (NaN: none is known)."""
        left = (self.renews - _naive(self.as_of)) / np.timedelta64(1, "D")
        return np.asarray(left, dtype=np.float64)

    @cached_property
    def id_rank(self) -> Ints:
        """Where each account's id stands among all."""
        return _rank(self.ids)

    @cached_property
    def name_rank(self) -> Ints:
        """Where each account stands by what it is called: its name without regard to case or, without one, its id."""
        return _rank(self.called)

    @cached_property
    def called(self) -> pa.Array:
        """What each account is called, without regard to case: its name or, without one, its id."""
        unnamed = pc.equal(pc.utf8_length(self.names), 0)
        return pc.utf8_lower(pc.if_else(unnamed, self.ids, self.names))

    @cached_property
    def children(self) -> Mapping[int, Ints]:
        """The positions of an account's children, by its own position."""
        at = self.positions(self.parents)
        order = np.argsort(at, kind="stable")
        order = order[at[order] >= 0]
        parents, starts = np.unique(at[order], return_index=True)
        return dict(zip(parents.tolist(), np.split(order, starts[1:]), strict=True)) if len(parents) else {}

    @cached_property
    def orders(self) -> dict[tuple[str, bool], Ints]:
        """All positions in the orders that have been asked for, by column and whether it descends."""
        return {}

    @cached_property
    def active(self) -> Bools:
        """Which accounts have begun and not ended."""
        return self.population.among(frozenset({ACTIVE}))

    @property
    def worth_known(self) -> bool:
        """Whether any account's worth is known."""
        return bool((~np.isnan(self.value)).any())

    def positions(self, accounts: Ints) -> Ints:
        """Where accounts stand by their surrogates; -1 where they do not."""
        if not len(self):
            return np.full(len(accounts), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.accounts, accounts), len(self) - 1)
        return np.where(self.accounts[found] == accounts, found, -1)

    def position(self, account_id: str) -> int | None:
        """Where the account of that id stands; `None`: there is none."""
        found = pc.index(self.ids, account_id).as_py()
        return None if found < 0 else int(found)

    def owned(self, owners: Mapping[str, str]) -> "Sheet":
        """The same accounts, some of them with an owner that was named in Keepwell (by account id)."""
        at = pc.index_in(pa.array(list(owners), pa.string()), value_set=self.ids)
        labels = [self.owners[place] for place in range(len(self))]
        for place, owner in zip(at.to_pylist(), owners.values(), strict=True):
            if place is not None:
                labels[place] = owner
        return replace(self, owners=Groups.of(labels))

    def within(self, reach: Reach) -> Bools:
        """Which accounts somebody's work reaches."""
        if reach.scope is Scope.ALL:
            return np.ones(len(self), dtype=np.bool_)
        if reach.scope is Scope.SEGMENT:
            return self.segments.among(reach.segments)
        mine = {name.casefold() for name in reach.owners} - {""}
        return self.owners.among(frozenset(name for name in self.owners.names if name.casefold() in mine))


def sheet(
    project: Project,
    warehouse: Warehouse,
    version: str,
    run: int,
    as_of: datetime,
) -> Sheet:
    """Reads the sheet of a run of a version's scores; its owners are those of the firm's data."""
    zone, days = project.zone, KeptScores(warehouse).grid(version)
    day = grid.day_of(as_of, zone)

    def of(one: datetime) -> GridDay | None:
        stretch = days.run(one) if days else None
        return None if stretch is None else GridDay(stretch, one)

    last = of(grid.before(day, 1, zone) if day == as_of else day)
    then = of(grid.before(day, CHANGE_DAYS, zone))
    rows = warehouse.query(sheet_statement(Run(run, as_of, last, then), warehouse.tables(), zone))
    rows = rows.combine_chunks()
    return Sheet(
        run=run,
        as_of=as_of,
        today=grid.ordinal(as_of, zone),
        accounts=rows["account"].to_numpy().astype(np.int64),
        ids=_texts(rows["account_id"]),
        names=_texts(rows["name"]),
        population=_groups(rows["population"]),
        parents=_ints(rows["parent"], -1),
        owners=_groups(rows["owner"]),
        began=_instants(rows["began_at"]),
        ended=_instants(rows["ended_at"]),
        kept=rows["kept"].to_numpy(zero_copy_only=False).astype(np.bool_),
        scorecards=_groups(rows["scorecard"]),
        segments=_groups(rows["segment"]),
        stages=_groups(rows["stage"]),
        scores=_floats(rows["score"]),
        computed=_floats(rows["computed_score"]),
        bands=_ints(rows["band"], int(NO_BAND)).astype(np.int8),
        coverage=np.round(_floats(rows["coverage"]), DECIMALS),
        value=_floats(rows["value"]),
        value_at_risk=_floats(rows["value_at_risk"]),
        held=_ints(rows["held"], int(NO_BAND)).astype(np.int8),
        since=_ints(rows["since"], NO_DAY),
        score_then=_floats(rows["score_then"]),
        band_then=_ints(rows["band_then"], int(NO_BAND)).astype(np.int8),
        renews=_instants(rows["renews_at"]),
    )


def _texts(column: pa.ChunkedArray) -> pa.Array:
    return (
        pa.concat_arrays(column.cast(pa.string()).fill_null("").chunks)
        if len(column)
        else pa.array([], pa.string())
    )


def _groups(column: pa.ChunkedArray) -> Groups:
    coded = pc.dictionary_encode(_texts(column))
    return Groups(tuple(coded.dictionary.to_pylist()), coded.indices.to_numpy().astype(np.int64))


def _floats(column: pa.ChunkedArray) -> Floats:
    numbers: Floats = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def _ints(column: pa.ChunkedArray, absent: int) -> Ints:
    numbers: Ints = column.cast(pa.int64()).fill_null(absent).to_numpy()
    return numbers


def _instants(column: pa.ChunkedArray) -> Instants:
    instants: Instants = column.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return instants


def _rank(texts: pa.Array) -> Ints:
    ranks: Ints = pc.rank(texts, sort_keys="ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks


def _naive(instant: datetime) -> np.datetime64:
    return np.datetime64(instant.astimezone(UTC).replace(tzinfo=None), "us")


def instant_of(value: np.datetime64) -> datetime | None:
    """An instant in a sheet as an aware one; `None` where it is not known."""
    if np.isnat(value):
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC)) + timedelta(
        microseconds=int(value.astype("datetime64[us]").astype(np.int64))
    )
