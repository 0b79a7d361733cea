"""The worked examples: sound, and together they show everything that signals and scorecards can do."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from keepwell.project import Project, examples, load
from keepwell.project.scaffold import example, write
from keepwell.project.scaffold import examples as there_are
from keepwell.proof.outcome import Dated, Inactive, Kind, Moved
from keepwell.scoring.scorecard import Missing, Percentile, Reference
from keepwell.signals.definition import Aggregate, Change, Formula, How, Ratio
from keepwell.signals.expression import names
from keepwell.sources.simulation import NAMES, write_example
from keepwell.sources.source import Computed, Constant, Files, Format, Lookup


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Project]:
    loaded = {}
    for name in NAMES:
        folder = tmp_path_factory.mktemp(name)
        write(folder, example(name))
        write_example(name, folder, accounts=30)
        loaded[name] = load(folder)
    return loaded


def aggregates(projects: dict[str, Project]) -> list[Aggregate]:
    return [
        signal.meaning
        for project in projects.values()
        for signal in project.signals
        if isinstance(signal.meaning, Aggregate)
    ]


def test_there_is_data_for_every_example() -> None:
    assert set(there_are()) == set(NAMES)


def test_every_example_says_that_it_is_simulated_and_pins_its_day(projects: dict[str, Project]) -> None:
    for project in projects.values():
        assert project.simulated
        assert project.as_of is not None
        assert str(project.as_of.astimezone(project.zone).date()) == "2025-06-30"


def test_together_they_use_every_aggregate(projects: dict[str, Project]) -> None:
    assert {one.how for one in aggregates(projects)} == set(How)


def test_together_they_use_every_form_of_signal(projects: dict[str, Project]) -> None:
    forms = {type(signal.meaning) for project in projects.values() for signal in project.signals}
    assert forms == {Aggregate, Change, Ratio, Formula}
    used = aggregates(projects)
    assert any(one.window is not None and one.window.end is not None for one in used)
    assert any(one.at for one in used)
    assert {one.state for one in used} >= {"open", "ended", None}
    assert any(one.hours for one in used)


# What the issue lists, and what shows that a signal measures it: (table, how it is aggregated, a word of its definition)
ASKED = {
    "seat use": ("saas", "seat_use"),
    "feature depth": ("saas", "feature_depth"),
    "feature breadth": ("saas", "feature_breadth"),
    "time to first value": ("saas", "time_to_first_value"),
    "response times": ("saas", "first_response"),
    "resolution times": ("saas", "resolution_time"),
    "reopen rate": ("saas", "reopen_rate"),
    "escalation rate": ("saas", "escalation_rate"),
    "backlog": ("saas", "backlog"),
    "payment timeliness": ("saas", "payment_delay"),
    "discount": ("saas", "discount"),
    "plan changes": ("saas", "downgrades"),
    "renewal nearness": ("saas", "days_to_renewal"),
    "nps": ("saas", "nps"),
    "csat": ("saas", "csat"),
    "ces": ("saas", "ces"),
    "milestone progress": ("saas", "onboarding_progress"),
    "error rate": ("saas", "error_rate"),
    "latency": ("saas", "latency"),
    "e-mail engagement": ("saas", "email_engagement"),
    "in-app engagement": ("saas", "in_app_engagement"),
    "reorder lateness": ("shop", "reorder_lateness"),
    "champion left": ("saas", "champions_left"),
    "pulses": ("saas", "pulse"),
    "a sector's context": ("services", "demand_change"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_every_kind_of_signal_that_was_asked_for_is_there(projects: dict[str, Project], asked: str) -> None:
    project, name = ASKED[asked]
    signal = next(signal for signal in projects[project].signals if signal.name == name)
    assert signal.label
    assert signal.missing_said, "an example declares what missing means"


def test_every_signal_declares_its_missing_policy_and_label(projects: dict[str, Project]) -> None:
    for project in projects.values():
        assert [signal.name for signal in project.signals if not (signal.missing_said and signal.label)] == []


def test_every_example_says_what_really_happened(projects: dict[str, Project]) -> None:
    for project in projects.values():
        judging = project.judging("health")
        assert judging is not None
        assert judging.kind.adverse
        assert project.capacity is not None
    kinds = {outcome.kind for project in projects.values() for outcome in project.outcomes}
    events = {type(outcome.event) for project in projects.values() for outcome in project.outcomes}
    assert kinds >= {Kind.CHURNED, Kind.RENEWED, Kind.EXPANDED, Kind.CONTRACTED, Kind.REORDERED}
    assert events == {Dated, Inactive, Moved}


def test_together_they_show_what_scorecards_can_do(projects: dict[str, Project]) -> None:
    cards = [card for project in projects.values() for card in project.scorecards]
    assert {card.purpose for card in cards} == {"health", "expansion", "advocacy"}
    assert any(card.rules for card in cards)
    assert any(card.caps for card in cards)
    assert any(card.roll_up for card in cards)
    assert any(isinstance(measure.scale, Percentile) for card in cards for measure in card.measures)
    assert any(measure.advice for card in cards for measure in card.measures)
    assert any(card.stages for card in cards)
    assert {card.reference for card in cards} == set(Reference)
    assert {card.missing for card in cards} >= {Missing.REDISTRIBUTE, Missing.NEUTRAL}
    assert all(cap.because for card in cards for cap in card.caps)
    assert all(rule.because for card in cards for rule in card.rules)


def test_a_scorecard_that_matches_everyone_comes_last_for_every_purpose(projects: dict[str, Project]) -> None:
    for project in projects.values():
        for purpose in {card.purpose for card in project.scorecards}:
            last = [card for card in project.scorecards if card.purpose == purpose][-1]
            assert (last.segments, last.stages) == (None, None)


def test_outcomes_are_never_signals(projects: dict[str, Project]) -> None:
    assert not any(one.table == "outcomes" for one in aggregates(projects))


def test_every_kind_of_source_is_shown(projects: dict[str, Project]) -> None:
    sources = [source for project in projects.values() for source in project.sources]
    origins = {type(origin) for source in sources for origin in source.columns.values()}
    assert origins >= {Lookup, Computed, Constant}
    readings = [source.origin.reading for source in sources if isinstance(source.origin, Files)]
    assert any(reading.format is Format.FIXED for reading in readings)
    assert any(reading.sheet for reading in readings)
    assert {reading.encoding for reading in readings} >= {"utf-8", "latin-1"}
    assert {source.dates for source in sources} >= {"day-month-year", "month-day-year", "year-month-day"}


def test_no_expression_uses_what_the_accounts_snapshot_only_knows_today(projects: dict[str, Project]) -> None:
    snapshot = {"account.plan", "account.seats", "account.size", "account.owner"}
    for project in projects.values():
        for _, condition in (*project.segments, *project.stages):
            assert condition is None or not snapshot & set(names(condition))


def test_the_truth_is_never_mapped() -> None:
    for name in NAMES:
        text = (Path(examples.__file__).parent / name / "sources.yml").read_text()
        for source in YAML(typ="safe").load(text)["sources"].values():
            assert source["files"].startswith("data/")
