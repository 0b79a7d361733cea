"""The figures of a certificate on a terminal, each with its interval or the size of its sample."""

from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from keepwell.cli.screens import strokes
from keepwell.proof.certificate import Certificate
from keepwell.proof.grade import CHANCE
from keepwell.proof.interval import Estimate
from keepwell.proof.ranking import Ranking
from keepwell.proof.stays import Stay
from keepwell.proof.tally import Tally
from keepwell.runs import estimates, evidence, figures, groups

PLOT = 23
BAR, SHORT_BAR = 14, 7


def figures_of(certificate: Certificate, currency: str) -> list[RenderableType]:
    """All parts; none where there is too little data."""
    if certificate.whole.ranking is None:
        return []
    return [
        *_order(certificate, certificate.whole.ranking),
        *_tenths(certificate),
        *_bands(certificate),
        *_warnings(certificate, currency),
        *_stays(certificate),
        *_probability(certificate),
        *_treated(certificate),
        *_groups(certificate, certificate.whole.ranking),
        *_became(certificate, currency),
        *_baselines(certificate),
    ]


def _order(certificate: Certificate, ranking: Ranking) -> list[RenderableType]:
    whole, question = certificate.whole, certificate.question
    seen = whole.capture
    rows: list[strokes.Row] = [
        ["AUC", str(estimates.number(ranking.auc)), "0.5 is chance, 1 is perfect"],
        [
            "Average precision",
            str(estimates.percent(ranking.average_precision)),
            f"{estimates.rate(ranking.rate)} is chance",
        ],
        ["KS", figures.number(ranking.ks, 2), evidence.sample(whole.tally, question)],
    ]
    if seen is not None:
        reached = f"of those that {question.kind}; {estimates.rate(seen.chance)} is chance"
        rows.append([f"The first {seen.capacity:,} hold", str(estimates.percent(seen.recall)), reached])
    return [
        strokes.heading("Order", "does it put the right accounts first?"),
        strokes.indented(strokes.table(["", "", ""], rows, wraps=2)),
        Text(""),
    ]


def _tenths(certificate: Certificate) -> list[RenderableType]:
    deciles, kind = certificate.whole.deciles, certificate.question.kind
    if not deciles:
        return []
    most = max(decile.rate.value for decile in deciles) or 1.0
    valued = all(decile.worth_captured is not None for decile in deciles)
    rows: list[strokes.Row] = [
        [
            str(decile.number),
            str(estimates.percent(decile.rate)),
            figures.number(decile.lift, 1),
            figures.share(decile.captured, 1),
            *([figures.share(decile.worth_captured or 0.0, 1)] if valued else []),
            Text(strokes.bar(decile.rate.value / most, BAR), "cyan"),
        ]
        for decile in deciles
    ]
    heads = [">tenth", f">{kind}", ">lift", ">found so far", *([">of value"] if valued else []), ""]
    first = "riskiest" if kind.adverse else "likeliest"
    return [
        strokes.heading(
            "By tenth of the list", f"1 is the {first}, {figures.number(deciles[0].rows)} rows each"
        ),
        strokes.indented(strokes.table(heads, rows)),
        Text(""),
    ]


def _bands(certificate: Certificate) -> list[RenderableType]:
    standings = certificate.whole.standings
    if not standings:
        return []
    most = max([each.rate.value for each in standings if each.rate is not None] + [1e-9])
    rows: list[strokes.Row] = []
    for each in standings:
        rate, by_value = each.rate, each.worth_rate
        style = "dim" if each.band is None else strokes.STYLES[each.band]
        rows.append(
            [
                strokes.band(each.band),
                f"{each.accounts:,}",
                figures.share(each.share, 1),
                "too few" if rate is None else str(estimates.percent(rate)),
                figures.DASH if by_value is None else str(estimates.percent(by_value)),
                Text("" if rate is None else strokes.bar(rate.value / most, SHORT_BAR), style),
            ]
        )
    heads = ["band", ">accounts", ">of rows", f">{certificate.question.kind}", ">by value", ""]
    return [
        strokes.heading("Bands", "do the colours mean something?"),
        strokes.indented(strokes.table(heads, rows)),
        Text(""),
    ]


