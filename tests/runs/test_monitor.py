"""Monitoring: what drifts is seen and what does not is not; live scores beside the certificate; reviews."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.project import Project, load
from keepwell.project.governance import Governance
from keepwell.proof.drift import Shift
from keepwell.runs import purposes
from keepwell.runs.apply import apply
from keepwell.runs.auditing import audit
from keepwell.runs.backtest import backtest
from keepwell.runs.ingest import load as ingest
from keepwell.runs.live import Live, live
from keepwell.runs.monitor import Monitored, _certificate, monitor
from keepwell.runs.plan import plan
from keepwell.runs.reviews import review_due, reviewed
from keepwell.runs.versions import certified
from keepwell.store import certificates, engine
from keepwell.store.address import URL_VARIABLE, address
from keepwell.store.certificates import Kept
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse
from tests.runs import leaky

NOW = datetime(2025, 6, 30, tzinfo=UTC)
APPLIED = datetime(2025, 1, 1, tzinfo=UTC)
Loaded = tuple[Project, Warehouse]
MONTHLY = "reviews: {every: month}\n"


def broken(folder: Path) -> Path:
    """The firm, in which the readings of noise break in May: most are no longer there, and the others are all 7."""
    leaky.write(folder)
    (folder / "governance.yml").write_text(MONTHLY, encoding="utf-8")
    path = folder / "data/readings.csv"
    draw = np.random.default_rng(1)
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        account, day, kind, *_ = line.split(",")
        if kind == "noise" and day >= "2025-05-01":
            line = f"{account},{day},noise,7" if draw.random() < 0.9 else ""
        lines.append(line)
    path.write_text("\n".join(filter(None, lines)) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The firm, loaded; its version was applied on 1 January, with the certificate that it had then."""
    with pytest.MonkeyPatch.context() as patch, pinned(NOW):
        patch.delenv(URL_VARIABLE, raising=False)
        folder = broken(tmp_path_factory.mktemp("monitored"))
        project = load(folder)
        with open_warehouse(project.warehouse) as warehouse:
            ingest(project, warehouse, now=NOW)
        with pinned(APPLIED):
            plan(folder, actor="kim", evidence=False)
            apply(folder, why="the first one", actor="kim")
        with open_warehouse(project.warehouse) as warehouse:
            found = backtest(project, warehouse, daily=False)
            certified(folder, found.version, found.certificate)
            yield project, warehouse


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> Monitored:
    (health,) = monitor(*loaded)
    return health


def test_what_broke_has_drifted_and_the_rest_has_not(found: Monitored) -> None:
    moved = {each.name: each for each in found.moved}
    assert set(moved) == {"honest", "noise", "score"}
    assert moved["noise"].breach
    assert moved["noise"].drift.shift is Shift.LARGE
    assert not moved["honest"].breach
    assert moved["honest"].drift.psi < 0.25
    assert found.applied
    assert found.since == APPLIED
    assert found.as_of == NOW


def test_accounts_are_those_that_had_begun_and_not_ended(found: Monitored, loaded: Loaded) -> None:
    _, warehouse = loaded
    query = (
        "SELECT count(*) FILTER (WHERE ended_at IS NULL OR ended_at >= '2025-06-30') AS n FROM facts.accounts"
    )
    expected = warehouse.query(query)["n"][0].as_py()
    assert {each.drift.rows for each in found.moved} == {expected}
    assert sum(each.share.then for each in found.bands) == pytest.approx(1)
    assert sum(each.share.now for each in found.bands) == pytest.approx(1)


def test_live_scores_are_held_against_the_certificate(found: Monitored) -> None:
    (churn,) = found.live
    assert churn.certified is not None
    assert churn.auc is not None
    assert churn.rate is not None
    assert churn.apart is not None


def kept(certified: float, at: datetime, **rates: float) -> Kept:
    """A certificate with such an AUC and such rates of the bands."""
    estimate = {"value": certified, "low": certified - 0.01, "high": certified + 0.01}
    standings = [{"band": band, "rate": {"value": rate}} for band, rate in rates.items()]
    content = {
        "question": {"kind": "churned", "horizon": "28 days", "gap": "0 days"},
        "whole": {
            "ranking": {"auc": estimate},
            "calibration": None,
            "standings": [*standings, {"band": None, "rate": None}],
        },
    }
    return Kept(1, "v", "churn", at, content)


