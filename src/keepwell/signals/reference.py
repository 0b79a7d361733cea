"""What every signal means, written to be read and not to be fast: the oracle that its SQL is tested against.

**Which facts count.** A fact counts for an aggregate as of D, read at a horizon H (usually D), if

- it is visible as of H: it occurred and was known before H, and is the revision known then (`facts.visible`);
- its account's `accounts` row or its own account column says it belongs to the account; a `context` fact belongs to every
  account whose `accounts.sector` as of H equals its own;
- `where` holds for its columns (`as_of` reads D);
- it is in the `state` asked for: *open* if its `end` is not known as of H, *ended* if it is (`facts.visible` hides an end
  that is still to come);
- its `at` instant is known and lies in the window as of D; with no window, before D. `at` is the table's `occurred`
  column if not said; of a `duration` it is the table's `end`, where it has one;
- its `column`, where the aggregate reads one, is known.

**No value.** If no fact counts, or those that do give no value (one lonely date has no gap), the signal is unknown, and
`missing`, if declared, stands for it. But if any feed of any table below the signal is silent as of H, it is unknown
whatever its facts or its formula say: an empty week may then be our own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from keepwell.signals.aggregates import MEANINGS, Counted, Occasion
from keepwell.signals.definition import (
    ACCOUNT,
    Aggregate,
    Change,
    Feed,
    Formula,
    How,
    Predicted,
    Ratio,
    Signal,
    State,
    contact,
)
from keepwell.signals.expression import Expression
from keepwell.signals.facts import Fact, visible
from keepwell.signals.graph import order, tables
from keepwell.signals.kinds import AS_OF
from keepwell.signals.meaning import Value, arithmetic, evaluate, holds
from keepwell.signals.tables import TABLES


def values(
    signals: Iterable[Signal],
    facts: Iterable[Fact],
    accounts: Iterable[int],
    *,
    as_of: datetime,
    horizon: datetime,
    zone: ZoneInfo,
    feeds: Iterable[Feed] = (),
) -> dict[int, dict[str, Value]]:
    """Every signal's value for each of the accounts; `None` is unknown."""
    occasion = Occasion(as_of.astimezone(UTC), horizon.astimezone(UTC), zone)
    ordered = order(signals)
    kept = tuple(facts)
    readable = {table: visible(kept, table, horizon) for table in TABLES}
    silent = {feed.table for feed in feeds if not alive(feed, readable[feed.table], horizon, zone)}
    deaf = {name for name, below in tables(ordered).items() if below & silent}
    results: dict[int, dict[str, Value]] = {}
    for account in accounts:
        row = account_row(account, readable["accounts"])
        found: dict[str, Value] = {}
        for signal in ordered:
            if signal.name in deaf:
                found[signal.name] = None
                continue
            if isinstance(signal.meaning, Aggregate):
                own = belonging(account, readable[signal.meaning.table], row)
                value = aggregate(signal.meaning, own, occasion)
            elif isinstance(signal.meaning, Predicted):
                value = None  # no facts say it: a model does
            else:
                value = derived(signal.meaning, found, row, occasion)
            found[signal.name] = signal.missing if value is None else value
        results[account] = found
    return results


def account_row(account: int, readable: Iterable[Fact]) -> Mapping[str, Value] | None:
    """The columns of the account itself, from the visible facts of `accounts`; `None` before it has begun."""
    return next((fact.values for fact in readable if fact.account == account), None)


def population(row: Mapping[str, Value] | None) -> str:
    """Whether an account is `active`, `ended`, or `not begun`, by its row as of the horizon."""
    if row is None:
        return "not begun"
    return "active" if row.get("ended_at") is None else "ended"


def alive(feed: Feed, readable: Iterable[Fact], horizon: datetime, zone: ZoneInfo) -> bool:
    """Whether a visible fact of the source occurred in `[H - fresh_within, H)`."""
    since = feed.fresh_within.before(horizon, zone)
    return any(fact.source == feed.source and fact.occurred_at >= since for fact in readable)


