"""What each section of the report page shows, ready for its template: words, figures and charts."""

from typing import Any

from keepwell.runs import figures
from keepwell.runs.portfolio import BANDS
from keepwell.runs.report import Cost, Mover, Report, SegmentLine
from keepwell.scoring.score import Band
from keepwell.web.report import charts
from keepwell.web.report.charts import Bar, Part

MOST_SEGMENTS = 8
MOST_COSTS = 12


def portfolio(report: Report) -> dict[str, Any]:
    """Bands over time, the spread of scores, value by segment, the table of segments."""
    scored = [score.score for score in report.portfolio.scored if score.score is not None]
    return {
        "bands_chart": _bands_chart(report),
        "bands_rows": [
            (
                figures.day(week.as_of, report.zone),
                *(f"{week.counts.get(band, 0):,}" for band in BANDS),
                f"{week.unscored:,}",
            )
            for week in report.weeks
        ],
        "histogram": charts.histogram(scored, report.thresholds, _spread(scored)),
        "spread": _spread(scored),
        "segment_bars": _segment_bars(report),
        "segments": [_segment(line, report.currency) for line in report.segments],
    }


def _bands_chart(report: Report) -> Any:
    columns = [
        (
            f"{week.as_of.astimezone(report.zone):%-d %b}",
            [Part(week.counts.get(band, 0), band, band) for band in BANDS],
        )
        for week in report.weeks
    ]
    if not report.weeks:
        return ""
    first, last = report.weeks[0], report.weeks[-1]
    ends = " to ".join(
        ", ".join(f"{week.counts.get(band, 0):,} {band}" for band in BANDS) for week in (first, last)
    )
    text = f"Accounts in each band over {figures.count(len(columns), 'week')}: from {ends}."
    return charts.stacked(columns, text, height=220)


