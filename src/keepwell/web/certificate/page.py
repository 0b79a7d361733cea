"""The certificate page: its verdict and tiles, what must be known before any figure, and the sections below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from keepwell.proof.bias import Comparison
from keepwell.proof.certificate import Certificate
from keepwell.proof.grade import Grade
from keepwell.proof.outcome import Kind
from keepwell.proof.statement import Statement, Tone
from keepwell.runs import estimates, evidence, figures
from keepwell.runs.evidence import LeakLine
from keepwell.runs.opinions import NOTHING_SAID, Opinions
from keepwell.web.certificate import bands, groups, order, outreach, people, probability, unequal
from keepwell.web.page.frame import Frame, render

SECTIONS = (
    ("order", "Order"),
    ("bands", "Bands"),
    ("probability", "Probability"),
    ("outreach", "Outreach"),
    ("groups", "Groups"),
    ("baselines", "Simple rules"),
    ("bias", "Bias"),
    ("people", "People"),
)
SOMETIMES = ("outreach", "bias", "people")
ALWAYS = (("rests", "Data"), ("terms", "Terms"))
TOPMOST = 4
PRESENT = {
    Kind.CHURNED: "churn",
    Kind.CONTRACTED: "contract",
    Kind.RENEWED: "renew",
    Kind.EXPANDED: "expand",
    Kind.REORDERED: "reorder",
    Kind.REFERRED: "refer others",
}


def html(
    certificate: Certificate,
    *,
    currency: str,
    zone: ZoneInfo,
    simulated: bool,
    leaks: Sequence[LeakLine] = (),
    leaks_unknown: str = "",
    bias: Sequence[Comparison] = (),
    opinions: Opinions = NOTHING_SAID,
) -> str:
    """The whole page. Text from data is escaped; the page has no script, and its own policy forbids every request.

    `leaks` are signals that seem to know the outcome beforehand, `leaks_unknown` says why nobody can tell whether there are any (a sentence without a full
    stop); they stand before any figure. `bias` compares errors between groups, `opinions`
    are what people said beside the scores.
    """
    whole, subject = certificate.whole, certificate.subject
    known = whole.ranking is not None
    findings = _told(evidence.findings(certificate.verdict))
    shown = [
        name
        for name, there in (
            ("outreach", known and certificate.treated),
            ("bias", bias),
            ("people", opinions.pulses or opinions.feedback),
        )
        if there
    ]
    frame = Frame(
        kind="certificate",
        title=f"Proof of the {figures.plain(subject.purpose)} score",
        project=figures.plain(subject.project),
        made_at=figures.moment(certificate.made_at, zone),
        sections=(
            ("verdict", "Verdict"),
            *(one for one in SECTIONS if one[0] in shown or (known and one[0] not in SOMETIMES)),
            *ALWAYS,
        ),
        simulated=simulated,
    )
    return render(
        "certificate",
        frame,
        verdict=_verdict(certificate),
        cautions=_told(evidence.cautions(certificate.verdict)),
        leaks=[_plain(leak) for leak in leaks],
        leaks_unknown=_sentence(leaks_unknown),
        findings=[each for each in findings if each[0] is not Tone.PLAIN or not known],
        asides=[each for each in findings if each[0] is Tone.PLAIN and known],
        known=known,
        adverse=certificate.question.kind.adverse,
        kind=str(certificate.question.kind),
        present=PRESENT[certificate.question.kind],
        title=figures.plain(certificate.question.title),
        tiles=tiles(certificate),
        **order.section(certificate, currency),
        **bands.section(certificate, currency),
        **probability.section(certificate),
        **outreach.section(certificate),
        **groups.section(certificate, currency),
        **unequal.section(bias),
        **people.section(opinions),
        **_rests(certificate, zone),
        terms=evidence.terms(certificate.question),
    )


def _verdict(certificate: Certificate) -> dict[str, Any]:
    verdict, question = certificate.verdict, certificate.question
    return {
        "grade": evidence.GRADES[verdict.grade],
        "tone": evidence.TONES[verdict.grade],
        "headline": evidence.headline(verdict),
        "question": f"Does the {figures.plain(certificate.subject.purpose)} score tell beforehand which accounts {PRESENT[question.kind]}?",
        "asked": f"{figures.plain(question.title)}: {evidence.asked(question)}",
        "scale": [
            (name, grade is verdict.grade)
            for grade, name in evidence.GRADES.items()
            if grade is not Grade.TOO_LITTLE_DATA
        ],
    }


def _plain(leak: LeakLine) -> LeakLine:
    waived = None if leak.waived is None else figures.plain(leak.waived)
    return LeakLine(figures.plain(leak.name), figures.plain(leak.rule), figures.plain(leak.evidence), waived)


def _sentence(text: str) -> str:
    said = figures.plain(text)
    return said[:1].upper() + said[1:]


def _told(statements: Sequence[Statement]) -> list[tuple[Tone, str, str]]:
    return [(said.tone, evidence.TOPICS[said.topic], figures.plain(said.text)) for said in statements]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the head of the page, with its interval or sample size."""

    label: str
    figure: str
    interval: str
    note: str


