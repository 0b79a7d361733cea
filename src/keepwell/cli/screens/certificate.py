"""A certificate on a terminal: the verdict, what must be known before any figure, the figures, and what they rest on."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keepwell.cli.screens import proof, strokes
from keepwell.proof.certificate import Certificate
from keepwell.proof.statement import Tone
from keepwell.runs import evidence, figures
from keepwell.runs.evidence import LeakLine

STYLES = {Tone.ALARM: "red", Tone.CAUTION: "yellow", Tone.GOOD: "green", Tone.PLAIN: ""}
MARKS = {Tone.ALARM: "!!", Tone.CAUTION: "!", Tone.GOOD: "+", Tone.PLAIN: "·"}


def screen(
    certificate: Certificate,
    *,
    project: str,
    currency: str,
    zone: ZoneInfo,
    leaks: Sequence[LeakLine] = (),
    leaks_unknown: str = "",
) -> list[RenderableType]:
    """The whole screen. `leaks` are signals that seem to know the outcome beforehand, `leaks_unknown` says why nobody can tell whether there
    are any; both stand before any figure."""
    parts: list[RenderableType] = [*_head(certificate, project), Text("")]
    parts += _verdict(certificate)
    parts += _cautions(certificate)
    parts += _leaks(leaks, leaks_unknown)
    parts += _findings(certificate)
    parts += proof.figures_of(certificate, currency)
    return [*parts, *_rests(certificate, zone)]


def _head(certificate: Certificate, project: str) -> list[Text]:
    subject, question = certificate.subject, certificate.question
    title = f"{figures.plain(project)} · {figures.plain(subject.purpose)} · {figures.plain(subject.name)}"
    against = f"Held against {figures.plain(question.title)}: {evidence.asked(question)}."
    return [strokes.heading(title), Text(against, "dim")]


def _verdict(certificate: Certificate) -> list[RenderableType]:
    verdict = certificate.verdict
    tone = evidence.TONES[verdict.grade]
    grade = Text(f"{MARKS[tone]} {evidence.GRADES[verdict.grade].upper()}", f"bold {STYLES[tone]}")
    return [grade, Text(evidence.headline(verdict), "bold"), Text("")]


def _listed(rows: Sequence[tuple[Tone, str, str]]) -> Padding:
    """Each with its mark, its title and its words."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=2)
    grid.add_column(overflow="fold")
    for tone, title, text in rows:
        words = Text.assemble((f"{title}. " if title else "", "bold"), text)
        grid.add_row(Text(MARKS[tone], STYLES[tone]), words)
    return Padding(grid, (0, 0, 0, 2))


def _cautions(certificate: Certificate) -> list[RenderableType]:
    found = evidence.cautions(certificate.verdict)
    if not found:
        return []
    rows = [(said.tone, "", figures.plain(said.text)) for said in found]
    return [strokes.heading("Before any figure"), _listed(rows), Text("")]


def _leaks(leaks: Sequence[LeakLine], unknown: str) -> list[RenderableType]:
    if not leaks and not unknown:
        return []
    rows = []
    if unknown:
        rows.append((Tone.CAUTION, "Not known", f"{figures.plain(unknown[:1].upper() + unknown[1:])}."))
    for leak in leaks:
        waived = "Not waived." if leak.waived is None else f"Waived: {figures.plain(leak.waived)}"
        text = f"{_sentence(leak.rule.replace('_', ' '))} {_sentence(leak.evidence)} {waived}"
        rows.append((Tone.ALARM if leak.waived is None else Tone.PLAIN, figures.plain(leak.name), text))
    return [strokes.heading("Signals that may know the outcome beforehand"), _listed(rows), Text("")]


def _sentence(text: str) -> str:
    said = figures.plain(text).strip().removesuffix(".")
    return f"{said[:1].upper()}{said[1:]}."


def _findings(certificate: Certificate) -> list[RenderableType]:
    said_below = certificate.whole.ranking is not None
    found = [
        said
        for said in evidence.findings(certificate.verdict)
        if not (said_below and said.tone is Tone.PLAIN)
    ]
    if not found:
        return []
    return [_listed([(said.tone, "", figures.plain(said.text)) for said in found]), Text("")]


def _rests(certificate: Certificate, zone: ZoneInfo) -> list[RenderableType]:
    tally, subject = certificate.whole.tally, certificate.subject
    rows: list[strokes.Row] = [
        ["Judged on", evidence.when(certificate, zone)],
        ["Figures are over", evidence.rests_on(tally, certificate.question)],
        ["Version", ", ".join(figures.plain(version) for version in subject.versions)],
    ]
    rows += [["Not judged", f"{figures.count(n, 'row')}: {why}"] for n, why in evidence.unjudged(tally)]
    known = certificate.whole.ranking is not None
    brackets = "In brackets: 95% intervals, in which an account counts once · " if known else ""
    return [
        strokes.heading("What this rests on"),
        strokes.indented(strokes.table(["", ""], rows, wraps=1)),
        Text(""),
        Text(f"{brackets}As a page: keepwell backtest -o certificate.html", "dim"),
    ]
