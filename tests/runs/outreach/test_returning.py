"""What comes back by mail: tied to its message, told once, and what follows from it; the mailbox is a real IMAP server's."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from keepwell import clock
from keepwell.outreach.consent import Cause, Suppression
from keepwell.outreach.ledger import State, Step
from keepwell.outreach.links import Links
from keepwell.outreach.response import Kind
from keepwell.outreach.returned import What
from keepwell.runs.outreach.returning import collect, hear
from keepwell.store import consents, ledger, responses
from keepwell.store.engine import Store
from keepwell.store.ledger import Entry
from tests.channels.dovecot import Imap, dovecot
from tests.outreach.made import BEGIN, DAY, HOUR
from tests.outreach.mails import answer, complaint, dsn, failed
from tests.runs.outreach.handed import handed
from tests.servers import reachable

LINKS = Links(b"0123456789abcdef", "https://firm.example")
BOUNCES = "bounces@firm.example"


def _named(entry: Entry) -> str:
    return f"Message-ID: {entry.key.message_id('firm.example')}"


def _state(store: Store, entry: Entry) -> State:
    with store.reading() as connection:
        found = ledger.get(connection, entry.number)
    assert found is not None
    return found.state


def _came(store: Store, entry: Entry) -> list[tuple[Kind, str]]:
    with store.reading() as connection:
        return [(each.kind, each.detail) for each in responses.of(connection, entry.number)]


def _suppressed(store: Store, entry: Entry) -> tuple[Suppression, ...]:
    with store.reading() as connection:
        return consents.suppressions(connection, ledger.recipient_of(connection, entry.number))


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    """An hour after the messages went."""
    with clock.pinned(BEGIN + HOUR) as instant:
        yield instant


def test_a_hard_bounce_keeps_back_all_further_mail_and_no_other_channel(store: Store) -> None:
    entry = handed(store)
    raw = dsn(failed(), original=_named(entry))
    assert hear(store, LINKS, raw)[2]
    assert not hear(store, LINKS, raw)[2]
    assert _state(store, entry) is State.BOUNCED
    assert _came(store, entry) == [(Kind.BOUNCED, "hard")]
    assert _suppressed(store, entry) == (Suppression(Cause.HARD_BOUNCE, BEGIN + HOUR, channel="email"),)


def test_a_bounce_is_tied_by_the_address_that_it_comes_to(store: Store) -> None:
    entry = handed(store)
    raw = dsn(failed(), to=LINKS.returns(entry.number, BOUNCES), original="")
    what, tied, new = hear(store, LINKS, raw)
    assert (what, new) == (What.HARD, True)
    assert tied is not None
    assert tied.number == entry.number


def test_nobody_is_kept_back_by_a_bounce_that_names_an_address_alone(store: Store) -> None:
    entry = handed(store)
    forged = Links(b"another secret here", "https://firm.example").returns(entry.number, BOUNCES)
    for raw in (dsn(failed(), original=""), dsn(failed(), to=forged, original="")):
        assert hear(store, LINKS, raw) == (What.HARD, None, False)
    assert _state(store, entry) is State.ACCEPTED
    assert _suppressed(store, entry) == ()


def test_a_complaint_keeps_back_everything(store: Store) -> None:
    entry = handed(store)
    hear(store, LINKS, complaint(original=_named(entry)))
    assert _state(store, entry) is State.COMPLAINED
    assert _suppressed(store, entry) == (Suppression(Cause.COMPLAINT, BEGIN + HOUR),)


def test_being_blocked_is_no_fault_of_the_recipient(store: Store) -> None:
    entry = handed(store)
    hear(store, LINKS, dsn(failed("5.7.1", "550 5.7.1 blocked"), original=_named(entry)))
    assert (_state(store, entry), _came(store, entry)) == (State.BOUNCED, [(Kind.BOUNCED, "block")])
    assert _suppressed(store, entry) == ()


def test_an_answer_has_arrived_and_so_has_what_was_answered_by_a_machine(store: Store) -> None:
    first, second = handed(store), handed(store)
    hear(store, LINKS, answer(In_Reply_To=first.key.message_id("firm.example")))
    away = {"In_Reply_To": second.key.message_id("firm.example"), "Message_ID": "<away@other.example>"}
    hear(store, LINKS, answer(subject="Out of office", **away))
    assert (_state(store, first), _came(store, first)) == (State.DELIVERED, [(Kind.REPLIED, "")])
    assert (_state(store, second), _came(store, second)) == (State.DELIVERED, [(Kind.AUTO_REPLIED, "")])


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (dsn(failed("2.0.0", action="relayed"), original="{}"), State.DELIVERED),
        (dsn(failed(), original="{}"), State.BOUNCED),
        (complaint(original="{}"), State.COMPLAINED),
        (answer(In_Reply_To="{}"), State.DELIVERED),
    ],
    ids=["delivered", "bounced", "complained", "answered"],
)
def test_an_entry_of_which_nobody_knew_is_settled_by_what_is_heard_of_it(
    store: Store, said: bytes, state: State
) -> None:
    entry = handed(store, last=Step.LOSE)
    assert _state(store, entry) is State.UNKNOWN
    identity = entry.key.message_id("firm.example")
    named = identity if b"In-Reply-To: {}" in said else f"Message-ID: {identity}"
    hear(store, LINKS, said.replace(b"{}", named.encode()))
    assert _state(store, entry) is state


def _soft(store: Store, at: datetime, entry: Entry) -> None:
    raw = dsn(failed("5.2.2", "552 5.2.2 mailbox full"), original=_named(entry))
    with clock.pinned(at):
        hear(store, LINKS, raw.replace(b"4D5A21", f"{entry.number}".encode()))


def test_several_soft_bounces_in_a_row_keep_mail_back_for_a_while(store: Store) -> None:
    entries = [handed(store) for _ in range(3)]
    for days, entry in enumerate(entries):
        assert _suppressed(store, entry) == ()
        _soft(store, BEGIN + days * DAY, entry)
    assert _suppressed(store, entries[0]) == (
        Suppression(Cause.SOFT_BOUNCE, BEGIN + 2 * DAY, BEGIN + 16 * DAY, "email"),
    )


def test_soft_bounces_of_one_day_are_one_bad_day(store: Store) -> None:
    entries = [handed(store) for _ in range(4)]
    for hours, entry in enumerate(entries):
        _soft(store, BEGIN + hours * HOUR, entry)
    assert _suppressed(store, entries[0]) == ()


def test_an_answer_between_them_ends_the_row(store: Store) -> None:
    entries, better = [handed(store) for _ in range(3)], handed(store)
    for days, entry in enumerate(entries):
        _soft(store, BEGIN + days * DAY, entry)
        with clock.pinned(BEGIN + days * DAY + HOUR):
            hear(store, LINKS, answer(In_Reply_To=better.key.message_id("firm.example")))
    assert _suppressed(store, entries[0]) == ()


def test_only_hard_bounces_speak_against_a_journey(store: Store) -> None:
    entries = [handed(store, journey="rescue") for _ in range(3)]
    for entry, block in zip(
        entries, (failed(), failed("5.2.2"), failed("5.7.1", "550 5.7.1 blocked")), strict=True
    ):
        hear(store, LINKS, dsn(block, original=_named(entry)).replace(b"4D5A21", f"{entry.number}".encode()))
    with store.reading() as connection:
        assert ledger.counted(connection, "rescue", BEGIN) == {State.BOUNCED: 3}
        assert ledger.bounced_otherwise(connection, "rescue", BEGIN) == 2
        assert ledger.bounced_otherwise(connection, "rescue", BEGIN + HOUR) == 0


@pytest.fixture(scope="module")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imap]:
    """The server of the mailbox."""
    with dovecot(reachable(tmp_path_factory.mktemp("imap"))) as running:
        yield running


def test_the_mailbox_is_read_once(store: Store, imap: Imap) -> None:
    imap.empty()
    first, second = handed(store), handed(store)
    imap.put(
        dsn(failed(), to=LINKS.returns(first.number, BOUNCES), original=""),
        answer(In_Reply_To=second.key.message_id("firm.example")),
        b"From: news@other.example\n\nBuy now\n",
        dsn(failed(), original=""),
    )
    heard = collect(store, LINKS, imap.url())
    assert (heard.read, heard.ours, heard.new) == (4, 2, {What.HARD: 1, What.REPLY: 1})
    assert (_state(store, first), _state(store, second)) == (State.BOUNCED, State.DELIVERED)
    assert collect(store, LINKS, imap.url()).read == 0


def test_what_was_read_and_not_marked_is_told_once(store: Store, imap: Imap) -> None:
    imap.empty()
    entry = handed(store)
    raw = dsn(failed(), original=_named(entry))
    hear(store, LINKS, raw)
    imap.put(raw)
    heard = collect(store, LINKS, imap.url())
    assert (heard.read, heard.ours, heard.new) == (1, 1, {})
    assert _came(store, entry) == [(Kind.BOUNCED, "hard")]