def _spread(scored: list[float]) -> str:
    if not scored:
        return "No account is scored."
    ordered = sorted(scored)

    def quantile(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return (
        f"Half of all accounts lie between {figures.score(quantile(0.25))} and {figures.score(quantile(0.75))}; "
        f"the median is {figures.score(quantile(0.5))}."
    )


def _segment_bars(report: Report) -> Any:
    if report.portfolio.value is None:
        return ""
    if report.health:
        amounts = [(line.name, line.value_at_risk) for line in report.segments]
    else:
        green: dict[str, float] = {line.name: 0.0 for line in report.segments}
        for score in report.portfolio.scored:
            green[score.segment] += (score.value or 0.0) if score.band is Band.GREEN else 0.0
        amounts = sorted(green.items(), key=lambda item: -item[1])
    rows = [Bar(name, amount, figures.short_money(amount, report.currency)) for name, amount in amounts]
    said = "; ".join(f"{row.label}: {row.figure}" for row in rows[:MOST_SEGMENTS])
    return charts.bars(rows[:MOST_SEGMENTS], f"By segment: {said}.")


def _segment(line: SegmentLine, currency: str) -> dict[str, Any]:
    said = ", ".join(f"{line.counts[band]:,} {band}" for band in BANDS)
    return {
        "name": line.name,
        "accounts": f"{line.accounts:,}",
        "mean": figures.score(line.mean),
        "strip": charts.strip([Part(line.counts[band], band, band) for band in BANDS], said),
        "counts": " · ".join(f"{line.counts[band]:,}" for band in BANDS),
        "value": figures.short_money(line.value, currency),
        "at_risk": figures.short_money(line.value_at_risk, currency),
    }


def moves(report: Report) -> dict[str, Any]:
    """Who fell and who rose since the week before."""
    compared = figures.day(report.compared, report.zone) if report.compared else ""
    crossed = sorted(report.portfolio.moves.items(), key=lambda item: -item[1])
    words = ", ".join(f"{n:,} from {before} to {after}" for (before, after), n in crossed)
    return {
        "compared": compared,
        "moves": f"Since {compared}: {words or 'no account changed band'}.",
        "movers": [
            {
                "title": "Falling",
                "verb": "fell",
                "rows": [_mover(mover, report) for mover in report.movers_down],
            },
            {
                "title": "Rising",
                "verb": "rose",
                "rows": [_mover(mover, report) for mover in report.movers_up],
            },
        ],
    }


def _mover(mover: Mover, report: Report) -> dict[str, Any]:
    score = mover.score
    bands = (
        f"{mover.band_before} to {score.band}"
        if mover.band_before is not score.band
        else f"stays {score.band}"
    )
    return {
        "name": figures.plain(score.name or score.account_id),
        "why": figures.plain(mover.because),
        "spark": spark(report, score.account_id),
        "before": figures.score(mover.before),
        "after": figures.score(score.score),
        "change": figures.points(mover.change),
        "good": mover.change > 0,
        "bands": bands,
    }


def spark(report: Report, account_id: str) -> Any:
    """The account's scores over the report's weeks as a small line."""
    values = [value for _, value in report.trends.get(account_id, ())]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    text = f"From {figures.score(known[0])} to {figures.score(known[-1])} in {figures.count(len(values), 'week')}"
    return charts.sparkline(values, text)


def reasons(report: Report) -> dict[str, Any]:
    """What costs the most points, overall and in each segment."""
    shown = report.costs[:MOST_COSTS]
    sizes = sorted(report.segments, key=lambda line: (-line.accounts, line.name))
    segments = [line.name for line in sizes[:MOST_SEGMENTS]]
    deepest = min([cost.by_segment.get(name, 0.0) for cost in shown for name in segments] + [-1e-9])
    rows = [Bar(cost.title, -cost.points, figures.points(cost.points), "loss") for cost in shown]
    said = "; ".join(f"{row.label} {row.figure}" for row in rows)
    return {
        "mean": figures.score(report.portfolio.mean),
        "costs_chart": charts.bars(rows, f"Mean points lost: {said}."),
        "cost_segments": segments,
        "costs": [_cost(cost, segments, deepest) for cost in shown],
    }


def _cost(cost: Cost, segments: list[str], deepest: float) -> dict[str, Any]:
    cells = []
    for name in segments:
        points = cost.by_segment.get(name, 0.0)
        level = min(4, int(5 * max(0.0, points / deepest)))
        cells.append({"text": figures.points(points), "level": level})
    return {
        "title": cost.title,
        "part": cost.dimension or cost.step.replace("_", "-"),
        "points": figures.points(cost.points),
        "accounts": f"{cost.accounts:,}",
        "advice": cost.advice,
        "cells": cells,
    }


def data(report: Report) -> dict[str, Any]:
    """Feeds, loads, rejects and coverage."""
    health, zone = report.data, report.zone
    silent = [feed.source for feed in health.silent]
    note = (
        f"Silent: {', '.join(silent)}. "
        if silent
        else "Every watched feed is fresh. "
        if health.feeds
        else ""
    )
    read = sum(line.read for line in health.loads)
    if read:
        note += f"The last loads read {figures.count(read, 'row')}; {health.rejected:,} stand rejected."
    return {
        "data_note": note,
        "feeds": [
            {
                "source": feed.source,
                "table": feed.table,
                "last": figures.moment(feed.last, zone) if feed.last else "never",
                "within": feed.fresh_within,
                "state": "silent" if feed.silent else "fresh",
            }
            for feed in health.feeds
        ],
        "loads": [
            {
                "source": line.source,
                "at": figures.moment(line.loaded_at, zone),
                "read": f"{line.read:,}",
                "kept": f"{line.kept:,}",
                "rejected": f"{line.rejected:,}",
            }
            for line in health.loads
        ],
        "rejects": [
            {
                "source": line.source,
                "rule": figures.words(line.rule),
                "example": figures.plain(line.example),
                "rows": f"{line.rows:,}",
            }
            for line in health.rejects
        ],
        "coverage_chart": _coverage(report.coverage),
    }


def _coverage(tenths: tuple[int, ...]) -> Any:
    groups = [
        ("90–100%", tenths[9]),
        ("80–90%", tenths[8]),
        ("60–80%", tenths[6] + tenths[7]),
        ("below 60%", sum(tenths[:6])),
    ]
    rows = [Bar(label, n, figures.count(n, "account")) for label, n in groups]
    said = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    return charts.bars(rows, f"Accounts by coverage: {said}.")
