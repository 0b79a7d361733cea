"""Models from the command line: fitted, kept only when asked, and what they say of accounts adds up."""

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import keepwell
from tests.runs import leaving

MODEL = "model: churn_soon\nlabel: Chance of leaving\nkind: logistic\noutcome: churn\ninputs: all measured\n"
NOW = {"KEEPWELL_NOW": "2025-06-30T00:00:00Z"}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm that is loaded, and whose model is fitted and kept."""
    folder = leaving.write(tmp_path_factory.mktemp("models"))
    (folder / "models").mkdir()
    (folder / "models/churn_soon.yml").write_text(MODEL, encoding="utf-8")
    assert keepwell("load", cwd=folder, environment=NOW).returncode == 0
    refused = keepwell("predict", cwd=folder, environment=NOW)
    assert (refused.returncode, "keepwell fit churn_soon" in refused.stderr) == (1, True)
    looked = keepwell("fit", "churn_soon", "--every", "28 days", cwd=folder, environment=NOW)
    assert "Nothing is written" in looked.stdout, looked.stderr
    assert not (folder / "models/churn_soon.fitted.json").exists()
    kept = keepwell(
        "fit", "churn_soon", "--every", "28 days", "--write", "--json", cwd=folder, environment=NOW
    )
    assert kept.returncode == 0, kept.stderr
    (folder / "fit.json").write_text(kept.stdout, encoding="utf-8")
    return folder


def told(folder: Path, *arguments: str) -> Any:
    done = keepwell(*arguments, cwd=folder, environment=NOW)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_fit_says_what_it_learned_from_and_how_it_does_later(firm: Path) -> None:
    said = json.loads((firm / "fit.json").read_text(encoding="utf-8"))
    assert said["written"] is True
    assert said["training"]["last"] < said["judged"]["first"]
    assert said["judged"]["auc"]["low"] > 0.5
    (rival,) = said["judged"]["rivals"]
    assert rival["name"] == "scorecard default"
    assert rival["difference"]["low"] <= rival["difference"]["value"] <= rival["difference"]["high"]


def test_what_was_learned_is_plain_text(firm: Path) -> None:
    kept = json.loads((firm / "models/churn_soon.fitted.json").read_text(encoding="utf-8"))
    assert len(kept["training"]["fingerprint"]) == 64


def test_predictions_add_up_and_the_likeliest_come_first(firm: Path) -> None:
    accounts = told(firm, "predict", "--json")["accounts"]
    chances = [one["probability"] for one in accounts]
    assert len(chances) > 10
    assert chances == sorted(chances, reverse=True)
    for one in accounts:
        parts = one["base"] + math.fsum(each["amount"] for each in one["factors"])
        assert parts == pytest.approx(one["total"], abs=1e-9)


def test_one_account_and_few_accounts(firm: Path) -> None:
    first = told(firm, "predict", "--json", "--limit", "1")["accounts"]
    (alone,) = told(firm, "predict", "--json", "--account", first[0]["account_id"])["accounts"]
    assert alone["probability"] == pytest.approx(first[0]["probability"])
    shown = keepwell("predict", "--limit", "2", cwd=firm, environment=NOW).stdout
    assert "Chance of leaving" in shown
    assert "odds ×" in shown
    assert "--limit, or --format csv" in shown


def test_a_table_for_other_programs(firm: Path) -> None:
    path = firm / "chances.csv"
    done = keepwell("predict", "churn_soon", "--format", "csv", "-o", str(path), cwd=firm, environment=NOW)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert len(rows) == len(told(firm, "predict", "--json")["accounts"])
    assert 0 < float(rows[0]["probability"]) < 1


def test_a_model_is_a_measure_of_a_scorecard_and_part_of_its_version(firm: Path) -> None:
    before = told(firm, "score", "--format", "json")
    card = leaving.CARD.replace(
        "  rest:\n",
        "  chance:\n    weight: 100\n    measures:\n      churn_soon: {weight: 1, scale: {0%: 100, 40%: 0}}\n  rest:\n",
    )
    (firm / "scorecards/default.yml").write_text(card, encoding="utf-8")
    try:
        after = told(firm, "score", "--format", "json")
    finally:
        (firm / "scorecards/default.yml").write_text(leaving.CARD, encoding="utf-8")
    scored = next(each for each in after if each["score"] is not None)
    assert "churn_soon" in {reason["measure"] for reason in scored["reasons"]}
    assert scored["version"] != before[0]["version"]
    total = scored["baseline"] + math.fsum(reason["points"] for reason in scored["reasons"])
    assert total == pytest.approx(scored["score"], abs=1e-6)


def test_a_model_sets_risk_while_the_scorecard_sets_health(firm: Path) -> None:
    plain = (firm / "keepwell.yml").read_text(encoding="utf-8")
    (firm / "keepwell.yml").write_text(plain + "value: logins * 100\nrisk: churn_soon\n", encoding="utf-8")
    try:
        scored = [each for each in told(firm, "score", "--format", "json") if each["score"] is not None]
        chances = {
            one["account_id"]: one["probability"] for one in told(firm, "predict", "--json")["accounts"]
        }
    finally:
        (firm / "keepwell.yml").write_text(plain, encoding="utf-8")
    one = next(each for each in scored if each["value"])
    assert "churn_soon" in one["risk_basis"]
    assert one["value_at_risk"] == pytest.approx(one["value"] * chances[one["account_id"]])


def test_a_model_that_is_not_there(firm: Path) -> None:
    done = keepwell("predict", "nope", cwd=firm, environment=NOW)
    assert done.returncode == 1
    assert "choose one of churn_soon" in done.stderr


def test_parquet_holds_what_json_holds(firm: Path) -> None:
    import pyarrow.parquet as pq

    path = firm / "chances.parquet"
    done = keepwell("predict", "--format", "parquet", "-o", str(path), cwd=firm, environment=NOW)
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(path).to_pylist()
    accounts = told(firm, "predict", "--json")["accounts"]
    assert [row["account_id"] for row in rows] == [one["account_id"] for one in accounts]
    assert [row["probability"] for row in rows] == [one["probability"] for one in accounts]
    assert rows[0]["why"].startswith(accounts[0]["factors"][0]["text"])
    assert rows[0]["median_days"] is None


def test_an_account_is_explained_by_its_score_and_by_the_model(firm: Path) -> None:
    first = told(firm, "predict", "--json", "--limit", "1")["accounts"][0]
    said = told(firm, "explain", first["account_id"], "--json")
    (model,) = said["models"]
    assert model["model"] == "churn_soon"
    assert model["probability"] == pytest.approx(first["probability"])
    shown = keepwell("explain", first["account_id"], cwd=firm, environment=NOW).stdout
    assert "as a model sees it" in shown
    assert first["factors"][0]["text"] in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
