"""Changing a score: planned, approved, applied, rolled back and restated, and whatever is refused on the way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keepwell.clock import pinned
from keepwell.errors import DefinitionError, UserError
from keepwell.project import load
from keepwell.runs import purposes
from keepwell.runs.applied import in_force, periods
from keepwell.runs.apply import Done, apply
from keepwell.runs.approve import Judged, approve
from keepwell.runs.auditing import audit
from keepwell.runs.backtest import backtest
from keepwell.runs.drawn import Drawn
from keepwell.runs.history import history
from keepwell.runs.ingest import load as ingest
from keepwell.runs.plan import plan
from keepwell.runs.restate import restate
from keepwell.runs.rollback import rollback
from keepwell.runs.score import score
from keepwell.runs.versions import certified, of_past, versions_of
from keepwell.scoring.score import Band
from keepwell.store.address import URL_VARIABLE
from keepwell.store.applied import Kind
from keepwell.store.plans import State
from tests.runs.acme import CARD, NOW, VOICE, copied, edit, loaded, standing

GREEN, YELLOW, RED = Band.GREEN, Band.YELLOW, Band.RED


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("acme") / "project")


@pytest.fixture
def folder(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    with pinned(NOW):
        yield copied(original, tmp_path / "project")


def drawn(folder: Path, actor: str = "kim") -> Drawn:
    found = plan(folder, actor=actor)
    assert found is not None
    return found


def begun(folder: Path, rules: str = "") -> Done:
    """Applies the working files for the first time, with rules for the changes to come."""
    if rules:
        (folder / "governance.yml").write_text("approvals: {needed: 0}\n", encoding="utf-8")
    drawn(folder)
    done = apply(folder, why="the first one", actor="kim")
    if rules:
        (folder / "governance.yml").write_text(rules, encoding="utf-8")
        drawn(folder)
        done = apply(folder, why="rules", actor="kim")
    return done


def changed(folder: Path, rules: str = "", actor: str = "kim") -> Drawn:
    begun(folder, rules)
    edit(folder, *VOICE)
    return drawn(folder, actor)


def test_the_first_plan_is_from_nothing(folder: Path) -> None:
    found = drawn(folder)
    assert found.plan.base_version is None
    assert found.scorecards == ("default",)
    (effect,) = found.effects or ()
    assert (effect.before, effect.accounts, effect.moved, effect.share) == (None, 3, 0, 0.0)
    assert effect.moves == {(None, GREEN): 1, (None, YELLOW): 1, (None, RED): 1}
    assert found.plan.state is State.APPROVED


def test_a_plan_tells_what_changes_and_who_moves(folder: Path) -> None:
    found = changed(folder)
    (change,) = found.changes
    assert (change.kind, change.name) == ("scorecard", "default")
    assert change.words == ("weight of dimension adoption: 60 → 20", "weight of dimension voice: 40 → 80")
    (effect,) = found.effects or ()
    assert (effect.accounts, effect.moved, effect.value_moved) == (3, 1, 2000.0)
    assert effect.share == found.moved == pytest.approx(1 / 3)
    assert effect.moves == {(GREEN, GREEN): 1, (YELLOW, GREEN): 1, (RED, RED): 1}
    (mover,) = effect.examples
    assert (mover.account_id, mover.value) == ("A3", 2000.0)
    assert (mover.score_before, mover.score_after) == pytest.approx((62, 74))
    assert (mover.band_before, mover.band_after) == (YELLOW, GREEN)
    # five of ten active days cost 0.6 × 50 = 30 points before, 0.2 × 50 = 10 after; the NPS moves by 8 only
    assert mover.why == "Active days: 5 of the last 28 days, full marks at 10: −10 points (before −30.0)"
    assert effect.before is not None
    assert effect.after is not None
    # 96, 20, 62 before and 92, 20, 74 after
    assert effect.before.histogram == (0, 0, 1, 0, 0, 0, 1, 0, 0, 1)
    assert effect.after.histogram == (0, 0, 1, 0, 0, 0, 0, 1, 0, 1)
    assert effect.after.deciles[4] == 74


def test_only_purposes_that_change_are_compared(folder: Path) -> None:
    other = (folder / CARD).read_text(encoding="utf-8").replace("scorecard: default", "scorecard: readiness")
    text = other.replace("purpose: health", "purpose: expansion")
    (folder / "scorecards/readiness.yml").write_text(text, encoding="utf-8")
    begun(folder)
    edit(folder, *VOICE)
    found = drawn(folder)
    assert [each.purpose for each in found.effects or ()] == ["health"]
    assert found.scorecards == ("default",)
    (folder / "scorecards/readiness.yml").unlink()
    last = [each for each in drawn(folder).effects or () if each.purpose == "expansion"]
    assert [(each.after, each.accounts, each.share) for each in last] == [(None, 3, 0.0)]


def test_a_plan_keeps_no_scores(folder: Path) -> None:
    changed(folder)
    with standing(load(folder)) as warehouse:
        for table in ("runs", "grids", "days", "scores", "definitions"):
            rows = warehouse.query(f"SELECT count(*) AS n FROM scores.{table}")
            assert rows["n"][0].as_py() == 0, table


def test_files_as_they_were_applied_are_no_plan(folder: Path) -> None:
    begun(folder)
    assert plan(folder, actor="kim") is None
    edit(folder, *VOICE)
    drawn(folder)
    edit(folder, CARD, "weight: 20", "weight: 60", "weight: 80", "weight: 40")
    assert plan(folder, actor="kim") is None


def test_a_comment_is_a_plan_without_changes_and_no_new_version(folder: Path) -> None:
    begun(folder)
    edit(folder, CARD, "scorecard: default", "# why it is so\nscorecard: default")
    found = drawn(folder)
    assert (found.changes, found.files, found.scorecards, found.effects) == ((), (CARD,), (), ())
    done = apply(folder, why="comment", actor="kim")
    assert done.before is not None
    assert done.applied.version == done.before.version
    assert done.applied.snapshot != done.before.snapshot


def test_the_same_files_are_the_same_plan(folder: Path) -> None:
    first = changed(folder, actor="kim")
    again = drawn(folder, actor="ravi")
    assert again.plan.plan == first.plan.plan
    assert again.plan.author == "kim"
    edit(folder, CARD, "scorecard: default", "# a word\nscorecard: default")
    assert drawn(folder).plan.plan != first.plan.plan


def test_a_plan_without_facts_tells_the_definitions_alone(folder: Path) -> None:
    (folder / ".keepwell/warehouse.duckdb").unlink()
    found = drawn(folder)
    assert found.effects is None
    assert found.plan.load == 0
    assert apply(folder, why="before any data", actor="kim").applied.version == found.plan.version


def test_broken_files_are_no_plan(folder: Path) -> None:
    begun(folder)
    edit(folder, CARD, "weight: 60", "weight: many")
    with pytest.raises(DefinitionError, match="many"):
        plan(folder, actor="kim")
    with pytest.raises(DefinitionError, match="many"):
        apply(folder, why="no", actor="kim")


def test_scores_go_by_the_applied_version_from_the_first_apply_on(folder: Path) -> None:
    assert in_force(folder).applied is None
    edit(folder, CARD, "green: 70", "green: 71")
    assert in_force(folder).project.scorecards[0].bands.green == 71
    begun(folder)
    edit(folder, CARD, "green: 71", "green: 72")
    found = in_force(folder)
    assert found.project.scorecards[0].bands.green == 71
    assert found.differing == (CARD,)
    assert found.project.folder == folder
    assert in_force(folder, working=True).project.scorecards[0].bands.green == 72


def test_broken_working_files_harm_nothing(folder: Path) -> None:
    begun(folder)
    (folder / "keepwell.yml").write_text("project: [", encoding="utf-8")
    (folder / CARD).write_bytes(b"\xff\xfe")
    found = in_force(folder)
    assert found.project.name == "acme"
    assert found.differing == ("keepwell.yml", CARD)
    with pytest.raises(DefinitionError):
        in_force(folder, working=True)


def test_apply_says_who_and_why(folder: Path) -> None:
    found = changed(folder)
    done = apply(folder, found.plan.plan[:5], why="Voice counts", actor="ravi")
    assert (done.applied.version, done.applied.plan) == (found.plan.version, found.plan.plan)
    assert in_force(folder).applied == done.applied
    past = versions_of(folder)
    assert [(each.applied.actor, each.applied.why) for each in past] == [
        ("kim", "the first one"),
        ("ravi", "Voice counts"),
    ]
    assert past[-1].definitions.keys() == {"health"}
    assert [entry.event for entry in audit(folder).entries] == ["plan:made", "version:applied"] * 2
    assert audit(folder, verify=True).flaws == ()


def test_a_version_has_its_certificates(folder: Path) -> None:
    (folder / "outcomes.yml").write_text(
        "outcomes: {left: {kind: churned, event: {from: events, where: {name: left}}, horizon: 3 days}}\n",
        encoding="utf-8",
    )
    project = load(folder)
    with standing(project) as warehouse:
        certificate = backtest(project, warehouse).certificate
    version = purposes.definition(project, "health").version
    assert not certified(folder, version, certificate)
    begun(folder)
    assert certified(folder, version, certificate)
    assert certified(folder, "another", certificate)
    (past,) = versions_of(folder)
    (kept,) = past.certificates
    assert (kept.outcome, kept.made_at) == ("left", certificate.made_at)
    (shown,) = of_past(past, project)["certificates"]
    assert (shown["grade"], shown["headline"]) == ("too_little_data", certificate.verdict.headline)
    assert not shown["by_earlier_outcome"]
    edit(folder, "outcomes.yml", "3 days", "4 days")
    (again,) = of_past(past, load(folder))["certificates"]
    assert again == shown | {"by_earlier_outcome": True}
    (folder / "outcomes.yml").unlink()
    assert of_past(past, load(folder))["certificates"] == [again]


@pytest.mark.parametrize("why", ["", "  "])
def test_apply_without_a_reason_is_refused(folder: Path, why: str) -> None:
    drawn(folder)
    with pytest.raises(UserError, match="nobody will know why"):
        apply(folder, why=why, actor="kim")


def test_apply_without_a_plan_is_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="nothing has been planned"):
        apply(folder, why="x", actor="kim")
    begun(folder)
    with pytest.raises(UserError, match="there is nothing to apply"):
        apply(folder, why="x", actor="kim")
    edit(folder, *VOICE)
    with pytest.raises(UserError, match="no plan leads to the working files as they are"):
        apply(folder, why="x", actor="kim")
    with pytest.raises(UserError, match="there is no plan 'zzz'"):
        apply(folder, "zzz", why="x", actor="kim")


def test_a_plan_is_stale_once_the_files_have_changed(folder: Path) -> None:
    found = changed(folder)
    edit(folder, CARD, "green: 70", "green: 75")
    with pytest.raises(UserError, match=rf"is stale: {CARD} changed since it was drawn up"):
        apply(folder, found.plan.plan, why="x", actor="kim")
    edit(folder, CARD, "green: 75", "green: 70")
    assert apply(folder, found.plan.plan, why="x", actor="kim").applied.version == found.plan.version


def test_a_plan_is_stale_once_something_else_was_applied(folder: Path) -> None:
    found = changed(folder)
    edit(folder, CARD, "green: 70", "green: 75")
    drawn(folder)
    apply(folder, why="higher", actor="ravi")
    edit(folder, CARD, "green: 75", "green: 70")
    with pytest.raises(UserError, match=r"is stale: .* ravi has applied the version \w+ \(higher\)"):
        apply(folder, found.plan.plan, why="x", actor="kim")
    with pytest.raises(UserError, match="is stale"):
        approve(folder, found.plan.plan, actor="ravi")
    assert drawn(folder).plan.plan != found.plan.plan


def test_what_was_applied_is_not_applied_again(folder: Path) -> None:
    found = changed(folder)
    apply(folder, why="x", actor="kim")
    with pytest.raises(UserError, match="was applied already"):
        apply(folder, found.plan.plan, why="x", actor="kim")
    with pytest.raises(UserError, match="is applied"):
        approve(folder, found.plan.plan, actor="ravi")


ONE = "approvals: {needed: 1}\n"


def test_four_eyes(folder: Path) -> None:
    found = changed(folder, ONE)
    assert found.plan.state is State.OPEN
    with pytest.raises(UserError, match="lacks 1 approval") as caught:
        apply(folder, why="x", actor="kim")
    assert caught.value.do == f"ask somebody else than kim to type: keepwell approve {found.plan.plan}"
    with pytest.raises(UserError, match="nobody approves what is their own"):
        approve(folder, actor="kim")
    judged = approve(folder, actor="ravi", note="agreed")
    assert (judged.plan.state, judged.missing) == (State.APPROVED, 0)
    apply(folder, why="x", actor="kim")
    (said,) = versions_of(folder)[-1].approvals
    assert (said.actor, said.note) == ("ravi", "agreed")


def test_the_rules_that_count_are_the_applied_ones(folder: Path) -> None:
    begun(folder, ONE)
    (folder / "governance.yml").write_text("approvals: {needed: 0}\n", encoding="utf-8")
    assert drawn(folder).plan.demand.approvals == 1
    with pytest.raises(UserError, match="lacks 1 approval"):
        apply(folder, why="no more rules", actor="kim")


def test_before_the_first_apply_the_working_rules_count(folder: Path) -> None:
    (folder / "governance.yml").write_text(ONE, encoding="utf-8")
    drawn(folder)
    with pytest.raises(UserError, match="lacks 1 approval"):
        apply(folder, why="x", actor="kim")
    approve(folder, actor="ravi")
    apply(folder, why="x", actor="kim")


def test_an_approval_dies_with_any_edit(folder: Path) -> None:
    changed(folder, ONE)
    approve(folder, actor="ravi")
    edit(folder, CARD, "scorecard: default", "# one word\nscorecard: default")
    drawn(folder)
    with pytest.raises(UserError, match="lacks 1 approval"):
        apply(folder, why="x", actor="kim")


def test_what_is_rejected_stays_so(folder: Path) -> None:
    found = changed(folder, ONE)
    approve(folder, actor="ana")
    assert approve(folder, actor="ravi", reject=True, note="Too early").plan.state is State.REJECTED
    assert drawn(folder).plan.state is State.REJECTED
    with pytest.raises(UserError, match=r"ravi has rejected the plan \w+: Too early"):
        apply(folder, found.plan.plan, why="x", actor="kim")
    with pytest.raises(UserError, match="is rejected"):
        approve(folder, found.plan.plan, actor="ana")
    with pytest.raises(UserError, match="no plan waits"):
        approve(folder, actor="ana")


def test_of_several_plans_one_must_be_named(folder: Path) -> None:
    first = changed(folder, ONE)
    edit(folder, CARD, "green: 70", "green: 75")
    second = drawn(folder)
    with pytest.raises(UserError, match="several plans wait") as caught:
        approve(folder, actor="ravi")
    assert first.plan.plan in caught.value.do
    assert approve(folder, second.plan.plan[:8], actor="ravi").plan.plan == second.plan.plan


OWNED = "scorecards: {default: {owner: ana, may_change: kim}}\n"


def test_an_owner_agrees_to_each_change(folder: Path) -> None:
    changed(folder, OWNED)

    def judged(actor: str) -> Judged:
        return approve(folder, actor=actor)

    with pytest.raises(UserError, match="lacks 1 approval, that of ana among them"):
        apply(folder, why="x", actor="kim")
    assert (judged("ravi").missing, judged("ravi").owners) == (1, ("ana",))
    assert judged("ana").plan.state is State.APPROVED
    apply(folder, why="x", actor="kim")


def test_an_owner_need_not_approve_what_is_their_own(folder: Path) -> None:
    changed(folder, OWNED, actor="ana")
    apply(folder, why="x", actor="ana")


def test_only_some_may_change_a_scorecard(folder: Path) -> None:
    changed(folder, OWNED, actor="ana")
    with pytest.raises(UserError, match="ravi may not change the scorecard 'default'") as caught:
        apply(folder, why="x", actor="ravi")
    assert caught.value.do == "ask ana or kim to apply it"
    apply(folder, why="x", actor="kim")


def test_what_concerns_no_scorecard_needs_no_owner(folder: Path) -> None:
    begun(folder, OWNED)
    (folder / "governance.yml").write_text(OWNED + "reviews: {every: month}\n", encoding="utf-8")
    drawn(folder)
    apply(folder, why="reviews", actor="ravi")


GUARDED = "guardrail: {moved: 10%, approvals: 1}\n"


def test_a_large_change_needs_more_approvals(folder: Path) -> None:
    found = changed(folder, GUARDED)
    assert (found.guardrail, found.plan.demand.approvals) == (0.1, 1)
    with pytest.raises(UserError, match="lacks 1 approval"):
        apply(folder, why="x", actor="kim")
    edit(folder, CARD, "weight: 20", "weight: 59")
    assert drawn(folder).plan.demand.approvals == 0
    apply(folder, why="a small one", actor="kim")


def test_with_a_guardrail_the_effect_must_be_of_the_facts_there_are(folder: Path) -> None:
    found = changed(folder, GUARDED)
    approve(folder, actor="ravi")
    (folder / "data/more.csv").write_text(
        "id,began,name,owner,seats\nA9,2024-01-01,New,kim,5\n", encoding="utf-8"
    )
    project = load(folder)
    with standing(project) as warehouse:
        (folder / "data/events.csv").write_text("account,at,what\nA2,2025-06-29T12:00:00,login\n")
        ingest(project, warehouse, now=NOW)
    with pytest.raises(UserError, match="facts have come since") as caught:
        apply(folder, why="x", actor="kim")
    assert caught.value.do == "measure it anew, approvals stay: keepwell plan"
    again = drawn(folder)
    assert (again.plan.plan, again.plan.state) == (found.plan.plan, State.APPROVED)
    apply(folder, why="x", actor="kim")


def test_rolling_back_applies_the_version_before_and_leaves_the_files(folder: Path) -> None:
    first = changed(folder).plan.base_version
    second = apply(folder, why="x", actor="kim").applied.version
    text = (folder / CARD).read_text(encoding="utf-8")
    done = rollback(folder, why="half of them turned red", actor="ravi")
    assert (done.applied.version, done.applied.kind) == (first, Kind.ROLLBACK)
    assert in_force(folder).project.version() == first
    assert (folder / CARD).read_text(encoding="utf-8") == text
    assert drawn(folder).plan.version == second
    with pytest.raises(UserError, match="there is no version before"):
        rollback(folder, why="again", actor="ravi")
    assert rollback(folder, second[:6], why="after all", actor="ravi").applied.version == second
    assert [entry.event for entry in audit(folder).entries][-1] == "version:rolled_back"


def test_rolling_back_twice_goes_on_from_where_it_led(folder: Path) -> None:
    done = [begun(folder)]
    for green in (71, 72):
        edit(folder, CARD, f"green: {green - 1}", f"green: {green}")
        drawn(folder)
        done.append(apply(folder, why="x", actor="kim"))
    back = [rollback(folder, why="back", actor="kim").applied.version for _ in range(2)]
    assert back == [done[1].applied.version, done[0].applied.version]


def test_rolling_back_needs_a_version_that_was_applied(folder: Path) -> None:
    with pytest.raises(UserError, match="nothing has been planned or applied"):
        rollback(folder, why="x", actor="kim")
    now = begun(folder).applied.version
    with pytest.raises(UserError, match="no version 'abc' was ever applied"):
        rollback(folder, "abc", why="x", actor="kim")
    with pytest.raises(UserError, match="is applied already"):
        rollback(folder, now, why="x", actor="kim")


def test_rolling_back_undoes_no_rules(folder: Path) -> None:
    begun(folder)
    (folder / "governance.yml").write_text(ONE, encoding="utf-8")
    drawn(folder)
    apply(folder, why="rules", actor="kim")
    with pytest.raises(UserError, match="has other rules in governance"):
        rollback(folder, why="no rules", actor="kim")


def test_rolling_back_is_for_those_who_may_change_the_scorecard(folder: Path) -> None:
    changed(folder, OWNED, actor="ana")
    apply(folder, why="x", actor="ana")
    with pytest.raises(UserError, match="ravi may not change"):
        rollback(folder, why="x", actor="ravi")
    rollback(folder, why="x", actor="kim")


def test_rolling_back_makes_open_plans_stale(folder: Path) -> None:
    changed(folder, ONE)
    approve(folder, actor="ravi")
    apply(folder, why="x", actor="kim")
    edit(folder, CARD, "green: 70", "green: 75")
    waiting = drawn(folder)
    rollback(folder, why="back", actor="kim")
    with pytest.raises(UserError, match="is stale"):
        approve(folder, waiting.plan.plan, actor="ravi")


def test_a_store_of_another_project_is_not_taken_for_its_own(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{tmp_path}/shared.sqlite")
    begun(folder)
    edit(folder, "keepwell.yml", "project: acme", "project: other")
    for tried in (in_force, lambda where: plan(where, actor="kim")):
        with pytest.raises(UserError, match="holds the versions of the project 'acme', and this is 'other'"):
            tried(folder)


def _days(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """A3's scores by day, for each version that has some: the day, the score, and whether it is restated."""
    project = in_force(folder).project
    with standing(project) as warehouse:
        found = history(project, warehouse, "A3", periods=periods(folder))
    days: dict[str, list[tuple[object, ...]]] = {}
    for moment in found.moments:
        day = moment.as_of.astimezone(project.zone).date().isoformat()
        days.setdefault("now" if moment.version == found.version else "then", []).append(
            (day, moment.score, moment.restated)
        )
    return days