def _warnings(certificate: Certificate, currency: str) -> list[RenderableType]:
    warnings = certificate.whole.warnings
    if warnings is None:
        return []
    rows: list[strokes.Row] = [
        [
            f"{each.days} days before",
            f"{each.outcomes:,}",
            "too few" if each.green is None else str(estimates.percent(each.green)),
            figures.DASH if each.money_green is None else str(estimates.percent(each.money_green)),
            figures.short_money(each.money, currency),
        ]
        for each in warnings.green_before
    ]
    kind = certificate.question.kind
    parts: list[RenderableType] = [
        strokes.heading(
            f"Still green before {figures.plain(certificate.question.title).lower()}", "the less, the better"
        ),
        strokes.indented(strokes.table(["", f">{kind}", ">in green", ">of money", ">worth"], rows)),
    ]
    said = []
    if warnings.days is not None:
        last, middle, first = (figures.number(each) for each in warnings.days)
        said.append(f"The first warning came {middle} days before (half of them {last} to {first}).")
    if warnings.never is not None:
        said.append(f"{estimates.percent(warnings.never)} of {warnings.outcomes:,} stood green to the last.")
    if said:
        parts.append(strokes.indented(Text(" ".join(said))))
    return [*parts, Text("")]


def _stays(certificate: Certificate) -> list[RenderableType]:
    stays = certificate.whole.stays
    if stays is None or not stays.by_band:
        return []
    rows: list[strokes.Row] = [
        [strokes.band(each.band), _median(each), f"{each.stays:,}", f"{each.going_on:,}"]
        for each in stays.by_band
    ]
    flaps = (
        "too far apart to see flaps"
        if stays.flaps is None
        else f"{figures.number(stays.flaps, 2)} flaps per account and year"
    )
    table = strokes.table(["band", ">half are over after", ">stays", ">going on"], rows)
    return [strokes.heading("How long bands last", flaps), strokes.indented(table), Text("")]


def _median(stay: Stay) -> str:
    if stay.median is None:
        return f"over {figures.number(stay.longest)} days"
    return f"{figures.number(stay.median)} days"


def _probability(certificate: Certificate) -> list[RenderableType]:
    judged = certificate.whole.calibration
    title = "Probability"
    if judged is None:
        why = certificate.whole.calibration_missing
        return [strokes.heading(title), strokes.indented(Text(figures.plain(why))), Text("")] if why else []
    rows: list[strokes.Row] = [
        [estimates.rate(each.stated), str(estimates.percent(each.rate)), f"{each.rows:,}"]
        for each in judged.bins
    ]
    gap = (
        f"off by {estimates.rate(judged.expected_error)} on average, over {figures.count(judged.rows, 'row')}"
    )
    brier = (
        f"Brier score {estimates.number(judged.brier, 3)}; always stating the same rate would give "
        f"{figures.number(judged.brier_of_rate, 3)}."
    )
    return [
        strokes.heading(title, gap),
        strokes.indented(strokes.table([">stated", ">came true", ">rows"], rows)),
        strokes.indented(Text(brier)),
        Text(""),
    ]


def _treated(certificate: Certificate) -> list[RenderableType]:
    if not certificate.treated:
        return []
    kind = certificate.question.kind
    rows: list[strokes.Row] = [
        [
            evidence.side(each),
            f"{each.rows:,}",
            f"{each.outcomes:,} of {each.accounts:,}",
            *(
                ["too little data", figures.DASH]
                if each.rate is None or each.auc is None
                else [str(estimates.percent(each.rate)), str(estimates.number(each.auc))]
            ),
        ]
        for each in certificate.treated
    ]
    table = strokes.table(["", ">rows", f">accounts that {kind}", f">{kind}", ">AUC"], rows)
    return [
        strokes.heading("Reached by outreach", "no experiment: who worries somebody is reached more"),
        strokes.indented(table),
        strokes.indented(Text(f"Outreach is {figures.plain(certificate.outreach)}.", "dim")),
        Text(""),
    ]


