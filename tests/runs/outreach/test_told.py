"""What was sent and why not is told in words; whom to write to and whom to leave in peace is kept by people."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import ConflictError, UserError
from keepwell.outreach.ledger import State
from keepwell.outreach.step import Whom
from keepwell.runs.outreach import breaking
from keepwell.runs.outreach.picking import leave, pick
from keepwell.runs.outreach.sending import Sent
from keepwell.runs.outreach.told import counts, messages
from keepwell.store.engine import Store
from tests.runs.firm import AS_OF, Firm
from tests.runs.outreach.posting import Post, at, hello, journey, lite, posted

Make = Callable[..., Post]


@pytest.fixture
def store(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    return lite(seeded, tmp_path, monkeypatch)


@pytest.fixture
def made(tmp_path: Path, store: Store) -> Iterator[Make]:
    with Firm(tmp_path) as firm:
        yield lambda *journeys, **fields: posted(firm, store, *journeys, **fields)


def test_why_is_told_in_words_by_journey_and_account(made: Make) -> None:
    post = made(journey(), journey(hello(template="broken"), name="broken"))
    for number in (1, 2, 3):
        post.account(number)
    post.person(1, "ana")
    post.person(2, "ben", consent=False)
    for number in (1, 2, 3):
        post.want(number)
    post.want(1, name="broken")
    post.plan()
    post.send()
    told = {(each.entry.account_id, each.entry.journey): each.why for each in messages(post.store)}
    assert told == {
        ("A1", "rescue"): "",
        ("A2", "rescue"): "no lawful basis is on record for writing to them of this, on this channel",
        ("A3", "rescue"): "nobody at the account is whom the step means",
        ("A1", "broken"): "its text could not be filled in: account.nickname is not known",
    }
    assert [each.entry.journey for each in messages(post.store, account_id="A1")] == ["broken", "rescue"]
    assert [each.entry.account_id for each in messages(post.store, journey="rescue", most=2)] == ["A3", "A2"]
    assert counts(post.store, "rescue") == {
        State.ACCEPTED: {"": 1},
        State.SKIPPED: {"no_basis": 1, "nobody": 1},
    }


def test_somebody_says_whom_to_write_to_by_id_or_address(made: Make) -> None:
    post = made(journey(hello(to=Whom.PICKED)))
    post.account()
    post.person(1, "ana", "user")
    post.person(1, "ben", "user")
    with pinned(at(0)):
        for called in ("BEN", "ben@firm.example"):
            account, person = pick(post.project, post.store, post.firm.warehouse, "Firm 1", called, by="kim")
            assert (account, person.id) == ("A1", "ben")
        with pytest.raises(UserError, match="nobody called 'cleo' is at A1") as caught:
            pick(post.project, post.store, post.firm.warehouse, "A1", "cleo", by="kim")
    assert caught.value.do == "there is ana or ben"
    post.want()
    post.plan()
    assert [recipient for recipient, _, _ in post.fates()] == ["ben@firm.example"]


def test_an_account_is_left_in_peace_until_the_end_of_a_day(made: Make) -> None:
    post = made()
    post.account()
    post.person(1, "ana")
    day = date(2025, 7, 1)
    with pinned(AS_OF):
        busy = leave(post.project, post.store, post.firm.warehouse, "A1", day, because="year's end", by="kim")
        assert busy.ends_at == datetime(2025, 7, 1, 22, tzinfo=UTC)  # midnight in Berlin
        with pytest.raises(UserError, match="2025-06-29 is over"):
            leave(
                post.project, post.store, post.firm.warehouse, "A1", date(2025, 6, 29), because="", by="kim"
            )
    post.want()
    post.plan()
    assert post.send() == Sent(waiting=1)
    assert post.send(46) == Sent(accepted=1)


def test_who_approves_looks_at_what_is_applied(made: Make) -> None:
    post = made(journey(approval=True))
    version = post.project.journey_version(post.project.journey("rescue"))
    with pinned(AS_OF):
        with pytest.raises(ConflictError, match="rescue has changed since"):
            breaking.approve(post.project, post.store, "rescue", by="kim", content="another")
        yes = breaking.approve(post.project, post.store, "rescue", by="kim", content=version)
        assert yes.content == version
        assert breaking.approve(post.project, post.store, "rescue", by="ana") == yes  # it is approved already
        for act in (
            lambda: breaking.approve(post.project, post.store, "rescu", by="kim"),
            lambda: breaking.resume(post.project, post.store, "rescu", by="kim"),
        ):
            with pytest.raises(UserError, match="there is no journey 'rescu'") as caught:
                act()
            assert caught.value.do == "did you mean 'rescue'?"
        with pytest.raises(UserError, match="for a reason"):
            breaking.stop(post.project, post.store, "rescue", " ", by="kim")
        unneeded = replace(post.project, journeys=(journey(),))
        assert breaking.approved(unneeded, post.store, "rescue")
