"""What sending keeps: which entries are due, what becomes of many at once, offers, picks, breakers, approvals, what the sandbox caught."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from keepwell.outreach import breaker
from keepwell.outreach.approval import Approval
from keepwell.outreach.breaker import Breaker
from keepwell.outreach.caps import Sent
from keepwell.outreach.consent import Basis, Cause, Consent, Suppression
from keepwell.outreach.ledger import State, Step
from keepwell.store import (
    audit,
    breakers,
    consents,
    gifts,
    journey_approvals,
    ledger,
    on_record,
    picks,
    sandbox,
)
from keepwell.store.engine import Store
from keepwell.store.gifts import Gift
from keepwell.store.ledger import Move
from keepwell.store.on_record import Record
from keepwell.store.picks import Busy
from keepwell.store.sandbox import Caught, Shown
from tests.outreach.made import BEGIN, DAY, HOUR
from tests.store.planned import planned, turned


def test_what_goes_by_is_kept_with_an_entry(store: Store) -> None:
    with store.writing() as connection:
        entry = planned(connection, priority=70, expires_at=BEGIN + DAY)
    with store.reading() as connection:
        assert ledger.get(connection, entry.number) == entry
    assert (entry.priority, entry.expires_at, entry.whom > 0) == (70, BEGIN + DAY, True)


def test_those_of_the_highest_priority_are_due_first_and_others_wait_their_time(store: Store) -> None:
    with store.writing() as connection:
        low, high, old = (
            planned(connection, f"{name}@firm.example", priority=priority)
            for name, priority in (("low", 10), ("high", 90), ("old", 10))
        )
        (later,) = ledger.turn(
            connection, [Move(high, Step.HOLD, "not_approved", wakes_at=BEGIN + HOUR)], BEGIN
        )
        assert later.state is State.HELD
        assert ledger.due(connection, BEGIN, 9) == (low, old)
        assert ledger.due(connection, BEGIN + HOUR, 2) == (later, low)
        ledger.wake(connection, "rescue")
        assert [each.number for each in ledger.due(connection, BEGIN, 9)] == [
            high.number,
            low.number,
            old.number,
        ]


def test_many_turn_at_once_each_by_the_state_in_which_it_is_kept(store: Store) -> None:
    with store.writing() as connection:
        first, second = planned(connection), planned(connection, "ben@firm.example")
        approved = turned(connection, first, Step.APPROVE)
        moves = [Move(each, Step.HAND_OVER, wakes_at=BEGIN + HOUR) for each in (approved, second)]
        assert [each.number for each in ledger.turn(connection, moves, BEGIN)] == [
            first.number,
            second.number,
        ]
        handed, waiting = (ledger.get(connection, each.number) for each in (first, second))
        assert handed is not None
        assert waiting is not None
        assert (handed.state, handed.handed_at, handed.tries) == (State.HANDED_OVER, BEGIN, 1)
        # No arrow leads from planned to handed over: only when it is looked at again has changed.
        assert (waiting.state, waiting.handed_at, waiting.tries) == (State.PLANNED, None, 0)
        assert ledger.lapsed(connection, BEGIN, 9) == ()
        assert ledger.lapsed(connection, BEGIN + HOUR, 9) == (handed,)
        assert turned(connection, handed, Step.LOSE).state is State.UNKNOWN
        lost = replace(handed, state=State.HANDED_OVER)
        assert ledger.turn(connection, [Move(lost, Step.HAND_OVER)], BEGIN) == ()


def test_two_workers_take_each_entry_once(store: Store) -> None:
    with store.writing() as connection:
        for number in range(20):
            planned(connection, f"p{number}@firm.example")

    def work(_: int) -> list[int]:
        taken: list[int] = []
        while True:
            with store.writing() as connection:
                due = ledger.due(connection, BEGIN, 3)
                approved = ledger.turn(connection, [Move(each, Step.APPROVE) for each in due], BEGIN)
                ledger.turn(connection, [Move(each, Step.HAND_OVER) for each in approved], BEGIN)
            if not due:
                return taken
            taken += [each.number for each in due]

    with ThreadPoolExecutor(2) as pool:
        taken = [number for mine in pool.map(work, range(2)) for number in mine]
    assert len(taken) == len(set(taken)) == 20


def test_what_went_is_counted_by_journey_and_told_by_account(store: Store) -> None:
    with store.writing() as connection:
        one = turned(connection, planned(connection), Step.APPROVE, Step.HAND_OVER, Step.ACCEPT)
        other = turned(
            connection,
            planned(connection, "ben@firm.example", "A2"),
            Step.APPROVE,
            Step.HAND_OVER,
            Step.REFUSE,
        )
        waits = planned(connection, "cleo@firm.example")
        assert ledger.counted(connection, "rescue", BEGIN) == {State.ACCEPTED: 1, State.FAILED: 1}
        assert ledger.counted(connection, "rescue", BEGIN + HOUR) == {}
        sent = (Sent(BEGIN, "P1", "tips"),)
        assert ledger.sent_to(connection, ["A1", "A2"], BEGIN) == {"A1": sent}
        assert ledger.of(connection, journey="rescue") == (waits, other, one)
        assert ledger.of(connection, account_id="A1", before=waits.number) == (one,)


def test_an_offer_costs_only_where_its_message_may_arrive(store: Store) -> None:
    with store.writing() as connection:
        first, second = planned(connection), planned(connection, "ben@firm.example")
        for entry in (first, second):
            gifts.make(connection, Gift(entry.number, "rescue", "month", 30.0, "EUR", "CODE", BEGIN))
        assert gifts.spent(connection, "rescue", "month") == 60
        turned(connection, second, Step.SKIP)
        assert gifts.spent(connection, "rescue", "month") == 30
        assert gifts.spent(connection, "other", "month") == 0
        assert gifts.of(connection, first.number) == Gift(
            first.number, "rescue", "month", 30.0, "EUR", "CODE", BEGIN
        )


def test_what_the_sandbox_caught_is_shown_with_whom_it_was_for(store: Store) -> None:
    with store.writing() as connection:
        entry = planned(connection)
        caught = Caught(entry.number, BEGIN, "success@acme.example", "Hello", "text", "<p>text</p>")
        sandbox.catch(connection, [caught])
        sandbox.catch(connection, [replace(caught, subject="Again")])
        assert sandbox.shown(connection) == (Shown(caught, "A1", "rescue", "email", "ana@firm.example"),)
        assert sandbox.shown(connection, before=entry.number) == ()


def test_a_pick_stands_until_another_or_none(store: Store) -> None:
    with store.writing() as connection:
        picks.pick(connection, "A1", "P1", actor="kim", at=BEGIN)
        picks.pick(connection, "A1", "P2", actor="kim", at=BEGIN)
        assert picks.picked(connection, ["A1", "A2"]) == {"A1": "P2"}
        picks.pick(connection, "A1", "", actor="kim", at=BEGIN)
        assert picks.picked(connection, ["A1"]) == {}
        assert [each.event for each in audit.entries(connection)][-3:] == ["contact:picked"] * 3


def test_busy_times_are_told_until_they_are_over(store: Store) -> None:
    times = Busy("A1", BEGIN, BEGIN + DAY, "year's end")
    with store.writing() as connection:
        picks.leave_alone(connection, times, actor="kim", at=BEGIN)
        assert picks.busy(connection, ["A1", "A2"], BEGIN) == {"A1": (times,)}
        assert picks.busy(connection, ["A1"], BEGIN + DAY) == {}


def test_a_breaker_keeps_its_last_state_and_wakes_what_waits(store: Store) -> None:
    running = Breaker(breaker.State.RUNNING, BEGIN)
    stopped = running.after(breaker.Step.STOP, BEGIN + HOUR, by="kim", because="wrong link")
    with store.writing() as connection:
        assert breakers.of(connection, "rescue") is None
        entry = planned(connection, wakes_at=BEGIN + DAY)
        breakers.keep(connection, "rescue", stopped)
        assert breakers.of(connection, "rescue") == stopped
        assert ledger.due(connection, BEGIN, 9) == ()
        resumed = stopped.after(breaker.Step.RESUME, BEGIN + 2 * HOUR, by="kim")
        breakers.keep(connection, "rescue", resumed)
        assert breakers.every(connection) == {"rescue": resumed}
        assert ledger.due(connection, BEGIN, 9) == (replace(entry, wakes_at=None),)
        events = [(each.event, each.actor) for each in audit.entries(connection)][-2:]
        assert events == [("journey:stopped", "kim"), ("journey:resumed", "kim")]


def test_an_approval_can_be_taken_back(store: Store) -> None:
    yes = Approval("c" * 64, "kim", BEGIN)
    with store.writing() as connection:
        journey_approvals.approve(connection, "rescue", yes)
        assert journey_approvals.every(connection) == {"rescue": (yes,)}
        no = replace(yes, by="ana", withdrawn_at=BEGIN + HOUR)
        assert journey_approvals.withdraw(connection, "rescue", no) == 1
        assert journey_approvals.withdraw(connection, "rescue", no) == 0
        (kept,) = journey_approvals.every(connection)["rescue"]
        assert (kept.by, kept.withdrawn_at) == ("kim", BEGIN + HOUR)
        assert not kept.covers("c" * 64, BEGIN + HOUR)


def test_what_is_on_record_is_told_of_many_at_once(store: Store) -> None:
    consent = Consent(Basis.CONSENT, BEGIN, source="form")
    stop = Suppression(Cause.OPT_OUT, BEGIN + timedelta(days=1))
    with store.writing() as connection:
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        phone = ledger.recipient(connection, "sms", "+4930123456")
        consents.grant(connection, ana, consent)
        consents.suppress(connection, phone, stop)
        asked = [("email", "ana@firm.example"), ("sms", "+4930123456"), ("sms", "ana@firm.example")]
        assert on_record.of(connection, asked) == {
            ("email", "ana@firm.example"): Record((consent,)),
            ("sms", "+4930123456"): Record((), (stop,)),
        }
        assert on_record.of(connection, []) == {}
