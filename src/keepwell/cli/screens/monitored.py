"""What has drifted, on a terminal: limits that are passed first to be seen, by sign and by words."""

from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.proof.drift import Shift
from keepwell.runs import estimates, figures
from keepwell.runs.live import Live
from keepwell.runs.monitor import Monitored
from keepwell.scoring.bands import BY_CODE

WORDS = {
    Shift.TOO_LITTLE_DATA: "too little data",
    Shift.NONE: "no",
    Shift.MODERATE: "moderately",
    Shift.LARGE: "far",
}


def screen(found: Monitored, *, zone: ZoneInfo) -> list[RenderableType]:
    """The screen of one purpose."""
    since = "since it was applied, " if found.applied else "since "
    parts: list[RenderableType] = [
        strokes.heading(
            f"{found.purpose}",
            f"{since}{figures.day(found.since, zone)}, as of {figures.moment(found.as_of, zone)}",
        ),
        Text(_sum(found), "bold red" if found.breaches else "bold"),
        Text(""),
        strokes.indented(_drift(found)),
        Text(""),
        strokes.indented(_bands(found)),
        Text(""),
    ]
    parts += [_live(each) for each in found.live]
    parts += [
        Text(
            f"! {each.source} has been silent since {figures.moment(each.last, zone) if each.last else 'ever'}",
            "red",
        )
        for each in found.feeds
    ]
    if found.review_due is not None:
        due = figures.day(found.review_due, zone)
        parts.append(
            Text(
                f"! A review has been due since {due}. Once done: keepwell monitor --reviewed TEXT", "yellow"
            )
        )
    return [*parts, Text("")]


def _sum(found: Monitored) -> str:
    if not found.breaches:
        return "No limit is passed."
    return f"{figures.count(found.breaches, 'limit is', 'limits are')} passed: see !"


def _drift(found: Monitored) -> Table:
    rows: list[strokes.Row] = [
        [
            "!" if each.breach else "",
            each.title,
            figures.number(each.drift.psi, 2),
            figures.number(each.drift.noise, 2),
            WORDS[each.drift.shift],
            f"{estimates.rate(each.drift.missing_then)} → {estimates.rate(each.drift.missing_now)}",
        ]
        for each in found.moved
    ]
    return strokes.table(["", "has moved", ">PSI", ">by chance", "moved", ">unknown"], rows)


def _bands(found: Monitored) -> Table:
    rows: list[strokes.Row] = [
        [
            "!" if each.breach else "",
            strokes.band(BY_CODE[each.share.code]),
            estimates.rate(each.share.then),
            estimates.rate(each.share.now),
            str(estimates.difference(each.share.change)),
        ]
        for each in reversed(found.bands)
    ]
    return strokes.table(["", "band", ">then", ">now", ">change"], rows)


def _live(each: Live) -> Text:
    if each.auc is None:
        return Text(f"{each.outcome}: nothing can be judged yet. {each.why_not}", "dim")
    said = f"{each.outcome}: AUC {estimates.number(each.auc)} on what has happened since"
    if each.certified is not None:
        said += f"; its certificate says {figures.number(each.certified, 2)}"
    if each.apart is not None:
        said += f". It happened {estimates.difference(each.apart)} more often than its bands' rates say"
    return Text(f"{'! ' if each.breach else ''}{said}.", "red" if each.breach else "")
