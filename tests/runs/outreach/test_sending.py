"""What is sent, to whom, when, and why not: by the store, the facts and the rules, in one place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from keepwell.channels.mail import MailServer
from keepwell.channels.smtp import Smtp
from keepwell.clock import pinned
from keepwell.outreach.arbiter import Policy
from keepwell.outreach.caps import Cap, Per
from keepwell.outreach.consent import Basis, Cause, Suppression
from keepwell.outreach.engine import Advanced
from keepwell.outreach.enrollment import End
from keepwell.outreach.ledger import State, Step
from keepwell.outreach.links import Links, Use
from keepwell.outreach.local_time import QuietHours
from keepwell.outreach.preference import Preferences
from keepwell.outreach.step import Whom
from keepwell.runs.outreach import breaking
from keepwell.runs.outreach.sending import Sent
from keepwell.runs.outreach.ways_out import WaysOut
from keepwell.signals.window import Span
from keepwell.store import consents, enrollments, ledger, picks, preferences
from keepwell.store.engine import Store
from keepwell.store.ledger import Move
from keepwell.store.picks import Busy
from tests.channels.sink import Sink, sink
from tests.runs.firm import AS_OF, Firm, ago
from tests.runs.outreach.posting import DAY, KEY, RULES, Post, at, hello, journey, lite, posted
from tests.servers import free_port

Make = Callable[..., Post]


@pytest.fixture
def store(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store in SQLite; what it keeps is tested in both databases beside it."""
    return lite(seeded, tmp_path, monkeypatch)


@pytest.fixture
def made(tmp_path: Path, store: Store) -> Iterator[Make]:
    with Firm(tmp_path) as firm:
        yield lambda *journeys, **fields: posted(firm, store, *journeys, **fields)


@pytest.fixture(scope="module")
def taking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with sink(tmp_path_factory.mktemp("sink")) as running:
        yield running


def wanting(made: Make, *journeys: object, people: int = 1, **fields: object) -> Post:
    """So many accounts with a champion each, whose message is planned."""
    post = made(*journeys, **fields)
    for number in range(1, people + 1):
        post.account(number)
        post.person(number, f"p{number}")
        post.want(number)
    post.plan()
    return post


def smtp(port: int) -> WaysOut:
    return WaysOut({"email": Smtp(MailServer("127.0.0.1", port, False, "", "", ""))})


def test_the_sandbox_catches_all_and_shows_it(made: Make) -> None:
    post = wanting(made)
    assert post.send() == Sent(accepted=1)
    (shown,) = post.caught()
    message = shown.message
    assert (shown.recipient, message.subject) == ("p1@firm.example", "Hello P1")
    assert message.sender == "Acme <success@acme.example>"
    assert message.text.startswith("You logged in 3 times. Guide (https://acme.example/guide)\n")
    assert "Acme GmbH, Berlin" in message.text
    assert "Acme GmbH, Berlin" in message.html
    assert post.fates() == [("p1@firm.example", "accepted", "")]
    assert post.send(1) == Sent()


def test_an_email_has_signed_links_and_two_ways_to_unsubscribe(made: Make, taking: Sink) -> None:
    post = wanting(made, rules=replace(RULES, sandbox=False, bounces="back@acme.example"))
    ways = smtp(taking.port)
    assert post.send(ways=ways) == Sent(accepted=1)
    ways.close()
    (entry,) = post.entries()
    identity = entry.key.message_id("acme.example")
    (taken,) = [each for each in taking.taken() if each.message["Message-ID"] == identity]
    message = message_from_bytes(taken.raw, policy=default)
    assert message["From"] == "Acme <success@acme.example>"
    back = Links(KEY, "https://care.acme.example").returned(taken.sender)
    assert back is not None
    assert back.number == entry.number
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    links = Links(KEY, "https://care.acme.example")
    url = message["List-Unsubscribe"].strip("<>")
    read = links.read(url.rpartition("/")[2])
    assert read is not None
    assert (read.use, read.number) == (Use.UNSUBSCRIBE, entry.number)
    text, page = (part.get_content() for part in message.iter_parts())
    assert url in text
    assert url in page
    assert 'href="https://acme.example/guide"' not in page
    click = page.partition("/m/go/")[2].partition('"')[0]
    led = links.read(click)
    assert led is not None
    assert led.detail == "https://acme.example/guide"
    assert "/m/seen/" in page


def test_people_are_written_to_in_their_language_and_as_whom_the_step_says(made: Make) -> None:
    post = made(
        journey(hello(sent_as="owner", reply_to="kim2@acme.example")),
        journey(hello(sent_as="billing"), name="b"),
    )
    post.account(owner="kim@acme.example")
    post.person(1, "ana", language="de-AT")
    post.want()
    post.want(name="b")
    post.plan()
    post.send()
    assert [each.message.sender for each in post.caught()] == [
        "<kim@acme.example>",
        "Acme Billing <billing@acme.example>",
    ]
    assert [each.message.subject for each in post.caught()] == ["Hallo Ana"] * 2


