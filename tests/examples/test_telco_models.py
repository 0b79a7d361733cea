"""IBM's telco: models fitted by the documented commands, judged out of fold, and compared on the same folds."""

from typing import Any

import pytest

from tests.examples.worked import Worked, worked


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    return worked("telco", tmp_path_factory.mktemp("telco"), "telco_ibm")


@pytest.fixture(scope="module")
def judged(done: Worked) -> dict[str, Any]:
    """What each model's fit says of how it was judged."""
    return {
        name: done.run("fit", name, "--write", "--json")["judged"]
        for name in ("logistic", "trees", "boosting")
    }


@pytest.mark.slow
def test_the_figures_that_are_promised(judged: dict[str, Any]) -> None:
    assert judged["logistic"]["auc"]["value"] == pytest.approx(0.845, abs=0.006)
    assert judged["boosting"]["auc"]["value"] >= 0.848
    assert judged["trees"]["auc"]["value"] >= 0.843
    for each in judged.values():
        assert (each["rows"], each["outcomes"], each["stand_ins"]) == (7_043, 1_869, 5)
        right = each["calibration"]
        assert right["brier"]["low"] < right["brier"]["value"] <= 0.137
        assert right["rows"] == 7_043
        assert right["expected_error"] < 0.02


@pytest.mark.slow
def test_rivals_are_judged_on_the_same_folds(judged: dict[str, Any]) -> None:
    assert all(not each["unfair"] for each in judged.values())
    rivals = {each["name"]: each for each in judged["boosting"]["rivals"]}
    assert set(rivals) == {"scorecard default", "model trees", "model logistic"}
    for name in ("logistic", "trees"):
        rival = rivals[f"model {name}"]
        # on the same folds a stand-in says the same, whoever is the champion
        assert rival["auc"]["value"] == pytest.approx(judged[name]["auc"]["value"], abs=1e-9)
        assert rival["calibration"]["brier"] == pytest.approx(judged[name]["calibration"]["brier"], abs=1e-9)
        gain = judged["boosting"]["auc"]["value"] - judged[name]["auc"]["value"]
        assert rival["difference"]["value"] == pytest.approx(gain, abs=1e-9)
        assert rival["difference"]["low"] < gain < rival["difference"]["high"]