def _groups(certificate: Certificate, ranking: Ranking) -> list[RenderableType]:
    if not certificate.slices:
        return []
    known = [each.evidence.ranking.auc for each in certificate.slices if each.evidence.ranking is not None]
    low = min([CHANCE, ranking.auc.low, *(auc.low for auc in known)])
    ends = (min(low, 0.4), 1.0)
    tally = certificate.whole.tally
    rows: list[strokes.Row] = [["all", *_group(tally, ranking, ends)]]
    for by, members in groupby(certificate.slices, key=lambda each: each.by):
        rows.append([Text(groups.title(by), "dim"), "", "", ""])
        for each in members:
            rows.append(
                [f"  {figures.plain(each.name)}", *_group(each.evidence.tally, each.evidence.ranking, ends)]
            )
    beside = "AUC; | is chance"
    table = strokes.table(["group", f">{certificate.question.kind}", "", ">AUC"], rows, wraps=0)
    return [strokes.heading("By group", beside), strokes.indented(table), Text("")]


def _became(certificate: Certificate, currency: str) -> list[RenderableType]:
    if not certificate.slices:
        return []
    question, names = certificate.question, groups.heads(certificate.question)
    rows: list[strokes.Row] = [["all", *groups.became(certificate.whole, question)]]
    for by, members in groupby(certificate.slices, key=lambda each: each.by):
        rows.append([Text(groups.title(by), "dim"), *[""] * len(names)])
        rows += [
            [f"  {figures.plain(each.name)}", *groups.became(each.evidence, question)] for each in members
        ]
    table = strokes.table(["group", *(f">{name}" for name in names)], rows, wraps=0)
    return [
        strokes.heading("What became of each group"),
        strokes.indented(table),
        strokes.indented(Text(groups.legend(question, currency), "dim")),
        Text(""),
    ]


def _group(tally: Tally, ranking: Ranking | None, ends: tuple[float, float]) -> list[str]:
    size = f"{tally.outcomes:,} of {tally.accounts:,}"
    if ranking is None:
        return [size, "", "too little data"]
    return [size, _drawn(ranking.auc, ends, CHANCE), str(estimates.number(ranking.auc))]


def _drawn(estimate: Estimate, ends: tuple[float, float], chance: float) -> str:
    """The interval as a line with a dot at the value, between two ends, with an upright stroke at chance."""

    def column(value: float) -> int:
        share = (value - ends[0]) / (ends[1] - ends[0])
        return min(PLOT - 1, max(0, round(share * (PLOT - 1))))

    drawn = [" "] * PLOT
    drawn[column(chance)] = "|"
    for place in range(column(estimate.low), column(estimate.high) + 1):
        drawn[place] = figures.DASH
    drawn[column(estimate.value)] = "●"
    return "".join(drawn)


def _baselines(certificate: Certificate) -> list[RenderableType]:
    if not certificate.baselines:
        return []
    known = [each.comparison.difference for each in certificate.baselines if each.comparison is not None]
    wide = max([0.1, *(max(abs(each.low), abs(each.high)) for each in known)])
    rows: list[strokes.Row] = []
    for each in certificate.baselines:
        found = each.comparison
        rows.append(
            [
                figures.plain(each.name),
                "" if found is None else _drawn(found.difference, (-wide, wide), 0.0),
                "too little data" if found is None else str(estimates.difference(found.difference)),
            ]
        )
    table = strokes.table(["sorted by", "", ">AUC more"], rows, wraps=0)
    return [
        strokes.heading("Against simple rules", "right of | the score is better"),
        strokes.indented(table),
        Text(""),
    ]
