"""Scores follow what people say, but not more often than their number allows."""

from datetime import timedelta

from keepwell import clock
from keepwell.runs import copying, following, pulsing
from keepwell.runs.reaching import Reached
from keepwell.runs.score import score
from keepwell.store.engine import Store
from tests.runs.firm import Firm, project
from tests.runs.records.conftest import KIM


def test_scores_are_due_once_something_was_said_that_they_do_not_know(
    firm: Firm, store: Store, acme: Reached
) -> None:
    now = clock.now() + timedelta(minutes=1)
    assert not following.due(firm.warehouse, now)
    pulsing.pulse(project(), store, acme, score=10, by=KIM)
    assert not following.due(firm.warehouse, now)
    firm.warehouse.execute(
        "INSERT INTO ingest.loads SELECT 99, now()::TIMESTAMP"
    )  # past the loads of the firm's own
    copying.copy(store, firm.warehouse, project().zone)
    assert following.due(firm.warehouse, now)
    score(project(), firm.warehouse)
    assert not following.due(firm.warehouse, clock.now() + timedelta(minutes=1))


def test_scores_rest_for_each_account_of_theirs(firm: Firm, store: Store, acme: Reached) -> None:
    firm.warehouse.execute("INSERT INTO ingest.loads SELECT 99, now()::TIMESTAMP")
    pulsing.pulse(project(), store, acme, score=10, by=KIM)
    copying.copy(store, firm.warehouse, project().zone)
    made = firm.warehouse.query('SELECT max("at") AS made FROM scores.runs')["made"][0].as_py()
    made = made.replace(tzinfo=clock.now().tzinfo)
    rest = 2 * timedelta(milliseconds=10)
    assert not following.due(firm.warehouse, made + rest - timedelta(microseconds=1))
    assert following.due(firm.warehouse, made + rest)
    for back in (timedelta(hours=1), timedelta(days=31)):
        assert following.due(firm.warehouse, made - back), (
            "they do not rest until a clock that was set back is there again"
        )


def test_what_was_never_scored_is_not_due(store: Store, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    with Firm(tmp_path_factory.mktemp("unscored")) as other:
        assert not following.due(other.warehouse, clock.now())
