"""Messages that ask a survey: whether somebody is asked now."""

import re
from datetime import datetime
from functools import lru_cache

from keepwell.outreach.arbiter import Decision, Reason, Verdict
from keepwell.outreach.survey import Survey
from keepwell.project.project import Project
from keepwell.runs.outreach.courses import Courses
from keepwell.store import ledger
from keepwell.store.engine import Connection
from keepwell.store.ledger import Entry

_NAMED = re.compile(r"\bsurveys\.([a-z][a-z0-9_]*)")


@lru_cache(maxsize=1024)
def asked_in(text: str) -> frozenset[str]:
    """The surveys that a text names."""
    return frozenset(_NAMED.findall(text))


def surveys_of(project: Project, channel: str, template: str) -> tuple[Survey, ...]:
    """The surveys that a message asks, in whichever language it is written."""
    if not project.outreach.surveys:
        return ()
    name = f"{channel}/{template}"
    texts = [text for key, text in project.templates.items() if key == name or key.startswith(f"{name}.")]
    named = frozenset[str]().union(*map(asked_in, texts))
    return tuple(survey for survey in project.outreach.surveys.values() if survey.name in named)


def objection(
    connection: Connection, entry: Entry, surveys: tuple[Survey, ...], courses: Courses, now: datetime
) -> Decision | None:
    """Why a message that asks surveys does not go: its contact is not in the sample, or was asked lately, by whichever survey; `None`: it can."""
    if not all(survey.asks(entry.contact) for survey in surveys):
        return Decision(Verdict.SKIP, Reason.NOT_SAMPLED)
    zone = courses.project.zone
    since = min((survey.every.before(now, zone) for survey in surveys), default=now)
    last = _last_asked(connection, entry, courses, since)
    if not all(survey.spaced(last, now, zone) for survey in surveys):
        return Decision(Verdict.SKIP, Reason.ASKED_LATELY)
    return None


def _last_asked(connection: Connection, entry: Entry, courses: Courses, since: datetime) -> datetime | None:
    """When the contact of an entry was last sent a message that asks a survey, as far back as an instant."""
    instants = []
    for other in ledger.handed_to(connection, entry.account_id, entry.contact, since):
        course = courses.of(connection, other.journey, other.version)
        step = None if course is None else course.message(other.key.step)
        if course is None or step is None or other.handed_at is None:
            continue
        if surveys_of(course.project, step.channel, step.template):
            instants.append(other.handed_at)
    return max(instants, default=None)
