"""A folder becomes a project, or every one of its mistakes is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.errors import DefinitionError, Problem, UserError
from keepwell.project import load
from keepwell.scoring.scorecard import Line, Peers, Percentile, RollUp
from keepwell.signals.definition import Aggregate, Change, Direction, Feed, Formula, How, State
from keepwell.signals.expression import Arithmetic, Literal, Membership, Name, parse
from keepwell.signals.tables import Kind
from keepwell.signals.window import Span, Unit, Window
from keepwell.sources.source import Attribute, Constant, MaxRejects, Query, Take
from tests.project.samples import FILES, spoilt, write


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    return caught.value.problems


def test_the_sample_is_read(tmp_path: Path) -> None:
    project = load(write(tmp_path))
    assert project.name == "acme"
    assert project.zone.key == "Europe/Berlin"
    assert project.as_of == datetime(2025, 6, 29, 22, tzinfo=UTC), "midnight in Berlin"
    assert project.warehouse == tmp_path / ".keepwell/warehouse.duckdb"
    assert project.value == Arithmetic("*", Name("mrr"), Literal(12))
    assert project.feeds == (Feed("product", "events", Span(3, Unit.DAYS)),)
    assert project.segments == (("enterprise", parse("account.seats >= 200")), ("smb", None))
    assert [name for name, _ in project.stages] == ["onboarding", "mature"]
    assert project.where["signal:mrr"] == "signals.yml:25:signals.mrr"


def test_sources_are_read(tmp_path: Path) -> None:
    sources = {source.name: source for source in load(write(tmp_path)).sources}
    assert sources["customers"].attributes["trial"] == Attribute(Kind.BOOLEAN, Take("trial"))
    assert not sources["customers"].history, "a snapshot of accounts has no history"
    assert sources["product"].history
    assert sources["contracts"].origin == Query("crm", "select * from subscriptions")
    assert sources["contracts"].columns["amount"] == Take("mrr", "USD")
    assert sources["contracts"].max_rejects == MaxRejects(share=0.01)
    assert sources["answers"].columns["kind"] == Constant("nps")
    assert sources["support"].dates == "day-month-year"


def test_signals_are_read_after_those_they_need(tmp_path: Path) -> None:
    project = load(write(tmp_path))
    signals = {signal.name: signal for signal in project.signals}
    assert signals["active_days"].meaning == Aggregate(
        How.ACTIVE_DAYS,
        "events",
        where=Membership(Name("name"), ("login", "session_started")),
        window=Window(Span(28, Unit.DAYS)),
    )
    assert signals["active_days"].direction is Direction.HIGHER_IS_BETTER
    assert (signals["active_days"].missing, signals["active_days"].missing_said) == (0, True)
    assert (signals["nps"].missing, signals["nps"].missing_said) == (None, True)
    assert not signals["mrr"].missing_said
    assert signals["usage_change"].meaning == Change("core_now", "core_before")
    assert signals["seat_use"].meaning == Formula(parse("active_days / account.seats"))
    before = signals["core_before"].meaning
    assert isinstance(before, Aggregate)
    assert before.window == Window(Span(35, Unit.DAYS), Span(7, Unit.DAYS))
    assert signals["mrr"].meaning == Aggregate(
        How.SUM, "subscriptions", column=Name("amount"), state=State.OPEN
    )
    names = [signal.name for signal in project.signals]
    assert names.index("usage_change") > names.index("core_before")


def test_a_scorecard_is_read(tmp_path: Path) -> None:
    (card,) = load(write(tmp_path)).scorecards
    assert (card.name, card.purpose, card.segments, card.stages) == ("default", "health", None, None)
    usage, seats = card.measures[1], card.measures[2]
    assert usage.scale == Line(((-0.6, 0), (0, 70), (0.2, 100)))
    assert seats.scale == Percentile(Peers.SEGMENT, higher_is_better=True)
    assert card.min_coverage == 0.6
    assert card.caps[0].because == "An escalation is open"


def test_all_problems_of_all_files_are_told_at_once_in_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        keepwell=FILES["keepwell.yml"].replace("Berlin", "Berln"),
        sources=FILES["sources.yml"].replace("seats: seats", "seets: seats"),
        signals=FILES["signals.yml"].replace("window: 28 days", "windw: 28 days"),
        segments=FILES["segments.yml"].replace("smb: otherwise", "smb: other"),
        default=FILES["scorecards/default.yml"].replace("weight: 30", "weight: 0", 1),
    )
    assert [(problem.where, problem.do) for problem in problems(tmp_path)] == [
        ("keepwell.yml:2:zone", "did you mean 'Europe/Berlin'?"),
        (
            "sources.yml:5:sources.customers.columns.seets",
            "did you mean 'seats'? Or keep it as an attribute: `attributes: {seets: text}`",
        ),
        ("signals.yml:7:signals.active_days.windw", "did you mean 'window'?"),
        (
            "signals.yml:33:signals.seat_use.expression",
            "map it in sources.yml: `seats: its raw column` under `columns:` of customers",
        ),
        (
            "segments.yml:1:segments.enterprise",
            "map it in sources.yml: `seats: its raw column` under `columns:` of customers",
        ),
        ("segments.yml:1:segments.smb", "did you mean 'otherwise'?"),
        ("scorecards/default.yml:10:dimensions.commercial.weight", "type a number above 0"),
    ]


def test_a_folder_without_a_project_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no project: there is no keepwell\.yml") as caught:
        load(tmp_path)
    assert "keepwell init DIR --from DATA" in caught.value.do


def test_a_folder_inside_a_project_names_the_project(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(UserError) as caught:
        load(tmp_path / "scorecards")
    assert caught.value.do == f"go to the project's folder: cd {tmp_path.resolve()}"


def test_a_file_under_another_name_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "signals.yml").rename(tmp_path / "signal.yml")
    (tmp_path / "scorecards/default.yml").rename(tmp_path / "scorecards/default.yaml")
    found = {problem.where: problem.do for problem in problems(tmp_path)}
    assert found["signal.yml:1"] == "rename it to signals.yml"
    assert found["scorecards/default.yaml:1"] == "rename it to scorecards/default.yml"


def test_a_broken_source_is_not_told_again_by_the_signals(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "sources", "table: tickets", "table: ticket")
    assert [problem.where for problem in problems(folder)] == ["sources.yml:14:sources.support.table"]


def test_a_signal_that_cannot_be_read_is_not_told_again_by_the_scorecard(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "signals", "aggregate: active_days", "aggregate: active_dayz")
    assert [problem.do for problem in problems(folder)] == ["did you mean 'active_days'?"]


def test_a_broken_signals_file_is_not_told_again_by_what_reads_it(tmp_path: Path) -> None:
    found = problems(spoilt(tmp_path, "signals", "    label: Active days", "\tlabel: Active days"))
    assert [problem.where.partition(":")[0] for problem in found] == ["signals.yml"]


def test_a_broken_segments_file_is_not_told_again_by_the_scorecard(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "default", "{segment: any, stage: any}", "{segment: smb, stage: mature}")
    (folder / "segments.yml").write_text("segments: {smb: otherwise\n", encoding="utf-8")
    assert [problem.where.partition(":")[0] for problem in problems(folder)] == ["segments.yml"]


def test_a_parent_can_be_weighted_by_value(tmp_path: Path) -> None:
    for said in ("weighted by value", "value"):
        folder = spoilt(
            tmp_path, "default", "missing: redistribute", f"missing: redistribute\nroll_up: {said}"
        )
        assert load(folder).scorecards[0].roll_up is RollUp.VALUE


def test_a_measure_says_whether_somebody_can_move_it(tmp_path: Path) -> None:
    folder = spoilt(tmp_path, "default", "advice: Call them", "advice: Call them, actionable: false")
    said = {measure.signal: measure.actionable for measure in load(folder).scorecards[0].measures}
    assert said == {"active_days": None, "usage_change": None, "seat_use": None, "nps": False}


def test_scorecards_are_tried_by_order_then_by_file(tmp_path: Path) -> None:
    write(tmp_path)
    text = FILES["scorecards/default.yml"]
    for file, name, order in (
        ("b", "second", ""),
        ("a", "last", "order: 99\n"),
        ("z", "first", "order: 1\n"),
    ):
        (tmp_path / f"scorecards/{file}.yml").write_text(
            order + text.replace("default", name, 1), encoding="utf-8"
        )
    assert [card.name for card in load(tmp_path).scorecards] == ["first", "second", "default", "last"]


def test_two_scorecards_of_one_name_are_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "scorecards/other.yml").write_text(FILES["scorecards/default.yml"], encoding="utf-8")
    (problem,) = problems(tmp_path)
    assert problem.where == "scorecards/other.yml:1:scorecard"
    assert problem.what == "scorecards/default.yml is a scorecard 'default' already"
