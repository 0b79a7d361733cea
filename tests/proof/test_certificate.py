"""Certificates of made firms: what they say where there is a signal, where there is none, and where there is too little."""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from keepwell.proof.calibration import Basis
from keepwell.proof.certificate import Certificate, certificate_json, certify
from keepwell.proof.evidence import Evidence
from keepwell.proof.grade import Grade
from keepwell.proof.interval import Estimate
from keepwell.proof.outcome import Counts, Inactive, Kind, Snapshot
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, OTHERWISE, TOO_SOON, Panel
from keepwell.proof.statement import Tone, Topic
from keepwell.scoring.observed import Groups
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from tests.proof.made import BEGIN, CHURN, SETTING, SUBJECT, Law, drawn, panel


def judged(of: Panel, **more: Any) -> Certificate:
    return certify(of, CHURN, SUBJECT, SETTING, **more)


def said(certificate: Certificate, topic: Topic) -> list[tuple[Tone, str]]:
    return [(one.tone, one.text) for one in certificate.verdict.statements if one.topic is topic]


@pytest.fixture(scope="module")
def firm() -> Panel:
    return drawn(500, 60)


@pytest.fixture(scope="module")
def full(firm: Panel) -> Certificate:
    noise = np.random.default_rng(0).random(len(firm))
    return certify(
        firm,
        CHURN,
        SUBJECT,
        replace(SETTING, capacity=25),
        baselines={"noise": noise, "last_score": -firm.score - 3 * noise},
    )


def test_a_score_with_a_signal_is_useful_and_says_why(firm: Panel, full: Certificate) -> None:
    assert full.verdict.grade is Grade.USEFUL
    ranking = full.whole.ranking
    assert ranking is not None
    rows = firm.judged
    assert ranking.auc.value == pytest.approx(
        roc_auc_score(firm.state[rows] == HAPPENED, -firm.score[rows]), abs=1e-12
    )
    figures = f"AUC {ranking.auc.value:.3f}, 95% interval {ranking.auc.low:.3f}–{ranking.auc.high:.3f}"
    assert full.verdict.headline == (
        f"Useful: accounts that churned tended to score lower than others ({figures}; chance is 0.5)."
    )
    assert {one.topic for one in full.verdict.statements} >= {
        Topic.DATA,
        Topic.RANKING,
        Topic.CAPACITY,
        Topic.BANDS,
        Topic.GREEN_BEFORE,
        Topic.WARNING,
        Topic.CALIBRATION,
        Topic.BASELINES,
    }


def test_counts_add_up(firm: Panel, full: Certificate) -> None:
    counted = full.whole.tally
    assert counted.rows == len(firm) == counted.judged + counted.censored
    assert counted.happened == int(np.count_nonzero(firm.state == HAPPENED))
    assert counted.outcomes == len(np.unique(firm.account[firm.state == HAPPENED]))
    by_segment = [one.evidence.tally for one in full.slices if one.by == "segment"]
    assert sum(one.judged for one in by_segment) == counted.judged
    assert sum(one.outcomes for one in by_segment) == counted.outcomes
    by_quarter = [one.evidence.tally for one in full.slices if one.by == "quarter"]
    assert sum(one.rows for one in by_quarter) == counted.rows
    assert sum(one.censored for one in by_quarter) == counted.censored


def test_a_slice_is_what_its_rows_alone_would_give(firm: Panel, full: Certificate) -> None:
    smb = firm.groups["segment"].codes == firm.groups["segment"].names.index("smb")
    alone = certify(firm.rows(smb), CHURN, SUBJECT, SETTING).whole
    (slice_,) = (one for one in full.slices if (one.by, one.name) == ("segment", "smb"))
    for name in ("tally", "ranking", "deciles", "standings", "warnings", "stays"):
        mine, theirs = (list(leaves(plain(getattr(one, name)))) for one in (slice_.evidence, alone))
        assert figures(mine) == pytest.approx(figures(theirs), rel=1e-12), name
        assert len(mine) == len(theirs), name


def test_calibration_is_learned_before_it_is_judged(full: Certificate) -> None:
    found = full.whole.calibration
    assert found is not None
    assert found.basis is Basis.EARLIER
    assert found.slope is None
    assert found.learned_on + found.rows < full.whole.tally.judged


def test_baselines_are_beaten_or_not(full: Certificate) -> None:
    beaten, not_shown = full.baselines
    assert beaten.comparison is not None
    assert not_shown.comparison is not None
    assert beaten.comparison.better
    assert not not_shown.comparison.worse
    tones = [tone for tone, _ in said(full, Topic.BASELINES)]
    assert tones[-1] is Tone.GOOD