def _scored(folder: Path) -> None:
    project = in_force(folder).project
    with standing(project) as warehouse:
        score(project, warehouse)


def test_what_was_never_replaced_is_not_restated(folder: Path) -> None:
    begun(folder)
    _scored(folder)
    days = _days(folder)
    assert set(days) == {"now"}
    assert not any(restated for _, _, restated in days["now"])


def test_history_shows_both_what_was_said_then_and_what_is_said_now(folder: Path) -> None:
    begun(folder)
    _scored(folder)
    edit(folder, *VOICE)
    drawn(folder)
    with pinned(datetime(2025, 6, 29, tzinfo=UTC)):
        apply(folder, why="x", actor="kim")
    _scored(folder)
    days = _days(folder)
    # applied at 2 o'clock in Berlin on the 29th: that day's midnight was still the earlier version's
    assert days["then"][-1] == ("2025-06-29", 62, False)
    assert days["now"][-2:] == [("2025-06-29", 74, True), ("2025-06-30", 74, False)]


def test_restating_works_out_the_past_and_keeps_the_old(folder: Path) -> None:
    begun(folder)
    _scored(folder)
    edit(folder, *VOICE)
    drawn(folder)
    apply(folder, why="x", actor="kim")
    _scored(folder)
    before = _days(folder)
    found = in_force(folder)
    with standing(found.project) as warehouse:
        done = restate(
            found.project, warehouse, datetime(2025, 5, 31, 22, tzinfo=UTC), why="the year", actor="kim"
        )
    assert (done.days, done.purposes) == (30, ("health",))
    assert found.applied is not None
    assert done.version == found.applied.version
    after = _days(folder)
    assert after["then"] == before["then"]
    # on the 6th nothing but the NPS of 8 was known
    assert after["now"][0] == ("2025-06-06", 80, True)
    assert after["now"][-len(before["now"]) :] == before["now"]
    assert all(restated for _, _, restated in after["now"])
    assert audit(folder).entries[-1].event == "history:restated"