def test_in_the_app_a_message_is_there_at_once(made: Make) -> None:
    post = made(journey(hello(channel="in_app")), rules=replace(RULES, sandbox=False))
    post.account()
    post.person(1, "ana")
    post.want()
    post.plan()
    assert post.send(ways=WaysOut()) == Sent(accepted=1)
    assert post.fates() == [("ana", "delivered", "")]


def test_a_channel_that_is_not_set_up_waits_until_it_is(made: Make, taking: Sink) -> None:
    post = wanting(made, rules=replace(RULES, sandbox=False))
    assert post.send(ways=WaysOut()) == Sent(waiting=1)
    assert post.fates() == [("p1@firm.example", "planned", "no_channel")]
    ways = smtp(taking.port)
    assert post.send(1, ways) == Sent(accepted=1)
    ways.close()


def test_without_a_basis_on_record_nobody_is_written_to(made: Make) -> None:
    post = made()
    post.account()
    post.person(1, "ana", consent=False)
    post.want()
    post.plan()
    assert post.send() == Sent(skipped=1)
    assert post.fates() == [("ana@firm.example", "skipped", "no_basis")]


def test_what_somebody_said_by_one_address_counts_on_all_their_channels(made: Make) -> None:
    post = made(journey(hello(channel="in_app")))
    post.account()
    post.person(1, "ana")
    number = post.consent("ana@firm.example")
    with post.store.writing() as connection:
        consents.suppress(connection, number, Suppression(Cause.OPT_OUT, ago(1)))
    post.want()
    post.plan()
    post.send()
    assert post.fates() == [("ana", "skipped", "opt_out")]


def test_preferences_count(made: Make) -> None:
    post = wanting(made, people=3)
    with post.store.writing() as connection:
        for person, wants in (
            (1, Preferences(declined=frozenset({"tips"}))),
            (2, Preferences(paused_until=at(48))),
        ):
            number = ledger.recipient(connection, "email", f"p{person}@firm.example")
            preferences.keep(connection, number, wants, AS_OF)
    assert post.send() == Sent(accepted=1, skipped=1, waiting=1)
    assert post.send(48) == Sent(accepted=1)
    assert [state for _, state, _ in post.fates()] == ["skipped", "accepted", "accepted"]


def test_quiet_hours_are_those_of_the_contact_of_the_account_or_of_the_project(made: Make) -> None:
    rules = replace(RULES, policy=Policy(quiet=QuietHours(time(20), time(8))))
    post = made(rules=rules)  # the project is in Berlin, where AS_OF is 2:00
    for number, own, theirs in (
        (1, "America/New_York", "Asia/Tokyo"),
        (2, None, "Asia/Tokyo"),
        (3, None, None),
    ):
        post.account(number, zone=theirs)
        post.person(number, f"p{number}", zone=own)
        post.want(number)
    post.plan()
    # AS_OF, midnight in UTC of a Monday: 20:00 in New York (quiet until noon UTC), 9:00 in Tokyo, 2:00 in Berlin (until 6:00 UTC)
    assert post.send() == Sent(accepted=1, waiting=2)
    assert [each.wakes_at for each in post.entries()] == [at(12), None, at(6)]
    assert post.send(6) == Sent(accepted=1)
    assert post.send(12) == Sent(accepted=1)


def test_caps_count_across_journeys_and_the_highest_priority_goes_first(made: Make) -> None:
    rules = replace(RULES, policy=Policy(caps=(Cap(1, Span.parse("7 days")),)))
    post = made(journey(name="low"), journey(name="high", priority=80), rules=rules)
    post.account()
    post.person(1, "ana")
    post.want(name="low")
    post.want(name="high")
    post.plan()
    assert post.send() == Sent(accepted=1, waiting=1)
    assert [(each.journey, each.reason) for each in post.entries()] == [("low", "outranked"), ("high", "")]
    assert post.send(24) == Sent()
    # A week later, counted in the project's zone
    assert post.send(7 * 24) == Sent(accepted=1)


def test_an_approval_is_needed_and_dies_with_any_edit(made: Make) -> None:
    post = wanting(made, journey(approval=True))
    assert post.send() == Sent(waiting=1)
    assert post.fates() == [("p1@firm.example", "held", "not_approved")]
    edited = replace(post.project, templates={**post.project.templates, "email/hello": "subject: X\n\nY\n"})
    with pinned(at(1)):
        breaking.approve(edited, post.store, "rescue", by="kim")
    assert post.send(1) == Sent(waiting=1)
    assert not breaking.approved(post.project, post.store, "rescue")
    with pinned(at(2)):
        breaking.approve(post.project, post.store, "rescue", by="kim")
        assert breaking.approved(post.project, post.store, "rescue")
    assert post.send(2) == Sent(accepted=1)
    with pinned(at(3)):
        assert breaking.withdraw(post.project, post.store, "rescue", by="ana") == 1
        assert not breaking.approved(post.project, post.store, "rescue")


