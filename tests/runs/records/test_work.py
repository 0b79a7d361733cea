"""Tasks and views: who may do what with whose."""

from datetime import date

import pytest

from keepwell.errors import AbsentError, ConflictError, ForbiddenError, UserError
from keepwell.people import Role, Scope
from keepwell.runs import tasking, viewing
from keepwell.runs.people import members
from keepwell.runs.reaching import Reached, reached
from keepwell.runs.tasking import Wanted
from keepwell.store.engine import Store
from keepwell.store.tasks import State, Step
from tests.runs.firm import Firm
from tests.runs.records.conftest import ADMIN, ANA, KIM, person
from tests.web.entered import user


def test_a_task_without_an_assignee_is_ones_own(store: Store, acme: Reached) -> None:
    made = tasking.make(store, acme, Wanted(" Call them ", due_on=date(2025, 7, 1)), by=KIM)
    assert (made.title, made.assignee, made.author, made.account_id) == (
        "Call them",
        KIM.email,
        KIM.email,
        "A1",
    )
    assert tasking.assigned(store, KIM) == (made,) == tasking.of(store, acme)
    assert tasking.assigned(store, ANA) == ()


def test_a_task_is_changed_by_its_assignee_its_author_or_an_admin(
    firm: Firm, store: Store, acme: Reached
) -> None:
    user(store, ANA.email, Role.CSM)
    made = tasking.make(store, acme, Wanted("Call", assignee=ANA.email), by=KIM)
    for who in (ANA, KIM, ADMIN):
        tasking.change(
            firm.warehouse, store, made.number, Wanted(f"By {who.name}", assignee=ANA.email), by=who
        )
    with pytest.raises(ForbiddenError, match="is ana@"):
        tasking.change(firm.warehouse, store, made.number, Wanted("Mine now"), by=person("bo"))
    with pytest.raises(AbsentError, match="there is no task 99"):
        tasking.move(store, 99, Step.FINISH, by=ADMIN)
    assert tasking.found(store, made.number).title == "By Ada"


def test_a_task_is_for_somebody_who_sees_the_account(firm: Firm, store: Store, acme: Reached) -> None:
    big = reached(firm.warehouse, store, ANA, "A2")
    user(store, "kim@firm.example", Role.CSM, scope=Scope.OWN, owner="kim")
    user(store, "seg@firm.example", Role.VIEWER, scope=Scope.SEGMENT, segments=("nowhere",))
    gone = user(store, "gone@firm.example", Role.CSM)
    members.disable(store, gone.number, actor=ADMIN.email)
    assert (
        tasking.make(store, acme, Wanted("Call", assignee=" Kim@Firm.example"), by=ANA).assignee == KIM.email
    )
    mine = tasking.make(store, big, Wanted("Call"), by=ANA)
    for email, what in (
        ("kim@firm.example", "kim@firm.example does not see this account"),
        ("seg@firm.example", "seg@firm.example does not see this account"),
        ("gone@firm.example", "nobody here has the e-mail address 'gone@firm.example'"),
        ("typo@firm.example", "nobody here has the e-mail address 'typo@firm.example'"),
    ):
        wanted = Wanted("Call", assignee=email)
        with pytest.raises(UserError, match=what):
            tasking.make(store, big, wanted, by=ANA)
        with pytest.raises(UserError, match=what):
            tasking.change(firm.warehouse, store, mine.number, wanted, by=ANA)
    assert tasking.of(store, big) == (mine,)


def test_what_is_settled_is_reopened_before_it_is_changed(firm: Firm, store: Store, acme: Reached) -> None:
    made = tasking.make(store, acme, Wanted("Call"), by=KIM)
    done = tasking.move(store, made.number, Step.FINISH, outcome="They renew", by=KIM)
    assert (done.state, done.outcome, tasking.assigned(store, KIM)) == (State.DONE, "They renew", ())
    with pytest.raises(ConflictError, match="is done already"):
        tasking.move(store, made.number, Step.DROP, by=KIM)
    with pytest.raises(ConflictError, match="is done"):
        tasking.change(firm.warehouse, store, made.number, Wanted("Write"), by=KIM)
    tasking.move(store, made.number, Step.REOPEN, by=KIM)
    assert tasking.change(firm.warehouse, store, made.number, Wanted("Write"), by=KIM).title == "Write"


def test_a_task_needs_a_title(store: Store, acme: Reached) -> None:
    with pytest.raises(UserError, match="title is missing"):
        tasking.make(store, acme, Wanted(" "), by=KIM)
    with pytest.raises(UserError, match="title has 301 characters"):
        tasking.make(store, acme, Wanted("x" * 301), by=KIM)


def test_a_view_is_shared_by_those_who_may_and_removed_by_its_author_or_an_admin(store: Store) -> None:
    viewer = person("vi", Role.VIEWER)
    own = viewing.save(store, page="portfolio", name="Red", query="?band=red", by=viewer)
    assert own.query == "band=red"
    with pytest.raises(ForbiddenError, match="may not share"):
        viewing.save(store, page="portfolio", name="Red", query="", shared=True, by=viewer)
    ours = viewing.save(store, page="portfolio", name="Ours", query="", shared=True, by=KIM)
    assert viewing.found(store, viewer) == (ours, own)
    with pytest.raises(ForbiddenError, match="is kim@"):
        viewing.remove(store, ours.number, by=ANA)
    with pytest.raises(AbsentError, match=f"there is no view {own.number}"):
        viewing.remove(store, own.number, by=ADMIN)
    viewing.remove(store, ours.number, by=ADMIN)
    assert viewing.found(store, viewer) == (own,)
    with pytest.raises(UserError, match="there is no page 'nowhere'"):
        viewing.save(store, page="nowhere", name="x", query="", by=KIM)
