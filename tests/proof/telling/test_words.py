"""The words in which evidence is told, for figures made by hand."""

from dataclasses import replace

import pytest

from keepwell.proof.baselines import Baseline, Comparison
from keepwell.proof.calibration import Basis, Calibration
from keepwell.proof.capture import Capture
from keepwell.proof.evidence import Evidence
from keepwell.proof.grade import Grade, grade_of
from keepwell.proof.interval import Estimate
from keepwell.proof.outcome import Counts
from keepwell.proof.standing import Standing
from keepwell.proof.statement import Tone
from keepwell.proof.subject import Question
from keepwell.proof.tally import Tally
from keepwell.proof.telling import bands, scores
from keepwell.proof.telling.figures import accounts, percent, rows, signed
from keepwell.proof.warnings import GreenBefore, Money, Warnings
from keepwell.scoring.score import Band
from tests.proof.made import CHURN

QUESTION = Question.of(CHURN)
BARE = Evidence(Tally(200, 200, 100, 40, 20, 90, 0, 0, 0, 0, 0, 0))


def near(value: float, reach: float = 0.02) -> Estimate:
    return Estimate(value, value - reach, value + reach)


@pytest.mark.parametrize(
    ("auc", "grade"),
    [
        (Estimate(0.9, 0.76, 0.95), Grade.STRONG),
        (Estimate(0.9, 0.75, 0.95), Grade.USEFUL),
        (Estimate(0.68, 0.61, 0.74), Grade.USEFUL),
        (Estimate(0.68, 0.6, 0.74), Grade.WEAK),
        (Estimate(0.55, 0.51, 0.59), Grade.WEAK),
        (Estimate(0.9, 0.5, 0.99), Grade.NO_SIGNAL),
        (Estimate(0.45, 0.4, 0.5), Grade.NO_SIGNAL),
        (Estimate(0.4, 0.35, 0.49), Grade.UPSIDE_DOWN),
    ],
)
def test_grades_go_by_the_whole_interval(auc: Estimate, grade: Grade) -> None:
    assert grade_of(auc) is grade


def test_figures() -> None:
    assert [percent(share) for share in (0, 0.00042, 0.0123, 0.5, 1)] == [
        "0%",
        "0.042%",
        "1.2%",
        "50%",
        "100%",
    ]
    assert (accounts(1), accounts(1_234), rows(1), rows(0)) == (
        "1 account",
        "1,234 accounts",
        "1 row",
        "0 rows",
    )
    assert signed(Estimate(0.05, -0.01, 0.11)) == "+0.050 (−0.010 to +0.110)"


@pytest.mark.parametrize(("chance", "tone"), [(0.1, Tone.PLAIN), (0.35, Tone.CAUTION)])
def test_capacity(chance: float, tone: Tone) -> None:
    found = Capture(50, 12, near(0.4, 0.1), near(0.2), chance, near(0.6))
    (told,) = scores.of_capture(QUESTION, replace(BARE, capture=found))
    assert told.tone is tone
    assert told.text == (
        "Looking after 50 accounts at each as_of would have reached 40% of those that churned (95% interval 30%–50%), "
        f"and 60% of their value; as many drawn at random, {percent(chance)}. Of those looked after, 20% churned."
    )


def standing(band: Band, rate: Estimate | None, worth: Estimate | None = None) -> Standing:
    return Standing(band, 100, 50, 0.3, 10, rate, None, None, worth)


@pytest.mark.parametrize(
    ("green", "red", "tone", "end"),
    [
        (0.01, 0.2, Tone.GOOD, "."),
        (0.15, 0.17, Tone.CAUTION, ". Green and red cannot be told apart by this."),
        (0.2, 0.01, Tone.ALARM, ". Green and red are upside down."),
    ],
)
def test_bands(green: float, red: float, tone: Tone, end: str) -> None:
    found = (
        standing(Band.GREEN, near(green)),
        standing(Band.YELLOW, near(0.05)),
        standing(Band.RED, near(red)),
        Standing(None, 1, 1, 0.01, 0, None, None, None, None),
    )
    (told,) = bands.of_standings(QUESTION, replace(BARE, standings=found))
    assert told.tone is tone
    assert (
        told.text
        == f"What churned by band: {percent(green)} of green, 5% of yellow, {percent(red)} of red{end}"
    )


