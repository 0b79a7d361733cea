"""The statement that gives the stage's rows their surrogates, looked-up values and project currency.

It also checks what spans tables: whether the account is known, whether the fact precedes its account or the row that it is
looked up in, whether a lookup found anything, whether there was a rate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from keepwell.sql.duckdb import call
from keepwell.sql.ingest.rules import Rule, absent, present
from keepwell.sql.ingest.stage import FILE, FINDINGS, RECORD, REJECTED, TAKEN, findings

ROW = "_row"
"""The stage's row number, which tells one row from another within a load."""

KNOWN_ACCOUNTS = "known_accounts"
"""The temporary table of accounts: account_id, account, began (NULL: no account fact)."""

RATES = "rates"
"""The temporary table of rates: currency, from_day, rate."""


@dataclass(frozen=True, slots=True)
class Found:
    """A column whose value stands in a temporary table (match, take), by the text that the stage holds in `name`."""

    name: str
    table: str
    label: str
    of: str
    rejects: bool | None


@dataclass(frozen=True, slots=True)
class Start:
    """A row of another source that facts must not precede: a temporary table (match, take), and the stage's text for it."""

    column: str
    table: str
    label: str
    of: str
    rejects: bool | None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: in a currency by code, or in that which the stage's column `currency_column` names."""

    name: str
    label: str
    currency: str | None
    currency_column: str | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a stage needs to become facts.

    `columns` are the facts' columns that the source maps, without the clocks; `contacts` those of them that are people.
    `rates` are fixed ones by currency, the project's own (1) included; with `dated`, the table of rates serves instead.
    """

    stage: str
    columns: Sequence[str]
    contacts: Sequence[str] = ()
    found: Sequence[Found] = ()
    starts: Sequence[Start] = ()
    monies: Sequence[Money] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    own_currency: str = ""
    dated: bool = False
    has_account: bool = True
    is_accounts: bool = False
    has_parent: bool = False
    has_known: bool = False
    account_label: str = "account_id"
    unknown_account: bool | None = True
    before_account: bool | None = False
    unknown_parent: bool | None = False


def at(table: str, name: str) -> exp.Column:
    """A column of a table, quoted."""
    return exp.column(name, table=table, quoted=True)


def resolved(plan: Resolution) -> exp.Select:
    """One row per taken row of the stage, as it would stand in the facts, with everything that is wrong with it."""
    rules = list(_rules(plan))
    broken = [rule.broken.copy() for rule in rules]
    refusing = [rule.broken.copy() for rule in rules if rule.rejects]
    late = exp.case().when(exp.or_(*broken), findings(rules)) if broken else exp.null()
    rejected = [at("s", REJECTED), *(exp.func("COALESCE", each, exp.false()) for each in refusing)]
    selected = exp.select(
        exp.column("rowid", table="s").as_(ROW),
        at("s", FILE).as_(FILE),
        at("s", "key").as_("key", quoted=True),
        at("s", "occurred_at").as_("occurred_at", quoted=True),
        at("s", "occurred_on").as_("occurred_on", quoted=True),
        *_columns(plan),
        exp.or_(*rejected).as_(REJECTED),
        call("list_concat", at("s", FINDINGS), late).as_(FINDINGS),
        at("s", RECORD),
    ).from_(exp.to_table(plan.stage).as_("s"))
    return _joined(selected, plan).where(at("s", TAKEN))


def _columns(plan: Resolution) -> Iterator[exp.Expr]:
    if plan.has_account:
        yield at("a", "account").as_("account", quoted=True)
    if plan.has_parent:
        yield at("p", "account").as_("parent", quoted=True)
    if plan.has_known:
        yield at("s", "known_at").as_("known_at", quoted=True)
    monies = {money.name: money for money in plan.monies}
    people = {name: f"c{place}" for place, name in enumerate(plan.contacts)}
    for name in plan.columns:
        if name in people:
            yield at(people[name], "contact").as_(name, quoted=True)
        elif name in monies:
            yield _converted(plan, monies[name]).as_(name, quoted=True)
        else:
            yield _value(plan, name).as_(name, quoted=True)


def _value(plan: Resolution, name: str) -> exp.Expr:
    for place, found in enumerate(plan.found):
        if found.name == name:
            return at(f"l{place}", "take")
    return at("s", name)


def _joined(selected: exp.Select, plan: Resolution) -> exp.Select:
    for place, found in enumerate(plan.found):
        matches = exp.EQ(this=at(f"l{place}", "match"), expression=at("s", found.name))
        selected = _left(selected, found.table, f"l{place}", matches)
    if plan.has_account:
        same = exp.EQ(this=at("a", "account_id"), expression=_value(plan, "account_id"))
        selected = _left(selected, KNOWN_ACCOUNTS, "a", same)
    if plan.has_parent:
        same = exp.EQ(this=at("p", "account_id"), expression=_value(plan, "parent_id"))
        selected = _left(selected, KNOWN_ACCOUNTS, "p", same)
    for place, name in enumerate(plan.contacts):
        same = exp.EQ(this=at(f"c{place}", "contact_id"), expression=_value(plan, name))
        selected = _left(selected, "directory.contacts", f"c{place}", same)
    for place, start in enumerate(plan.starts):
        matches = exp.EQ(this=at(f"b{place}", "match"), expression=at("s", start.column))
        selected = _left(selected, start.table, f"b{place}", matches)
    for place, money in enumerate(plan.monies):
        if plan.dated:
            selected = selected.join(_rate_join(money, f"r{place}"))
    return selected


def _left(selected: exp.Select, table: str, alias: str, on: exp.Expr) -> exp.Select:
    return selected.join(exp.to_table(table).as_(alias), on=on, join_type="left")


def _rate_join(money: Money, alias: str) -> exp.Join:
    same = exp.EQ(this=at(alias, "currency"), expression=_currency(money))
    latest = exp.GTE(this=at("s", "occurred_on"), expression=at(alias, "from_day"))
    return exp.Join(
        this=exp.to_table(RATES).as_(alias), method="ASOF", side="LEFT", on=exp.and_(same, latest)
    )


def _currency(money: Money) -> exp.Expr:
    if money.currency_column is not None:
        return call("upper", call("trim", at("s", money.currency_column)))
    return exp.convert((money.currency or "").upper())


def _converted(plan: Resolution, money: Money) -> exp.Expr:
    amount = exp.cast(_value(plan, money.name), "decimal(20, 4)", dialect="duckdb")
    product = exp.Mul(this=amount, expression=_rate(plan, money))
    return exp.cast(product, "decimal(18, 4)", dialect="duckdb")


def _rate(plan: Resolution, money: Money) -> exp.Expr:
    if plan.dated:
        place = list(plan.monies).index(money)
        own = exp.EQ(this=_currency(money), expression=exp.convert(plan.own_currency))
        one = exp.cast(exp.convert(1), "decimal(18, 10)", dialect="duckdb")
        return exp.case().when(own, one).else_(at(f"r{place}", "rate"))
    rate = exp.Case(this=_currency(money), ifs=[])
    for currency, worth in plan.rates.items():
        rate = rate.when(
            exp.convert(currency),
            exp.cast(exp.Literal.number(str(worth)), "decimal(18, 10)", dialect="duckdb"),
        )
    return rate


def _rules(plan: Resolution) -> Iterator[Rule]:
    for place, found in enumerate(plan.found):
        if found.rejects is not None:
            broken = exp.and_(present(at("s", found.name)), absent(at(f"l{place}", "match")))
            reason = call("concat", "no row of ", found.of, " has '", at("s", found.name), "'")
            yield Rule("unmatched", found.label, broken, reason, found.rejects)
    if plan.has_account and not plan.is_accounts:
        yield from _account_rules(plan)
    if plan.has_parent and plan.unknown_parent is not None:
        broken = exp.and_(present(_value(plan, "parent_id")), absent(at("p", "account")))
        reason = call("concat", "no account has the id '", _value(plan, "parent_id"), "'")
        yield Rule("unmatched", "parent_id", broken, reason, plan.unknown_parent)
    for place, start in enumerate(plan.starts):
        if start.rejects is not None:
            broken = exp.LT(this=at("s", "occurred_at"), expression=at(f"b{place}", "take"))
            yield Rule(
                "before", start.label, broken, _before(start.of, at(f"b{place}", "take")), start.rejects
            )
    for money in plan.monies:
        broken = exp.and_(present(at("s", money.name)), absent(_rate(plan, money)))
        if plan.dated:
            broken = exp.and_(present(at("s", "occurred_on")), broken)
        reason = call(
            "concat",
            "there is no rate of ",
            exp.func("COALESCE", _currency(money), exp.convert("an unnamed currency")),
            " for that day",
        )
        yield Rule("no_rate", money.label, broken, reason, True)


def _account_rules(plan: Resolution) -> Iterator[Rule]:
    given = _value(plan, "account_id")
    if plan.unknown_account is not None:
        unknown = exp.and_(present(given), exp.not_(exp.func("COALESCE", at("a", "is_known"), exp.false())))
        reason = call("concat", "no account has the id '", given.copy(), "'")
        yield Rule("unknown_account", plan.account_label, unknown, reason, plan.unknown_account)
    if plan.before_account is not None:
        early = exp.LT(this=at("s", "occurred_at"), expression=at("a", "began"))
        yield Rule(
            "before_account",
            "account_id",
            early,
            _before("the account", at("a", "began")),
            plan.before_account,
        )


def _before(of: str, start: exp.Expr) -> exp.Expr:
    occurred = exp.cast(at("s", "occurred_at"), "varchar", dialect="duckdb")
    return call("concat", occurred, f" is before {of} began, ", exp.cast(start, "varchar", dialect="duckdb"))
