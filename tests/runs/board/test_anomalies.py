"""What is unlike the usual, in a firm of thirty accounts whose facts are written by hand."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from keepwell import clock
from keepwell.project.project import Project
from keepwell.runs import digesting
from keepwell.runs.alerts import Group
from keepwell.runs.board.anomalies import anomalies, steps
from keepwell.runs.board.desk import Desk
from keepwell.runs.board.values import Kept, kept_runs
from keepwell.runs.score import score
from keepwell.store import engine
from keepwell.store.address import URL_VARIABLE, address
from tests.runs.board.firm import firm_project, looked, own, person
from tests.runs.firm import AS_OF, Firm, ago

ACCOUNTS = 30
NEXT = AS_OF + timedelta(days=7)
LIVE: Project = firm_project(as_of=None, history=1)


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Each week every account logs in 20 times; in the last one 1 or 2 times less by turns, A7 10 times less, and A8 not at all less.

    The first ten are kim's. A9 answered 10 and now answers 1; nobody else answers anew.
    """
    with Firm(tmp_path_factory.mktemp("thirty")) as firm:
        for number in range(1, ACCOUNTS + 1):
            firm.account(number, ago(400), seats=10, owner="kim" if number <= 10 else "lee", plan="pro")
            firm.logins(number, *[AS_OF - timedelta(hours=hour) for hour in range(1, 21)])
            firm.survey(number, ago(90), 10)
            less = {7: 10, 8: 0}.get(number, 1 + number % 2)
            firm.logins(number, *[NEXT - timedelta(hours=hour) for hour in range(1, 21 - less)])
        firm.survey(9, ago(-6), 1)
        for at in (AS_OF, NEXT):
            with clock.pinned(at):
                score(LIVE, firm.warehouse, at)
        yield firm


def _at(firm: Firm, *owners: str) -> tuple[Desk, Kept]:
    who = person(reach=own(*owners)) if owners else person()
    desk = looked(firm.warehouse, who, by=LIVE)
    (before, _) = kept_runs(firm.warehouse, desk.purpose, NEXT)
    return desk, before


def test_an_account_is_told_that_changed_unlike_those_that_changed(thirty: Firm) -> None:
    desk, before = _at(thirty)
    # 29 changed: by -2 and -1 fourteen each, by -10 one; about the median -2 the median deviation is 1, so -10 is 8 / 1.4826
    (found,) = anomalies(desk, before)
    assert (found.account_id, found.name, found.signal) == ("A7", "Firm 7", "logins")
    assert found.text == "Logins 20 → 10"
    assert found.deviations == pytest.approx(-8 / 1.4826, rel=1e-12)


def test_only_accounts_in_reach_are_told_of_by_what_is_usual_everywhere(thirty: Firm) -> None:
    assert [each.account_id for each in anomalies(*_at(thirty, "kim"))] == ["A7"]
    assert anomalies(*_at(thirty, "lee")) == ()


def test_a_change_that_few_made_is_not_called_unusual(thirty: Firm) -> None:
    assert all(each.signal != "nps" for each in anomalies(*_at(thirty)))


def test_a_step_is_unlike_those_before(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Over eight weeks three accounts log in 10, 11, 10, 11 ... times; in the last week 2 times."""
    with Firm(tmp_path_factory.mktemp("steps")) as firm:
        days = [AS_OF + timedelta(days=7 * week) for week in range(9)]
        for number in (1, 2, 3):
            firm.account(number, ago(400), seats=10, owner="kim", plan="pro")
            firm.survey(number, ago(90), 10)
            for week, at in enumerate(days):
                times = 2 if week == 8 else 10 + week % 2
                firm.logins(number, *[at - timedelta(hours=hour) for hour in range(1, times + 1)])
        for at in days:
            with clock.pinned(at):
                score(LIVE, firm.warehouse, at)
        desk = looked(firm.warehouse, by=LIVE)
        # the medians step by 1, -1, 1, -1, 1, -1, 1 and -9: about their median 0 the median deviation is 1, so -9 is 9 / 1.4826
        (step,) = steps(desk, days[-2])
        assert (step.signal, step.text) == ("logins", "Logins: median 11 → 2")
        assert step.deviations == pytest.approx(-9 / 1.4826, rel=1e-12)
        assert steps(desk, days[-1]) == (), "it is told once"
        nobody = looked(firm.warehouse, person(reach=own("lee")), by=LIVE)
        assert steps(nobody, days[-2]) == ()


def test_a_digest_tells_of_it_after_what_presses_and_of_one_account_once(
    thirty: Firm, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch, clock.pinned(NEXT):
        patch.delenv(URL_VARIABLE, raising=False)
        store = engine.made(address(tmp_path))
        made = partial(digesting.digest, LIVE, thirty.warehouse, store, since=AS_OF + timedelta(days=1))
        # A9 is at 100 and 10 of 100, by halves
        assert made(person(), most=20).groups == (
            Group("Turned yellow", ("Firm 9 (A9): 100 → 55",)),
            Group("Accounts unlike others", ("Firm 7 (A7): Logins 20 → 10",)),
        )
        assert [group.title for group in made(person(), most=1).groups] == ["Turned yellow"]
        assert made(person(reach=own("lee")), most=20).groups == ()
