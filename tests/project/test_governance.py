"""governance.yml: what it says, what it means, and which mistakes are told."""

from pathlib import Path

import pytest

from keepwell.errors import DefinitionError, Problem
from keepwell.project import load
from keepwell.project.governance import Charge, Every, Governance, Guardrail, Monitor
from tests.project.samples import write

WHOLE = """\
approvals: {needed: 1}
scorecards:
  default: {owner: kim, may_change: [ravi, "ACME\\\\ana"]}
guardrail: {moved: 10%, approvals: 2}
reviews: {every: quarter}
monitor: {psi: 0.2, band_share: 15%, auc_drop: 0.03, freshness: false}
"""


def governed(folder: Path, text: str) -> Governance:
    write(folder)
    (folder / "governance.yml").write_text(text, encoding="utf-8")
    return load(folder).governance


def problems(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionError) as caught:
        governed(folder, text)
    return caught.value.problems


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    assert governed(tmp_path, WHOLE) == Governance(
        approvals=1,
        scorecards={"default": Charge("kim", frozenset({"ravi", "ACME\\ana"}))},
        guardrail=Guardrail(0.1, 2),
        reviews=Every.QUARTER,
        monitor=Monitor(0.2, 0.15, 0.03, False),
    )


def test_what_is_not_said_asks_for_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    assert load(tmp_path).governance == Governance()
    assert governed(tmp_path, "# nothing yet\n") == Governance()
    partly = governed(tmp_path, "monitor: {psi: 0.1}\nguardrail: {moved: 0.2}\n")
    assert (partly.monitor.psi, partly.monitor.band_share) == (0.1, 0.1)
    assert partly.guardrail == Guardrail(0.2, 2)


def test_a_large_change_needs_more(tmp_path: Path) -> None:
    rules = governed(tmp_path, WHOLE)
    assert [rules.needed(moved) for moved in (0.0, 0.1, 0.1001)] == [1, 1, 2]
    assert Governance(approvals=2).needed(1.0) == 2


def test_who_may_change_a_scorecard(tmp_path: Path) -> None:
    charge = governed(tmp_path, WHOLE).charge("default")
    assert [charge.allows(who) for who in ("kim", "ravi", "ana")] == [True, True, False]
    assert Governance().charge("default").allows("anybody")
    assert Charge(owner="kim").allows("anybody")


def test_it_belongs_to_the_projects_version_and_to_no_scorecards(tmp_path: Path) -> None:
    write(tmp_path)
    before = load(tmp_path)
    governed(tmp_path, WHOLE)
    after = load(tmp_path)
    assert before.version() != after.version()
    assert before.version(before.scorecards[0]) == after.version(after.scorecards[0])


@pytest.mark.parametrize(
    ("text", "where", "do"),
    [
        ("approvals: {needed: 3}", "governance.yml:1:approvals.needed", "type a whole number from 0 to 2"),
        ("approvals: 1", "governance.yml:1:approvals", "write its keys below it: needed"),
        ("approval: {needed: 1}", "governance.yml:1:approval", "did you mean 'approvals'?"),
        (
            "scorecards: {defualt: {owner: kim}}",
            "governance.yml:1:scorecards.defualt",
            "did you mean 'default'?",
        ),
        ("guardrail: {moved: 10}", "governance.yml:1:guardrail.moved", "did you mean 10%?"),
        ("guardrail: {approvals: 2}", "governance.yml:1:guardrail", "add `moved:`"),
        ("reviews: {every: monthly}", "governance.yml:1:reviews.every", "did you mean 'month'?"),
        ("monitor: {psi: -1}", "governance.yml:1:monitor.psi", "type a number above 0"),
        (
            "approvals: {needed: 2}\nguardrail: {moved: 10%, approvals: 2}",
            "governance.yml:2:guardrail.approvals",
            "type 3 or more, or remove the guardrail",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, where: str, do: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.where == where
    assert problem.do.startswith(do)


def test_a_scorecard_that_cannot_be_read_is_not_told_again(tmp_path: Path) -> None:
    write(tmp_path, default="scorecard: [")
    (tmp_path / "governance.yml").write_text("scorecards: {default: {owner: kim}}", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path)
    assert [problem.where.partition(":")[0] for problem in caught.value.problems] == [
        "scorecards/default.yml"
    ]


def test_a_file_under_another_name_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "governance.yaml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path)
    assert [problem.do for problem in caught.value.problems] == ["rename it to governance.yml"]
