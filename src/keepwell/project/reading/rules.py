"""outreach.yml: the rules of outreach, and whether the journeys keep to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from keepwell.outreach.arbiter import Policy
from keepwell.outreach.breaker import DAY, HOUR, LIMITS, Harm, Limit
from keepwell.outreach.caps import Cap, Per
from keepwell.outreach.consent import Basis, Category
from keepwell.outreach.journey import walked
from keepwell.outreach.local_time import BusinessHours, QuietHours, Workdays
from keepwell.outreach.rules import OWNER, TEAM, Hold, Rules, Sender, Signing
from keepwell.outreach.step import Message
from keepwell.outreach.survey import Kind, Survey
from keepwell.project.declared.outreach import WEEKDAYS
from keepwell.project.reading.journeys import Read
from keepwell.project.report import Place, Report, hint
from keepwell.project.shape.base import BROKEN
from keepwell.project.shape.compound import Entry, Fields

_OVER = {"hour": HOUR, "day": DAY}


def read(fields: Fields, report: Report) -> Rules:
    """The rules, as far as they could be read."""
    categories = _entries(fields, "categories")
    rules = Rules(
        enabled=fields.get("enabled", False),
        sandbox=fields.get("sandbox", False),
        public_url=fields.get("public_url", "").rstrip("/"),
        sender=_sender(fields.get("from")),
        postal_address=fields.get("postal_address", ""),
        bounces=fields.get("bounces", ""),
        senders=_senders(_entries(fields, "senders"), report),
        dkim=_dkim(fields.get("dkim")),
        categories={each.name: _category(each) for each in categories},
        policy=_policy(fields, report),
        hours=_hours(fields, report),
        origins=tuple(fields.get("origins", ())),
        surveys={each.name: _survey(each) for each in _entries(fields, "surveys") if "kind" in each.value},
        holdout=fields.get("holdout", 0.0),
        hold=Hold(**dict(fields.get("hold", {}))),
        channels={each.name: each.value[2:-1] for each in _entries(fields, "channels")},
        limits=_limits(fields, report),
    )
    _caps_known(fields, rules, report)
    if rules.enabled and not rules.sandbox:
        _complete(fields, report)
    return rules


def check(rules: Rules, journeys: Iterable[Read], report: Report) -> None:
    """Notes journeys whose category or sender the rules do not know."""
    for each in journeys:
        journey = each.journey
        if journey.category and journey.category not in rules.categories:
            what, do = f"category {journey.category!r}", hint(journey.category, rules.categories)
            place = each.keys.get("category", each.place)
            report.add(
                place,
                f"outreach.yml knows no {what}",
                f"{do} Or describe it there under `categories:`".strip(),
            )
        for step in walked(journey.steps):
            known = (OWNER, TEAM, *rules.senders)
            if isinstance(step, Message) and step.sent_as not in known:
                what, do = f"sender {step.sent_as!r}", hint(step.sent_as, known)
                report.add(
                    each.steps[step.id],
                    f"outreach.yml knows no {what}",
                    f"{do} Or add it there under `senders:`",
                )


def _entries(fields: Fields, key: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in fields.get(key, ()) if entry.value is not BROKEN)


def _survey(entry: Entry) -> Survey:
    said = entry.value
    usual = Survey(entry.name, Kind(said["kind"]))
    return replace(usual, **{name: said[name] for name in ("question", "sample", "every") if name in said})


def _sender(said: Fields | None) -> Sender | None:
    if said is None or "email" not in said:
        return None
    return Sender(said["email"], said.get("name", ""), said.get("reply_to", ""))


def _senders(entries: Iterable[Entry], report: Report) -> Mapping[str, Sender]:
    found = {}
    for entry in entries:
        if entry.name in (OWNER, TEAM):
            report.add(
                entry.place, f"`as: {entry.name}` means something already", "give the team another name"
            )
        sender = _sender(entry.value)
        if sender is not None:
            found[entry.name] = sender
    return found


def _dkim(said: Fields | None) -> Signing | None:
    if said is None or not {"domain", "selector"} <= set(said):
        return None
    return Signing(said["domain"], said["selector"])


def _category(entry: Entry) -> Category:
    said: Fields = entry.value
    bases = frozenset(map(Basis, said.get("bases", (Basis.CONSENT,))))
    return Category(entry.name, bases, said.get("transactional", False), said.get("about", ""))


def _policy(fields: Fields, report: Report) -> Policy:
    caps = [
        Cap(each["most"], each["within"], Per(each.get("per", Per.CONTACT)), each.get("category"))
        for each in fields.get("caps", ())
        if {"most", "within"} <= set(each)
    ]
    return Policy(tuple(caps), _quiet(fields, report), _workdays(fields, report))


def _quiet(fields: Fields, report: Report) -> QuietHours | None:
    times = _times(fields.get("quiet_hours"))
    if times is None:
        return None
    if times[0] == times[1]:
        report.add(
            fields.at("quiet_hours"), "quiet hours that end when they begin are none, or all day",
            "type, for example, {from: 20:00, to: 08:00}",
        )  # fmt: skip
        return None
    return QuietHours(*times)


def _hours(fields: Fields, report: Report) -> BusinessHours:
    times = _times(fields.get("hours"))
    days = _workdays(fields, Report())
    if times is not None and times[0] >= times[1]:
        report.add(
            fields.at("hours"), "the team's hours end before they begin", "type, for example, {from: 09:00, to: 17:00}"
        )  # fmt: skip
        times = None
    return BusinessHours(days=days) if times is None else BusinessHours(*times, days)


def _times(said: Fields | None) -> tuple[time, time] | None:
    if said is None or not {"from", "to"} <= set(said):
        return None
    begin, end = (time.fromisoformat(said[key].rjust(5, "0")) for key in ("from", "to"))
    return begin, end


def _workdays(fields: Fields, report: Report) -> Workdays:
    days = fields.get("workdays", WEEKDAYS[:5])
    holidays = [_day(text, fields.at("holidays"), report) for text in fields.get("holidays", ())]
    return Workdays(
        frozenset(map(WEEKDAYS.index, days)), frozenset(day for day in holidays if day is not None)
    )


def _day(text: str, place: Place, report: Report) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        report.add(place, f"{text!r} is no day of the calendar", "type, for example, 2026-12-25")
        return None


def _limits(fields: Fields, report: Report) -> tuple[Limit, ...]:
    """The usual limits, each replaced by what is said of the same harm over the same time."""
    known: dict[Any, Limit] = {(each.harm, each.over): each for each in LIMITS}
    for said in fields.get("breakers", ()):
        if not {"harm", "over", "warn", "pause"} <= set(said):
            continue
        if said["pause"] < said["warn"]:
            report.add(
                said.at("pause"), "the journey would be paused before anybody is warned", "give `pause` the greater share"
            )  # fmt: skip
        harm, over = Harm(said["harm"]), _OVER[said["over"]]
        least = said.get("least", known[harm, over].least if (harm, over) in known else 200)
        known[harm, over] = Limit(harm, over, said["warn"], said["pause"], least)
    return tuple(known.values())


def _caps_known(fields: Fields, rules: Rules, report: Report) -> None:
    for each in fields.get("caps", ()):
        name = each.get("category")
        if name is not None and name not in rules.categories and not fields.said("categories"):
            report.add(
                each.at("category"), f"there is no category {name!r}", "describe it under `categories:`"
            )
        elif name is not None and name not in rules.categories:
            report.add(each.at("category"), f"there is no category {name!r}", hint(name, rules.categories))


def _complete(fields: Fields, report: Report) -> None:
    """Notes what is missing before anything may leave."""
    wanted = {
        "from": "whom messages are from: `from: {email: success@example.com, name: Acme}`",
        "public_url": "where people unsubscribe: `public_url: https://care.example.com`",
        "postal_address": "the firm's postal address, which the law asks for: `postal_address: ...`",
        "categories": "what people can opt out of: `categories: {product_education: {about: ...}}`",
    }
    for key, do in wanted.items():
        if not fields.said(key):
            report.add(
                fields.at("enabled"), f"messages cannot go out without `{key}`", f"say {do}; or try first with `sandbox: true`"
            )  # fmt: skip
