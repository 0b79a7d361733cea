"""What a source's declaration means for resolving and merging its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from keepwell.runs.staging import Staged
from keepwell.signals.tables import Kind
from keepwell.signals.window import Unit
from keepwell.sources.plan import mapped, policies
from keepwell.sources.source import Check, Computed, Constant, Keep, Lookup, Policy, Source, Take
from keepwell.sql.ingest import merge
from keepwell.sql.ingest.resolve import Found, Money, Resolution, Start
from keepwell.warehouse import schema
from keepwell.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Currencies:
    """The project's currency, its fixed rates (its own among them), and whether a table of dated rates serves instead."""

    own: str
    fixed: Mapping[str, Decimal]
    dated: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What a merge stands on: the load's number and instant (naive UTC), and the lookup tables of the source's columns."""

    load: int
    now: datetime
    currencies: Currencies
    first: bool
    restates: bool
    lookups: Mapping[str, str] = field(default_factory=dict)


def resolution(source: Source, stage: str, ground: Ground) -> Resolution:
    """What the source's stage needs to become facts."""
    columns, checks = mapped(source), policies(source)
    private = schema.PRIVATE if source.table in ("accounts", "contacts") else frozenset[str]()
    skipped = private | {"account_id", "occurred_at"}
    account = columns.get("account_id")
    return Resolution(
        stage=stage,
        columns=[name for name in columns if name not in skipped],
        contacts=[name for name, (kind, _) in columns.items() if kind is Kind.CONTACT],
        found=[
            Found(
                name,
                ground.lookups[name],
                origin.match,
                origin.source,
                True if name == "account_id" else checks["unmatched"],
            )
            for name, (_, origin) in columns.items()
            if isinstance(origin, Lookup)
        ],
        starts=[
            Start(
                f"before {place}",
                ground.lookups[f"before {place}"],
                before.match,
                before.of,
                {Policy.REJECT: True, Policy.WARN: False, Policy.IGNORE: None}[before.policy],
            )
            for place, before in enumerate(source.before)
        ],
        monies=_monies(source),
        rates=ground.currencies.fixed,
        own_currency=ground.currencies.own,
        dated=ground.currencies.dated,
        has_account=account is not None,
        is_accounts=source.table == "accounts",
        has_parent=source.table == "accounts" and "parent_id" in columns,
        has_known=source.known_at is not None,
        account_label=label_of(account[1]) if account else "account_id",
        unknown_account=checks["unknown_account"],
        before_account=checks["before_account"],
        unknown_parent=source.checks.get(Check.UNMATCHED, Policy.WARN) is Policy.REJECT,
    )


def label_of(origin: object) -> str:
    """What people call a column from there."""
    match origin:
        case Take(column):
            return column
        case Lookup(_, match):
            return match
    return "account_id"


def _monies(source: Source) -> list[Money]:
    found = []
    for name, (_, origin) in mapped(source).items():
        by_row = isinstance(origin, Take | Computed) and origin.currency_column is not None
        if isinstance(origin, Take | Computed | Constant) and (by_row or origin.currency is not None):
            label = label_of(origin) if isinstance(origin, Take) else name
            found.append(Money(name, label, origin.currency, f"{name} currency" if by_row else None))
    return found


def job_of(warehouse: Warehouse, source: Source, staged: Staged, ground: Ground) -> merge.Merge:
    """How the source's rows become facts."""
    columns = mapped(source)
    private = schema.PRIVATE if source.table in ("accounts", "contacts") else frozenset[str]()
    account = ["account"] if "account_id" in columns else []
    parent = ["parent"] if source.table == "accounts" and "parent_id" in columns else []
    named = [name for name in columns if name not in private | {"account_id", "occurred_at"}]
    facts = set(warehouse.tables()[source.table]) - {"occurred_at", "known_at"}
    facts |= {"parent"} if source.table == "accounts" else set()
    facts |= {"account"} if source.table != "context" else set()
    mine = [*account, *parent, *named]
    return merge.Merge(
        table=source.table,
        stage=staged.table,
        source=source.name,
        load=ground.load,
        now=ground.now,
        columns=mine,
        others=sorted(facts - set(mine)),
        known=source.known_at is not None,
        first=ground.first,
        restates=ground.restates,
        frozen=source.canonical.immutable or source.keep is Keep.FIRST,
        keyed=source.canonical.key in source.columns,
        last=source.keep is Keep.LAST,
        delay=_delay(source),
    )


def _delay(source: Source) -> timedelta:
    if source.delay is None:
        return timedelta(0)
    if source.delay.unit is Unit.HOURS:
        return timedelta(hours=source.delay.count)
    return timedelta(days=source.delay.days)