def test_one_band_alone_tells_nothing() -> None:
    found = (standing(Band.GREEN, near(0.1)), standing(Band.YELLOW, None), standing(Band.RED, None))
    assert list(bands.of_standings(QUESTION, replace(BARE, standings=found))) == []


@pytest.mark.parametrize(("counts", "tone"), [(Counts.LOGOS, Tone.GOOD), (Counts.REVENUE, Tone.ALARM)])
def test_who_stood_green_goes_by_what_is_counted(counts: Counts, tone: Tone) -> None:
    before = GreenBefore(60, 40, 0, 0, near(0.2), 1_000.0, near(0.55))
    found = Warnings(40, near(0.3), (10.0, 24.6, 60.0), 3, (before,), Money.AMOUNT)
    question = replace(QUESTION, counts=counts)
    green, first, never = bands.of_warnings(question, replace(BARE, warnings=found))
    assert green.tone is tone
    assert green.text == (
        "20% of the accounts that churned stood green 60 days before (95% interval 18%–22%), and 55% of their revenue."
    )
    assert first.text == (
        "The first warning (yellow or red, and never green again) came 25 days before (median; half of them between "
        "10 and 60). 3 of them were never green since first seen, so theirs came at least that early."
    )
    assert (never.tone, never.text) == (
        Tone.CAUTION,
        "30% of those that churned stood green to the last (95% interval 28%–32%).",
    )


@pytest.mark.parametrize(
    ("basis", "stated", "slope", "tone", "text"),
    [
        (
            Basis.GIVEN,
            0.1,
            None,
            Tone.GOOD,
            "The stated probability is right on the whole: 10% on average where 11%",
        ),
        (
            Basis.GIVEN,
            0.3,
            None,
            Tone.CAUTION,
            "The stated probability is too high: 30% on average where 11%",
        ),
        (
            Basis.EARLIER,
            0.02,
            None,
            Tone.CAUTION,
            "The probability that each score had at earlier as_ofs is too low: 2%",
        ),
        (
            Basis.GIVEN,
            0.1,
            near(0.6),
            Tone.CAUTION,
            "The stated probability is right on the whole: 10% on average",
        ),
    ],
)
def test_calibration(basis: Basis, stated: float, slope: Estimate | None, tone: Tone, text: str) -> None:
    found = Calibration(basis, 100, 0, near(0.1), 0.1, 0.02, stated, near(0.11), slope, None, ())
    (told,) = scores.of_calibration(QUESTION, replace(BARE, calibration=found))
    assert told.tone is tone
    assert told.text.startswith(text)
    assert ("too extreme (slope 0.60; right is 1)" in told.text) == (slope is not None)


def test_baselines() -> None:
    def against(name: str, difference: Estimate) -> Baseline:
        return Baseline(name, Comparison(100, 20, near(0.7), near(0.7 - difference.value), difference))

    told = list(
        scores.of_baselines(
            [
                against("tenure", near(0.1)),
                against("last_score", near(0.01)),
                against("days_since_last", near(-0.05)),
                against("usage", near(0.2)),
                Baseline("recency", None),
            ]
        )
    )
    assert [(one.tone, one.text) for one in told] == [
        (
            Tone.CAUTION,
            "Not shown to beat last score alone (0.690 to 0.700, difference +0.010 (−0.010 to +0.030), which includes 0).",
        ),
        (
            Tone.ALARM,
            "Beaten by days since last alone: it ranks better than the score (0.750 to 0.700, difference −0.050 "
            "(−0.070 to −0.030)).",
        ),
        (Tone.PLAIN, "Against recency alone: too little data in which both are known."),
        (
            Tone.GOOD,
            "In AUC, the score beats tenure (+0.100 (+0.080 to +0.120)), usage (+0.200 (+0.180 to +0.220)).",
        ),
    ]
