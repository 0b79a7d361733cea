"""The page of one account against facts that were written by hand."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from keepwell.errors import AbsentError, UserError
from keepwell.people import Private, Role
from keepwell.runs.board.account import AccountView, account, happened
from keepwell.runs.board.course import MarkKind
from keepwell.runs.board.moved import moved, remedies
from keepwell.runs.board.timeline import Happening
from keepwell.runs.explain import explain
from keepwell.runs.score import score
from keepwell.scoring.score import Band
from tests.runs.board.firm import fill, firm_project, looked, own, person
from tests.runs.firm import AS_OF, Firm, ago


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """The firm, with all that can be known of its account A1."""
    with Firm(tmp_path_factory.mktemp("busy")) as firm:
        fill(firm)
        everything(firm)
        score(firm_project(), firm.warehouse, AS_OF)
        yield firm


def everything(firm: Firm) -> None:
    """What is known of A1; some of it becomes known only after the scores."""
    for contact, name in ((11, "Mia Muster"), (12, "Ole Olsen")):
        row = {
            "contact": [contact],
            "contact_id": [f"C{contact}"],
            "name": [name],
            "email": [f"c{contact}@a1.example"],
        }
        firm.warehouse.append("directory.contacts", pa.table(row))
    of = {"account": 1}
    key = "00000000-0000-0000-0000-00000000abcd"
    firm.facts(
        "contacts",
        [
            {**of, "occurred_at": ago(300), "contact": 11, "role": "champion"},
            {**of, "occurred_at": ago(200), "contact": 12, "role": "user", "left_at": ago(40)},
        ],
    )
    firm.facts(
        "tickets",
        [
            {
                **of,
                "occurred_at": ago(30),
                "priority": "high",
                "category": "bug",
                "key": key,
                "escalated": True,
            }
        ],
    )
    firm.facts(
        "tickets",
        [
            {
                **of,
                "occurred_at": ago(30),
                "priority": "high",
                "category": "bug",
                "key": key,
                "escalated": True,
            }
            | {"closed_at": ago(25), "satisfaction": 4.0}
        ],
        known=ago(25),
    )
    firm.facts(
        "tickets", [{**of, "occurred_at": ago(1), "priority": "low", "category": "question"}], known=ago(-1)
    )
    firm.facts(
        "tickets",
        [
            {
                **of,
                "occurred_at": ago(3),
                "priority": "low",
                "category": "billing",
                "closed_at": ago(-2),
                "satisfaction": 1.0,
            }
        ],
    )
    firm.facts(
        "invoices",
        [
            {**of, "occurred_at": ago(60), "due_at": ago(30), "amount": 480.0, "status": "open"},
            {
                **of,
                "occurred_at": ago(90),
                "due_at": ago(60),
                "paid_at": ago(61),
                "amount": 480.0,
                "status": "paid",
            },
        ],
    )
    firm.facts(
        "interactions", [{**of, "occurred_at": ago(15), "kind": "call", "author": "kim", "outcome": "Angry"}]
    )
    firm.facts(
        "milestones",
        [
            {**of, "occurred_at": ago(80), "due_at": ago(10), "kind": "goal", "name": "Roll out"},
            {
                **of,
                "occurred_at": ago(80),
                "due_at": ago(20),
                "reached_at": ago(22),
                "kind": "goal",
                "name": "Train",
            },
        ],
    )
    firm.facts("pulses", [{**of, "occurred_at": ago(12), "score": 60.0, "author": "kim", "reason": "Unsure"}])
    common = {"target": "logins", "author": "kim", "reason": "Holidays", "until_at": ago(-20)}
    firm.facts("overrides", [{**of, **common, "occurred_at": ago(8), "value": 100.0}])
    firm.facts("messages", [{**of, "occurred_at": ago(9), "action": "opened", "channel": "email"}])


def view(firm: Firm, account_id: str = "A1", role: Role = Role.ADMIN) -> AccountView:
    """The page as somebody with a role sees it."""
    return account(looked(firm.warehouse, person(role)), account_id)


def test_bars_lead_from_the_baseline_to_the_score(busy: Firm) -> None:
    seen = view(busy)
    # 90 for NPS and, by hand, 100 for logins instead of 70, by halves
    assert (seen.score.score, seen.score.computed_score, seen.score.baseline) == (95, 80, 100)
    assert [(bar.title, bar.before, bar.after) for bar in seen.bars] == [
        ("Logins", 100, 85),
        ("NPS", 85, 80),
        ("Logins", 80, 95),
    ]
    assert seen.bars[0].text == "Logins: 7 in the last 7 days, full marks at 10"
    assert (seen.row.score, seen.row.owner, seen.scored, seen.expected) == (95, "kim", True, None)


def test_lists_hold_what_was_known_then(busy: Firm) -> None:
    seen = view(busy)
    assert [(t.category, t.closed_at, t.escalated, t.satisfaction) for t in seen.tickets] == [
        ("billing", None, False, None),  # it is closed after the scores
        ("bug", ago(25), True, 4.0),
    ]
    assert [(c.name, c.role, c.left_at) for c in seen.contacts] == [
        ("Mia Muster", "champion", None),
        ("Ole Olsen", "user", ago(40)),
    ]
    assert [(i.amount, i.status, i.overdue_days) for i in seen.invoices] == [
        (480, "open", 30),
        (480, "paid", None),
    ]
    (contract,) = seen.contracts
    assert (contract.amount, contract.days_to_renewal, contract.plan) == (480, 20, "pro")
    assert [(s.kind, s.score) for s in seen.surveys] == [("", 9)]
    assert [(goal.name, goal.overdue) for goal in seen.goals] == [("Roll out", True), ("Train", False)]
    assert seen.attributes == (("Plan", "pro"), ("Seats", "60"))
    assert (seen.began_at, seen.ended_at) == (ago(399), None)


def test_timeline_tells_all_of_it_the_newest_first(busy: Firm) -> None:
    seen = view(busy)
    others = [(each.at, each.title, each.detail) for each in seen.timeline if each.table != "events"]
    assert others == [
        (ago(3), "Ticket opened (billing, low)", ""),
        (ago(8), f"Logins set to 100 until {ago(-20).date()} by kim", "Holidays"),
        (ago(9), "Message opened (email)", ""),
        (ago(10), "Overdue: Roll out", ""),
        (ago(12), "Pulse 60 by kim", "Unsure"),
        (ago(15), "Call with kim", "Angry"),
        (ago(22), "Reached: Train", ""),
        (ago(25), "Ticket closed (bug, high)", "rated 4"),
        (ago(30), "Ticket opened (bug, high)", ""),
        (ago(30), "Invoice overdue (480.00 EUR)", ""),
        (ago(40), "User left", ""),
        (ago(60), "Invoice issued (480.00 EUR)", ""),
        (ago(61), "Invoice paid (480.00 EUR)", ""),
        (ago(80), "Started: Train", ""),
        (ago(80), "Started: Roll out", ""),
        (ago(90), "SURVEY answered: 9", ""),
        (ago(90), "Invoice issued (480.00 EUR)", ""),
    ]
    used = [each for each in seen.timeline if each.table == "events"]
    assert {each.title for each in used} == {"Used: login 1"}
    assert len(used) == 91
    assert seen.older == ago(91).isoformat()


def test_older_pages_go_on_where_the_last_one_ended(busy: Firm) -> None:
    desk = looked(busy.warehouse)
    cursor, told = "", list[Happening]()
    while True:
        page = happened(desk, "A1", cursor)
        told += page.happenings
        if page.older is None:
            break
        cursor = page.older
    assert [each.title for each in told if each.table in ("accounts", "contacts", "subscriptions")] == [
        "User left",
        "User joined",
        "Subscription began (pro, 480.00 EUR)",
        "Champion joined",
        "Became a customer",
    ]
    assert len([each for each in told if each.table == "events"]) == 121  # a day each, 120 days ago to today
    assert [each.at for each in told] == sorted((each.at for each in told), reverse=True)


@pytest.mark.parametrize(
    "cursor", ["yesterday", "2025-06-30", "2025-06-30T00:00:00", "0001-01-01T00:00:00+23:00"]
)
def test_a_strange_cursor_is_refused(busy: Firm, cursor: str) -> None:
    with pytest.raises(UserError, match="none of a timeline's"):
        happened(looked(busy.warehouse), "A1", cursor)


def test_the_trend_is_that_of_the_grid_and_ends_with_the_score(busy: Firm) -> None:
    seen = view(busy)
    days = busy.warehouse.query(
        "SELECT as_of, score FROM scores.days WHERE account = 1 ORDER BY as_of"
    ).to_pylist()
    told = [(point.as_of.replace(tzinfo=None), point.score) for point in seen.trend]
    assert told == [*((day["as_of"], day["score"]) for day in days), (AS_OF.replace(tzinfo=None), 95)]
    first = seen.trend[0].as_of
    assert [(mark.at, mark.kind) for mark in seen.marks] == [
        (ago(15), MarkKind.CONTACT),
        (ago(12), MarkKind.PULSE),
        (ago(8), MarkKind.OVERRIDE),
    ]
    assert first < ago(15)


def test_kin_within_reach(busy: Firm) -> None:
    assert [row.account_id for row in view(busy).children] == ["A7"]
    parent = view(busy, "A7").parent
    assert parent is not None
    assert (parent.account_id, parent.score) == ("A1", 95)
    desk = looked(busy.warehouse, person(Role.CSM, own("kim")), owners={"A1": "lee"})
    assert account(desk, "A7").parent is None
    for absent in ("A1", "A99", ""):
        with pytest.raises(AbsentError, match="in your reach"):
            account(desk, absent)


def test_roles_see_what_they_may(busy: Firm) -> None:
    viewer, marketer, analyst = (view(busy, role=role) for role in (Role.VIEWER, Role.MARKETER, Role.ANALYST))
    assert viewer.hidden == frozenset(Private)
    assert (viewer.score.value, viewer.row.value, viewer.score.value_at_risk) == (None, None, None)
    assert {line.amount for line in viewer.contracts} == {line.amount for line in viewer.invoices} == {None}
    assert viewer.contacts == analyst.contacts == ()
    assert len(marketer.contacts) == 2
    for seen in (viewer, marketer, analyst):
        assert {each.detail for each in seen.timeline} <= {"", "rated 4"}
        assert "Holidays" not in " ".join(bar.text for bar in seen.bars)
    assert "480" not in " ".join(each.title for each in viewer.timeline)
    assert "Mia" not in str(viewer)


def test_accounts_without_a_score_say_why(busy: Firm) -> None:
    seen = view(busy, "A4")
    assert not seen.scored
    assert seen.score.why_not == "not enough data: 50% of the weight is known, 60% needed; missing: NPS"
    assert (seen.bars, seen.row.why_not, seen.row.band) == ((), "not enough data", None)
    ended = view(busy, "A5")
    assert (ended.score.why_not, ended.ended_at) == ("ended", ago(50))


def test_an_override_given_since_shows_in_what_is_expected(tmp_path: Path) -> None:
    project = firm_project(history=2, as_of=None)
    with Firm(tmp_path) as firm:
        fill(firm)
        score(project, firm.warehouse, AS_OF)
        desk = looked(firm.warehouse, by=project)
        before = account(desk, "A2")
        assert before.expected is None
        given = {"account": 2, "occurred_at": ago(-0.01), "target": "score", "value": 72.0, "author": "kim"}
        firm.facts("overrides", [given | {"until_at": ago(-100_000)}])
        seen = account(desk, "A2")
        assert (seen.score.score, seen.row.score) == (10, 10)
        assert seen.expected is not None
        assert (seen.expected.score, seen.expected.band) == (
            72,
            Band.YELLOW,
        )  # 3 more are needed on the way up


def test_moves_and_remedies_are_those_that_explain_tells(busy: Firm) -> None:
    desk = looked(busy.warehouse)
    told = explain(firm_project(), busy.warehouse, "A3", as_of=AS_OF)
    why = moved(desk, "A3")
    assert told.since is not None
    assert (why.then, why.now, why.parts) == (75, 40, told.moves)
    assert round(sum(part.points for part in why.parts), 6) == -35
    found = remedies(desk, "A3")
    assert (found.band, found.remedies) == (Band.YELLOW, told.remedies)
    with pytest.raises(UserError, match="is not before the scores"):
        moved(desk, "A3", AS_OF + timedelta(days=1))
    before = busy.warehouse.query("SELECT count(*) AS n FROM scores.days")["n"][0].as_py()
    moved(desk, "A1", ago(200))
    assert busy.warehouse.query("SELECT count(*) AS n FROM scores.days")["n"][0].as_py() == before


def test_moves_do_not_tell_others_why_something_was_set_by_hand(busy: Firm) -> None:
    for role, reads in ((Role.ADMIN, True), (Role.MARKETER, False)):
        parts = moved(looked(busy.warehouse, person(role)), "A1").parts
        assert ("Holidays" in " ".join(part.text for part in parts)) <= reads
