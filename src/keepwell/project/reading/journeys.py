"""journeys/*.yml: each journey, checked against signals, segments, scorecards, templates and the other journeys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from keepwell.outreach.journey import Audience, Goal, Journey, UnderWay, walked
from keepwell.outreach.step import Message, Step
from keepwell.outreach.trigger import Happens, MilestoneMissed, Reentry, RenewalWithin, Trigger
from keepwell.project.reading.asking import Asking
from keepwell.project.reading.scorecards import Around
from keepwell.project.reading.segments import matched
from keepwell.project.reading.steps import Steps
from keepwell.project.reading.triggers import Triggers
from keepwell.project.report import Place, Report
from keepwell.project.shape.compound import Fields
from keepwell.project.shape.scalar import Worked
from keepwell.scoring.score import Band

KEYED = (Happens, RenewalWithin, MilestoneMissed)
"""Triggers that a fact with a key of its own sets off."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What journeys can refer to. `purposes` are those of the scorecards, `None` if not all could be read; `journeys` the names of
    all journeys, `None` likewise."""

    around: Around
    purposes: frozenset[str] | None
    templates: Mapping[str, str]
    journeys: frozenset[str] | None
    currency: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Read:
    """A journey, and where it and each of its steps stands."""

    journey: Journey
    place: Place
    steps: Mapping[str, Place]
    keys: Mapping[str, Place]


Said: TypeAlias = tuple[str, Fields]
"""A journey's file, and what it says."""


def read(fields: Fields, beside: Beside) -> Read | None:
    """The journey, as far as it could be read; `None` if too little of it could."""
    around = beside.around
    asking = Asking.beside(around.over)
    report = asking.report
    triggers = Triggers(asking, beside.purposes, around.segments, around.stages, beside.zone)
    trigger = triggers.read(fields["trigger"]) if "trigger" in fields else None
    reader = Steps(asking, beside.templates, beside.journeys, beside.currency)
    steps = reader.read(fields.get("steps", ()))
    audience = _audience(fields.get("audience"), around, asking)
    goal = _goal(fields.get("goal"), asking)
    exits = tuple(asking.checked(one, fields.at("exits")) for one in fields.get("exits", ()))
    asking.close(_templates(steps))
    if "journey" not in fields or trigger is None or not steps:
        return None
    journey = Journey(
        fields["journey"],
        trigger,
        steps,
        audience,
        category=fields.get("category", ""),
        priority=fields.get("priority", 50),
        holdout=fields.get("holdout", 0.0),
        goal=goal,
        exits=exits,
        expires=fields.get("expires"),
        owner=fields.get("owner", ""),
        approval=fields.get("approval") == "required",
        description=fields.get("description", ""),
        under_way=UnderWay(fields.get("under_way", str(UnderWay.STAY))),
        **_reentry(fields, trigger, report),
        **_sla(fields.get("sla")),
    )
    keys = {key: fields.at(key) for key in fields}
    return Read(journey, fields.at("journey"), dict(reader.taken), keys)


def _templates(steps: tuple[Step, ...]) -> list[str]:
    return [step.template for step in walked(steps) if isinstance(step, Message)]


def _audience(said: Fields | None, around: Around, asking: Asking) -> Audience:
    if said is None:
        return Audience()
    segments = matched(said, "segment", around.segments, asking.report)
    stages = matched(said, "stage", around.stages, asking.report)
    return Audience(
        tuple(sorted(segments or ())), tuple(sorted(stages or ())), asking.condition(said, "when")
    )


def _goal(said: Fields | None, asking: Asking) -> Goal | None:
    if said is None or "within" not in said:
        return None
    band = Band(said["band"]) if "band" in said else None
    when = asking.condition(said, "when")
    return None if band is None and when is None else Goal(said["within"], band, when)


def _reentry(fields: Fields, trigger: Trigger, report: Report) -> dict[str, Any]:
    said = fields.get("reentry", str(Reentry.NEVER))
    if isinstance(said, Fields):
        return {"reentry": Reentry.AFTER_EXIT, "cooldown": said.get("after_exit")}
    if said == Reentry.PER_KEY and not isinstance(trigger, KEYED):
        report.add(
            fields.at("reentry"),
            "per_key is once for each fact that triggers it, and no single fact triggers this journey",
            "type {after_exit: 90 days}, or use the trigger event, fact, renewal_within or milestone_missed",
        )
    return {"reentry": Reentry(said)}


def _sla(said: Worked | None) -> dict[str, Any]:
    return {} if said is None else {"sla": said.span, "sla_business": said.business}


def twice(said: Iterable[Said], report: Report) -> None:
    """Notes journeys that have the name of another one."""
    first: dict[str, str] = {}
    for file, fields in said:
        name = fields.get("journey")
        if name in first:
            report.add(
                fields.at("journey"),
                f"{first[name]} is a journey {name!r} already",
                "give this one another name",
            )
        elif name is not None:
            first[name] = file


def names(said: Sequence[tuple[str, Fields | None]]) -> frozenset[str] | None:
    """The names of the journeys; `None` if one of the files has none that could be read."""
    found = [fields["journey"] for _, fields in said if fields is not None and "journey" in fields]
    return frozenset(found) if len(found) == len(said) else None
