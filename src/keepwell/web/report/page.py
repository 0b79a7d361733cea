"""The report page: its title, headline and tiles, and the sections below them."""

from collections.abc import Mapping
from dataclasses import dataclass

from keepwell.runs import figures
from keepwell.runs.portfolio import basis_in_words
from keepwell.runs.report import Report
from keepwell.scoring.score import Band
from keepwell.web.page.frame import Frame, render
from keepwell.web.report import accounts, sections

NAMES = {"health": "Customer health", "expansion": "Readiness to expand", "advocacy": "Readiness to advocate"}


SECTIONS = (
    ("portfolio", "Portfolio"),
    ("movers", "Movers"),
    ("act", "To act on"),
    ("reasons", "Reasons"),
    ("data", "Data"),
)


def html(report: Report) -> str:
    """The whole page. Text from data is escaped; the page's own policy forbids every request and foreign script."""
    purpose = report.portfolio.purpose
    title = NAMES.get(purpose, purpose.capitalize())
    frame = Frame(
        kind="report",
        title=title,
        project=report.project,
        made_at=figures.moment(report.made_at, report.zone),
        sections=SECTIONS,
        simulated=report.simulated,
    )
    return render(
        "report",
        frame,
        scripted=True,
        report=report,
        title=title,
        as_of=figures.moment(report.portfolio.as_of, report.zone),
        headline=headline(report),
        tiles=tiles(report),
        valued=report.portfolio.value is not None,
        basis=basis(report),
        unscored=", ".join(f"{why} {n:,}" for why, n in _by_size(report.portfolio.unscored)),
        **sections.portfolio(report),
        **sections.moves(report),
        **accounts.section(report),
        **sections.reasons(report),
        **sections.data(report),
    )


def _by_size(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def basis(report: Report) -> str:
    """How value at risk is reckoned, in words."""
    if report.portfolio.value_at_risk is None or not report.health:
        return ""
    said = next((score.risk_basis for score in report.portfolio.scored), "")
    return f"Value at risk: {basis_in_words(said)}."


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the head of the page: `change` against the week before, `good` if it is one (`None`: neither)."""

    label: str
    figure: str
    note: str
    change: str = ""
    good: bool | None = None


def _changed(now: float, was: float | None, decimals: int, better: int) -> tuple[str, bool | None]:
    if was is None:
        return "", None
    difference = round(now - was, decimals)
    if difference == 0:
        return "no change", None
    sign = "+" if difference > 0 else figures.MINUS
    return sign + figures.number(abs(difference), decimals), difference * better > 0


def tiles(report: Report) -> list[Tile]:
    """The four figures at the head of the page."""
    now, was = report.portfolio, report.before
    scored = len(now.scored)
    good, bad = (1, -1) if report.health else (1, 1)
    shown = []
    mean = now.mean or 0.0
    change = _changed(mean, was.mean if was else None, 1, 1)
    shown.append(
        Tile("Mean score", figures.score(now.mean), f"{figures.count(scored, 'account')} scored", *change)
    )
    for band, better in ((Band.GREEN, good), (Band.RED, bad)):
        change = _changed(now.counts[band], was.counts[band] if was else None, 0, better)
        note = f"{figures.share(now.counts[band], scored)} of accounts"
        shown.append(Tile(f"In {band}", f"{now.counts[band]:,}", note, *change))
    if report.health and now.value_at_risk is not None:
        earlier = was.value_at_risk if was else None
        text, better_off = _changed(now.value_at_risk, earlier, 0, -1)
        if earlier and better_off is not None:
            relative = 100 * (now.value_at_risk - earlier) / earlier
            text = f"{'+' if relative > 0 else figures.MINUS}{figures.number(abs(relative), 1)}%"
        note = f"of {figures.short_money(now.value, report.currency)} in all"
        shown.append(
            Tile(
                "Value at risk",
                figures.short_money(now.value_at_risk, report.currency),
                note,
                text,
                better_off,
            )
        )
    else:
        change = _changed(now.counts[Band.YELLOW], was.counts[Band.YELLOW] if was else None, 0, 0)
        note = f"{figures.share(now.counts[Band.YELLOW], scored)} of accounts"
        shown.append(Tile("In yellow", f"{now.counts[Band.YELLOW]:,}", note, *change))
    return shown


def headline(report: Report) -> str:
    """What matters most, in a sentence or two."""
    now = report.portfolio
    focus = Band.RED if report.health else Band.GREEN
    n = now.counts[focus]
    worth = now.values[focus] if now.value is not None else None
    said = f"{figures.count(n, 'account')} of {len(now.scored):,} {'is' if n == 1 else 'are'} in {focus}"
    if worth is not None and n:
        said += f", worth {figures.short_money(worth, report.currency)}"
    if report.compared is not None:
        since = figures.day(report.compared, report.zone)
        said += f". Since {since}, {figures.count(now.fallen, 'account')} fell a band and {now.risen:,} rose"
    if report.costs:
        worst = report.costs[0]
        said += f". What costs the most points: {worst.title[:1].lower() + worst.title[1:]}"
    return said + "."