def seen(loaded: Loaded, certificate: Kept | None, since: datetime = APPLIED, now: datetime = NOW) -> Live:
    project, warehouse = loaded
    return live(project, warehouse, project.outcome("churn"), since=since, now=now, certificate=certificate)


def test_an_auc_that_fell_is_a_breach_if_it_is_no_chance(loaded: Loaded) -> None:
    assert seen(loaded, kept(0.99, NOW)).breach
    assert not seen(loaded, kept(0.6, NOW)).breach
    assert seen(loaded, kept(0.99, NOW)).apart is None, "no band has a rate"


def test_how_much_more_often_it_happens_than_the_bands_rates_have_it(loaded: Loaded) -> None:
    never = seen(loaded, kept(0.7, NOW, green=0.0, yellow=0.0, red=0.0))
    assert never.apart is not None
    assert never.rate is not None
    assert never.apart.value == pytest.approx(never.rate)
    assert never.apart.low > 0
    always = seen(loaded, kept(0.7, NOW, green=1.0, yellow=1.0, red=1.0))
    assert always.apart is not None
    assert always.apart.value == pytest.approx(never.rate - 1)


def test_only_horizons_that_are_over_by_then_are_judged(loaded: Loaded) -> None:
    # 28 days follow no day from 1 January on by 20 January.
    early = seen(loaded, None, now=datetime(2025, 1, 20, tzinfo=UTC))
    assert (early.auc, early.certified, early.breach) == (None, None, False)
    assert early.why_not == "No horizon of 28 days is over yet."
    some = seen(loaded, None, now=datetime(2025, 2, 3, tzinfo=UTC))
    assert some.auc is None
    assert some.why_not.startswith("Too little data: it happened to ")


def test_the_certificate_is_that_of_the_time_of_applying(loaded: Loaded) -> None:
    project, _ = loaded
    outcome = project.outcome("churn")
    version, asked = purposes.definition(project, "health").version, project.outcome_version(outcome)
    store = engine.made(address(project.folder))
    with store.writing() as connection:
        for auc, day, by in ((0.1, 2, asked), (0.2, 5, asked), (0.3, 1, "another")):
            at = APPLIED - timedelta(days=day)
            content = kept(auc, at).content
            content["question"]["version"] = by
            certificates.keep(connection, version, "churn", content, at)
    found = [each for each in (_certificate(project, version, outcome),) if each]
    # Of those made before, the last that was kept, and was judged by the outcome as it is defined today.
    assert [each.content["whole"]["ranking"]["auc"]["value"] for each in found] == [0.2]
    assert _certificate(project, "another", outcome) is None


def test_nothing_drifts_in_a_day(loaded: Loaded) -> None:
    (health,) = monitor(*loaded, since=datetime(2025, 6, 29, tzinfo=UTC))
    assert health.breaches == 0


def test_a_review_is_due_a_month_after_the_last_one(loaded: Loaded) -> None:
    project, _ = loaded
    assert review_due(project, APPLIED, NOW) == datetime(2025, 2, 1, tzinfo=UTC)
    assert review_due(project, APPLIED, datetime(2025, 1, 31, tzinfo=UTC)) is None
    assert review_due(project, None, NOW) is None
    assert review_due(replace(project, governance=Governance()), APPLIED, NOW) is None
    with pytest.raises(UserError, match="needs a word"):
        reviewed(project, note=" ", actor="kim")
    reviewed(project, note="all is well", actor="kim")
    (entry,) = [entry for entry in audit(project.folder).entries if entry.event == "score:reviewed"]
    assert (entry.actor, entry.about, "all is well" in entry.detail) == ("kim", project.version(), True)
    assert review_due(project, APPLIED, NOW) is None
    assert review_due(project, APPLIED, datetime(2025, 8, 1, tzinfo=UTC)) == datetime(2025, 7, 30, tzinfo=UTC)
