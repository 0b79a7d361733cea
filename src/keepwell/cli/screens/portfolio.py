"""The portfolio on a terminal: bands and moves, then the accounts to act on with why."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.runs import figures
from keepwell.runs.portfolio import BANDS, HEALTH, Portfolio, S, basis_in_words, costs
from keepwell.scoring.score import Score

BAR = 24


def screen(
    whole: Portfolio[S],
    shown: Sequence[Score],
    *,
    project: str,
    currency: str,
    zone: ZoneInfo,
    since: datetime,
    hints: Sequence[str],
) -> list[RenderableType]:
    """The whole screen. `shown` are the first accounts to act on; moves are those `since` an instant; `hints` say what may be wrong with the data."""
    as_of = figures.moment(whole.as_of, zone)
    parts: list[RenderableType] = [
        strokes.heading(f"{figures.plain(project)} · {whole.purpose} · {as_of}"),
        Text(""),
        strokes.indented(_bands(whole, currency)),
        Text(""),
    ]
    moved = _moves(whole, figures.moment(since, zone))
    if moved:
        parts += [moved, Text("")]
    parts += _to_act(whole, shown, currency)
    if hints:
        parts += [
            strokes.heading("Data health"),
            *(Text(f"  ! {hint}", "yellow") for hint in hints),
            Text(""),
        ]
    parts.append(Text("Why: keepwell explain ACCOUNT · All: keepwell report -o report.html", "dim"))
    return parts


def _bands(whole: Portfolio[S], currency: str) -> Table:
    scored = max(1, len(whole.scored))
    heads = ["band", ">accounts", ">share", ""]
    if whole.value is not None:
        heads.insert(3, ">worth")
    rows: list[strokes.Row] = []
    for band in BANDS:
        n = whole.counts[band]
        cells: list[str | Text] = [strokes.band(band), f"{n:,}", figures.share(n, scored)]
        if whole.value is not None:
            cells.append(figures.short_money(whole.values[band], currency))
        rows.append([*cells, Text(strokes.bar(n / scored, BAR), strokes.STYLES[band])])
    unscored = sum(whole.unscored.values())
    if unscored:
        why = ", ".join(
            f"{reason} {n:,}" for reason, n in sorted(whole.unscored.items(), key=lambda item: -item[1])
        )
        spare = [""] * (len(heads) - 3)
        rows.append([Text(f"{strokes.NO_MARK} no score", "dim"), f"{unscored:,}", *spare, Text(why, "dim")])
    return strokes.table(heads, rows, wraps=len(heads) - 1)


def _moves(whole: Portfolio[S], since: str) -> Text | None:
    if not whole.moves:
        return None
    parts = []
    for n, verb, better in ((whole.fallen, "fell", -1), (whole.risen, "rose", 1)):
        if n:
            ways = [
                f"{count:,} {before} → {after}"
                for (before, after), count in sorted(whole.moves.items(), key=lambda item: -item[1])
                if (BANDS.index(before) - BANDS.index(after)) * better > 0
            ]
            parts.append(f"{n:,} {verb} ({', '.join(ways)})")
    return Text(f"Since {since}: {'; '.join(parts)}")


def _to_act(whole: Portfolio[S], shown: Sequence[Score], currency: str) -> list[RenderableType]:
    health = whole.purpose == HEALTH
    title = "To act on" if health else "Readiest"
    if not shown:
        return [
            Text("No account is in red or yellow." if health else "No account is in green yet."),
            Text(""),
        ]
    beside = f"{len(shown):,} of {len(whole.to_act):,}"
    if health and whole.value_at_risk is not None:
        basis = basis_in_words(shown[0].risk_basis)
        beside += (
            f", by value at risk: {figures.short_money(whole.value_at_risk, currency)} in all\n   ({basis})"
        )
    lines: list[RenderableType] = [
        _line(
            "account",
            "score",
            Text("band", "dim"),
            ("at risk" if health else "value") if whole.value is not None else "",
            "dim",
        )
    ]
    for score in shown:
        amount = figures.short_money(score.value_at_risk if health else score.value, currency)
        money = amount if whole.value is not None else ""
        lines.append(_line(_who(score), figures.score(score.score), strokes.band(score.band), money))
        lines += [strokes.reason(reason, by=4) for reason in costs(score, REASONS)]
    return [strokes.heading(title, beside), Text(""), *lines, Text("")]


NAME, MONEY = 42, 14
REASONS = 2


def _line(account: str | Text, score: str, band: Text, money: str, style: str = "") -> Text:
    who = Text(account, style) if isinstance(account, str) else account
    who.truncate(NAME, overflow="ellipsis", pad=True)
    shown = band.copy()
    shown.truncate(8, pad=True)
    return (
        Text("  ") + who + Text(f"  {score:>5}  ", style or "bold") + shown + Text(f"{money:>{MONEY}}", style)
    )


def _who(score: Score) -> Text:
    name, account_id = figures.plain(score.name), figures.plain(score.account_id)
    if not name or name == account_id:
        return Text(account_id, "bold")
    return Text(name, "bold") + Text(f"  {account_id}", "not bold dim")