def test_a_better_baseline_is_an_alarm(firm: Panel) -> None:
    oracle = np.where(firm.state == HAPPENED, 1.0, 0.0)
    found = judged(firm, baselines={"days_since_last": oracle})
    ((tone, text),) = said(found, Topic.BASELINES)
    assert tone is Tone.ALARM
    assert text.startswith("Beaten by days since last alone: it ranks better than the score (1.000 to 0.")
    assert found.verdict.statements[0].topic in (Topic.BASELINES, Topic.GREEN_BEFORE)


def test_a_given_probability_is_judged_as_it_is(firm: Panel) -> None:
    found = judged(firm, probability=np.full(len(firm), 0.9))
    calibration = found.whole.calibration
    assert calibration is not None
    assert (calibration.basis, calibration.learned_on) == (Basis.GIVEN, 0)
    ((tone, text),) = said(found, Topic.CALIBRATION)
    assert tone is Tone.CAUTION
    assert text.startswith("The stated probability is too high: 90% on average where ")


def test_noise_is_told_as_no_usable_signal_first_and_loudest() -> None:
    found = judged(drawn(300, 40, Law(signal=0.0)))
    assert found.verdict.grade is Grade.NO_SIGNAL
    assert found.verdict.headline.startswith("No usable signal: the interval includes chance (AUC 0.")


def test_a_score_that_is_upside_down_is_told_so_with_its_bands() -> None:
    found = judged(drawn(300, 40, Law(signal=-1.0)))
    assert found.verdict.grade is Grade.UPSIDE_DOWN
    assert found.verdict.headline.startswith("Upside down: the score ranks worse than chance (AUC 0.")
    ((tone, text),) = said(found, Topic.BANDS)
    assert tone is Tone.ALARM
    assert text.endswith("Green and red are upside down.")
    # where all is upside down the slices need not be named one by one
    assert all(tone is Tone.PLAIN for tone, _ in said(found, Topic.SLICES))


def test_a_slice_that_is_upside_down_is_named() -> None:
    of = drawn(500, 40)
    # in the south, every third account, the score says the opposite
    south = of.account % 3 == 0
    of = replace(
        of,
        score=np.where(south, 100 - of.score, of.score),
        groups={"region": Groups(("north", "south"), south.astype(np.int64))},
    )
    found = judged(of)
    assert found.verdict.grade in (Grade.WEAK, Grade.USEFUL)
    alarms = [text for tone, text in said(found, Topic.SLICES) if tone is Tone.ALARM]
    assert any(text.startswith("Upside down where region is south") for text in alarms)
    assert not any("region is north" in text for text in alarms)


def test_a_readiness_score_is_judged_the_other_way_up(firm: Panel) -> None:
    expansion = replace(CHURN, name="expansion", kind=Kind.EXPANDED, purpose="expansion")
    found = certify(firm, expansion, SUBJECT, SETTING)
    # low scores go before it, where high ones should
    assert found.verdict.grade is Grade.UPSIDE_DOWN
    assert found.whole.warnings is None
    assert found.whole.stays is not None
    right = certify(replace(firm, score=100 - firm.score), expansion, SUBJECT, SETTING)
    assert right.verdict.headline.startswith(
        "Useful: accounts that expanded tended to score higher than others"
    )


def test_by_revenue_the_bands_are_told_by_value(firm: Panel) -> None:
    found = certify(firm, replace(CHURN, counts=Counts.REVENUE), SUBJECT, SETTING)
    ((_, text),) = said(found, Topic.BANDS)
    assert text.startswith("What churned by band (by value): ")
    green, *_ = found.whole.standings
    assert green.worth_rate is not None
    assert green.worth_rate.value == pytest.approx(
        firm.worth[firm.judged & (firm.band == 2) & firm.happened].sum()
        / firm.worth[firm.judged & (firm.band == 2)].sum()
    )


