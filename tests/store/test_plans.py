"""Plans: every arrow of their states, what they need, and how they are kept."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from keepwell.store import approvals, plans
from keepwell.store.approvals import Approval, Verdict
from keepwell.store.engine import Store
from keepwell.store.plans import ARROWS, Demand, State, Step, after, identity
from tests.store.made import NOON, plan

LEADS = {
    (State.OPEN, Step.AGREE): State.APPROVED,
    (State.OPEN, Step.REJECT): State.REJECTED,
    (State.OPEN, Step.OVERTAKE): State.STALE,
    (State.APPROVED, Step.LACK): State.OPEN,
    (State.APPROVED, Step.REJECT): State.REJECTED,
    (State.APPROVED, Step.APPLY): State.APPLIED,
    (State.APPROVED, Step.OVERTAKE): State.STALE,
}
NOWHERE = [pair for pair in product(State, Step) if pair not in LEADS]


@pytest.mark.parametrize(("state", "step"), LEADS)
def test_an_arrow_leads_where_it_should(store: Store, state: State, step: Step) -> None:
    with store.writing() as connection:
        kept = plans.keep(connection, plan(state=state))
        moved = plans.move(connection, kept, step)
        found = plans.get(connection, "p1")
    assert found is not None
    assert moved.state == found.state == LEADS[state, step]


@pytest.mark.parametrize(("state", "step"), NOWHERE)
def test_where_no_arrow_is_nothing_happens(state: State, step: Step) -> None:
    assert after(state, step) is state


def test_there_are_no_other_arrows() -> None:
    assert dict(ARROWS) == LEADS
    assert {state for state, _ in NOWHERE} >= {State.APPLIED, State.REJECTED, State.STALE}


def test_a_plan_is_kept_as_it_is(store: Store) -> None:
    with store.writing() as connection:
        wanted = plan(demand=Demand(2, ("ravi",)), base_version="two", base=4)
        plans.keep(connection, wanted)
        assert plans.get(connection, "p1") == wanted
        assert plans.get(connection, "p") is None
        assert [each.plan for each in plans.beginning(connection, "p")] == ["p1"]
        assert plans.beginning(connection, "%") == ()


def test_measured_anew_it_keeps_its_author_and_state(store: Store) -> None:
    with store.writing() as connection:
        plans.keep(connection, plan(state=State.APPROVED))
        again = plan(
            author="ravi", made_at=NOON + timedelta(days=1), load=9, demand=Demand(2), summary={"moved": 1}
        )
        kept = plans.keep(connection, again)
        assert kept == plans.get(connection, "p1")
    assert (kept.author, kept.made_at, kept.state) == ("kim", NOON, State.APPROVED)
    assert (kept.load, kept.demand, kept.summary) == (9, Demand(2), {"moved": 1})


def test_what_waits_is_told_newest_first_and_overtaken_by_later_ones(store: Store) -> None:
    with store.writing() as connection:
        for place, state in enumerate(State):
            plans.keep(connection, plan(plan=f"p{place}", state=state, made_at=NOON + timedelta(hours=place)))
        plans.keep(connection, plan(plan="later", base=1, made_at=NOON + timedelta(days=1)))
        assert [each.plan for each in plans.pending(connection)] == ["later", "p1", "p0"]
        plans.overtake(connection, 1)
        assert [each.plan for each in plans.pending(connection)] == ["later"]
        states = [plans.get(connection, f"p{place}") for place in range(5)]
    assert [each.state for each in states if each] == [
        State.STALE,
        State.STALE,
        State.REJECTED,
        State.APPLIED,
        State.STALE,
    ]


@pytest.mark.parametrize(
    ("demand", "approved_by", "missing", "owners"),
    [
        (Demand(), (), 0, ()),
        (Demand(1), (), 1, ()),
        (Demand(1), ("kim",), 1, ()),
        (Demand(1), ("ravi",), 0, ()),
        (Demand(2), ("ravi", "kim"), 1, ()),
        (Demand(2), ("ravi", "ana"), 0, ()),
        (Demand(0, ("kim",)), (), 0, ()),
        (Demand(0, ("ana",)), (), 1, ("ana",)),
        (Demand(1, ("ana",)), ("ravi",), 1, ("ana",)),
        (Demand(1, ("ana",)), ("ana",), 0, ()),
        (Demand(1, ("ana", "kim", "ravi")), ("ana",), 1, ("ravi",)),
    ],
)
def test_what_is_missing(
    demand: Demand, approved_by: tuple[str, ...], missing: int, owners: tuple[str, ...]
) -> None:
    by = frozenset(approved_by)
    assert max(demand.missing("kim", by), 0) == missing
    assert demand.missing_owners("kim", by) == owners


def test_approvals_settle_a_plan_and_new_demands_unsettle_it(store: Store) -> None:
    with store.writing() as connection:
        kept = plans.keep(connection, plan(demand=Demand(1)))
        assert plans.settle(connection, kept, frozenset()).state is State.OPEN
        approvals.give(connection, Approval("p1", "ravi", NOON, Verdict.APPROVED))
        by = approvals.approved_by(connection, "p1")
        kept = plans.settle(connection, kept, by)
        assert kept.state is State.APPROVED
        assert plans.settle(connection, replace(kept, demand=Demand(2)), by).state is State.OPEN


def test_of_several_words_by_one_person_the_last_counts(store: Store) -> None:
    with store.writing() as connection:
        plans.keep(connection, plan())
        for actor, verdict in (("ravi", "approved"), ("ana", "approved"), ("ravi", "rejected")):
            approvals.give(connection, Approval("p1", actor, NOON, Verdict(verdict), f"{verdict} by {actor}"))
        assert [each.note for each in approvals.of(connection, "p1")] == [
            "approved by ana",
            "rejected by ravi",
        ]
        assert approvals.approved_by(connection, "p1") == {"ana"}


def test_an_id_depends_on_the_files_and_on_what_they_would_replace() -> None:
    assert identity(1, "a") == identity(1, "a")
    assert len({identity(1, "a"), identity(2, "a"), identity(1, "b")}) == 3
    assert len(identity(1, "a")) == 12
