"""The client against a real server."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

from keepwell.client import Account, ApiError, Keepwell, answers
from keepwell.errors import UserError


class Rough(httpx.HTTPTransport):
    """A way to the server on which the first requests come to nothing: 0 for one that is lost, else the status that it is answered with."""

    def __init__(self, *failures: int) -> None:
        super().__init__()
        self.seen: list[httpx.Request] = []
        self._failures = list(failures)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Passes the request on, unless it is to fail."""
        self.seen.append(request)
        if self._failures:
            status = self._failures.pop(0)
            if not status:
                raise httpx.ConnectError("refused")
            return httpx.Response(status, headers={"Retry-After": "0"})
        return super().handle_request(request)


@pytest.fixture
def keepwell(url: str, secrets: dict[str, str]) -> Iterator[Keepwell]:
    """Ana's client."""
    with Keepwell(url, secrets["ana"]) as client:
        yield client


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def test_accounts_come_page_by_page(keepwell: Keepwell) -> None:
    whole = list(keepwell.accounts(sort="account"))
    assert len(whole) > 2
    assert list(keepwell.accounts(sort="account", limit=1)) == whole
    assert keepwell.account(whole[0].account_id) == whole[0]
    reds = list(keepwell.accounts(band=["red"], fields=["score"]))
    assert {each.account_id for each in reds} == {each.account_id for each in whole if each.band == "red"}
    assert reds[0] == Account(reds[0].account_id, score=reds[0].score)


def test_what_is_told_of_an_account(keepwell: Keepwell) -> None:
    account = next(keepwell.accounts()).account_id
    score = keepwell.score(account)
    assert score.baseline + sum(reason.points for reason in score.reasons) == pytest.approx(score.score)
    assert score.current.as_of is not None
    points = keepwell.history(account).points
    assert keepwell.history(account, since=points[-2].as_of, until=points[-1].as_of).points == points[-2:]
    assert keepwell.moved(account).now == score.score
    assert keepwell.remedies(account).band == score.band
    assert sum(band.accounts for band in keepwell.portfolio().bands) == keepwell.portfolio().scored
    assert keepwell.signals()


def test_what_is_said_is_kept(keepwell: Keepwell) -> None:
    account = next(keepwell.accounts()).account_id
    assert keepwell.pulse(account, 80, "They are well").said["score"] == 80
    assert keepwell.note(account, "Called them", "call").said["kind"] == "call"
    assert keepwell.feedback(account, "too_low").account_id == account


def test_what_failed_on_the_way_is_said_once(url: str, secrets: dict[str, str], keepwell: Keepwell) -> None:
    account = next(keepwell.accounts()).account_id
    transport = Rough(0, 429)
    with Keepwell(url, secrets["ana"], transport=transport) as client:
        client.note(account, "Once")
    keys = {request.headers["Idempotency-Key"] for request in transport.seen}
    assert (len(transport.seen), len(keys)) == (3, 1)


def test_exports_become_files(keepwell: Keepwell, tmp_path: Path) -> None:
    path = tmp_path / "accounts.parquet"
    assert keepwell.export(path) == path.stat().st_size
    assert pq.read_table(path).num_rows == len(list(keepwell.accounts()))
    with pytest.raises(ApiError, match="cannot be understood"):
        keepwell.export(tmp_path / "accounts.xls")


def test_errors_say_what_and_what_to_do(keepwell: Keepwell) -> None:
    with pytest.raises(ApiError, match="no account 'nobody at all'") as caught:
        keepwell.score("nobody at all")
    assert (caught.value.status, caught.value.do != "", caught.value.request != "") == (404, True, True)
    with pytest.raises(UserError, match="is in no time zone"):
        keepwell.history("A1", since=datetime(2025, 1, 1))  # noqa: DTZ001
    with (
        Keepwell("http://127.0.0.1:9", "key", transport=Rough(0, 0, 0)) as lost,
        pytest.raises(UserError, match="cannot be reached"),
    ):
        lost.signals()


def test_answers_of_another_form_are_told() -> None:
    with pytest.raises(TypeError, match="has no account_id"):
        answers.made(Account, {"name": "x"})
    with pytest.raises(TypeError, match="holds list where Account should be"):
        answers.made(Account, [])
    said = {"account_id": "A", "renews_at": "2025-06-30T00:00:00Z", "later": 1, "score": 50}
    assert answers.made(Account, said) == Account(
        "A", renews_at=datetime(2025, 6, 30, tzinfo=UTC), score=50.0
    )
