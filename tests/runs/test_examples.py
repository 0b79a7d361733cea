"""The worked examples through the real commands: what is written adds up, and replay agrees with live."""

import json
from pathlib import Path
from typing import Any

import pytest

from keepwell.project import load as load_project
from keepwell.project.scaffold import example, write
from keepwell.sources.simulation import write_example
from tests.cli.run import keepwell

NAMED = (
    "account_id",
    "as_of",
    "purpose",
    "score",
    "band",
    "coverage",
    "scorecard",
    "value",
    "value_at_risk",
    "risk_basis",
    "baseline",
    "reasons",
)
"""The fields that are promised, in their order; what else there is comes after them."""


def made(name: str, folder: Path) -> Path:
    """An example with a little data, loaded."""
    write(folder, example(name))
    write_example(name, folder, seed=5, accounts=60)
    ran("load", cwd=folder)
    return folder


def ran(*arguments: str, cwd: Path, now: str = "2025-06-30T00:00:00+02:00") -> str:
    result = keepwell(*arguments, cwd=cwd, environment={"KEEPWELL_NOW": now})
    assert result.returncode == 0, result.stderr
    return result.stdout


def scored(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    text = ran("score", "--format", "json", *arguments, cwd=folder)
    rows: list[dict[str, Any]] = json.loads(text, parse_constant=pytest.fail)
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("name", ["saas", "shop", "services"])
def test_the_baseline_and_all_points_add_up_to_every_score(tmp_path: Path, name: str) -> None:
    folder = made(name, tmp_path)
    for purpose in load_project(folder).purposes():
        rows = scored(folder, "--purpose", purpose)
        assert len({row["account_id"] for row in rows}) == len(rows) > 0
        for row in rows:
            assert tuple(row)[: len(NAMED)] == NAMED
            assert row["purpose"] == purpose
            assert all(tuple(reason)[:3] == ("measure", "points", "text") for reason in row["reasons"])
            if row["score"] is None:
                assert row["band"] is None
                assert row["why_not"]
            else:
                total = row["baseline"] + sum(reason["points"] for reason in row["reasons"])
                assert total == pytest.approx(row["score"], abs=1e-9), row["account_id"]


@pytest.mark.slow
def test_what_is_loaded_later_changes_no_score_of_the_past(tmp_path: Path) -> None:
    folder = made("shop", tmp_path)
    days = ("2025-05-31", "2025-06-29")
    then = {day: scored(folder, "--as-of", day) for day in days}
    ratings = folder / "data/ratings.csv"
    lines = ratings.read_text(encoding="utf-8").splitlines()
    who = sorted({line.split(",")[1] for line in lines[1:]})
    late = [
        f"late-{number},{one},1,2025-05-{1 + number % 28:02d}T12:00:00Z" for number, one in enumerate(who)
    ]
    ratings.write_text("\n".join([*lines, *late]) + "\n", encoding="utf-8")
    assert f"{len(late)}" in ran("load", cwd=folder, now="2025-07-01T00:00:00+02:00")
    assert {day: scored(folder, "--as-of", day) for day in days} == then
    # known from July on, the bad ratings of May count
    before, after = ({row["account_id"]: row["score"] for row in rows} for rows in
                     (then["2025-06-29"], scored(folder, "--as-of", "2025-07-02")))  # fmt: skip
    assert sum(after[one] < before[one] for one in who) > len(who) / 2
