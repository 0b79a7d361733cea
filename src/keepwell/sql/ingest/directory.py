"""The statements that give new accounts and contacts their surrogates, and keep their names."""

from collections.abc import Sequence

from sqlglot import exp

from keepwell.sql.duckdb import call
from keepwell.sql.ingest.rules import column, present
from keepwell.sql.ingest.stage import REJECTED, TAKEN


def add_ids(what: str, ids: exp.Select) -> exp.Insert:
    """Adds to the directory of accounts or contacts the ids (a column `id`) that it does not hold, in their order."""
    directory = f"directory.{what}s"
    highest = exp.select(exp.func("COALESCE", exp.Max(this=exp.column(what)), exp.convert(0))).from_(
        directory
    )
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("id"), desc=False, nulls_first=False)])
    place = exp.Window(this=exp.RowNumber(), order=order)
    new = (
        exp.select(exp.Add(this=highest.subquery(), expression=place).as_(what), exp.column("id"))
        .from_(ids.distinct().subquery("i"))
        .join(
            exp.to_table(directory).as_("d"),
            on=exp.EQ(this=exp.column(f"{what}_id", table="d"), expression=exp.column("id", table="i")),
            join_type="anti",
        )
        .where(present(exp.column("id")))
    )
    target = exp.Schema(
        this=exp.to_table(directory), expressions=[exp.to_identifier(what), exp.to_identifier(f"{what}_id")]
    )
    return exp.Insert(this=target, expression=new)


def stage_ids(stage: str, name: str) -> exp.Select:
    """The ids in a column of the stage, of the rows that it does not refuse."""
    taken = exp.column(TAKEN, quoted=True)
    return (
        exp.select(column(name).as_("id"))
        .from_(stage)
        .where(taken, exp.not_(exp.column(REJECTED, quoted=True)))
    )


def looked_up_ids(stage: str, name: str, lookup: str) -> exp.Select:
    """The ids that a lookup table gives for a column of the stage."""
    same = exp.EQ(this=exp.column("match", table="l"), expression=exp.column(name, table="s", quoted=True))
    found = exp.select(exp.column("take", table="l").as_("id")).from_(exp.to_table(stage).as_("s"))
    return found.join(exp.to_table(lookup).as_("l"), on=same)


def rename(what: str, stage: str, id_column: str, names: Sequence[str]) -> exp.Update:
    """Keeps the names (and addresses) that the stage's last row of each id says, where they differ."""
    row = exp.column("rowid")
    latest = (
        exp.select(
            column(id_column).as_("id"),
            *(call("arg_max", column(name), row.copy()).as_(name) for name in names),
        )
        .from_(stage)
        .where(exp.column(TAKEN, quoted=True), exp.not_(exp.column(REJECTED, quoted=True)))
        .group_by(column(id_column))
    )
    differs = exp.or_(
        *(
            exp.NullSafeNEQ(
                this=exp.column(name, table="d", quoted=True),
                expression=exp.func(
                    "COALESCE",
                    exp.column(name, table="n", quoted=True),
                    exp.column(name, table="d", quoted=True),
                ),
            )
            for name in names
        )
    )
    same = exp.EQ(this=exp.column(f"{what}_id", table="d"), expression=exp.column("id", table="n"))
    return exp.Update(
        this=exp.to_table(f"directory.{what}s").as_("d"),
        expressions=[
            exp.EQ(
                this=column(name),
                expression=exp.func(
                    "COALESCE",
                    exp.column(name, table="n", quoted=True),
                    exp.column(name, table="d", quoted=True),
                ),
            )
            for name in names
        ],
        from_=exp.From(this=latest.subquery("n")),
        where=exp.Where(this=exp.and_(same, differs)),
    )
