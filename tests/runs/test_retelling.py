"""What a change does to the evidence: over accounts of which hands know what their scores can tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from keepwell.project.project import Project
from keepwell.proof.outcome import Dated, Kind, Outcome, Population
from keepwell.runs.retelling import TOO_LITTLE, retold
from keepwell.scoring.scorecard import Bands
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from tests.runs.firm import Firm, ago, card, project

CHURN = Outcome(
    "churn", Kind.CHURNED, Dated("accounts", at="ended_at"), Span(20, Unit.DAYS), until="2025-06-29"
)
LOGINS_ONLY = card(dimensions=card().dimensions[:1])
NPS_ONLY = card(dimensions=card().dimensions[1:])
LEFT, STAYED = 40, 40


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Accounts that log in daily and stay, and others that never do and end 30 days ago; all of them answer 7.

    The data begin 45 days ago: whenever one of those others is scored, its end lies within the horizon.
    """
    with Firm(tmp_path_factory.mktemp("firm")) as made:
        for number in range(1, LEFT + STAYED + 1):
            left = number <= LEFT
            made.account(number, ago(200), seats=number, **({"ended_at": ago(30)} if left else {}))
            made.survey(number, ago(44), 7)
            if not left:
                made.logins(number, *(ago(day) - timedelta(hours=1) for day in range(1, 46)))
        yield made


def judged(scorecard: object, *outcomes: Outcome) -> Project:
    assert isinstance(scorecard, type(card()))
    return replace(project(scorecard), outcomes=outcomes or (CHURN,))


def test_a_score_that_tells_replaces_one_that_does_not(firm: Firm) -> None:
    (found,) = retold(judged(NPS_ONLY), judged(LOGINS_ONLY), firm.warehouse)
    assert (found.purpose, found.outcome, found.title) == ("health", "churn", "Churn")
    assert found.comparison is not None
    # the same answer of all tells nothing; whoever logs in stays
    assert (found.comparison.other.value, found.comparison.own.value) == (0.5, 1.0)
    assert found.comparison.difference.value == 0.5
    assert found.comparison.better
    assert found.comparison.outcomes == LEFT


def test_the_other_way_round_it_gets_worse(firm: Firm) -> None:
    (found,) = retold(judged(LOGINS_ONLY), judged(NPS_ONLY), firm.warehouse)
    assert found.comparison is not None
    assert found.comparison.difference.value == -0.5
    assert found.comparison.worse


def test_who_is_at_risk_is_said_by_the_project_after(firm: Firm) -> None:
    some = replace(CHURN, population=Population(where=parse("account.seats > 10")))
    (found,) = retold(judged(NPS_ONLY), judged(LOGINS_ONLY, some), firm.warehouse)
    assert found.comparison is not None
    assert found.comparison.outcomes == LEFT - 10


def test_too_few_outcomes_give_no_figure(firm: Firm) -> None:
    few = replace(CHURN, population=Population(where=parse("account.seats > 38")))
    (found,) = retold(judged(NPS_ONLY), judged(LOGINS_ONLY, few), firm.warehouse)
    assert (found.comparison, found.why_not) == (None, TOO_LITTLE)


def test_data_that_are_too_short_say_so(firm: Firm) -> None:
    long = replace(CHURN, horizon=Span(900, Unit.DAYS))
    (found,) = retold(judged(NPS_ONLY), judged(LOGINS_ONLY, long), firm.warehouse)
    assert found.comparison is None
    assert "too short for Churn" in found.why_not


def test_what_does_not_change_the_scores_has_no_new_evidence(firm: Firm) -> None:
    assert retold(judged(NPS_ONLY), judged(NPS_ONLY), firm.warehouse) == ()
    other = replace(CHURN, purpose="expansion")
    assert retold(judged(NPS_ONLY), judged(LOGINS_ONLY, other), firm.warehouse) == ()


def test_bands_alone_change_no_ranking(firm: Firm) -> None:
    higher = replace(LOGINS_ONLY, bands=Bands(80, 40, 3))
    (found,) = retold(judged(LOGINS_ONLY), judged(higher), firm.warehouse)
    assert found.comparison is not None
    assert found.comparison.difference.value == 0
    assert not found.comparison.better
    assert not found.comparison.worse
