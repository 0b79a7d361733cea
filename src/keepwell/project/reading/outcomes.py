"""outcomes.yml: each outcome, checked against the tables, the signals, the segments and the scorecards' purposes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keepwell.project.reading.events import event
from keepwell.project.reading.outreach import outreach
from keepwell.project.reading.scorecards import Around
from keepwell.project.reading.segments import matched
from keepwell.project.report import Report, hint
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields
from keepwell.proof.outcome import Cause, Counts, Dated, Event, Kind, Outcome, Population
from keepwell.proof.outreach import Outreach
from keepwell.signals.tables import Kind as Holds
from keepwell.signals.window import NO_TIME, Span

PURPOSES = {Kind.EXPANDED: "expansion", Kind.REFERRED: "advocacy"}
"""What the scores are for that an outcome of the kind judges, where there are such scores; all others judge health."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What outcomes.yml says. `by` are attributes of accounts, `capacity` counts accounts, `outreach` is what counts as such (`None`: not said)."""

    outcomes: tuple[Outcome, ...] = ()
    by: tuple[str, ...] = ()
    capacity: int | None = None
    outreach: Outreach | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What outcomes are read with. `purposes` are those of the scorecards, `None` if not all could be read; `valued` tells
    whether the project says what an account is worth."""

    around: Around
    purposes: frozenset[str] | None
    valued: bool

    @property
    def report(self) -> Report:
        """Where mistakes are told."""
        return self.around.over.report


def read(fields: Fields, judged: Judged) -> Judging:
    """All outcomes that could be read, in the order written, and what stands beside them."""
    entries: Iterable[Entry] = fields.get("outcomes", ())
    found = [_outcome(entry, judged) for entry in entries if entry.value is not BROKEN]
    return Judging(
        tuple(outcome for outcome in found if outcome is not None),
        _by(fields, judged),
        fields.get("capacity"),
        outreach(fields["outreach"], judged.around.over.catalog, judged.report)
        if "outreach" in fields
        else None,
    )


def _outcome(entry: Entry, judged: Judged) -> Outcome | None:
    fields: Fields = entry.value
    kind = Kind(fields["kind"]) if "kind" in fields else None
    happens = event(fields, kind, judged.around.over)
    dated = not fields.said("snapshot")
    _horizon(fields, judged.report, dated=dated)
    population = _population(fields.get("at_risk"), judged, dated=dated)
    until = _until(fields, judged.report)
    purpose = _purpose(fields, kind, judged)
    if happens is None or kind is None or (dated and "horizon" not in fields):
        return None
    _cause(fields, happens, judged.report)
    _worth(fields, happens, judged)
    return Outcome(
        name=entry.name,
        kind=kind,
        event=happens,
        horizon=fields.get("horizon", NO_TIME),
        gap=fields.get("gap", NO_TIME),
        population=population,
        purpose=purpose,
        counts=Counts(fields.get("counts", Counts.LOGOS)),
        cause=Cause(fields["cause"]) if "cause" in fields else None,
        label=fields.get("label", ""),
        until=until,
    )


def _horizon(fields: Fields, report: Report, *, dated: bool) -> None:
    if dated:
        if not fields.said("horizon"):
            report.add(
                fields.place, "the outcome has no `horizon`", "add, for example, `horizon: 90 days`: how far ahead it is looked for"
            )  # fmt: skip
        return
    for key in ("horizon", "gap", "until"):
        if fields.said(key):
            report.add(
                fields.at(key), f"a snapshot has no dates, so that `{key}` means nothing", "remove it, or name a date under `event:`"
            )  # fmt: skip


def _population(said: Fields | None, judged: Judged, *, dated: bool) -> Population:
    if said is None:
        return Population()
    around = judged.around
    where = said.get("where")
    if where is not None:
        around.over.condition(where.expression, said.at("where"))
    within: Span | None = said.get("renewal_within")
    if within is not None and not dated:
        judged.report.add(
            said.at("renewal_within"), "a snapshot has no dates, so that nothing falls due", "remove it"
        )
    elif within is not None:
        catalog = around.over.catalog
        mistake = catalog.table("subscriptions") or catalog.column("subscriptions", "renews_at")
        if mistake is not None:
            judged.report.add(said.at("renewal_within"), mistake.what, mistake.do)
    return Population(
        where=where.expression if where is not None else None,
        renewal_within=within,
        segments=matched(said, "segment", around.segments, judged.report),
        stages=matched(said, "stage", around.stages, judged.report),
    )


def _until(fields: Fields, report: Report) -> str | None:
    said: str | None = fields.get("until")
    if said is None:
        return None
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        report.add(fields.at("until"), f"{said!r} is no day of the calendar", "type, for example, 2025-06-30")
        return None


def _purpose(fields: Fields, kind: Kind | None, judged: Judged) -> str:
    said: str | None = fields.get("purpose")
    if said is None:
        usual = PURPOSES.get(kind, "health") if kind is not None else "health"
        return usual if judged.purposes is None or usual in judged.purposes else "health"
    if judged.purposes is not None and said not in judged.purposes:
        judged.report.add(
            fields.at("purpose"), f"no scorecard has the purpose {said!r}",
            hint(said, sorted(judged.purposes)) or "write a scorecard with that `purpose:` first",
        )  # fmt: skip
    elif kind is not None and kind.adverse and said in PURPOSES.values():
        judged.report.add(
            fields.at("purpose"), f"a score of {said} says who is ready for more; that accounts have {kind} does not judge it",
            "type purpose: health",
        )  # fmt: skip
    return said


def _cause(fields: Fields, happens: Event, report: Report) -> None:
    if "cause" not in fields or (isinstance(happens, Dated) and happens.voluntary is not None):
        return
    if isinstance(happens, Dated):
        report.add(
            fields.at("cause"), "nothing tells an end that the customer decided from a failed payment",
            f"add `voluntary:` to `event:`, a condition over the columns of {happens.table}, such as end_reason != 'payment failed'",
        )  # fmt: skip
    else:
        report.add(fields.at("cause"), "only an `event:` knows its cause", "remove `cause`, or use `event:`")


def _worth(fields: Fields, happens: Event, judged: Judged) -> None:
    known = judged.valued or (isinstance(happens, Dated) and happens.amount is not None)
    if fields.get("counts") == Counts.REVENUE and not known:
        judged.report.add(
            fields.at("counts"), "nothing says what an account is worth",
            "add `value:` to keepwell.yml, or `amount:` to the event",
        )  # fmt: skip


def _by(fields: Fields, judged: Judged) -> tuple[str, ...]:
    catalog = judged.around.over.catalog
    named: tuple[str, ...] = fields.get("by", ())
    for name in named:
        mistake = catalog.attribute(name)
        kind = catalog.columns.get("accounts", {}).get(name)
        if mistake is not None:
            judged.report.add(fields.at("by"), mistake.what, mistake.do)
        elif kind in (Holds.INSTANT, Holds.CONTACT):
            judged.report.add(
                fields.at("by"), f"accounts.{name} puts accounts into no groups", "type an attribute that does, such as region"
            )  # fmt: skip
    return tuple(dict.fromkeys(named))