def tiles(certificate: Certificate) -> list[Tile]:
    """The figures that matter most, four at most; none where there is too little data."""
    whole, kind = certificate.whole, certificate.question.kind
    if whole.ranking is None:
        return []
    auc = estimates.number(whole.ranking.auc)
    shown = [Tile("AUC", auc.figure, auc.interval, "0.5 is chance, 1 is perfect")]
    if whole.capture is not None:
        recall = estimates.percent(whole.capture.recall)
        label = f"Reached by looking after {whole.capture.capacity:,}"
        note = f"of those that {kind}; chance: {estimates.rate(whole.capture.chance)}"
        shown.append(Tile(label, recall.figure, recall.interval, note))
    elif whole.deciles:
        found = figures.share(whole.deciles[0].captured, 1)
        note = f"of {whole.tally.happened:,} rows that {kind}"
        shown.append(Tile(f"In the {order.first(certificate)} tenth", found, "10% is chance", note))
    if whole.warnings is not None:
        shown += _warned(certificate)
    if whole.calibration is not None:
        gap = figures.count(whole.calibration.rows, "row")
        shown.append(
            Tile(
                "Gap to the stated probability",
                estimates.rate(whole.calibration.expected_error),
                "on average",
                f"over {gap}",
            )
        )
    rate = estimates.rate(whole.ranking.rate)
    shown.append(
        Tile(
            f"Rows that {kind}",
            rate,
            f"of {whole.tally.judged:,}",
            evidence.sample(whole.tally, certificate.question),
        )
    )
    return shown[:TOPMOST]


def _warned(certificate: Certificate) -> list[Tile]:
    warnings, kind = certificate.whole.warnings, certificate.question.kind
    if warnings is None:
        return []
    shown = []
    middle = next((each for each in warnings.green_before if each.days == 60), None)
    if middle is not None and middle.green is not None:
        green = estimates.percent(middle.green)
        note = f"of {middle.outcomes:,} that {kind}; the less, the better"
        shown.append(Tile("Still green 60 days before", green.figure, green.interval, note))
    if warnings.days is not None:
        last, median, first = (figures.number(each) for each in warnings.days)
        interval = f"half: {last}{figures.DASH}{first}"
        shown.append(Tile("First warning", f"{median} days", interval, f"before it {kind}, median"))
    return shown


def _rests(certificate: Certificate, zone: ZoneInfo) -> dict[str, Any]:
    tally, grid, subject = certificate.whole.tally, certificate.grid, certificate.subject
    versions = ", ".join(figures.plain(version) for version in subject.versions)
    facts = [
        ("Score", f"{figures.plain(subject.name)} ({figures.plain(subject.purpose)})"),
        ("Version", versions),
        (
            "Held against",
            f"{figures.plain(certificate.question.title)}: {evidence.asked(certificate.question)}",
        ),
        ("Judged on", evidence.when(certificate, zone)),
        ("Figures are over", evidence.rests_on(tally, certificate.question)),
        ("Outcomes known up to", figures.day(grid.data_through, zone) if grid.data_through else ""),
        (
            "Fitted on data up to",
            figures.day(subject.fitted_through, zone)
            if subject.fitted_through
            else "not fitted: written by hand",
        ),
        ("Bands", "folded over every day, as live" if grid.folded_daily else "seen on the judged days alone"),
        (
            "Team's capacity",
            f"{figures.count(certificate.capacity, 'account')} at a time"
            if certificate.capacity
            else "not declared",
        ),
        (
            "Reached by outreach",
            f"{figures.count(tally.contacted, 'row')} of {tally.judged:,}: {figures.plain(certificate.outreach)}"
            if certificate.outreach
            else "",
        ),
    ]
    return {
        "facts_of": [(name, text) for name, text in facts if text],
        "judged": f"{tally.judged:,}",
        "all_rows": f"{tally.rows:,}",
        "unjudged": [(f"{n:,}", why, figures.share(n, tally.rows)) for n, why in evidence.unjudged(tally)],
        "judged_share": figures.share(tally.judged, tally.rows),
    }
