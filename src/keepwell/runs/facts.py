"""Which state the facts are in: up to which load, and from when on later loads have changed what was known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlglot import exp

from keepwell.warehouse.protocol import Warehouse
from keepwell.warehouse.schema import table_named


@dataclass(frozen=True, slots=True)
class Freshness:
    """The state of the facts: for each load that brought any, the earliest instant at which one of them was known."""

    loads: Mapping[int, datetime]

    @property
    def load(self) -> int:
        """The latest load that brought a fact; 0 if none did."""
        return max(self.loads, default=0)

    def changed_from(self, load: int) -> datetime | None:
        """From when on facts were known that came with loads after `load`; `None` if none came."""
        return min((known for number, known in self.loads.items() if number > load), default=None)


def freshness(warehouse: Warehouse) -> Freshness:
    """The state of the facts in a warehouse."""
    loads: dict[int, datetime] = {}
    for table in warehouse.tables():
        load = exp.column("load", quoted=True)
        earliest = exp.func("MIN", exp.column("known_at", quoted=True))
        query = exp.select(load, exp.alias_(earliest, "known_at")).from_(table_named(f"facts.{table}"))
        for row in warehouse.query(query.group_by(load.copy())).to_pylist():
            known = row["known_at"].replace(tzinfo=UTC)
            loads[row["load"]] = min(known, loads.get(row["load"], known))
    return Freshness(loads)
