"""Runs in worker processes beside a real server's warehouse."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.errors import ConflictError
from keepwell.people import Role
from keepwell.project.schedule import Work
from keepwell.store import audit, digests, runs, users
from keepwell.store.digests import Rhythm, Wish
from keepwell.store.runs import State
from keepwell.web.server.serving import Serving
from tests.channels.mailbox import mailbox
from tests.runs.acme import copied, edit
from tests.web.served import serving


@pytest.fixture
def stands_on(acme_loaded: Path, tmp_path: Path) -> Iterator[Serving]:
    with serving(copied(acme_loaded, tmp_path / "acme")) as made:
        yield made


def test_a_worker_scores_through_the_server(stands_on: Serving) -> None:
    begun = stands_on.runs.ask(Work.SCORE, "ana@firm.example")
    with pytest.raises(ConflictError, match="is under way"):
        stands_on.runs.ask(Work.SCORE, "ana@firm.example")
    ended = stands_on.runs.wait(begun.number)
    assert ended is not None
    assert (ended.state, ended.error, ended.log) == (State.DONE, "", "")
    # A1 scores 96, A2 20 and A3 62
    assert ended.outcome["health"]["bands"] == {"green": 1, "red": 1, "yellow": 1}
    with stands_on.warehouse.reading() as warehouse:
        assert warehouse.query("SELECT count(*) AS n FROM scores.runs")["n"][0].as_py() == 1
    with stands_on.store.reading() as connection:
        assert audit.entries(connection)[-1].event == "run:asked"


def test_a_mistake_is_told_in_its_words(stands_on: Serving) -> None:
    edit(stands_on.folder, "scorecards/default.yml", "weight: 60", "weight: heavy")
    begun = stands_on.runs.ask(Work.SCORE, "ana@firm.example")
    ended = stands_on.runs.wait(begun.number)
    assert ended is not None
    assert ended.state is State.FAILED
    assert "scorecards/default.yml" in ended.error
    assert "heavy" in ended.error


def test_what_is_due_is_begun_once(stands_on: Serving) -> None:
    at = stands_on.project().as_of
    assert at is not None
    begun = stands_on.runs.due(Work.LOAD, at)
    assert begun is not None
    ended = stands_on.runs.wait(begun.number)
    assert ended is not None
    assert (ended.state, ended.asked_by, ended.due_at) == (State.DONE, runs.SERVER, at)
    assert stands_on.runs.due(Work.LOAD, at) is None


def test_the_end_of_the_server_stops_a_run_and_undoes_what_it_had_begun(
    acme_loaded: Path, tmp_path: Path
) -> None:
    folder = copied(acme_loaded, tmp_path / "acme")
    with serving(folder) as stands_on, stands_on.warehouse.writing() as warehouse:
        # the run waits for its turn to write, which it does not get
        begun = stands_on.runs.ask(Work.LOAD, "ana@firm.example")
        before = warehouse.query("SELECT count(*) AS n FROM ingest.loads")
        stands_on.runs.close()
        ended = stands_on.runs.wait(begun.number)
        assert ended is not None
        assert (ended.state, ended.error) == (State.STOPPED, "the server ended while it ran")
        assert warehouse.query("SELECT count(*) AS n FROM ingest.loads").equals(before)


def test_a_worker_sends_the_digests_that_people_wish(
    stands_on: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stands_on.store.writing() as connection:
        users.add(
            connection,
            email="ana@firm.example",
            name="Ana",
            role=Role.CSM,
            at=datetime(2025, 1, 1, tzinfo=UTC),
        )
        digests.wish(connection, Wish("ana@firm.example", Rhythm.DAILY), datetime(2025, 1, 1, tzinfo=UTC))
    with mailbox() as box:
        monkeypatch.setenv("KEEPWELL_SMTP_URL", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("KEEPWELL_MAIL_FROM", "keepwell@firm.example")
        ended = stands_on.runs.wait(stands_on.runs.ask(Work.DIGEST, "ana@firm.example").number)
    assert ended is not None
    assert (ended.state, ended.error) == (State.DONE, "")
    # nothing has moved, but the feed of tickets is silent: its last fact is of 5 January
    assert ended.outcome == {"sent": 1, "empty": 0, "failed": 0}
    assert "tickets feed silent for" in box.got[0]


def test_without_a_mail_server_a_digest_says_what_to_set(
    stands_on: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KEEPWELL_SMTP_URL", raising=False)
    ended = stands_on.runs.wait(stands_on.runs.ask(Work.DIGEST, "ana@firm.example").number)
    assert ended is not None
    assert ended.state is State.FAILED
    assert "set KEEPWELL_SMTP_URL" in ended.error
