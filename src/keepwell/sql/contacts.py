"""When accounts were reached by outreach, from the facts that count as such."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlglot import exp

from keepwell.proof.outreach import Outreach, Reach
from keepwell.signals.tables import Kind
from keepwell.sql.latest import Latest
from keepwell.sql.naming import described


def contacts_statement(
    outreach: Outreach, tables: Mapping[str, Mapping[str, Kind]], zone: ZoneInfo
) -> exp.Select | exp.SetOperation | None:
    """A row per time an account was reached: `account`, `at` (naive UTC); `None` if nothing counts as outreach.

    Facts are read at their latest revision, whenever they became known: this is about what happened, not about what was known.

    Raises:
        KeyError: a table or column is not there.
    """
    parts = [_reached(each, Latest(each.table, tables[each.table], zone)) for each in outreach.facts]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _reached(reach: Reach, latest: Latest) -> exp.Select:
    account = exp.column("account", "fact")
    query = (
        exp.select(account, exp.alias_(exp.column("occurred_at", "fact", quoted=True), "at"))
        .distinct()
        .from_(latest.relation())
        .where(
            exp.Not(this=exp.Is(this=account.copy(), expression=exp.null())), *latest.condition(reach.where)
        )
    )
    return described(query, f"{reach.table} that reached an account")
