"""How enrollments stand, counted by hand."""

from dataclasses import replace
from datetime import timedelta

from keepwell.outreach.engine import Advanced
from keepwell.outreach.enrollment import End, Enrollment
from keepwell.outreach.ledger import State, Step
from keepwell.store import enrolled, enrollments
from keepwell.store.engine import Connection, Store
from keepwell.store.enrolled import Outcome, Stand, Tally
from tests.outreach.made import BEGIN, DAY, journey, message
from tests.outreach.made import enrolled as entered
from tests.store.planned import planned, turned

RESCUE = journey(message("guide"))


def _keep(connection: Connection, account: str, number: int, **fields: object) -> None:
    first: Enrollment = replace(entered(RESCUE, account), id=f"{account} {number}")
    enrollments.begin(connection, first)
    later = replace(first, **fields)  # type: ignore[arg-type]
    assert enrollments.keep(connection, first, Advanced(later, (), None))


def test_who_stands_where_and_what_became_of_them(store: Store) -> None:
    with store.writing() as connection:
        _keep(connection, "A1", 1, at=BEGIN + DAY)
        _keep(connection, "A2", 1, at=BEGIN + DAY)
        _keep(connection, "A3", 1, end=End.REACHED, ended_at=BEGIN + DAY)
        _keep(connection, "A3", 2, end=End.FINISHED, ended_at=BEGIN + 9 * DAY)
        _keep(connection, "A4", 1, end=End.FINISHED, ended_at=BEGIN + DAY)
        ghost = replace(entered(RESCUE, "A5"), held_out=True)
        enrollments.begin(connection, ghost)
        assert set(enrolled.stands(connection, "rescue")) == {
            Stand("rescue", "guide", None, False, 2),
            Stand("rescue", "guide", None, True, 1),
            Stand("rescue", "", End.REACHED, False, 1),
            Stand("rescue", "", End.FINISHED, False, 2),
        }
        assert set(enrolled.stands(connection)) == set(enrolled.stands(connection, "rescue"))
        assert list(enrolled.stands(connection, "other")) == []
        assert set(enrolled.outcomes(connection, "rescue", BEGIN)) == {
            Outcome(False, 5, 4, 1),
            Outcome(True, 1, 1, 0),
        }
        assert enrolled.outcomes(connection, "rescue", BEGIN - timedelta(seconds=1)) == ()
        listed = enrolled.listed(connection, account_id="A3")
        assert [(each.id, each.end) for each in listed] == [("A3 1", End.REACHED), ("A3 2", End.FINISHED)]
        everybody = enrolled.listed(connection, journey="rescue")
        assert [each.under_way for each in everybody] == [True, True, True, False, False, False]
        assert len(enrolled.listed(connection, journey="rescue", most=2)) == 2


def test_messages_are_counted_by_state_and_reason(store: Store) -> None:
    with store.writing() as connection:
        for number in range(3):
            entry = planned(connection, f"p{number}@firm.example")
            if number:
                turned(connection, entry, Step.SKIP, reason="opt_out")
        assert enrolled.tallied(connection, "rescue") == (
            Tally(State.SKIPPED, "opt_out", 2),
            Tally(State.PLANNED, "", 1),
        )