def test_a_snapshot_is_not_point_in_time_and_says_so_first() -> None:
    random = np.random.default_rng(3)
    score = random.uniform(0, 100, 400)
    churned = random.random(400) < 0.5 * (1 - score / 100)
    of = panel(
        [(0, account, one) for account, one in enumerate(score)],
        state=np.where(churned, HAPPENED, KEPT).tolist(),
        band=[1] * 400,
    )
    snapshot = replace(CHURN, event=Snapshot(parse("account.churned == 'yes'")))
    found = certify(of, snapshot, SUBJECT, SETTING)
    assert not found.grid.point_in_time
    assert found.verdict.headline.startswith("Not point in time. ")
    assert (found.verdict.statements[0].topic, found.verdict.statements[0].tone) == (Topic.METHOD, Tone.ALARM)
    assert found.whole.calibration is not None
    assert found.whole.calibration.basis is Basis.FOLDS
    assert (found.whole.warnings, found.whole.stays, found.grid.every_days) == (None, None, None)


def test_as_ofs_within_the_time_it_was_fitted_on_are_counted(firm: Panel) -> None:
    fitted = replace(SUBJECT, fitted_through=BEGIN + timedelta(days=7 * 9))
    found = certify(firm, CHURN, fitted, SETTING)
    assert found.grid.in_sample == 10
    assert any("10 of " in text and "was fitted on" in text for _, text in said(found, Topic.METHOD))
    everything = certify(firm, CHURN, replace(fitted, fitted_through=firm.as_ofs[-1]), SETTING)
    assert said(everything, Topic.METHOD)[0][0] is Tone.ALARM


def test_the_grid_is_that_of_judged_rows(firm: Panel, full: Certificate) -> None:
    # 60 weeks, of which the last 8 (56 days) have horizons of 60 days that are not over
    assert (full.grid.as_ofs, full.grid.first, full.grid.last) == (51, BEGIN, BEGIN + timedelta(days=350))
    assert full.grid.every_days == 7.0
    assert any("every 7 days only" in text for _, text in said(full, Topic.METHOD))
    daily = certify(firm, CHURN, SUBJECT, replace(SETTING, folded_daily=True))
    assert said(daily, Topic.METHOD) == []


TWELVE = [(0, account, float(account)) for account in range(12)]


@pytest.mark.parametrize(
    ("of", "headline"),
    [
        (panel([], points=2), "there are no accounts at these as_ofs."),
        (panel(TWELVE), "none of 12 accounts churned within 60 days."),
        (
            panel(TWELVE, state=[HAPPENED] * 12),
            "all of 12 accounts churned: there are no others to tell them from.",
        ),
        (
            panel(TWELVE, state=[HAPPENED] * 3 + [KEPT] * 9),
            "3 accounts churned (10 at the least are needed).",
        ),
        (
            panel(TWELVE, state=[HAPPENED] * 11 + [KEPT]),
            "1 account had another fate (10 at the least are needed).",
        ),
        (
            panel(TWELVE, state=[CENSORED] * 8 + [TOO_SOON, TOO_SOON, OTHERWISE, NOT_AT_RISK]),
            "no account can be judged: the horizon is not over yet (8 rows), it happened within the action gap "
            "(2 rows), the account ended for another cause (1 row), the account was not at risk (1 row).",
        ),
        (
            panel([(0, account, np.nan) for account in range(12)], state=[HAPPENED] * 6 + [KEPT] * 6),
            "no account can be judged: there was no score (12 rows).",
        ),
    ],
)
def test_too_little_data_says_which_and_shows_no_figure(of: Panel, headline: str) -> None:
    found = judged(of, baselines={"tenure": np.zeros(len(of))})
    assert found.verdict.grade is Grade.TOO_LITTLE_DATA
    assert found.verdict.headline == f"Too little data: {headline} No figure is shown."
    assert found.whole == Evidence(found.whole.tally)
    assert [one.comparison for one in found.baselines] == [None]
    assert {one.topic for one in found.verdict.statements} <= {Topic.DATA, Topic.METHOD}


def test_one_account_many_times_is_one_outcome() -> None:
    rows = [(step, account, float(account)) for step in range(40) for account in range(12)]
    of = panel(rows, state=[HAPPENED if account < 6 else KEPT for _, account, _ in rows])
    assert of.happened.sum() == 240
    assert judged(of).verdict.grade is Grade.TOO_LITTLE_DATA


def test_slices_with_too_little_show_no_figure_and_are_named(firm: Panel) -> None:
    few = (firm.account < 1_015).astype(np.int64)
    found = judged(replace(firm, groups={"region": Groups(("south", "north"), few)}))
    north, south = (one for one in found.slices if one.by == "region")
    assert (north.name, north.evidence.tally.accounts) == ("north", 15)
    assert north.evidence == Evidence(north.evidence.tally)
    assert south.evidence.ranking is not None
    (told,) = (text for _, text in said(found, Topic.SLICES) if text.startswith("Too little data"))
    assert "region north" in told
    assert "region south" not in told