def belonging(account: int, readable: Iterable[Fact], row: Mapping[str, Value] | None) -> list[Fact]:
    """The facts that are the account's own, or of its sector in `context`."""
    sector = row.get("sector") if row else None
    return [
        fact
        for fact in readable
        if (fact.account == account if fact.table != "context" else _same(fact.values.get("sector"), sector))
    ]


def _same(one: Value, other: Value) -> bool:
    return one is not None and one == other


def over_signals(
    expression: Expression,
    found: Mapping[str, Value],
    row: Mapping[str, Value] | None,
    occasion: Occasion,
) -> Value:
    """The value of an expression over signals, `account.` attributes and `as_of`."""

    def lookup(name: str) -> Value:
        if name.startswith(ACCOUNT):
            return row.get(name.removeprefix(ACCOUNT)) if row else None
        return occasion.as_of if name == AS_OF else found[name]

    return evaluate(expression, lookup, occasion.zone)


def chosen(
    cases: Iterable[tuple[str, Expression | None]],
    found: Mapping[str, Value],
    row: Mapping[str, Value] | None,
    occasion: Occasion,
) -> str:
    """The name of the first case whose condition is true (`None` always is), or `any`."""
    return next(
        (
            name
            for name, condition in cases
            if condition is None or over_signals(condition, found, row, occasion) is True
        ),
        "any",
    )


def derived(
    meaning: Change | Ratio | Formula,
    found: Mapping[str, Value],
    row: Mapping[str, Value] | None,
    occasion: Occasion,
) -> Value:
    """A value from other signals: `(of - against) / against`, `of / to`, or a formula's."""
    match meaning:
        case Change(of, against):
            return arithmetic("/", arithmetic("-", found[of], found[against]), found[against])
        case Ratio(of, to):
            return arithmetic("/", found[of], found[to])
        case Formula(expression):
            return over_signals(expression, found, row, occasion)


def aggregate(how: Aggregate, own: Sequence[Fact], occasion: Occasion) -> Value:
    """The aggregate of an account's visible facts, before `missing`."""
    rows = counted(how, own, occasion)
    return MEANINGS[how.how](rows, how, occasion) if rows else None


def counted(how: Aggregate, own: Iterable[Fact], occasion: Occasion) -> list[Counted]:
    """The facts that count, by the rules above."""
    column = how.column or (contact() if how.how is How.DISTINCT else None)
    rows = []
    for fact in own:

        def lookup(name: str, fact: Fact = fact) -> Value:
            return occasion.as_of if name == AS_OF else fact.values.get(name)

        at = lookup(_at(how))
        if (
            holds(how.where, lookup, occasion.zone)
            and _in_state(how, fact)
            and isinstance(at, datetime)
            and _in_window(at, how, occasion)
        ):
            value = evaluate(column, lookup, occasion.zone) if column else None
            if column is None or value is not None:
                rows.append(Counted(fact, at, value))
    return rows


def _at(how: Aggregate) -> str:
    table = TABLES[how.table]
    if how.at:
        return how.at
    return table.end if how.how is How.DURATION and table.end else table.occurred


def _in_state(how: Aggregate, fact: Fact) -> bool:
    state, end = how.state, TABLES[how.table].end
    if how.how in (How.OPEN, How.DAYS_UNTIL) and state is None and end:
        state = State.OPEN
    if how.how is How.DURATION and how.column is None:
        state = State.ENDED
    if state is None:
        return True
    return (fact.values.get(end or "") is None) is (state is State.OPEN)


def _in_window(at: datetime, how: Aggregate, occasion: Occasion) -> bool:
    if how.window is None:
        return at < occasion.as_of
    start, end = how.window.bounds(occasion.as_of, occasion.zone)
    return start <= at < end
