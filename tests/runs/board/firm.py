"""A small firm whose scores are worked out by hand, and people who look at them.

Half of a score is logins of the last week, half the last NPS; ten of each are full marks; green from 70, yellow from 40, 3 more on the way up.

| account | seats, value | logins a week | NPS | score now | 28 days before | owner |
| --- | --- | --- | --- | --- | --- | --- |
| A1 | 60, 6000 | 7 | 9 | 80, green | 80, green | kim |
| A2 | 10, 1000 | 0 | 2 | 10, red | 10, red | kim |
| A3 | 50, 5000 | 7, none for 20 days | 8 | 40, yellow | 75, green | lee |
| A4 | 20, 2000 | 0 | never | none: half of the weight is known, 60% needed | | lee |
| A5 | 30, 3000 | ended 50 days ago | | none | | kim |
| A6 | 40, 4000 | 7 | 1, then 10 for 10 days | 85, green | 40, yellow | nobody |
| A7 | 5, 500 | 0 | 6, child of A1 | 30, red | 30, red | Kim |
"""

from pathlib import Path
from typing import Any

from keepwell.people import EVERYTHING, Person, Reach, Role, Scope
from keepwell.project.project import Project
from keepwell.runs.board.desk import Desk, Shelf, desk
from keepwell.runs.score import score
from keepwell.warehouse.protocol import Warehouse
from tests.runs.firm import AS_OF, Firm, ago, card, every_day, project

OWNERS = {1: "kim", 2: "kim", 3: "lee", 4: "lee", 5: "kim", 6: None, 7: "Kim"}
SEATS = {1: 60, 2: 10, 3: 50, 4: 20, 5: 30, 6: 40, 7: 5}
VALUES = {f"A{number}": seats * 100.0 for number, seats in SEATS.items()}
SCORES = {"A1": 80.0, "A2": 10.0, "A3": 40.0, "A6": 85.0, "A7": 30.0}
BEFORE = {"A1": 80.0, "A2": 10.0, "A3": 75.0, "A6": 40.0, "A7": 30.0}
RENEWS = {1: 20, 2: 5, 3: 60, 6: 200}
"""In how many days accounts renew."""


def firm_project(**fields: Any) -> Project:
    """The project of the firm."""
    made: dict[str, Any] = {"history": 40, **fields}
    cards = made.pop("scorecards", (card(min_coverage=0.6),))
    return project(*cards, **made)


def fill(firm: Firm) -> None:
    """Writes the facts of the table above."""
    for number, seats in SEATS.items():
        more: dict[str, Any] = {"ended_at": ago(50)} if number == 5 else {}
        more |= {"parent": 1} if number == 7 else {}
        firm.account(number, ago(400 - number), seats=seats, owner=OWNERS[number], plan="pro", **more)
    for number, last in ((1, 0), (3, 20), (6, 0)):
        firm.logins(number, *every_day(1, 120, last))
    for number, nps in ((1, 9), (2, 2), (3, 8), (6, 1), (7, 6)):
        firm.survey(number, ago(90), nps)
    firm.survey(6, ago(10), 10)
    rows = [
        {
            "account": number,
            "occurred_at": ago(300),
            "renews_at": ago(-days),
            "plan": "pro",
            "amount": seats_price(number),
        }
        for number, days in RENEWS.items()
    ]
    firm.facts("subscriptions", rows)


def seats_price(number: int) -> float:
    """What a subscription costs a month."""
    return SEATS[number] * 8.0


def scored(folder: Path, own: Project | None = None) -> Firm:
    """The firm with its scores."""
    firm = Firm(folder)
    fill(firm)
    score(own or firm_project(), firm.warehouse, AS_OF)
    return firm


def person(role: Role = Role.ADMIN, reach: Reach = EVERYTHING, name: str = "ada") -> Person:
    """Somebody who looks."""
    return Person(1, f"{name}@firm.example", name.capitalize(), role, reach, owner=name)


def own(*names: str) -> Reach:
    """The reach of somebody who looks after the accounts of some owners."""
    return Reach(Scope.OWN if len(names) == 1 else Scope.TEAM, frozenset(names))


def looked(
    warehouse: Warehouse,
    who: Person | None = None,
    *,
    by: Project | None = None,
    purpose: str = "",
    owners: dict[str, str] | None = None,
    shelf: Shelf | None = None,
) -> Desk:
    """What somebody has before them."""
    return desk(
        by or firm_project(),
        warehouse,
        who or person(),
        shelf=shelf or Shelf(),
        purpose=purpose,
        owners=owners or {},
    )
