"""Scores as they are kept: append-only, one wide row per score, and a thin one per account and day of a grid.

A purpose's definition is kept once per version, and with each scorecard the names of what its arrays hold, in their order. A grid
is kept in stretches of days; where a later stretch covers a day again (facts arrived that had been known before it), the later one
counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from sqlglot import exp

from keepwell.scoring.bands import NO_BAND, Held
from keepwell.scoring.definition import Definition, from_text, to_text
from keepwell.scoring.peers import Frozen
from keepwell.scoring.scorecard import Line, Peers
from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import add_columns, create_table, table_named
from keepwell.warehouse.selection import aware, column, equals, naive, of_run, speaks_by, speaks_of
from keepwell.warehouse.stretches import Day, Grid, Past, Stretch
from keepwell.warehouse.wide import TABLES, contributions_of, nullable


class KeptScores:
    """The scores in a warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._there: set[str] = set()

    def prepare(self) -> None:
        """Makes the tables that are not there yet, and adds the columns that an earlier Keepwell did not keep."""
        for name, types in TABLES.items():
            if not self._warehouse.has(name):
                self._warehouse.execute(create_table(name, types))
                continue
            present = self._warehouse.query(exp.select("*").from_(table_named(name)).limit(0)).column_names
            missing = {column: kind for column, kind in types.items() if column not in present}
            for statement in add_columns(name, missing):
                self._warehouse.execute(statement)

    def _rows(self, table: str, columns: Sequence[str], where: exp.Expr | None = None) -> pa.Table:
        if not self._has(table):
            return pa.table({column: [] for column in columns})
        query = exp.select(*(column(name) for name in columns)).from_(table_named(table))
        return self._warehouse.query(query if where is None else query.where(where))

    def _has(self, table: str) -> bool:
        """Whether a table is there; one that is stays, and is asked for once."""
        if table not in self._there and self._warehouse.has(table):
            self._there.add(table)
        return table in self._there

    def next_run(self) -> int:
        """The number that the next stretch or run gets."""
        runs: list[list[int]] = [
            self._rows(table, ["run"])["run"].to_pylist() for table in ("scores.grids", "scores.runs")
        ]
        return max([0, *runs[0], *runs[1]]) + 1

    def keep_definition(self, definition: Definition, at: datetime) -> None:
        """Keeps a definition unless its version is kept already."""
        found = self._rows("scores.definitions", ["version"], equals("version", definition.version))
        if found.num_rows:
            return
        self._warehouse.append(
            "scores.definitions",
            pa.table(
                {
                    "version": [definition.version],
                    "purpose": [definition.purpose],
                    "at": [naive(at)],
                    "content": [to_text(definition)],
                }
            ),
        )
        versions = dict(definition.versions)
        signals = [signal.name for signal in definition.signals]
        named = [
            {
                "version": definition.version,
                "scorecard": card.name,
                "scorecard_version": versions[card.name],
                "contributions": contributions_of(card),
                "measures": [measure.signal for measure in card.measures],
                "signals": signals,
            }
            for card in definition.cards
        ]
        self._warehouse.append("scores.scorecards", pa.Table.from_pylist(named))

    def definition(self, version: str) -> Definition | None:
        """The definition of a version, as it was kept."""
        found = self._rows("scores.definitions", ["content"], equals("version", version))[
            "content"
        ].to_pylist()
        return from_text(found[0]) if found else None

    def versions(self, purpose: str) -> tuple[str, ...]:
        """The versions of a purpose's definitions that are kept, the last one first."""
        rows = self._rows("scores.definitions", ["version", "at"], equals("purpose", purpose)).to_pylist()
        ordered = sorted(rows, key=lambda row: (row["at"], row["version"]), reverse=True)
        return tuple(row["version"] for row in ordered)

    def grid(self, version: str) -> Grid:
        """What has been folded of a version's grid."""
        rows = self._rows(
            "scores.grids", ["run", "first", "last", "load"], equals("version", version)
        ).to_pylist()
        stretches = [
            Stretch(row["run"], aware(row["first"]), aware(row["last"]), row["load"]) for row in rows
        ]
        return Grid(tuple(sorted(stretches, key=lambda stretch: stretch.run)))

    def held(self, version: str, day: datetime, accounts: Sequence[int] | None = None) -> Held:
        """What all accounts, or some, hold after a grid day; nothing if the grid does not cover it."""
        run = self.grid(version).run(day)
        if run is None:
            return Held.nothing()
        which = of_run(run, day)
        if accounts is not None:
            which = exp.and_(which, column("account").isin(*accounts))
        rows = self._rows("scores.days", ["account", "held", "since"], which).sort_by("account")
        return Held(
            rows["account"].to_numpy().astype(np.int64),
            rows["held"].to_numpy().astype(np.int8),
            rows["since"].to_numpy().astype(np.int64),
        )

    def peers(self, version: str, day: datetime) -> Frozen | None:
        """The distributions and means frozen on a grid day; `None` if the grid does not cover it."""
        run = self.grid(version).run(day)
        if run is None:
            return None
        columns = ["signal", "within", "scorecard", "peers", "knots", "shares"]
        rows = self._rows("scores.peers", columns, of_run(run, day)).to_pylist()
        lines = {
            (row["signal"], Peers(row["within"]), row["peers"]): Line(
                tuple(zip(row["knots"], row["shares"], strict=True))
            )
            for row in rows
            if row["within"]
        }
        means = {
            (row["scorecard"], row["signal"], row["peers"]): row["shares"][0]
            for row in rows
            if not row["within"]
        }
        return Frozen(lines, means)

    def keep_stretch(self, stretch: Stretch, version: str, at: datetime) -> None:
        """Keeps which days were folded at once."""
        row = {
            "run": [stretch.run],
            "version": [version],
            "first": [naive(stretch.first)],
            "last": [naive(stretch.last)],
            "load": [stretch.load],
            "at": [naive(at)],
        }
        self._warehouse.append("scores.grids", pa.table(row))

    def keep_restatement(self, run: int, version: str, at: datetime) -> None:
        """Keeps that a stretch was folded by a later version than the one that was applied on its days."""
        self._warehouse.append(
            "scores.restatements", pa.table({"run": [run], "version": [version], "at": [naive(at)]})
        )

    def restated(self, version: str) -> frozenset[int]:
        """The stretches of a version that are restatements."""
        rows = self._rows("scores.restatements", ["run"], equals("version", version))
        return frozenset(rows["run"].to_pylist())

    def keep_days(self, run: int, days: Iterable[Day]) -> None:
        """Keeps grid days, of each the accounts that hold a band."""
        tables = []
        for day in days:
            rows = np.flatnonzero(day.held.bands != NO_BAND)
            tables.append(
                pa.table(
                    {
                        "run": pa.array(np.full(len(rows), run), pa.int32()),
                        "as_of": pa.array(np.full(len(rows), np.datetime64(naive(day.as_of), "us"))),
                        "account": pa.array(day.held.accounts[rows], pa.int32()),
                        "score": nullable(day.scores[rows]),
                        "band": pa.array(day.bands[rows], mask=day.bands[rows] == NO_BAND),
                        "held": pa.array(day.held.bands[rows]),
                        "since": pa.array(day.held.since[rows], pa.int32()),
                    }
                )
            )
        if tables:
            self._warehouse.append("scores.days", pa.concat_tables(tables))

    def keep_peers(self, run: int, frozen: Mapping[datetime, Frozen]) -> None:
        """Keeps what was frozen on grid days."""
        rows: list[dict[str, Any]] = []
        for as_of, peers in frozen.items():
            common = {"run": run, "as_of": naive(as_of)}
            for (signal, within, group), line in peers.lines.items():
                knots, shares = zip(*line.knots, strict=True)
                rows.append(
                    {**common, "signal": signal, "within": str(within), "scorecard": "", "peers": group}
                    | {"knots": list(knots), "shares": list(shares)}
                )
            for (card, signal, segment), mean in peers.means.items():
                rows.append(
                    {**common, "signal": signal, "within": "", "scorecard": card, "peers": segment}
                    | {"knots": [], "shares": [mean]}
                )
        if rows:
            types = {"knots": pa.list_(pa.float64()), "shares": pa.list_(pa.float64())}
            fields = {name: pa.array([row[name] for row in rows], types.get(name)) for name in rows[0]}
            self._warehouse.append("scores.peers", pa.table(fields))

    def has_run(self, version: str, as_of: datetime, load: int, risk_basis: str) -> bool:
        """Whether the scores of a version, an instant and a state of the facts are kept already, with value at risk on that basis."""
        same = exp.and_(
            equals("version", version),
            equals("load", load),
            speaks_of(as_of),
            equals("risk_basis", risk_basis),
        )
        return bool(self._rows("scores.runs", ["run"], same).num_rows)

    def keep_run(
        self,
        run: int,
        definition: Definition,
        as_of: datetime,
        *,
        on_grid: bool,
        load: int,
        at: datetime,
        risk_basis: str,
    ) -> None:
        """Keeps that scores were asked for, and what value at risk rests on in them."""
        row = {
            "run": [run],
            "purpose": [definition.purpose],
            "version": [definition.version],
            "as_of": [naive(as_of)],
            "on_grid": [on_grid],
            "load": [load],
            "at": [naive(at)],
            "risk_basis": [risk_basis],
        }
        self._warehouse.append("scores.runs", pa.table(row))

    def keep_scores(self, rows: pa.Table) -> None:
        """Keeps the wide rows of a run."""
        self._warehouse.append("scores.scores", rows)

    def version_at(self, purpose: str, as_of: datetime) -> str | None:
        """The version whose scores were the latest asked for as of an instant or before; `None`: none were."""
        asked = exp.and_(equals("purpose", purpose), speaks_by(as_of))
        rows = self._rows("scores.runs", ["as_of", "run", "version"], asked)
        latest = max(rows.to_pylist(), key=lambda row: (row["as_of"], row["run"]), default=None)
        return None if latest is None else str(latest["version"])

    def trend(self, version: str, account: int) -> tuple[Past, ...]:
        """An account's scores on the days of a version's grid, in their order."""
        grid = self.grid(version)
        rows = self._rows(
            "scores.days", ["run", "as_of", "score", "band"], equals("account", account)
        ).to_pylist()
        days = [
            Past(aware(row["as_of"]), row["score"], _code(row["band"]), version, True)
            for row in rows
            if grid and grid.run(aware(row["as_of"])) == row["run"]
        ]
        return tuple(sorted(days, key=lambda past: past.as_of))

    def asked(self, purpose: str, account: int) -> tuple[Past, ...]:
        """An account's scores in the runs that were asked for, of any version; of equal instants the latest run counts."""
        columns = ["run", "as_of", "version"]
        runs = {
            row["run"]: row
            for row in self._rows("scores.runs", columns, equals("purpose", purpose)).to_pylist()
        }
        rows = self._rows("scores.scores", ["run", "score", "band"], equals("account", account)).to_pylist()
        latest: dict[datetime, Past] = {}
        for row in sorted(rows, key=lambda row: int(row["run"])):
            if row["run"] in runs:
                run = runs[row["run"]]
                as_of = aware(run["as_of"])
                latest[as_of] = Past(as_of, row["score"], _code(row["band"]), run["version"], False)
        return tuple(latest[as_of] for as_of in sorted(latest))


def _code(band: int | None) -> int:
    return int(NO_BAND) if band is None else band
