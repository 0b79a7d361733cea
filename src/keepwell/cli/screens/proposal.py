"""A fit's proposal on a terminal: the evidence first, then each weight with its reason, then the change as text."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.proof.fitting.comparison import Banded, Compared
from keepwell.runs import figures
from keepwell.runs.contradicting import told
from keepwell.runs.proposal import CardProposal, Proposal, Weighed, ranged
from keepwell.scoring.score import Band
from keepwell.scoring.scorecard import Bands

LOSES = 0.005
"""Rounding that costs more AUC than this is told."""


def screen(proposal: Proposal, written: Sequence[str], *, zone: ZoneInfo) -> list[RenderableType]:
    """The whole screen; `written` are the files that were changed."""
    when = (
        Text(
            f"Learned from {figures.day(proposal.first, zone)} to {figures.day(proposal.last, zone)}, "
            f"tested from {figures.day(proposal.begins, zone)} to {figures.day(proposal.ends, zone)}.",
            "dim",
        )
        if proposal.outcome.dated
        else Text("Not point in time: the outcome has no dates. Tested on other accounts.", "yellow")
    )
    parts: list[RenderableType] = [strokes.heading(f"Fitted to {proposal.outcome.title}"), when]
    parts += [Text(f"! {figures.plain(told(each).text)}", "yellow") for each in proposal.contradictions]
    parts += [Text(""), Text(_evidence(proposal.evidence)), Text("")]
    for one in proposal.cards:
        parts += [strokes.heading(one.before.name, _learnt(one)), Text(""), *_card(one), Text("")]
    parts += [Text(f"! {reason}", "yellow") for reason in proposal.left]
    if not proposal.cards:
        return [*parts, Text("Nothing changes.")]
    if not _better(proposal.evidence):
        parts.append(
            Text(
                "! Nothing shows that this tells what happens better: it could as well stay as it is.",
                "yellow",
            )
        )
    if written:
        return [
            *parts,
            Text(f"Written to {', '.join(written)}. Nothing is applied: look at it with keepwell plan."),
        ]
    return [
        *parts,
        strokes.verbatim(proposal.diff.rstrip("\n")),
        Text(""),
        Text("To write it: the same command with --write", "dim"),
    ]


def _better(found: Compared) -> bool:
    return found.gain is not None and found.gain.low > 0


def _evidence(found: Compared) -> str:
    rested = f"{figures.count(found.outcomes, 'account')} with the outcome, of {found.accounts:,} in {found.rows:,} rows"
    if found.before is None or found.after is None or found.gain is None:
        return f"Too little happened in the test to compare before and after ({rested})."
    low, high = figures.number(found.gain.low, 3), figures.number(found.gain.high, 3)
    sure = "better" if found.gain.low > 0 else "worse" if found.gain.high < 0 else "no sure difference"
    return (
        f"AUC before {ranged(found.before)}, after {ranged(found.after)}: {sure}, by "
        f"{figures.number(found.gain.value, 3)} ({low} to {high}). Rests on {rested}."
    )


def _learnt(one: CardProposal) -> str:
    if one.learnt is None:
        return ""
    said = (
        f"learned from {one.learnt.rows:,} rows of {figures.count(one.learnt.accounts, 'account')}, "
        f"{one.learnt.rarer:,} of the rarer kind; its own data decided {100 * one.learnt.own:.0f}%"
    )
    if one.learnt.pooled:
        said += ", the rest what all scorecards say together"
    return (
        f"{said}; rounding changes AUC by {figures.number(one.learnt.rounding, 3)}"
        if abs(one.learnt.rounding) > LOSES
        else said
    )


def _card(one: CardProposal) -> Iterator[RenderableType]:
    if one.learnt is not None and one.learnt.silent:
        yield Text("! No measure goes its declared way: the weights stay those of the start.", "yellow")
    for measure in one.measures:
        yield from (Text(f"! {warning}", "yellow") for warning in measure.warnings)
    if one.measures:
        rows = [
            [measure.label, measure.dimension, f"{measure.before:.0f}", f"{measure.after:.0f}", measure.why]
            for measure in one.measures
        ]
        yield strokes.indented(
            strokes.table(["measure", "dimension", ">before", ">after", "why"], rows, wraps=4)
        )
    for measure in one.measures:
        if measure.scale is not None:
            yield Padding(Text(f"scale of {measure.label}: {_line(measure)}"), (0, 0, 0, 2))
    yield Text("")
    yield strokes.indented(_bands(one))
    yield Text("")
    yield Padding(Text(_evidence(one.evidence), "dim"), (0, 0, 0, 2))


def _line(measure: Weighed) -> str:
    assert measure.scale is not None
    return ", ".join(f"{figures.measured(value)} → {points:g}" for value, points in measure.scale.knots)


def _bands(one: CardProposal) -> Table:
    rows: list[strokes.Row] = [
        [strokes.band(new.band), _edge(one.before.bands, old.band), _share(old), _rate(old), _edge(one.after.bands, new.band), _share(new), _rate(new)]
        for old, new in zip(one.bands_before, one.bands_after, strict=True)
    ]  # fmt: skip
    return strokes.table(["band", "before", ">share", "outcome", "after", ">share", "outcome"], rows)


def _edge(bands: Bands, band: Band) -> str:
    return {Band.GREEN: f"from {bands.green:g}", Band.YELLOW: f"from {bands.yellow:g}", Band.RED: "below"}[
        band
    ]


def _share(band: Banded) -> str:
    return figures.share(band.share, 1)


def _rate(band: Banded) -> str:
    if band.rate is None:
        return figures.DASH
    return f"{100 * band.rate.value:.1f}% ({100 * band.rate.low:.1f}–{100 * band.rate.high:.1f})"