def test_a_journey_that_is_paused_by_hand_keeps_its_messages(made: Make) -> None:
    post = wanting(made)
    with pinned(AS_OF):
        breaking.stop(post.project, post.store, "rescue", "wrong link", by="kim")
    assert post.send() == Sent(waiting=1)
    assert post.fates() == [("p1@firm.example", "planned", "paused")]
    with pinned(at(1)):
        breaking.resume(post.project, post.store, "rescue", by="kim")
    assert post.send(1) == Sent(accepted=1)


def test_complaints_pause_a_journey_and_only_a_person_lets_it_go_on(made: Make) -> None:
    limit = replace(RULES.limits[0], least=4, pause=0.5)
    post = wanting(made, people=4, rules=replace(RULES, limits=(limit,)))
    post.send()
    with post.store.writing() as connection:
        for entry in post.entries()[:2]:
            ledger.move(connection, entry, Step.COMPLAIN, at(0.1))
    with pinned(at(0.2)):
        assert breaking.look(post.project, post.store, {"rescue"}) == ("rescue",)
        assert breaking.look(post.project, post.store, {"rescue"}) == ()
    post.account(9)
    post.person(9, "p9")
    post.want(9)
    post.plan(0.3)
    assert post.send(0.3) == Sent(waiting=1)
    with pinned(at(0.5)):
        breaker = breaking.resume(post.project, post.store, "rescue", by="kim")
        assert not breaker.paused
        assert (
            breaking.look(post.project, post.store, {"rescue"}) == ()
        )  # what was sent before is not counted
    assert post.send(0.5) == Sent(accepted=1)


def test_open_escalations_and_busy_times_keep_an_account_in_peace(made: Make) -> None:
    post = wanting(made, people=3)
    ticket = {
        "account": 1,
        "occurred_at": ago(2),
        "escalated": True,
        "key": "00000000-0000-0000-0000-0000000000aa",
    }
    post.firm.facts("tickets", [ticket])
    with post.store.writing() as connection:
        times = Busy("A2", AS_OF - DAY, AS_OF + DAY, "year's end")
        picks.leave_alone(connection, times, actor="kim", at=AS_OF)
    assert post.send(1) == Sent(accepted=1, waiting=2)
    assert [reason for _, _, reason in post.fates()] == ["escalation", "busy", ""]
    post.firm.facts("tickets", [{**ticket, "closed_at": at(20)}], known=at(20))
    assert post.send(25) == Sent(accepted=2)


def test_what_an_account_no_longer_needs_is_not_sent(made: Make) -> None:
    post = made(rules=replace(RULES, policy=Policy(quiet=QuietHours(time(20), time(8)))))
    post.account()
    post.person(1, "ana")
    begun = post.want()
    post.plan()
    assert post.send() == Sent(waiting=1)
    with post.store.writing() as connection:
        kept = enrollments.get(connection, begun.id)
        assert kept is not None
        ended = kept.ended(End.REACHED, at(3))
        enrollments.keep(connection, kept, Advanced(ended, (), None))
    assert post.send(7) == Sent(skipped=1)
    assert post.fates() == [("ana@firm.example", "skipped", "over")]


def test_who_has_left_and_what_has_expired_is_not_written_to(made: Make) -> None:
    post = made(journey(expires=Span.parse("1 day")), rules=replace(RULES, sandbox=False))
    for number in (1, 2):
        post.account(number)
        post.person(number, f"p{number}", key=f"00000000-0000-0000-0000-0000000000b{number}")
        post.want(number)
    post.plan()
    post.send(ways=WaysOut())
    left = {"account": 1, "occurred_at": ago(100), "contact": 11, "role": "champion", "left_at": at(2)}
    post.firm.facts("contacts", [{**left, "key": "00000000-0000-0000-0000-0000000000b1"}], known=at(2))
    assert post.send(24, WaysOut()) == Sent(skipped=2)
    assert [reason for _, _, reason in post.fates()] == ["left", "expired"]


def test_a_text_that_cannot_be_filled_in_fails_alone(made: Make) -> None:
    post = made(journey(hello(template="broken")), journey(name="fine"))
    post.account()
    post.person(1, "ana")
    post.want()
    post.want(name="fine")
    post.plan()
    assert post.send() == Sent(accepted=1, refused=1)
    entry = post.entries()[0]
    assert (entry.state, entry.reason, entry.said) == (
        State.FAILED,
        "unfilled",
        "account.nickname is not known",
    )


