"""governance.yml: who may change what, checked against the scorecards there are."""

from collections.abc import Collection, Mapping
from typing import Any

from keepwell.project.governance import Charge, Every, Governance, Guardrail, Monitor
from keepwell.project.report import Report, hint
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields


def read(fields: Fields, cards: Collection[str] | None, report: Report) -> Governance:
    """The rules, as far as they could be read. `cards` are the scorecards' names, `None` if not all could be read."""
    needed = fields.get("approvals", {}).get("needed", 0)
    charges = [entry for entry in fields.get("scorecards", ()) if entry.value is not BROKEN]
    for entry in charges:
        _known(entry, cards, report)
    every: Mapping[str, Any] = fields.get("reviews", {})
    return Governance(
        approvals=needed,
        scorecards={entry.name: _charge(entry.value) for entry in charges},
        guardrail=_guardrail(fields, needed, report),
        reviews=Every(every["every"]) if "every" in every else None,
        monitor=Monitor(**dict(fields.get("monitor", {}))),
    )


def _known(entry: Entry, cards: Collection[str] | None, report: Report) -> None:
    if cards is not None and entry.name not in cards:
        report.add(entry.place, f"there is no scorecard {entry.name!r}", hint(entry.name, cards))


def _charge(fields: Fields) -> Charge:
    allowed = fields.get("may_change")
    return Charge(fields.get("owner"), None if allowed is None else frozenset(allowed))


def _guardrail(fields: Fields, needed: int, report: Report) -> Guardrail | None:
    said = fields.get("guardrail")
    if said is None or "moved" not in said:
        return None
    found = Guardrail(said["moved"], said.get("approvals", 2))
    if found.approvals <= needed:
        report.add(
            said.at("approvals"),
            f"a large change needs {found.approvals} approvals, and every change needs {needed} already",
            f"type {needed + 1} or more, or remove the guardrail",
        )
    return found
