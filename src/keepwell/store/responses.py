"""Responses as they are kept: what came back of each entry of the ledger."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from keepwell.outreach.asking import CAME_BACK
from keepwell.outreach.response import IMPLIED, Kind, Response
from keepwell.store.outreach_tables import LEDGER
from keepwell.store.response_tables import RESPONSES

MOST = 50
"""So many responses of one kind are kept of an entry, so that a link which is followed without end fills nothing."""

BATCH = 500
"""So many enrollments are asked for at once: SQLite takes no more than 999 values."""

_FUNCTIONS = {"opened": Kind.OPENED, "clicked": Kind.CLICKED, "replied": Kind.REPLIED}
assert _FUNCTIONS.keys() == CAME_BACK.keys()


@dataclass(frozen=True, slots=True)
class Answer:
    """That a person has `opened`, `clicked` or `replied` (`function`) to the message of a step, and since when that is known."""

    function: str
    step: str
    since: datetime


def keep(connection: Connection, response: Response) -> bool:
    """Keeps a response; whether it is new: what is told twice is kept once, and of too many the first are."""
    mine = (RESPONSES.c.entry == response.entry) & (RESPONSES.c.kind == str(response.kind))
    marks = connection.execute(sa.select(RESPONSES.c.mark).where(mine)).scalars().all()
    if len(marks) >= MOST or (response.mark is not None and response.mark in marks):
        return False
    row = {**asdict(response), "kind": str(response.kind)}
    connection.execute(sa.insert(RESPONSES).values(**row))
    return True


def of(connection: Connection, entry: int) -> tuple[Response, ...]:
    """What came back of an entry, in the order of keeping."""
    columns = [RESPONSES.c[name] for name in Response.__slots__]
    query = sa.select(*columns).where(RESPONSES.c.entry == entry).order_by(RESPONSES.c.number)
    return tuple(_of(row) for row in connection.execute(query))


def answers(connection: Connection, enrollments: Sequence[str]) -> dict[str, tuple[Answer, ...]]:
    """What persons made of the messages of some enrollments (their ids), the first known first; an enrollment without an answer is left out.

    Each `Answer` names the step whose message was opened, clicked or replied to; which template that is, the journey's definition
    says. Who clicked has opened as well, and what machines did is no answer. Its `since` is when it became known, not when it happened.
    """
    found: dict[str, dict[tuple[str, str], datetime]] = {}
    for start in range(0, len(enrollments), BATCH):
        for row in connection.execute(_said(enrollments[start : start + BATCH])):
            mine = found.setdefault(row.enrollment, {})
            for function, kind in _FUNCTIONS.items():
                if row.kind in IMPLIED[kind]:
                    known = (function, row.step)
                    mine[known] = min(row.since, mine.get(known, row.since))
    return {
        enrollment: tuple(sorted((Answer(*known, since) for known, since in mine.items()), key=_instant))
        for enrollment, mine in found.items()
    }


def last(connection: Connection) -> int:
    """The number of the last response; 0 if nothing ever came back."""
    return int(
        connection.execute(sa.select(sa.func.coalesce(sa.func.max(RESPONSES.c.number), 0))).scalar_one()
    )


def answered(connection: Connection, after: int, until: int) -> frozenset[str]:
    """The enrollments (their ids) to whose messages persons have responded, by the responses after one number and up to another."""
    between = (RESPONSES.c.number > after) & (RESPONSES.c.number <= until)
    query = sa.select(LEDGER.c.enrollment).join(LEDGER, RESPONSES.c.entry == LEDGER.c.number).distinct()
    found = connection.execute(query.where(between & RESPONSES.c.by_machine.is_(sa.false()))).scalars()
    return frozenset(each for each in found if each is not None)


def _instant(answer: Answer) -> tuple[datetime, str, str]:
    return answer.since, answer.function, answer.step


def _said(enrollments: Sequence[str]) -> sa.Select[tuple[str, str, str, datetime]]:
    kinds = sorted({str(kind) for implied in IMPLIED.values() for kind in implied})
    mine = LEDGER.c.enrollment.in_(enrollments) & RESPONSES.c.kind.in_(kinds)
    first = sa.func.min(RESPONSES.c.at, type_=RESPONSES.c.at.type).label("since")
    columns = (LEDGER.c.enrollment, LEDGER.c.step, RESPONSES.c.kind)
    query = sa.select(*columns, first).join(LEDGER, RESPONSES.c.entry == LEDGER.c.number)
    return query.where(mine & RESPONSES.c.by_machine.is_(sa.false())).group_by(*columns)


def made_by_machine(connection: Connection, entry: int, kind: Kind, since: datetime) -> None:
    """Notes that what came back of an entry since an instant was a machine's after all."""
    mine = (RESPONSES.c.entry == entry) & (RESPONSES.c.kind == str(kind)) & (RESPONSES.c.at >= since)
    connection.execute(sa.update(RESPONSES).where(mine).values(by_machine=True))


def of_recipient(connection: Connection, recipient: int, kind: Kind, most: int) -> tuple[Response, ...]:
    """What of a kind came back from a recipient, whatever it was sent, the latest first; at most so many."""
    columns = [RESPONSES.c[name] for name in Response.__slots__]
    mine = (LEDGER.c.recipient == recipient) & (RESPONSES.c.kind == str(kind))
    query = sa.select(*columns).join(LEDGER, RESPONSES.c.entry == LEDGER.c.number).where(mine)
    rows = connection.execute(query.order_by(RESPONSES.c.at.desc(), RESPONSES.c.number.desc()).limit(most))
    return tuple(_of(row) for row in rows)


def _of(row: sa.Row[tuple[object, ...]]) -> Response:
    return Response(**{**row._mapping, "kind": Kind(row._mapping["kind"])})
