"""Facts, and which of them could be known at an instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from keepwell.signals.meaning import Value
from keepwell.signals.tables import TABLES, Table


@dataclass(frozen=True, slots=True)
class Fact:
    """One revision of one row of a canonical table.

    `account` is the surrogate of the account it belongs to (`None` in `context`, whose rows belong to a sector). It
    happened at `occurred_at` and could first be known at `known_at`; both are aware. `source` names the source that it
    came from; `values` holds its columns by name, an absent one being unknown.
    """

    table: str
    account: int | None
    key: UUID
    occurred_at: datetime
    known_at: datetime
    source: str
    values: Mapping[str, Value]


def visible(facts: Iterable[Fact], table: str, horizon: datetime) -> tuple[Fact, ...]:
    """The facts of a table as they could be read just before `horizon`, in the order of their keys.

    Only what was known before the horizon is seen. Of a key's revisions the latest of these is read, in an immutable
    table the first; it counts if it also occurred before the horizon. A column whose `visible_from` instant is set and
    still to come reads as unknown, and the table's own `occurred` column reads `occurred_at`.
    """
    definition = TABLES[table]
    chosen: dict[UUID, Fact] = {}
    for fact in facts:
        if fact.table == table and fact.known_at < horizon:
            rival = chosen.get(fact.key)
            if rival is None or (fact.known_at < rival.known_at) is definition.immutable:
                chosen[fact.key] = fact
    return tuple(
        replace(fact, values=_readable(fact, definition, horizon))
        for _, fact in sorted(chosen.items())
        if fact.occurred_at < horizon
    )


def _readable(fact: Fact, table: Table, horizon: datetime) -> Mapping[str, Value]:
    values = {**fact.values, table.occurred: fact.occurred_at}
    hidden = (
        column.name for column in table.columns if _to_come(values.get(column.visible_from or ""), horizon)
    )
    return {**values, **dict.fromkeys(hidden)}


def _to_come(instant: Value, horizon: datetime) -> bool:
    return isinstance(instant, datetime) and instant >= horizon
