"""Shows the rows that loads refused or warned of, and why."""

from dataclasses import dataclass

from sqlglot import exp

from keepwell.errors import ForbiddenError
from keepwell.people import Person
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Reject:
    """A row with something wrong: in which file, which row of it, what, and the row as JSON (`None`: not kept).

    `row` counts as people do: the first line of a file is row 1, its header included. `policy` is `reject` or `warn`.
    """

    load: int
    source: str
    file: str
    row: int
    rule: str
    field: str
    reason: str
    policy: str
    record: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a source one rule met in one field, as the files now stand, and an example of the reason."""

    source: str
    rule: str
    field: str
    policy: str
    rows: int
    example: str


def for_whom(person: Person) -> None:
    """Sees to it that rows are shown to those alone whose work reaches all accounts: a refused row belongs to none, and can name any.

    Raises:
        ForbiddenError: they do not reach all.
    """
    if not person.reach.whole:
        raise ForbiddenError(
            "rows that loads refused can be of any account, and you do not reach all",
            do="ask somebody who does, or an admin for a wider reach; the page Data counts them",
        )


def rejects(
    warehouse: Warehouse,
    *,
    source: str | None = None,
    rule: str | None = None,
    warnings: bool = False,
    limit: int | None = 100,
) -> list[Reject]:
    """The refused rows by source, file and row; with `warnings` those that were kept and warned of too.

    They are those of the latest reading of each file. Of one kind of warning, a file's first thousand are kept.
    """
    names = ("load", "source", "file", "row", "rule", "field", "reason", "policy", "record")
    chosen = exp.select(*(exp.column(name, quoted=True) for name in names)).from_("ingest.rejects")
    chosen = _chosen(chosen, source, rule, warnings).order_by("source", "file", '"row"', "rule", "field")
    return [Reject(**row) for row in warehouse.query(chosen.limit(limit) if limit else chosen).to_pylist()]


def tallies(
    warehouse: Warehouse, *, source: str | None = None, rule: str | None = None, warnings: bool = False
) -> list[Tally]:
    """How many rows met which rule, the most first."""
    grouped = exp.select(
        "source", "rule", "field", "policy", "count(*) AS rows", "min(reason) AS example"
    ).from_("ingest.rejects")
    grouped = _chosen(grouped, source, rule, warnings).group_by("source", "rule", "field", "policy")
    found = warehouse.query(grouped.order_by("rows DESC", "source", "rule", "field"))
    return [Tally(**row) for row in found.to_pylist()]


def _chosen(select: exp.Select, source: str | None, rule: str | None, warnings: bool) -> exp.Select:
    for name, value in (("source", source), ("rule", rule), ("policy", None if warnings else "reject")):
        if value is not None:
            select = select.where(exp.EQ(this=exp.column(name), expression=exp.convert(value)))
    return select
