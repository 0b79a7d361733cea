"""What knows the outcome, and what has drifted, through the commands: `check`, `waive`, `backtest` and `monitor`."""

import json
from pathlib import Path
from typing import Any

import pytest

from keepwell.cli.main import main
from keepwell.store.address import URL_VARIABLE
from tests.cli.run import keepwell
from tests.runs import leaky


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = leaky.write(tmp_path_factory.mktemp("leaky"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        assert keepwell("load", cwd=made).returncode == 0
    return made


@pytest.fixture(autouse=True)
def own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit code of a command, and what it printed."""
    with pytest.raises(SystemExit) as done:
        main(arguments)
    said = capsys.readouterr()
    assert isinstance(done.value.code, int)
    return done.value.code, said.out, said.err


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code, out, err = run(capsys, *arguments, "--json")
    assert out, err
    return code, json.loads(out)


def test_a_leak_is_told_with_its_sign_and_what_to_type(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-C", str(folder))
    code, out, _ = run(capsys, "check", *here)
    assert code == 1
    assert out.index("strong_alone") < out.index("The definitions are right")
    text = " ".join(out.split())
    assert "take it out, or say why it is none: keepwell waive oracle --why REASON" in text
    assert "nothing is fitted to it until it is waived" in text


def test_what_is_waived_is_shown_with_the_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("-C", str(folder))
    told(capsys, "waive", "oracle", "--why", "Asked every week", *here)
    code, found = told(capsys, "check", *here)
    assert code == 1, "other things know the outcome too"
    (oracle,) = [leak for leak in found["leaks"] if leak["what"] == "oracle"]
    assert (oracle["blocks"], oracle["waived"]) == (False, "Asked every week")
    assert "oracle: Asked every week" in run(capsys, "check", *here)[1]
    told(capsys, "waive", "oracle", "--revoke", *here)


def test_an_attribute_without_history_can_be_waived_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-C", str(folder))
    segments = folder / "segments.yml"
    segments.write_text("segments: {rich: account.tier == 'gold', other: otherwise}\n", encoding="utf-8")
    _, found = told(capsys, "check", *here)
    assert [each["rule"] for each in found["findings"]].count("attribute_without_history") == 1
    told(capsys, "waive", "account.tier", "--why", "It never changes", *here)
    _, found = told(capsys, "check", *here)
    assert "attribute_without_history" not in [each["rule"] for each in found["findings"]]
    assert [leak["waived"] for leak in found["leaks"] if leak["what"] == "account.tier"] == [
        "It never changes"
    ]
    told(capsys, "waive", "account.tier", "--revoke", *here)
    segments.unlink()


def test_without_a_look_at_the_data_there_are_no_leaks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = told(capsys, "check", "--no-data", "-C", str(folder))
    assert found["leaks"] == []
    assert found["not_looked_at"] == {}


def test_a_backtest_tells_leaks_bias_and_opinions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--quick", "--every", "month", "-C", str(folder))
    code, found = told(capsys, "backtest", *here)
    assert code == 0
    assert found["leaks"] == [], "the scorecard reads nothing that leaks"
    assert {(each["by"], each["error"]) for each in found["bias"]} == {
        ("tier", "false_green"),
        ("tier", "false_red"),
        ("tier", "rate"),
    }
    groups = [(each["by"], each["group"]) for each in found["opinions"]["pulses"]]
    assert groups == [("", ""), ("team", "kim"), ("team", "ravi"), ("scorecard", "default")]
    assert found["opinions"]["feedback"][0]["rows"] > 0
    out = run(capsys, "backtest", *here)[1]
    for heading in ("Bias", "Pulses", "Is this score right?", "team kim"):
        assert heading in out


def test_a_review_is_noted_and_shown_when_due(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "monitor", "--reviewed", " ", "-C", str(folder))
    assert code == 1
    assert "a review needs a word on what was found" in err
    code, _, _ = run(
        capsys, "monitor", "--reviewed", "All is well", "--since", "2025-05-01", "-C", str(folder)
    )
    assert code == 0
    _, found = told(capsys, "audit", "-C", str(folder))
    assert found["entries"][-1]["event"] == "score:reviewed"
    assert "All is well" in found["entries"][-1]["detail"]


def test_without_a_name_what_is_waived_is_listed_and_what_still_blocks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-C", str(folder))
    told(capsys, "waive", "oracle", "--why", "Asked every week", *here)
    code, found = told(capsys, "waive", *here)
    assert code == 0
    assert [each["subject"] for each in found["waivers"]] == ["oracle"]
    assert {each["what"] for each in found["blocking"]} == {
        "mails",
        "messages.known_at",
        "tickets.resolution",
    }
    out = run(capsys, "waive", *here)[1]
    assert "keepwell waive tickets.resolution --why REASON" in out
    assert "keepwell waive oracle" not in out
    assert told(capsys, "waive", "--no-data", *here)[1]["blocking"] is None
    told(capsys, "waive", "oracle", "--revoke", *here)


def test_an_attribute_without_history_is_counted_with_what_knows_the_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-C", str(leaky.write(tmp_path)))
    segments = "segments: {rich: account.tier == 'gold', other: otherwise}\n"
    (tmp_path / "segments.yml").write_text(segments, encoding="utf-8")
    run(capsys, "load", *here)
    _, found = told(capsys, "check", *here)
    for what in {each["what"] for each in found["leaks"] if each["blocks"]} - {"account.tier"}:
        assert run(capsys, "waive", what, "--why", "Looked at", *here)[0] == 0
    out = " ".join(run(capsys, "check", *here)[1].split())
    assert "Against churn, 1 of what is read knows the outcome: nothing is fitted to it" in out
    run(capsys, "waive", "account.tier", "--why", "Looked at", *here)
    assert "Against churn, nothing that is read knows the outcome." in " ".join(
        run(capsys, "check", *here)[1].split()
    )


def test_with_six_accounts_check_says_that_it_cannot_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-C", str(leaky.write(tmp_path, accounts=6)))
    run(capsys, "load", *here)
    out = " ".join(run(capsys, "check", *here)[1].split())
    assert "too little data to tell" in out
    assert "nothing that is read knows the outcome" not in out
    _, found = told(capsys, "check", *here)
    assert found["not_looked_at"]["churn"].startswith("too little data to tell")
    (looked,) = found["looked_at"]
    assert (looked["accounts_without"], looked["needed_with"], looked["enough"]) == (6, 10, False)
    _, judged = told(capsys, "backtest", "--quick", "--every", "month", *here)
    assert judged["leaks_unknown"].startswith("too little data to tell")
    assert "Not known. Too little data to tell" in " ".join(
        run(capsys, "backtest", "--quick", "--every", "month", *here)[1].split()
    )


def planned_after(
    folder: Path, capsys: pytest.CaptureFixture[str], right: str, other: str
) -> tuple[int, dict[str, Any]]:
    """The plan after an edit of the outcome, which is taken back."""
    path = folder / "outcomes.yml"
    before = path.read_text(encoding="utf-8")
    assert right in before
    path.write_text(before.replace(right, other), encoding="utf-8")
    try:
        return told(capsys, "plan", "-C", str(folder))
    finally:
        path.write_text(before, encoding="utf-8")


def test_a_plan_shows_what_leaks_and_applying_it_warns(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-C", str(folder))
    card = folder / "scorecards/default.yml"
    before = card.read_text(encoding="utf-8")
    card.write_text(before.replace("noise:", "oracle:"), encoding="utf-8")
    try:
        _, planned = told(capsys, "plan", *here)
        assert [(each["what"], each["sign"]) for each in planned["leaks"] if each["blocks"]] == [
            ("oracle", "strong_alone")
        ]
        assert "oracle: alone it has an AUC of 0.99" in " ".join(run(capsys, "plan", *here)[1].split())
        code, applied, err = run(capsys, "apply", "--why", "A test", "--json", *here)
        assert code == 0
        assert [each["name"] for each in json.loads(applied)["leaks"]] == ["oracle"]
        assert "WARNING" in err
        assert "oracle (strong_alone): alone it has an AUC of 0.99" in err
        _, planned = planned_after(folder, capsys, "label: Left", "label: Gone")
        assert planned["leaks"] == [], "the same outcome is not looked at again"
        _, planned = planned_after(folder, capsys, "horizon: 28 days", "horizon: 21 days")
        assert {each["what"] for each in planned["leaks"]} == {"oracle"}, (
            "no score changes, but what it is held against"
        )
    finally:
        card.write_text(before, encoding="utf-8")
    told(capsys, "waive", "oracle", "--why", "Asked every week", *here)
    card.write_text(before.replace("noise: {weight: 1", "oracle: {weight: 3"), encoding="utf-8")
    try:
        told(capsys, "plan", *here)
        _, applied, err = run(capsys, "apply", "--why", "Waived", "--json", *here)
        assert json.loads(applied)["leaks"] == []
        assert "WARNING" not in err
    finally:
        card.write_text(before, encoding="utf-8")
        for file in (folder / ".keepwell").glob("store.sqlite*"):
            file.unlink()
