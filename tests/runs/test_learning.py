"""What may be learned from: split in time, marked as scoring marks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from keepwell.proof.outcome import Dated, Kind, Outcome, Snapshot
from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, Panel
from keepwell.runs.learning import Rows, marked, needed, parts, rule_signal, sample
from keepwell.scoring.evaluation import evaluate
from keepwell.scoring.observed import Groups, Observed, choose
from keepwell.scoring.peers import freeze
from keepwell.scoring.scorecard import Peers, Percentile
from keepwell.scoring.weights import nominal
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit
from tests.scoring.made import card, dimension, measure, rule

UTC_ZONE = ZoneInfo("UTC")
CHURN = Outcome(
    "churn", Kind.CHURNED, Dated("accounts", at="ended_at"), Span(20, Unit.DAYS), gap=Span(2, Unit.DAYS)
)
GAIN = Outcome("growth", Kind.EXPANDED, Dated("outcomes"), Span(20, Unit.DAYS))
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
SIGNALS = [Signal(name, Aggregate(How.COUNT, "events")) for name in ("a", "b", "c")]


def panel(instants: int = 12, accounts: int = 30, **fields: Any) -> Panel:
    """As_ofs a week apart; accounts of two segments with random signals, of which some are unknown."""
    random = np.random.default_rng(0)
    rows = instants * accounts
    values = {name: np.where(random.random(rows) < 0.2, np.nan, 10 * random.random(rows)) for name in "ab"}
    made: dict[str, Any] = {
        "as_ofs": tuple(FIRST + timedelta(days=7 * n) for n in range(instants)),
        "point": np.repeat(np.arange(instants), accounts),
        "account": np.tile(np.arange(accounts), instants),
        "score": np.full(rows, 50.0),
        "band": np.zeros(rows, np.int8),
        "state": np.where(random.random(rows) < 0.2, HAPPENED, KEPT),
        "days": np.full(rows, np.nan),
        "worth": np.ones(rows),
        "amount": np.full(rows, np.nan),
        "contacted": np.zeros(rows, np.bool_),
        "groups": {
            "segment": Groups(("big", "small"), np.tile(np.arange(accounts) % 2, instants)),
            "stage": Groups(("any",), np.zeros(rows, np.int64)),
        },
        "values": values,
    }
    return Panel(**(made | fields))


def test_the_horizons_learned_from_are_over_before_the_test_begins() -> None:
    made = panel()
    found = parts(made, CHURN, UTC_ZONE)
    assert found is not None
    assert found.last + timedelta(days=22) <= found.begins
    # four weeks pass between: of 12 as_ofs, 6 to learn from and 3 for the test is as near to twice as many as can be
    assert (made.point[found.learn].max(), made.point[found.test].min()) == (5, 9)
    assert made.as_ofs[5] == found.last
    assert not (found.learn & found.test).any()


def test_too_short_a_past_cannot_be_split() -> None:
    assert parts(panel(instants=4), CHURN, UTC_ZONE) is None


def test_without_dates_other_accounts_are_the_test() -> None:
    made = panel(instants=1)
    flag = Outcome("flag", Kind.CHURNED, Snapshot(parse("account.gone")), Span(20, Unit.DAYS))
    found = parts(made, flag, UTC_ZONE)
    assert found is not None
    assert not set(made.account[found.learn]) & set(made.account[found.test])
    assert (found.learn | found.test).all()


def test_marks_and_rules_give_the_scores_that_scoring_gives() -> None:
    cards = [
        card(
            dimension("use", 3, measure("a"), measure("b", scale=Percentile(Peers.SEGMENT))),
            rules=(rule("often", 5, "a >= 5"),),
            segments=frozenset({"big"}),
            name="big",
            min_coverage=0.0,
        ),
        card(dimension("use", 3, measure("b", 2)), name="rest"),
    ]
    holds = panel().values["a"] >= 5
    of_rule = rule_signal(cards[0], cards[0].rules[0]).name
    made = panel(values={**panel().values, of_rule: holds.astype(np.float64)})
    found = marked(made, cards)
    assert sorted([*found["big"].rows, *found["rest"].rows]) == list(range(len(made)))
    here = made.point == 3
    seen = _observed(made, here, holds)
    scores = evaluate(cards, seen, freeze(cards, seen, choose(cards, seen))).score
    for each in cards:
        rows = found[each.name]
        of_day = here[rows.rows] & ~np.isnan(rows.marks).any(axis=1)
        plain = np.clip(rows.marks[of_day] @ nominal(each), 0, 100)
        assert plain == pytest.approx(scores[made.account[rows.rows[of_day]]], abs=1e-5)


def _observed(made: Panel, here: np.ndarray, holds: np.ndarray) -> Observed:
    groups = {name: Groups(group.names, group.codes[here]) for name, group in made.groups.items()}
    accounts = made.account[here]
    return Observed(
        made.as_ofs[3], accounts, Groups.of(["active"] * len(accounts)), np.full(len(accounts), -1),
        groups["segment"], groups["stage"], {name: column[here] for name, column in made.values.items()},
        {"health/big/rule/often": holds[here].astype(np.int8)}, made.worth[here],
    )  # fmt: skip


def test_a_sample_holds_what_is_known_and_what_should_be_good() -> None:
    made = panel()
    state = made.state.copy()
    state[:5] = CENSORED
    score = made.score.copy()
    score[5:8] = np.nan
    made = panel(state=state, score=score)
    rows = Rows(np.arange(len(made)), np.zeros((len(made), 1)))
    learnt = sample(made, rows, CHURN, made.point < 6)
    assert len(learnt) == 6 * 30 - 8
    assert (learnt.good == (made.state[8:180] == KEPT)).all()
    assert learnt.embargo == 22
    assert np.unique(np.diff(np.unique(learnt.at))).tolist() == [7]
    # before a gain it is the gain that is good
    assert (sample(made, rows, GAIN, made.point < 6).good == (made.state[8:180] == HAPPENED)).all()


def test_signals_of_measures_and_rules_are_needed() -> None:
    one = card(dimension("use", 1, measure("b")), rules=(rule("often", 5, "a >= 5"),))
    assert [each.name for each in needed([one], SIGNALS)] == ["b", "rule often of default"]
