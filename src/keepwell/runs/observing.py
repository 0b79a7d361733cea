"""What is measured: statements run in the warehouse, their answers as arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from keepwell.errors import UserError
from keepwell.models.fitted import FittedModel
from keepwell.runs.predicting import inputs_of, models
from keepwell.runs.sight import SEGMENT, STAGE, WORTH, Sight, sights
from keepwell.scoring.definition import Definition
from keepwell.signals.definition import Predicted, Signal
from keepwell.signals.expression import Expression
from keepwell.signals.tables import TABLES
from keepwell.sql.among import Accounts, OneIn
from keepwell.sql.statement import Point, Request, signals_statement
from keepwell.warehouse.protocol import Warehouse

MOST_CELLS = 200_000_000
"""A statement's answer holds at most about so many values (1.6 GB); a longer grid is asked for in several, which read the facts again."""

MOST_POINTS = 64
"""A statement speaks of so many instants at most: its text grows with each, and with it what every row is tested for."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Asks a warehouse for what definitions need. All of them are of one project as it was at one time.

    `attributes` are columns of accounts to bring along, `also` signals that no scorecard uses. Where a definition has a signal of
    the same name, the definition's counts. What models say is measured too, once their inputs are.
    """

    warehouse: Warehouse
    definitions: tuple[Definition, ...]
    attributes: tuple[str, ...] = ()
    also: tuple[Signal, ...] = ()

    def request(self) -> Request:
        """What every statement asks for.

        Raises:
            UserError: no accounts have been loaded.
        """
        return self._request(self.models())

    def _request(self, fitted: Mapping[str, FittedModel]) -> Request:
        tables = self.warehouse.tables()
        if "accounts" not in tables:
            raise UserError("there are no accounts in the warehouse", do="load the data first: keepwell load")
        first = self.definitions[0]
        of_definitions = (signal for each in self.definitions for signal in each.signals)
        signals = {signal.name: signal for signal in (*self.also, *of_definitions)}
        read = [one for model in fitted.values() for one in model.inputs]
        conditions: dict[str, Expression] = {}
        for each in self.definitions:
            conditions |= each.conditions
        readable = {*tables["accounts"], TABLES["accounts"].occurred}
        wanted = (*self.attributes, *(one.attribute for one in read if one.attribute is not None))
        present = [name for name in dict.fromkeys(wanted) if name in readable]
        return Request(
            signals=tuple(s for s in signals.values() if not isinstance(s.meaning, Predicted)),
            tables=tables,
            zone=ZoneInfo(first.zone),
            feeds=first.feeds,
            conditions=conditions,
            numbers={} if first.value is None else {WORTH: first.value},
            choices={SEGMENT: first.segments, STAGE: first.stages},
            attributes=tuple(present),
            sizes=sizes(self.warehouse),
        )

    def sights(self, points: Sequence[Point], accounts: Accounts = None) -> Iterator[Sight]:
        """What is measured at each point, in their order, of all accounts or of some.

        Many points come from one statement, or from a few where the answer would be too large to hold.
        """
        fitted = self.models()
        request = self._request(fitted)
        columns = 6 + len(request.signals) + len(request.conditions)
        each = min(MOST_POINTS, max(1, MOST_CELLS // (max(1, self._count(accounts)) * columns)))
        for start in range(0, len(points), each):
            some = points[start : start + each]
            statement = signals_statement(request, some, accounts, in_order=len(some) == 1)
            rows = _finite(self.warehouse.compute(statement))
            yield from sights(self._predicted(fitted, rows, some), some)

    def models(self) -> dict[str, FittedModel]:
        """The fitted models of the definitions, by the names of their signals."""
        return {name: model for each in self.definitions for name, model in models(each).items()}

    def _predicted(
        self, fitted: Mapping[str, FittedModel], rows: pa.Table, points: Sequence[Point]
    ) -> pa.Table:
        """The rows with a column for what each model says."""
        zone = ZoneInfo(self.definitions[0].zone)
        for name, model in fitted.items():
            said = model.probability(inputs_of(model, rows, self.warehouse, points, zone))
            rows = rows.append_column(name, pa.array(said, from_pandas=True))
        return rows

    def sight(self, point: Point, accounts: Accounts = None) -> Sight:
        """What is measured at one point."""
        return next(self.sights([point], accounts))

    def _count(self, accounts: Accounts) -> int:
        if accounts is not None and not isinstance(accounts, OneIn):
            return len(accounts)
        everyone = counted(self.warehouse)
        return everyone if accounts is None else everyone // accounts.count + 1


def counted(warehouse: Warehouse) -> int:
    """How many accounts there are."""
    return int(warehouse.query("SELECT count(*) AS n FROM directory.accounts")["n"][0].as_py())


def sizes(warehouse: Warehouse) -> dict[str, int]:
    """About how many rows each table of facts has, as the engine keeps it without counting."""
    found = warehouse.query(
        "SELECT table_name AS name, estimated_size AS size FROM duckdb_tables() WHERE schema_name = 'facts'"
    )
    return {row["name"]: int(row["size"]) for row in found.to_pylist()}


def _finite(rows: pa.Table) -> pa.Table:
    """The rows with what overflowed unknown: an infinite number, or none at all, measures nothing."""
    for place, its in enumerate(rows.schema):
        if pa.types.is_floating(its.type):
            finite = pc.is_finite(rows[place])
            if not pc.all(finite, min_count=0).as_py():
                rows = rows.set_column(place, its, pc.if_else(finite, rows[place], None))
    return rows
