"""Surveys that messages ask: an answer is kept once, becomes a fact, and what was written beside it can still be changed."""

from uuid import uuid4

from keepwell import clock
from keepwell.errors import AbsentError, UserError
from keepwell.outreach.ledger import Step
from keepwell.outreach.links import Link
from keepwell.outreach.response import Kind, Response
from keepwell.outreach.survey import Survey
from keepwell.project.project import Project
from keepwell.runs.outreach.choosing import found
from keepwell.runs.saying import moment, words
from keepwell.store import ledger, responses, survey_answers
from keepwell.store.engine import Store
from keepwell.store.survey_answers import Answer

WORDS = 2000
"""So many characters a comment has at most."""


def survey(project: Project, link: Link) -> Survey:
    """The survey that a link is for.

    Raises:
        AbsentError: there is none of that name any more.
    """
    asked = project.outreach.surveys.get(link.survey)
    if asked is None:
        raise AbsentError("this survey is over", do="use a link of a later message")
    return asked


def given(store: Store, link: Link) -> Answer | None:
    """The answer that was given by a link, if one was."""
    with store.reading() as connection:
        return survey_answers.of(connection, link.number, link.survey)


def answer(project: Project, store: Store, link: Link, score: int | None, comment: str = "") -> Answer:
    """Keeps an answer. The first score of a link stays; what is written beside it can be changed.

    Raises:
        AbsentError: there is no such survey or message any more.
        UserError: the score is none of the survey's, or the comment too long.
    """
    asked = survey(project, link)
    said = words(comment, "comment", needed=False, most=WORDS)
    now = clock.now()
    with store.writing() as connection:
        entry = found(connection, link.number)
        before = survey_answers.of(connection, link.number, asked.name)
        if before is None:
            if score is None or not asked.takes(score):
                scale = asked.kind.scale
                raise UserError(
                    "this is no answer", where="score", do=f"choose one from {scale[0]} to {scale[-1]}"
                )
            made = Answer(
                link.number,
                asked.name,
                str(uuid4()),
                str(asked.kind),
                score,
                said,
                moment(project, connection),
            )
            before = survey_answers.give(connection, made, entry.account_id, entry.contact)
            responses.keep(
                connection, Response(link.number, Kind.ANSWERED, now, detail=asked.name, mark=made.key)
            )
            ledger.move(connection, entry, Step.DELIVER, now)
        elif said != before.comment:
            survey_answers.comment(connection, before, said, now)
        kept = survey_answers.of(connection, link.number, asked.name)
    assert kept is not None
    return kept