def test_restated_bands_are_those_of_a_fold_from_that_day(folder: Path) -> None:
    begun(folder)
    found = in_force(folder)
    first = datetime(2025, 6, 9, 22, tzinfo=UTC)
    with standing(found.project) as warehouse:
        restate(found.project, warehouse, first, actor="kim")
        (scores,) = score(found.project, warehouse)
        stretches = warehouse.query("SELECT first, last FROM scores.grids").to_pylist()
    assert [each["first"].replace(tzinfo=UTC) for each in stretches] == [first]
    assert stretches[0]["last"] == datetime(2025, 6, 29, 22, tzinfo=UTC).replace(tzinfo=None)
    # with six logins and an NPS of 9 A1 reached 72 on the 26th, too little to climb; with seven 78 on the 27th
    one = next(each for each in scores if each.account_id == "A1")
    assert (one.band, one.days_in_band) == (GREEN, 3)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=3)])
def test_restating_needs_a_day_in_the_past(folder: Path, ahead: timedelta) -> None:
    begun(folder)
    found = in_force(folder)
    with standing(found.project) as warehouse, pytest.raises(UserError, match="does not lie before the day"):
        restate(found.project, warehouse, datetime(2025, 6, 29, 22, tzinfo=UTC) + ahead, actor="kim")


def test_restating_needs_an_applied_version(folder: Path) -> None:
    project = load(folder)
    with standing(project) as warehouse, pytest.raises(UserError, match="nothing has been planned"):
        restate(project, warehouse, datetime(2025, 6, 1, tzinfo=UTC), actor="kim")