def figures(values: list[Any]) -> list[float]:
    return [float(value) for value in values if isinstance(value, int | float)]


def plain(value: Any) -> Any:
    """Dataclasses as dictionaries."""
    return [asdict(part) for part in value] if isinstance(value, tuple) else asdict(value)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def test_as_json_it_is_plain_and_finite(full: Certificate) -> None:
    data = certificate_json(full)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert {type(leaf) for leaf in leaves(data)} <= {str, int, float, bool, type(None)}
    assert data["verdict"]["grade"] == "useful"
    assert data["made_at"] == "2025-06-01T00:00:00+00:00"
    assert data["whole"]["standings"][0]["band"] == "green"
    ranking = full.whole.ranking
    assert ranking is not None
    assert data["whole"]["ranking"]["auc"] == {
        "value": ranking.auc.value,
        "low": ranking.auc.low,
        "high": ranking.auc.high,
    }


def test_arrays_of_another_length_and_no_capacity_are_refused(firm: Panel) -> None:
    with pytest.raises(ValueError, match="tenure: 3 values for the panel's"):
        judged(firm, baselines={"tenure": np.zeros(3)})
    with pytest.raises(ValueError, match="probability: 1 values"):
        judged(firm, probability=np.zeros(1))
    with pytest.raises(ValueError, match="a capacity of 0"):
        certify(firm, CHURN, SUBJECT, replace(SETTING, capacity=0))


def test_quarters_are_those_of_the_projects_zone(firm: Panel) -> None:
    berlin = certify(firm, CHURN, SUBJECT, replace(SETTING, zone=ZoneInfo("Europe/Berlin")))
    assert [one.name for one in berlin.slices if one.by == "quarter"][:2] == ["2024 Q1", "2024 Q2"]


def test_a_shops_silence_is_judged_like_any_loss(firm: Panel) -> None:
    lapsed = replace(CHURN, event=Inactive("orders", Span(90, Unit.DAYS)))
    assert certify(firm, lapsed, SUBJECT, SETTING).whole == judged(firm).whole


@given(st.integers(0, 2**32 - 1), st.integers(1, 70), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_whatever_the_panel_nothing_is_said_that_is_not_finite(seed: int, accounts: int, points: int) -> None:
    random = np.random.default_rng(seed)
    rows = [
        (point, account, 50.0)
        for point in range(points)
        for account in range(accounts)
        if random.random() < 0.8
    ]
    size = len(rows)

    def some(
        column: np.ndarray[Any, np.dtype[np.float64]], unknown: float
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.where(random.random(size) < unknown, np.nan, column)

    state = random.choice(
        [HAPPENED, KEPT, CENSORED, TOO_SOON, OTHERWISE, NOT_AT_RISK], size, p=[0.4, 0.4, *[0.05] * 4]
    )
    of = replace(
        panel(rows, points=points, every=int(random.integers(1, 40))),
        score=some(
            random.integers(0, random.integers(1, 100) + 1, size).astype(np.float64),
            0.1 * random.integers(0, 2),
        ),
        band=random.integers(-1, 3, size).astype(np.int8),
        state=state.astype(np.int8),
        days=some(random.uniform(0, 80, size), 0.3),
        worth=some(random.normal(5, 5, size), random.choice([0.0, 0.2, 1.0])),
        amount=some(random.normal(0, 5, size), random.choice([0.0, 0.2, 1.0])),
        contacted=random.random(size) < 0.2,
        groups={"segment": Groups(("a", "b", "never"), random.integers(0, 2, size))},
    )
    found = certify(
        of,
        replace(CHURN, horizon=Span(int(random.integers(1, 60)), Unit.DAYS)),
        SUBJECT,
        replace(SETTING, capacity=int(random.integers(1, 30))),
        baselines={"tenure": some(random.normal(size=size), 0.2)},
        probability=some(random.random(size), 0.1) if random.random() < 0.5 else None,
    )
    data = certificate_json(found)
    assert all(np.isfinite(value) for value in figures(list(leaves(asdict(found)))))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    for one in estimates(found):
        assert one.low <= one.value <= one.high
    assert found.verdict.headline.endswith(".")
    assert all(one.text.endswith(".") and "nan" not in one.text for one in found.verdict.statements)


def estimates(value: Any) -> Iterator[Estimate]:
    """Every estimate in a dataclass."""
    if isinstance(value, Estimate):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from estimates(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from estimates(getattr(value, field.name))
