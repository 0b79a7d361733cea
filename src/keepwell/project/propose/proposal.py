"""A proposed project: the text of every file, for a folder of data."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import keepwell.clock
from keepwell.errors import UserError
from keepwell.project.propose.commerce import plans
from keepwell.project.propose.filling import FIRST_DAY
from keepwell.project.propose.fitting import currency
from keepwell.project.propose.guess import Holds
from keepwell.project.propose.happening import outcomes
from keepwell.project.propose.heads import look, plain
from keepwell.project.propose.mapped import Line, Mapped, Mapping, quoted
from keepwell.project.propose.mapping import mapping
from keepwell.project.propose.measuring import proposals
from keepwell.project.propose.proposed import Proposed
from keepwell.project.schema import SCHEMAS, comment
from keepwell.sources.source import Encoding

_WEIGHTS = {"adoption": 40, "engagement": 40, "support": 20, "commercial": 20, "voice": 20, "relationship": 15,
            "outcomes": 15, "lifecycle": 10}  # fmt: skip
_MONTHLY = ("mrr", "monthly_charges", "monthly_revenue", "monthly_amount", "monthly_fee")
_FRESH_DAYS = 7


def propose(data: Path, project: Path) -> dict[str, str]:
    """The files of a project, by name, for the data below a folder; `project` is where they will be written.

    Raises:
        UserError: the folder holds no data from which accounts can be told.
    """
    looked = look(data)
    if not looked.heads:
        why = "; ".join(f"{path.name}: {reason}" for path, reason in looked.unread[:3])
        raise UserError(
            f"{data} holds no data files that can be read" + (f" ({why})" if why else ""),
            where=str(data),
            do="put CSV, TSV, text, JSON Lines, Parquet or Excel files there",
        )
    found = mapping(looked)
    if not found.sources:
        columns = ", ".join(column.name for head in looked.heads[:1] for column in head.columns[:8])
        raise UserError(
            "no file says which account a row belongs to",
            where=str(data),
            do=f"name that column account_id or customer_id (the first file has {columns}), "
            "or type `keepwell init DIR --example saas` and map it by hand",
        )
    measured = list(proposals(found))
    texts = {
        "keepwell.yml": _settings(found, measured, project),
        "sources.yml": _sources(found, project),
        "signals.yml": f"{comment('signals', SCHEMAS)}\nsignals:\n" + "\n".join(one.text for one in measured),
        "segments.yml": _segments(found),
        "scorecards/default.yml": _scorecard(measured),
        "outcomes.yml": outcomes(found),
    }
    return {name: text for name, text in texts.items() if text}


def _settings(found: Mapping, measured: list[Proposed], project: Path) -> str:
    day, pinned = _as_of(found)
    name = plain(project.resolve().name).strip("_") or "project"
    lines = [
        comment("keepwell", SCHEMAS),
        f"project: {name}",
        "zone: UTC            # the zone in which your days begin",
    ]
    lines.append(
        f"currency: {_currency(found)}        # amounts are in it, or are converted into it by `rates:`"
    )
    if pinned:
        lines.append(f"as_of: {day}    # the data ends the day before; remove the line to score as of now")
    names = [one.name for one in measured]
    if "mrr" in names:
        lines.append("value: mrr * 12      # what an account is worth")
    elif "spend_a_year" in names:
        lines.append("value: spend_a_year  # what an account is worth")
    elif monthly := [name for name in found.sources[0].attributes if name in _MONTHLY]:
        lines.append(f"value: account.{monthly[0]} * 12  # what an account is worth")
    return "\n".join(lines) + "\n"


def _currency(found: Mapping) -> str:
    codes = [
        currency(line.raw)
        for source in found.sources
        for line in source.columns.values()
        if line.raw is not None
    ]
    return next((code for code in codes if code), "USD")


def _as_of(found: Mapping) -> tuple[date, bool]:
    """The day after the last fact, and whether it lies so far back that it should be pinned."""
    today = keepwell.clock.now().date()
    last = []
    for source in found.sources:
        line = source.columns.get(source.table.occurred)
        if line is None or line.raw is None:
            continue
        if line.raw.span is not None:
            last.append(line.raw.span[1].date())
        elif line.raw.plain.startswith(("tenure", "months")):
            last.append(date(1970, 1, 1) + timedelta(days=FIRST_DAY - 1))
        elif (top := line.raw.top()) is not None:
            last.append(date(1970, 1, 1) + timedelta(days=FIRST_DAY + int(top)))
    day = max((one for one in last if one <= today), default=today) + timedelta(days=1)
    return day, day < today - timedelta(days=_FRESH_DAYS)


def _sources(found: Mapping, project: Path) -> str:
    parts = [
        f"{comment('sources', SCHEMAS)}\n"
        "# Proposed from the files: each line says how sure it is, and lines with DOUBT want your eye.\n"
        "sources:"
    ]
    parts.extend("\n".join(_source(source, project)) for source in found.sources)
    if found.unmapped:
        parts.append("\n".join(f"# {line}." for line in found.unmapped))
    return "\n\n".join(parts).replace("sources:\n\n", "sources:\n") + "\n"


def _source(source: Mapped, project: Path) -> Iterator[str]:
    yield from (f"  # DOUBT: {doubt}." for doubt in source.doubts)
    yield f"  {source.name}:"
    paths = [_relative(path, project) for path in source.head.paths]
    yield f"    files: {paths[0]}" if len(paths) == 1 else f"    files: [{', '.join(paths)}]"
    reading = source.head.reading
    if reading.encoding is not Encoding.UTF_8:
        yield f"    encoding: {reading.encoding}"
    if reading.delimiter is not None:
        yield f"    delimiter: {quoted(reading.delimiter) if reading.delimiter != chr(9) else chr(34) + chr(92) + 't' + chr(34)}"
    nulls = dict.fromkeys(word for column in source.head.columns for word in column.guess.nulls)
    if nulls:
        yield f"    nulls: [{', '.join(map(quoted, ('', *nulls)))}]"
    yield f"    table: {source.table.name}"
    if source.dates and source.dates != "year-month-day":
        yield f"    dates: {quoted(source.dates)}"
    if any(line.raw is not None and line.raw.guess.decimal == "," for line in source.columns.values()):
        yield '    decimal: ","'
    if source.fresh_days:
        yield f"    fresh_within: {source.fresh_days} days  # a longer silence means a broken feed"
    if source.keep:
        yield f"    keep: {source.keep}"
    yield "    columns:"
    yield from _aligned(source.columns)
    if source.attributes:
        yield "    attributes:"
        yield from _aligned(source.attributes)
    if source.left_out:
        yield "    # left out: " + "; ".join(source.left_out)


def _aligned(lines: dict[str, Line]) -> Iterator[str]:
    written = [(f"      {name}: {line.origin}", line.comment) for name, line in lines.items()]
    width = min(max((len(text) for text, note in written if note), default=0), 70)
    for text, note in written:
        yield f"{text.ljust(width)}  # {note}" if note else text


def _relative(path: Path, project: Path) -> str:
    """A file relative to the project; what a glob would read as a pattern is taken as it stands."""
    text = os.path.relpath(path.resolve(), project.resolve())
    for sign in "[*?":
        text = text.replace(sign, f"[{sign}]")
    return quoted(text)


def _segments(found: Mapping) -> str:
    lines = [comment("segments", SCHEMAS), "segments:"]
    accounts = found.table("accounts")
    seats = accounts.holds("seats") if accounts is not None else None
    by_contract, by_account = plans(found.table("subscriptions")), plans(accounts)
    if by_contract or by_account:
        read = "plan_now" if by_contract else "account.plan"
        named = {plain(text): text for text in by_contract or by_account}
        lines += [f"  {name}: {quoted(f'{read} == {text!r}')}" for name, text in named.items()]
        lines.append("  other: otherwise")
    elif seats is not None and seats.guess.holds is Holds.INTEGER:
        lines += ["  large: account.seats >= 50", "  small: otherwise"]
    else:
        lines.append(
            "  everyone: otherwise   # add segments above: conditions over signals and account.attributes"
        )
    lines += ["stages:", "  onboarding: tenure_days < 90", "  mature: otherwise"]
    return "\n".join(lines) + "\n"


def _scorecard(measured: list[Proposed]) -> str:
    by_dimension: dict[str, list[Proposed]] = {}
    for one in measured:
        if one.scale:
            by_dimension.setdefault(one.dimension, []).append(one)
    if not by_dimension:
        only = Proposed(
            "tenure_days", "", "lifecycle", 1, "{0: 30, 90: 60, 365: 100}", "Connect data of what they do"
        )
        by_dimension["lifecycle"] = [only]
    lines = [
        comment("scorecard", f"../{SCHEMAS}"),
        "# Proposed from what the data allows: weights and scales are a start to argue with.",
        "scorecard: default",
        "purpose: health",
        "for: {segment: any, stage: any}",
        "dimensions:",
    ]
    for dimension, measures in by_dimension.items():
        lines += [f"  {dimension}:", f"    weight: {_WEIGHTS[dimension]}", "    measures:"]
        for one in measures:
            lines += [f"      {one.name}:", f"        weight: {one.weight}", f"        scale: {one.scale}"]
            lines.append(f"        advice: {one.advice}")
    lines += _caps(measured)
    lines += ["bands: {green: 70, yellow: 40, hysteresis: 3}", "missing: redistribute", "min_coverage: 50%"]
    return "\n".join(lines) + "\n"


def _caps(measured: list[Proposed]) -> list[str]:
    names = {one.name for one in measured}
    caps = [
        ("payment_failures", "payment_failed", ">= 1", 40, "A payment failed in the last 90 days"),
        ("overdue_invoices", "long_overdue", ">= 2", 50, "Two or more invoices are overdue"),
        ("escalations", "escalated_often", ">= 2", 50, "Two or more tickets were escalated in 90 days"),
        ("days_since_order", "long_gone", ">= 365", 30, "No order for a year"),
        ("active_days", "nobody_there", "== 0", 40, "Nobody was active in the last 28 days"),
    ]
    known = [
        f"  {name}: {{when: {signal} {test}, at_most: {most}, because: {because}}}"
        for signal, name, test, most, because in caps
        if signal in names
    ]
    return ["caps:", *known] if known else []
