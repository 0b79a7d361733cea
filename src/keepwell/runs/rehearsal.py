"""A message as somebody at an account would get it today: nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keepwell.errors import UserError
from keepwell.messages.lint import Finding, findings
from keepwell.messages.sandbox import UnfilledError
from keepwell.messages.template import Template
from keepwell.messages.written import Written, written
from keepwell.outreach.rules import Rules, Sender
from keepwell.outreach.step import CALL
from keepwell.outreach.survey import offered
from keepwell.project import templates
from keepwell.project.project import Project
from keepwell.project.report import hint
from keepwell.runs.accounts import contacts_called, find
from keepwell.runs.explain import explain
from keepwell.runs.observing import Observer
from keepwell.runs.purposes import unscored
from keepwell.runs.score import instant
from keepwell.scoring.score import Score, Step
from keepwell.signals.definition import ACCOUNT
from keepwell.sql.board.facts import Known, facts_text
from keepwell.sql.statement import Point
from keepwell.warehouse.protocol import Warehouse

WAY_OUT, CHOICES = "https://example.org/unsubscribe/preview", "https://example.org/preferences/preview"
"""Stand for the addresses by which a person unsubscribes, and chooses, which only a message that is sent has."""

SURVEY = "https://example.org/answer/preview"
"""What stands for the address of a survey begins so."""

NOBODY = Sender("success@example.org", "Your success team")
"""Stands for the sender, where the rules name none yet."""

CHAMPION = "champion"
MOST_CONTACTS = 500


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at an account; `role` is empty where the data name none."""

    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A message, written. `template` is the text that was taken, such as `email/check_in.de`; `contact` is `None` where nobody is known."""

    template: str
    account_id: str
    account_name: str
    contact: Contact | None
    as_of: datetime
    message: Written
    findings: tuple[Finding, ...]


def rehearse(
    project: Project,
    warehouse: Warehouse,
    template: str,
    account: str,
    *,
    contact: str | None = None,
    locale: str = "",
    as_of: datetime | None = None,
) -> Rehearsal:
    """Writes the template `CHANNEL/NAME` for an account (an id or a name).

    It is written to the contact with that e-mail address or, if none is said, to the champion, or else to the first of those who are there. `locale`: in which
    language (that of the template without a locale, where it is not written in it).

    Raises:
        UserError: there is no such template, account or contact, or the template cannot be filled in for them.
    """
    chosen = _chosen(project, template, locale)
    found = find(warehouse, account)
    at = instant(project, as_of)
    people = contacts(project, warehouse, found.surrogate, at)
    person = _person(people, contact, found.account_id)
    source = Template.read(chosen, project.templates[chosen])
    score = explain(project, warehouse, found.account_id, as_of=at).score
    values = _values(
        _seen(project, warehouse, found.surrogate, at),
        score,
        person,
        ours=source.channel == CALL,
        rules=project.outreach,
    )
    try:
        message = written(source, values, locale=locale)
    except UnfilledError as error:
        raise _unfilled(project, chosen, error) from error
    found_wrong = findings(message, source.channel, ways_out=(WAY_OUT,))
    return Rehearsal(chosen, found.account_id, found.name or "", person, at, message, found_wrong)


def _chosen(project: Project, template: str, locale: str) -> str:
    """The text by its name, in the language if it is written in it."""
    if template not in project.templates:
        folder = str(project.folder / templates.TEMPLATES)
        known = sorted(project.templates)
        raise UserError(
            f"there is no template {template!r}",
            where=folder,
            do=hint(template, known) or "write one: templates/email/check_in.liquid",
        )
    return f"{template}.{locale}" if locale and f"{template}.{locale}" in project.templates else template


def contacts(project: Project, warehouse: Warehouse, account: int, as_of: datetime) -> tuple[Contact, ...]:
    """The people who are at an account as of an instant, by name."""
    kinds = warehouse.tables().get("contacts")
    if kinds is None:
        return ()
    known = Known("contacts", tuple(kinds.items()), as_of, project.zone)
    wanted = ("contact", "role", "left_at")
    rows = warehouse.query(facts_text(known, wanted, MOST_CONTACTS, account)).to_pylist()
    there = {
        row["contact"]: row["role"] or "" for row in rows if row["contact"] is not None and not row["left_at"]
    }
    called = contacts_called(warehouse, list(there))
    people = [Contact(*called[number], role) for number, role in there.items() if number in called]
    return tuple(sorted(people, key=lambda one: (one.name.casefold(), one.email)))


def _person(people: Sequence[Contact], wanted: str | None, account_id: str) -> Contact | None:
    if wanted is None:
        champions = [one for one in people if one.role.casefold() == CHAMPION]
        return next(iter([*champions, *people]), None)
    for one in people:
        if one.email.casefold() == wanted.casefold():
            return one
    known = ", ".join(one.email for one in people if one.email) or "nobody that is known"
    raise UserError(f"nobody with the address {wanted} is at {account_id}", do=f"there is {known}")


def _seen(project: Project, warehouse: Warehouse, account: int, as_of: datetime) -> Mapping[str, Any]:
    """What is known of the account as of the instant, by name: signals, and attributes as `account.NAME`."""
    kinds = warehouse.tables().get("accounts", {})
    attributes = tuple(name for name in kinds if name not in ("occurred_at", "known_at"))
    observer = Observer(warehouse, (unscored(project),), attributes=attributes, also=project.signals)
    return observer.sight(Point.at(as_of), [account]).facts(0)


def _values(
    seen: Mapping[str, Any],
    score: Score,
    person: Contact | None,
    *,
    ours: bool,
    rules: Rules,
) -> dict[str, Any]:
    """What a template can name. The score and its reasons are for texts that only `ours` read, never for customers."""
    own = {name.removeprefix(ACCOUNT): value for name, value in seen.items() if name.startswith(ACCOUNT)}
    called = {"id": score.account_id, "name": score.name or score.account_id}
    sender = rules.sender or NOBODY
    values: dict[str, Any] = {
        "account": {
            **own,
            **called,
            "segment": score.segment,
            "stage": score.stage,
            "owner": score.owner or None,
        },
        "contact": None if person is None else _of_person(person),
        "signals": {name: value for name, value in seen.items() if not name.startswith(ACCOUNT)},
        "sender": {"name": sender.name or None, "email": sender.email},
        "postal_address": rules.postal_address or None,
        "unsubscribe_url": WAY_OUT,
        "preferences_url": CHOICES,
        "surveys": offered(
            rules.surveys, lambda name, score: f"{SURVEY}/{name}/{'' if score is None else score}"
        ),
    }
    if ours:
        reasons = [
            reason.text for reason in score.reasons if reason.step is Step.MEASURE and reason.points < 0
        ]
        band = None if score.band is None else str(score.band)
        values["score"] = {"score": score.score, "band": band, "reasons": reasons}
    return values


def _of_person(person: Contact) -> dict[str, str | None]:
    first = person.name.split()[0] if person.name.split() else None
    return {
        "name": person.name or None,
        "first_name": first,
        "email": person.email or None,
        "role": person.role or None,
    }


def _unfilled(project: Project, template: str, error: UnfilledError) -> UserError:
    file = f"{project.folder / templates.TEMPLATES / template}{templates.SUFFIX}"
    where = f"{file}:{error.line}" if error.line else file
    if error.missing:
        return UserError(
            f"{error.missing} is not known of this account, and nothing stands in for it",
            where=where,
            do=f'write what to say instead: {{{{ {error.missing} | default: "..." }}}}',
        )
    return UserError(str(error), where=where, do="mend the template")
