"""A plan on a terminal: what changed, who would move and why, how scores are spread before and after, and what it needs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from keepwell.cli.screens import leaks, strokes
from keepwell.project.changes import Change, How
from keepwell.project.report import listed
from keepwell.proof.interval import Estimate
from keepwell.runs import figures
from keepwell.runs.approve import Judged
from keepwell.runs.contradicting import told
from keepwell.runs.drawn import Drawn
from keepwell.runs.effects import BINS, Effect, Mover, Spread
from keepwell.runs.outreach.foreseeing import DAYS, Foreseen, Outlook
from keepwell.runs.portfolio import BANDS
from keepwell.runs.retelling import Retold
from keepwell.store.approvals import Verdict
from keepwell.store.plans import State

BAR = 20


def screen(drawn: Drawn) -> list[RenderableType]:
    """The whole screen."""
    plan, project = drawn.plan, drawn.project
    since = "nothing is applied yet" if plan.base_version is None else f"now {plan.base_version}"
    parts: list[RenderableType] = [
        strokes.heading(f"Plan {plan.plan}", f"version {plan.version}, {since}"),
        Text(""),
        *_changes(drawn),
        Text(""),
    ]
    if drawn.effects is None:
        parts += [Text("Nothing that could be scored is loaded, so its effect is not known."), Text("")]
    elif not drawn.effects:
        parts += [Text("No score changes."), Text("")]
    for effect in drawn.effects or ():
        parts += _effect(effect, project.currency, project.zone, drawn)
    parts += _outlook(drawn.outlook)
    for each in drawn.contradictions or ():
        parts += [Text(f"! {figures.plain(told(each).text)}", "yellow"), Text("")]
    if drawn.evidence:
        parts += [*_evidence(drawn.evidence), Text("")]
    if drawn.inspections and any(each.blocking or each.unknown for each in drawn.inspections):
        parts += [
            strokes.heading("What may know the outcome beforehand"),
            *leaks.screen(drawn.inspections, history=True),
        ]
    return [*parts, *_needs(drawn)]


def _outlook(outlook: Outlook) -> list[RenderableType]:
    """What becomes of journeys, a line each."""
    if outlook.turned is None and not outlook.journeys:
        return []
    turned = {True: "this plan turns outreach on", False: "this plan turns outreach off", None: ""}
    rows: list[strokes.Row] = [[f"{each.journey} {each.how}", _foreseen(each)] for each in outlook.journeys]
    table = strokes.indented(strokes.table(["", ""], rows, wraps=1))
    return [strokes.heading("Journeys", turned[outlook.turned]), *([table] if rows else []), Text("")]


def _foreseen(each: Foreseen) -> str:
    held = f" ({each.held:,} held for a person)" if each.held else ""
    way = "go on by the new version" if each.moves else "go on by theirs"
    said = (
        "" if each.begun is None else f"{each.begun:,} begun in the last {DAYS} days{held}",
        f"{each.under_way:,} under way {way}" if each.under_way else "",
        f"{figures.count(each.approvals, 'approval')} no longer hold" if each.approvals else "",
    )
    return "; ".join(part for part in said if part)


def _changes(drawn: Drawn) -> Iterator[RenderableType]:
    yield strokes.heading("What changes")
    if drawn.plan.base_version is None:
        counts = Counter(
            each.kind for each in drawn.changes if each.kind in ("source", "signal", "scorecard", "journey")
        )
        told = ", ".join(figures.count(n, kind) for kind, n in counts.items())
        yield Text(f"  Everything is new: {told}")
        return
    if not drawn.changes:
        yield Text(f"  Only comments or layout, in {listed(drawn.files)}")
    for change in drawn.changes:
        yield _change(change)
    if drawn.scorecards:
        yield Text(f"  So scores by {listed(drawn.scorecards)} are of another version.", "dim")


def _change(change: Change) -> Padding:
    style = {How.ADDED: "green", How.REMOVED: "red", How.CHANGED: "yellow"}[change.how]
    text = Text(f"{change.kind} ") + Text(figures.plain(change.name), "bold") + Text(f" {change.how}", style)
    for words in change.words:
        text += Text(f"\n    {figures.plain(words)}", "not bold")
    return Padding(text, (0, 0, 0, 2))


def _effect(effect: Effect, currency: str, zone: ZoneInfo, drawn: Drawn) -> Iterator[RenderableType]:
    day = "" if drawn.as_of is None else figures.moment(drawn.as_of, zone)
    yield strokes.heading(f"Who moves: {effect.purpose}", day)
    if effect.before is None or effect.after is None:
        what = "is scored for the first time" if effect.before is None else "is scored no longer"
        yield Text(f"  The purpose {what}: {figures.count(effect.accounts, 'account')}")
    else:
        worth = "" if effect.value_moved is None else f", worth {figures.money(effect.value_moved, currency)}"
        share = figures.share(effect.moved, effect.accounts)
        yield Text(
            f"  {effect.moved:,} of {figures.count(effect.accounts, 'account')} change band ({share}){worth}"
        )
    yield Text("")
    if effect.before is not None and effect.after is not None:
        days = figures.count(drawn.project.history, "day")
        yield Text(f"  Bands after it are folded over the {days} before, as the first run will do.", "dim")
        yield strokes.indented(_matrix(effect))
        yield Text("")
    if effect.examples:
        yield from (_mover(each, currency) for each in effect.examples)
        left = effect.moved - len(effect.examples)
        yield Text(f"  and {left:,} more\n" if left > 0 else "", "dim")
    yield strokes.indented(_spreads(effect.before, effect.after))
    yield Text("")


def _evidence(told: Iterable[Retold]) -> Iterator[RenderableType]:
    """Whether the scores tell what really happened better or worse than before, and how sure that is."""
    yield strokes.heading("What really happened", "told by the scores before and after")
    for each in told:
        yield Text(f"  {figures.plain(each.title)}", "bold") + Text(f"  {each.purpose}", "not bold dim")
        found = each.comparison
        if found is None:
            yield Padding(Text(f"No figure is shown: {figures.plain(each.why_not)}", "yellow"), (0, 0, 0, 4))
            continue
        verdict, style = (
            ("better", "green")
            if found.better
            else ("worse", "red")
            if found.worse
            else ("no clear difference", "")
        )
        line = f"AUC {auc(found.other)} → {auc(found.own)}; difference {signed(found.difference)}: "
        count = figures.count(found.outcomes, "account")
        rest = f" (it happened to {count} of {found.rows:,} scores judged; intervals are 95%)"
        yield Padding(Text(line) + Text(verdict, style) + Text(rest, "dim"), (0, 0, 0, 4))


def auc(figure: Estimate) -> str:
    """`0.713 (0.66 to 0.76)`."""
    return f"{figure.value:.3f} ({figure.low:.2f} to {figure.high:.2f})"


def signed(figure: Estimate) -> str:
    """`+0.021 (−0.01 to +0.05)`."""
    value, low, high = (
        f"{part:+.{places}f}" for part, places in ((figure.value, 3), (figure.low, 2), (figure.high, 2))
    )
    return f"{value} ({low} to {high})".replace("-", figures.MINUS)


def _matrix(effect: Effect) -> Table:
    bands = (*BANDS, None)
    rows: list[strokes.Row] = []
    for old in bands:
        counts = [effect.moves.get((old, new), 0) for new in bands]
        if any(counts):
            rows.append([Text("from ", "dim") + strokes.band(old), *(f"{n:,}" if n else "·" for n in counts)])
    return strokes.table(["", *(f">to {band or 'none'}" for band in bands)], rows)


def _mover(mover: Mover, currency: str) -> Padding:
    name = figures.plain(mover.name or mover.account_id)
    beside = f"  {figures.plain(mover.account_id)}" if mover.name else ""
    worth = "" if mover.value is None else f"  {figures.short_money(mover.value, currency)}"
    line = (
        Text(name, "bold")
        + Text(f"{beside}{worth}  ", "not bold dim")
        + Text(f"{figures.score(mover.score_before)} → {figures.score(mover.score_after)}  ", "not bold")
        + strokes.band(mover.band_before)
        + Text(" → ", "not bold")
        + strokes.band(mover.band_after)
    )
    return Padding(line + Text(f"\n    {figures.plain(mover.why)}", "not bold"), (0, 0, 0, 2))


def _spreads(before: Spread | None, after: Spread | None) -> Table:
    """How many scores lie in each ten points, before and after, as bars on one scale."""
    shown = [(name, each) for name, each in (("before", before), ("after", after)) if each is not None]
    most = max([1, *(n for _, spread in shown for n in spread.histogram)])
    heads = [">score"]
    for name, _ in shown:
        heads += [f">{name}", ""]
    rows: list[strokes.Row] = []
    for place in reversed(range(BINS)):
        row: list[str | Text] = [f"{place * 100 // BINS}–{(place + 1) * 100 // BINS}"]
        for _, spread in shown:
            n = spread.histogram[place]
            row += [f"{n:,}" if n else "", Text(strokes.bar(n / most, BAR), "cyan")]
        rows.append(row)
    return strokes.table(heads, rows)


def _needs(drawn: Drawn) -> Iterator[RenderableType]:
    plan, demand = drawn.plan, drawn.plan.demand
    yield strokes.heading("What it needs")
    if drawn.guardrail is not None and drawn.moved > drawn.guardrail:
        limit = figures.share(drawn.guardrail, 1)
        yield Text(
            f"  It moves {figures.share(drawn.moved, 1)} of the accounts, more than {limit}.", "yellow"
        )
    if demand.approvals or demand.owners:
        of = f", {listed(demand.owners)} among them" if demand.owners else ""
        most = max(demand.approvals, len(demand.owners))
        yield Text(f"  {figures.count(most, 'approval')} by others than {plan.author}{of}")
    for each in drawn.approvals:
        said = f": {figures.plain(each.note)}" if each.note else ""
        yield Text(
            f"  {each.verdict} by {each.actor}{said}", "red" if each.verdict is Verdict.REJECTED else "green"
        )
    yield from _next(plan.state, plan.plan)


def _next(state: State, plan: str) -> Iterable[Text]:
    match state:
        case State.APPROVED:
            return [Text(f'Let scores go by it: keepwell apply {plan[:6]} --why "..."', "dim")]
        case State.OPEN:
            return [Text(f"Somebody else types: keepwell approve {plan[:6]}", "dim")]
        case _:
            return [Text(f"The plan is {state}: change the files, and plan again.", "dim")]


def judgement(judged: Judged) -> Sequence[RenderableType]:
    """What somebody's word did to a plan."""
    plan = judged.plan
    parts: list[RenderableType] = [Text(f"The plan {plan.plan} by {plan.author} is {plan.state}.")]
    if judged.missing and plan.state is State.OPEN:
        of = f", that of {listed(judged.owners)} among them" if judged.owners else ""
        parts.append(Text(f"{figures.count(judged.missing, 'approval')} to come{of}."))
    if plan.state is State.APPROVED:
        parts.append(Text(f'Let scores go by it: keepwell apply {plan.plan[:6]} --why "..."', "dim"))
    return parts
