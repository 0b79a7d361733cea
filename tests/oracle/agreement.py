"""Asking the compiled SQL and the reference the same, and saying clearly where they differ."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from keepwell.signals import reference
from keepwell.signals.aggregates import Occasion
from keepwell.signals.definition import ACCOUNT
from keepwell.signals.expression import Expression
from keepwell.signals.facts import Fact, visible
from keepwell.signals.meaning import Value
from keepwell.signals.tables import Kind
from keepwell.sql.among import Accounts, OneIn
from keepwell.sql.statement import Point, Request, signals_statement
from tests.oracle.cases import Case
from tests.oracle.columns import held
from tests.oracle.definitions import signal_kinds
from tests.oracle.warehouse import Facts

Answers = dict[tuple[int, int], dict[str, Any]]
"""(point, account) → values by name."""


def compiled(
    case: Case, accounts: Accounts = None, facts: Sequence[Fact] | None = None
) -> tuple[Answers, exp.Expression]:
    """What the SQL says, and the statement. `facts` are loaded in place of the case's."""
    warehouse = Facts.opened()
    warehouse.fill(case.tables, case.facts if facts is None else facts, case.zone)
    request = Request(
        signals=case.signals,
        tables=warehouse.tables(case.tables),
        zone=case.zone,
        feeds=case.feeds,
        conditions=case.asked.conditions,
        numbers=case.asked.numbers,
        choices=case.asked.choices,
        attributes=case.asked.attributes,
    )
    points = [Point(moment.as_of, moment.horizon) for moment in case.moments]
    statement = signals_statement(request, points, accounts)
    rows = warehouse.query(statement)
    found = [(row["point"], row["account"]) for row in rows]
    assert found == sorted(found), f"rows are not in the order of point and account: {found}"
    assert len(found) == len(set(found)), f"more than one row for a point and account: {found}"
    return {(row["point"], row["account"]): row for row in rows}, statement


def expected(case: Case, accounts: Sequence[int] | None = None) -> Answers:
    """What the reference says."""
    wanted = case.accounts if accounts is None else [one for one in case.accounts if one in accounts]
    answers: Answers = {}
    for number, moment in enumerate(case.moments):
        found = reference.values(
            case.signals,
            case.facts,
            wanted,
            as_of=moment.as_of,
            horizon=moment.horizon,
            zone=case.zone,
            feeds=case.feeds,
        )
        rows = visible(case.facts, "accounts", moment.horizon)
        for account, values in found.items():
            row = reference.account_row(account, rows)
            answers[number, account] = {
                **values,
                **_asked(case, values, row, Occasion(moment.as_of, moment.horizon, case.zone)),
                "population": reference.population(row),
            }
    return answers


def _asked(
    case: Case, values: Mapping[str, Value], row: Mapping[str, Value] | None, occasion: Occasion
) -> dict[str, Value]:
    def value(expression: Expression) -> Value:
        return reference.over_signals(expression, values, row, occasion)

    asked = case.asked
    return {
        **{name: value(condition) for name, condition in asked.conditions.items()},
        **{name: value(number) for name, number in asked.numbers.items()},
        **{name: reference.chosen(cases, values, row, occasion) for name, cases in asked.choices.items()},
        **{ACCOUNT + name: row.get(name) if row else None for name in asked.attributes},
    }


def _kinds(case: Case) -> Mapping[str, Kind]:
    asked = case.asked
    return {
        **signal_kinds(case.signals),
        **dict.fromkeys(asked.conditions, Kind.BOOLEAN),
        **dict.fromkeys(asked.numbers, Kind.NUMBER),
        **dict.fromkeys((*asked.choices, "population"), Kind.TEXT),
        **{ACCOUNT + name: held("accounts")[name] for name in asked.attributes},
    }


def check(case: Case, accounts: Sequence[int] | OneIn | None = None) -> None:
    """Fails, with everything needed to see why, if the SQL and the reference differ anywhere."""
    wanted = expected(case, None if isinstance(accounts, OneIn) else accounts)
    if isinstance(accounts, OneIn):
        wanted = {key: answer for key, answer in wanted.items() if key[1] % accounts.count == 0}
    found, statement = compiled(case, accounts)
    wrong = differences(case, wanted, found)
    if wrong:
        raise AssertionError("\n".join(["", *wrong, "", str(case), "", shown(statement)]))


def shown(statement: exp.Expression) -> str:
    """The SQL, to be read."""
    return statement.sql(dialect="duckdb", pretty=True)


def differences(case: Case, wanted: Answers, found: Answers) -> list[str]:
    """One line for each value that differs."""
    if set(wanted) != set(found):
        return [f"rows (point, account): the SQL has {sorted(found)}, the reference {sorted(wanted)}"]
    kinds = _kinds(case)
    return [
        f"point {point}, account {account}, {name} ({kinds[name]}): "
        f"the SQL says {found[point, account][name]!r}, the reference {value!r}"
        for (point, account), values in wanted.items()
        for name, value in values.items()
        if not agree(found[point, account][name], value, kinds[name])
    ]


def agree(found: Any, wanted: Value, kind: Kind) -> bool:
    """Whether two values are the same: exactly, but for floats, which may differ by 1e-9 of them, or by 1e-9."""
    if found is None or wanted is None:
        return found is wanted
    if kind is Kind.NUMBER:
        return isinstance(found, float) and math.isclose(found, float(wanted), rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]
    if kind is Kind.INTEGER:
        return not isinstance(found, bool) and found == wanted
    if kind is Kind.MONEY:
        return isinstance(found, Decimal | int) and found == wanted
    if isinstance(wanted, datetime):
        return bool(found.replace(tzinfo=UTC) == wanted)
    return bool(found == wanted)