def test_what_the_provider_refuses_fails_and_what_it_defers_is_tried_again(made: Make, taking: Sink) -> None:
    post = made(rules=replace(RULES, sandbox=False))
    for number, name in enumerate(("refused", "deferred"), start=1):
        post.account(number)
        post.person(number, name)
        post.want(number)
    post.plan()
    ways = smtp(taking.port)
    assert post.send(ways=ways) == Sent(refused=1, deferred=1)
    refused, deferred = post.entries()
    assert (refused.state, refused.reason) == (State.FAILED, "refused")
    assert (deferred.state, deferred.tries, deferred.wakes_at) == (
        State.APPROVED,
        1,
        AS_OF + timedelta(minutes=1),
    )
    assert deferred.said == "451 4.7.1 come back later"
    hours = 0.0
    for minutes in (1, 5, 30, 120, 360, 720, 1440):
        hours += minutes / 60
        assert post.send(hours, ways).deferred + post.send(hours, ways).refused == 1
    ways.close()
    assert post.fates()[1] == ("deferred@firm.example", "failed", "given_up")


def test_an_address_that_a_mail_server_does_not_know_is_not_tried_again(made: Make, taking: Sink) -> None:
    """The server says `550 5.1.1 nobody of that name`; the next message to the address is skipped."""
    post = made(rules=replace(RULES, sandbox=False))
    post.account()
    post.person(1, "refused")
    ways = smtp(taking.port)
    for _ in range(2):
        post.want()
        post.plan()
        post.send(ways=ways)
    ways.close()
    assert [(each.state, each.reason) for each in post.entries()] == [
        (State.FAILED, "refused"),
        (State.SKIPPED, "hard_bounce"),
    ]
    with post.store.reading() as connection:
        (kept,) = consents.suppressions(connection, post.entries()[0].whom)
    assert kept == Suppression(Cause.HARD_BOUNCE, AS_OF, None, "email")


def test_a_mail_server_that_is_away_loses_nothing(made: Make, taking: Sink) -> None:
    post = wanting(made, rules=replace(RULES, sandbox=False))
    assert post.send(ways=smtp(free_port())) == Sent(deferred=1)
    ways = smtp(taking.port)
    assert post.send(1, ways) == Sent(accepted=1)
    ways.close()


def test_what_a_dead_worker_has_left_is_unknown_and_never_sent_again(made: Make, taking: Sink) -> None:
    post = wanting(made, rules=replace(RULES, sandbox=False))
    (entry,) = post.entries()
    with post.store.writing() as connection:
        (approved,) = ledger.turn(connection, [Move(entry, Step.APPROVE)], AS_OF)
        ledger.turn(connection, [Move(approved, Step.HAND_OVER, wakes_at=at(1))], AS_OF)
    assert post.send(0.5, smtp(taking.port)) == Sent()
    assert post.entries()[0].state is State.HANDED_OVER
    assert post.send(1, smtp(taking.port)) == Sent()
    assert post.fates() == [("p1@firm.example", "unknown", "lost")]
    assert post.send(1000, smtp(taking.port)) == Sent()


def test_what_is_transactional_is_stopped_by_no_opt_out_and_offers_none(made: Make) -> None:
    post = made(journey(category="payments"))
    post.account()
    post.person(1, "ana")
    number = post.consent("ana@firm.example", Basis.CONTRACT)
    with post.store.writing() as connection:
        consents.suppress(connection, number, Suppression(Cause.OPT_OUT, ago(1)))
    post.want()
    post.plan()
    assert post.send(1) == Sent(accepted=1)
    assert "Unsubscribe" not in post.caught()[0].message.text


def test_one_of_the_team_needs_no_basis_and_counts_against_no_cap(made: Make) -> None:
    rules = replace(RULES, policy=Policy(caps=(Cap(1, Span.parse("7 days"), Per.ACCOUNT),)))
    post = made(journey(hello(to=Whom.OWNER)), journey(name="theirs"), rules=rules)
    post.account(owner="kim@acme.example")
    post.person(1, "ana")
    post.want()
    post.plan()
    assert post.send() == Sent(accepted=1)
    post.want(name="theirs")
    post.plan(1)
    assert post.send(1) == Sent(accepted=1)
    assert [recipient for recipient, _, _ in post.fates()] == ["kim@acme.example", "ana@firm.example"]


def test_caps_count_a_person_on_all_channels_together(made: Make) -> None:
    rules = replace(RULES, policy=Policy(caps=(Cap(1, Span.parse("7 days")),)))
    post = made(journey(), journey(hello(channel="in_app"), name="app"), rules=rules)
    post.account()
    post.person(1, "ana")
    post.want()
    post.want(name="app")
    post.plan()
    assert post.send() == Sent(accepted=1, waiting=1)
    assert [reason for _, _, reason in post.fates()] == ["", "outranked"]
