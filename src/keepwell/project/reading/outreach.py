"""`outreach:` of outcomes.yml: which facts mean that an account was reached."""

from keepwell.project.catalog import Catalog
from keepwell.project.reading.conditions import condition
from keepwell.project.reading.expressions import Rows
from keepwell.project.report import Report
from keepwell.project.shape.compound import Fields
from keepwell.proof.outreach import FOUR_WEEKS, MESSAGES, SENT, Outreach, Reach
from keepwell.signals.expression import Comparison, Expression, Literal, Logic, Name, names
from keepwell.signals.kinds import AS_OF

ACTION = "action"
"""The column of messages that tells what was done."""


def outreach(fields: Fields, catalog: Catalog, report: Report) -> Outreach | None:
    """What counts as outreach; `None` once the report says why it cannot be read."""
    if "facts" not in fields:
        return None
    found = [_reach(each, catalog, report) for each in fields["facts"]]
    known = tuple(each for each in found if each is not None)
    return Outreach(known, fields.get("within", FOUR_WEEKS)) if len(known) == len(found) else None


def _reach(fields: Fields, catalog: Catalog, report: Report) -> Reach | None:
    if "from" not in fields:
        return None
    table: str = fields["from"]
    mistake = catalog.table(table)
    if mistake is not None:
        report.add(fields.at("from"), mistake.what, mistake.do)
        return None
    if table == "context":
        report.add(
            fields.at("from"), "a row of context belongs to no account, so that it reaches none", "use another table"
        )  # fmt: skip
        return None
    count = len(report.problems)
    where = condition(fields, Rows(table, catalog, report))
    if where is not None and AS_OF in names(where):
        report.add(
            fields.at("where"), "as_of means nothing here: who was reached, was reached whichever day is judged",
            "say under `within:` how long before the day it counts",
        )  # fmt: skip
    if len(report.problems) > count:
        return None
    return Reach(table, _sent(where) if table == MESSAGES and ACTION in catalog.filled[MESSAGES] else where)


def _sent(where: Expression | None) -> Expression:
    """Of messages those that were sent, unless the condition itself says which action counts."""
    sent = Comparison("==", Name(ACTION), Literal(SENT))
    if where is None:
        return sent
    return where if ACTION in names(where) else Logic("and", (sent, where))
