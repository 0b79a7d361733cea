"""What every kind of event means, written to be read and not to be fast: when it happened, from facts as known today."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from keepwell.proof.outcome import Dated, Event, Gap, Inactive, Moved, Renewal
from keepwell.signals.expression import Expression
from keepwell.signals.facts import Fact
from keepwell.signals.meaning import Value, evaluate, holds
from keepwell.signals.tables import TABLES
from keepwell.signals.window import Span

Happened: TypeAlias = tuple[int, datetime, float | None, bool | None]
"""Account, instant (naive UTC), amount, and whether it was voluntary."""

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


def happened(event: Event, facts: Sequence[Fact], zone: ZoneInfo, through: datetime) -> list[Happened]:
    """Every time the event happened by `through`, in any order."""
    found: Iterable[Happened]
    match event:
        case Dated():
            found = _dated(event, facts, zone, through)
        case Gap():
            found = _gaps(event, facts, zone, through)
        case Inactive():
            found = _inactive(event, facts, zone, through)
        case Renewal():
            found = _renewals(event, facts, zone, through)
        case Moved():
            found = _moves(event, facts, zone, through)
        case _:
            raise ValueError(f"{event} has no dates")
    return list(found)


def _latest(
    facts: Sequence[Fact], table: str, where: Expression | None, zone: ZoneInfo
) -> dict[int, list[Fact]]:
    """The latest revision of each fact of the table that satisfies the condition, by account."""
    newest: dict[object, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.known_at):
        if fact.table == table:
            newest[fact.key] = fact
    found: dict[int, list[Fact]] = {}
    for fact in newest.values():
        assert fact.account is not None
        if where is None or holds(where, partial(_read, fact), zone):
            found.setdefault(fact.account, []).append(fact)
    return found


def _read(fact: Fact, name: str) -> Value:
    return fact.occurred_at if name == TABLES[fact.table].occurred else fact.values.get(name)


def _instant(fact: Fact, name: str) -> datetime | None:
    value = _read(fact, name)
    assert value is None or isinstance(value, datetime)
    return value


def _end(fact: Fact) -> datetime:
    end = TABLES[fact.table].end
    assert end is not None
    return max(_instant(fact, end) or FOREVER, fact.occurred_at)


def _number(value: Value) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _dated(event: Dated, facts: Sequence[Fact], zone: ZoneInfo, through: datetime) -> Iterable[Happened]:
    for account, ours in _latest(facts, event.table, event.where, zone).items():
        for fact in ours:
            at = _instant(fact, event.at or TABLES[event.table].occurred)
            if at is None or at > through:
                continue
            read = partial(_read, fact)
            amount = None if event.amount is None else _number(evaluate(event.amount, read, zone))
            voluntary = None if event.voluntary is None else evaluate(event.voluntary, read, zone)
            assert voluntary is None or isinstance(voluntary, bool)
            yield account, _naive(at), amount, voluntary


def _covers(ours: Sequence[Fact], grace: Span, zone: ZoneInfo) -> list[list[Fact]]:
    """Facts of one account in heaps: two go together if neither begins later than the grace after the other's end."""

    def reaches(one: Fact, other: Fact) -> bool:
        return _end(one) == FOREVER or other.occurred_at <= grace.after(_end(one), zone)

    heaps: list[list[Fact]] = []
    for fact in ours:
        joined = [heap for heap in heaps if any(reaches(fact, each) and reaches(each, fact) for each in heap)]
        heaps = [heap for heap in heaps if heap not in joined]
        heaps.append([fact, *(each for heap in joined for each in heap)])
    return heaps


def _gaps(event: Gap, facts: Sequence[Fact], zone: ZoneInfo, through: datetime) -> Iterable[Happened]:
    for account, ours in _latest(facts, event.table, event.where, zone).items():
        for cover in _covers(ours, event.grace, zone):
            ended = max(map(_end, cover))
            if ended < FOREVER and event.grace.after(ended, zone) <= through:
                amounts = [_number(_read(fact, "amount")) for fact in cover if _end(fact) == ended]
                known = [amount for amount in amounts if amount is not None]
                yield account, _naive(ended), sum(known) if known else None, None


def _inactive(
    event: Inactive, facts: Sequence[Fact], zone: ZoneInfo, through: datetime
) -> Iterable[Happened]:
    for account, ours in _latest(facts, event.table, event.where, zone).items():
        instants = [fact.occurred_at for fact in ours if fact.occurred_at <= through]
        for at in set(instants):
            over = event.after.after(at, zone)
            if over <= through and not any(at < other < over for other in instants):
                yield account, _naive(over), None, None


def _renewals(event: Renewal, facts: Sequence[Fact], zone: ZoneInfo, through: datetime) -> Iterable[Happened]:
    for account, ours in _latest(facts, event.table, event.where, zone).items():
        covers = _covers(ours, event.grace, zone)
        for fact in ours:
            revisions = sorted((one for one in facts if one.key == fact.key), key=lambda one: one.known_at)
            replaced = [one.known_at for one in revisions[1:]] + [FOREVER]
            dues = {
                due
                for one, known_until in zip(revisions, replaced, strict=True)
                if (due := _instant(one, "renews_at")) is not None and due < known_until
            }
            for due in dues:
                over = event.grace.after(due, zone)
                fell_due = _end(fact) == FOREVER or event.grace.after(_end(fact), zone) >= due
                goes_on = any(
                    min(each.occurred_at for each in cover) <= due and max(map(_end, cover)) > over
                    for cover in covers
                )
                if fell_due and goes_on and over <= through:
                    yield account, _naive(due), _number(_read(fact, "amount")), None


def _moves(event: Moved, facts: Sequence[Fact], zone: ZoneInfo, through: datetime) -> Iterable[Happened]:
    for account, ours in _latest(facts, event.table, event.where, zone).items():
        stretches = [stretch for fact in ours for stretch in _stretches(fact, facts, event)]
        instants = sorted({edge for began, ended, _ in stretches for edge in (began, ended)})
        levels = [
            (at, sum(value for began, ended, value in stretches if began <= at < ended)) for at in instants
        ]
        kept = [
            (at, level)
            for (at, level), following in zip(levels, [*instants[1:], FOREVER], strict=False)
            if level > 0 or following == FOREVER or following > event.grace.after(at, zone)
        ]
        for (_, before), (at, level) in pairwise(kept):
            change = level - before if event.up else before - level
            share = change / before if before else 0
            if before > 0 and level > 0 and change > 0 and share >= event.by and at <= through:
                yield account, _naive(at), change, None


def _stretches(
    latest: Fact, facts: Sequence[Fact], event: Moved
) -> Iterable[tuple[datetime, datetime, float]]:
    revisions = sorted((one for one in facts if one.key == latest.key), key=lambda one: one.known_at)
    end = _instant(latest, TABLES[event.table].end or "") or FOREVER
    replaced = [one.known_at for one in revisions[1:]] + [FOREVER]
    for place, one in enumerate(revisions):
        began = max(latest.occurred_at, one.occurred_at if place == 0 else one.known_at)
        ended = min(end, replaced[place])
        if began < ended:
            yield began, ended, _number(_read(one, event.column)) or 0.0
