"""What the pages say of the small firm; its scores are worked out by hand in `tests.cli.test_commands`."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest

from keepwell.proof.certificate import certificate_json
from keepwell.runs.purposes import definition
from keepwell.store import certificates, digests, plans, snapshots, versions
from keepwell.store.digests import Rhythm, Wish
from keepwell.store.plans import Demand, Plan, State
from keepwell.store.versions import Seen
from keepwell.web.server.serving import Serving
from tests.web.entered import Browser
from tests.web.proofs import MADE_AT, good, too_little

Entered = Callable[[str], Browser]

PAGES = (
    "/",
    "/news",
    "/portfolio",
    "/portfolio/accounts",
    "/accounts/A2",
    "/signals",
    "/signals/nps",
    "/scorecards",
    "/data",
)


def words(browser: Browser, path: str) -> str:
    """A page's words without its markup."""
    answer = browser.look(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2]
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", main))).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r" ([.,])", r"\1", text)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_script_or_style_of_its_own(entered: Entered, path: str) -> None:
    page = entered("ada").look(path).text
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


def test_today_puts_the_worst_first_with_reason_and_next_step(entered: Entered) -> None:
    text = words(entered("ada"), "/")
    assert text.index("=Evil()") < text.index("Cobalt")
    assert "Northwind" not in text.partition("My tasks")[0]
    assert "Active days: 2 of the last 28 days" in text
    assert "Call the champion" in text


def test_what_happened_is_grouped_and_capped_as_the_reader_wants(
    entered: Entered, stands_on: Serving
) -> None:
    """Two tasks are due; where one thing is wanted, one of them is told."""
    bea = entered("bea")
    bea.look("/accounts/A1")
    for title in ("Ring early", "Ring late"):
        bea.send("/accounts/A1/tasks", title=title, due_on="2025-06-01")
    text = words(bea, "/news?days=1")
    assert all(each in text for each in ("Tasks due", "Ring early", "Ring late"))
    with stands_on.store.writing() as connection:
        digests.wish(connection, Wish("bea@acme.example", Rhythm.DAILY, 1), MADE_AT)
    capped = words(bea, "/news?days=1")
    assert "the 1 most pressing of" in capped
    assert "Ring late" not in capped
    assert bea.look("/news?days=0").status_code == 422
    bea.look("/")
    for number in re.findall(r'action="/tasks/(\d+)/finish"', bea.page):
        bea.send(f"/tasks/{number}/finish")


def test_portfolio_counts_bands(entered: Entered) -> None:
    text = words(entered("ada"), "/portfolio")
    assert "Accounts 3 all with a score" in text
    assert f"Mean score {(96 + 20 + 62) / 3:.1f}" in text
    assert "green 1 33%" in text
    assert "red 1 33%" in text


def test_portfolio_asks_for_what_its_address_says(entered: Entered) -> None:
    red = words(entered("ada"), "/portfolio/accounts?band=red")
    assert "A2" in red
    assert "A1" not in red
    assert "Cobalt" in words(entered("ada"), "/portfolio/accounts?text=cob")
    assert "No account is like that" in words(entered("ada"), "/portfolio/accounts?unscored=yes")
    up = words(entered("ada"), "/portfolio/accounts?sort=score")
    assert up.index("A2") < up.index("A3") < up.index("A1")


def test_an_address_that_makes_no_sense_says_what_to_do(entered: Entered) -> None:
    answer = entered("ada").look("/portfolio?band=blue")
    assert answer.status_code == 400
    assert "choose one of green, yellow, red" in unescape(answer.text).lower()
    assert entered("ada").look("/portfolio/accounts?least_score=x").status_code == 400
    assert entered("ada").look("/accounts/NOBODY").status_code == 404


def test_a_page_that_is_not_there_leads_on(entered: Entered) -> None:
    nothing = entered("kim").look("/nowhere")
    assert nothing.status_code == 404
    assert "there is nothing at this address." in nothing.text
    assert '<nav class="ways"' in nothing.text
    with Browser(str(entered("kim").client.base_url)) as nobody:
        assert '<nav class="ways"' not in nobody.look("/nowhere").text


def test_an_error_says_that_the_firm_is_invented(
    entered: Entered, stands_on: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered("ada").look("/")
    assert "Simulated data" not in entered("ada").look("/nowhere").text
    stamp, found = stands_on._found or pytest.fail("the project was read")
    invented = replace(found, project=replace(found.project, simulated=True))
    monkeypatch.setattr(stands_on, "_found", (stamp, invented))
    assert "Simulated data" in entered("ada").look("/nowhere").text


@pytest.mark.parametrize(
    ("path", "people", "programs"),
    [
        ("/accounts/NOBODY", "Look for it in the portfolio", "GET /api/accounts lists"),
        ("/signals/nothing", "on the page Signals", "GET /api/signals lists"),
    ],
)
def test_what_to_do_is_told_as_whoever_asks_does_it(
    entered: Entered, path: str, people: str, programs: str
) -> None:
    page = entered("ada").look(path).text
    assert people in page
    assert "/api/" not in page.partition("<main")[2]
    assert programs in entered("ada").client.get(f"/api{path}").json()["do"]


def test_a_waterfall_leads_from_the_baseline_to_the_score(entered: Entered) -> None:
    text = words(entered("ada"), "/accounts/A2").partition("Why 20.0")[2].partition("Is this right?")[0]
    assert re.search(r"Baseline 100\.0 .*−48\.0 .*−32\.0 Score 20\.0", text)


def test_parts_that_follow_an_account(entered: Entered) -> None:
    assert entered("ada").look("/accounts/A2/moved").status_code == 200
    remedies = unescape(entered("ada").look("/accounts/A3/remedies").text)
    assert "Active days" in remedies


def test_a_csm_sees_only_their_own(entered: Entered) -> None:
    kim = entered("kim")
    text = words(kim, "/portfolio/accounts")
    assert "A1" in text
    assert "A2" not in text
    assert kim.look("/accounts/A2").status_code == 404
    assert kim.look("/data").status_code == 403


def test_a_viewer_sees_no_worth_and_changes_nothing(entered: Entered) -> None:
    vic = entered("vic")
    for path in ("/", "/portfolio", "/portfolio/accounts", "/accounts/A2"):
        text = words(vic, path)
        assert "at risk" not in text.lower()
        assert "Override" not in text
    assert vic.look("/scorecards").status_code == 403
    assert vic.send("/accounts/A2/pulses", score=10).status_code == 403


def test_who_reaches_nothing_is_told_what_to_do(entered: Entered) -> None:
    assert "Ask an admin to name you as an owner" in words(entered("new"), "/")


def test_hostile_names_stay_names(entered: Entered) -> None:
    page = entered("ada").look("/portfolio/accounts?text=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_scorecards_in_words(entered: Entered) -> None:
    text = words(entered("ada"), "/scorecards")
    assert "Adoption 60%" in text
    assert "Voice 40%" in text
    assert "green from 70" in text


def test_nothing_is_saved_past_a_plan(entered: Entered) -> None:
    """The firm was never applied: its files are in force, so weights saved there would count at once."""
    ada = entered("ada")
    assert "Draw up the first plan" in words(ada, "/scorecards")
    assert "It cannot be saved yet" in words(ada, "/scorecards/default/weights")
    saved = ada.send("/scorecards/default/weights", {"dimension:adoption": "20", "dimension:voice": "80"})
    assert saved.status_code == 409
    assert "draw up the first plan" in saved.text.lower()


def test_a_plan_says_what_it_does_to_evidence(entered: Entered, stands_on: Serving) -> None:
    rise = {"value": 0.04, "low": 0.01, "high": 0.07}
    summary = {
        "changes": [], "files": ["keepwell.yml"],
        "evidence": [
            {"purpose": "health", "outcome": "left", "why_not": "", "rows": 900, "outcomes": 30, "auc_before": {"value": 0.7, "low": 0.65, "high": 0.75},
             "auc_after": {"value": 0.74, "low": 0.7, "high": 0.78}, "difference": rise},
            {"purpose": "health", "outcome": "gone", "why_not": "too few", "rows": None, "outcomes": None, "auc_before": None, "auc_after": None, "difference": None},
        ],
        "contradictions": [{"kind": "churned", "one": "left", "other": "gone", "both": 1, "only_one": 1, "only_other": 1, "neither": 1, "disagree": 2}],
        "leaks": [{"what": "emails_sent", "sign": "moves_after_the_outcome", "evidence": "It moves.", "blocks": True, "waived": None}],
        "looked_at": [{"outcome": "gone", "why_not": "nothing was loaded"}],
    }  # fmt: skip
    made = Plan(
        "abcdef123456", 1, "before", "after", "none", State.APPLIED, "kim", MADE_AT, 1, Demand(0, ()), summary
    )
    with stands_on.store.writing() as connection:
        snapshots.keep(connection, "none", {}, MADE_AT)
        for version in ("before", "after"):
            versions.see(connection, Seen(version, "none", MADE_AT, {}, {}))
        plans.keep(connection, made)
    text = words(entered("ada"), "/scorecards/plans/abcdef123456")
    assert "0.700 0.65 – 0.75 0.740 0.70 – 0.78 +0.040 +0.010 to +0.070 better" in text
    assert "30 accounts of 900 judged scores" in text
    assert "No figure is shown: too few" in text
    assert "left and gone contradict each other about 50% of the accounts" in text
    assert "emails_sent moves_after_the_outcome It moves." in text
    assert "not known nothing was loaded." in text
    assert "has not been worked out" not in text
    with stands_on.store.writing() as connection:
        plans.keep(
            connection,
            replace(made, plan="abcdef123457", summary={"changes": [], "files": [], "evidence": None}),
        )
    assert "has not been worked out for this plan. Drawn up again, it will be" in words(
        entered("ada"), "/scorecards/plans/abcdef123457"
    )


def test_evidence_that_is_not_there(entered: Entered) -> None:
    missing = entered("ada").look("/scorecards/evidence/churn")
    assert missing.status_code == 404
    assert "keepwell backtest" in missing.text


def test_evidence_as_it_was_kept(entered: Entered, stands_on: Serving) -> None:
    version = definition(stands_on.project(), "health").version
    for outcome, proof in (("good", good()), ("few", too_little())):
        with stands_on.store.writing() as connection:
            certificates.keep(connection, version, outcome, certificate_json(proof), MADE_AT)
    text = words(entered("ada"), "/scorecards/evidence/good")
    ranking = good().whole.ranking
    assert ranking is not None
    auc = ranking.auc
    assert f"AUC {auc.value:.3f} {auc.low:.3f}–{auc.high:.3f}; chance is 0.5" in text
    for each in good().whole.standings:
        assert each.rate is not None
        assert f"{each.band} {100 * each.share:.0f}% {100 * each.rate.value:.1f}%" in text
    few = words(entered("ada"), "/scorecards/evidence/few")
    assert "AUC – too little data" in few
    assert "By tenth" not in few
    assert 'href="/scorecards/evidence/good?purpose=health"' in entered("ada").look("/scorecards").text


def test_signals_and_data(entered: Entered) -> None:
    nps = words(entered("ada"), "/signals/nps")
    assert "Median 8" in nps
    assert "40% of the weight, voice" in nps
    data = words(entered("ada"), "/data")
    assert "Rejected rows 3" in data, (
        "an event of nobody, an NPS of 99, and an account that begins after the load"
    )


def test_a_view_is_saved_and_found(entered: Entered) -> None:
    ada = entered("ada")
    ada.look("/portfolio/accounts?band=red")
    saved = ada.send("/portfolio/views", name="My reds", query="band=red", shared="yes")
    assert str(saved.url).endswith("/portfolio/accounts?band=red")
    assert "My reds shared by ada@acme.example" in words(entered("vic"), "/portfolio")
    (number,) = re.findall(r'action="/portfolio/views/(\d+)/remove"', ada.page)
    ann = entered("ann")
    ann.look("/portfolio")
    assert ann.send(f"/portfolio/views/{number}/remove").status_code == 403
    ada.look("/portfolio")
    ada.send(f"/portfolio/views/{number}/remove")
    assert "My reds" not in words(entered("vic"), "/portfolio")


def test_what_no_choice_of_the_page_says_is_told_and_kept(entered: Entered) -> None:
    path = "/portfolio/accounts?least_score=50&most_score=70"
    ada = entered("ada")
    assert "And only score 50 to 70" in words(ada, path)
    assert '<input type="hidden" name="least_score" value="50">' in ada.page
    assert re.search(r'class="chip accent" href="/portfolio/accounts\?"', ada.page)


def test_tasks_and_notes_on_an_account(entered: Entered) -> None:
    kim = entered("kim")
    kim.look("/accounts/A3")
    assert "Ask about <b>the</b> pilot" in unescape(
        kim.send("/accounts/A3/notes", words="Ask about <b>the</b> pilot").text
    )
    assert "Call Cobalt" in kim.send("/accounts/A3/tasks", title="Call Cobalt", due_on="2020-01-02").text
    today = words(kim, "/")
    assert "overdue, 2 Jan 2020" in today
    number = re.search(r'action="/tasks/(\d+)/finish"', kim.page)
    assert number
    kim.send(f"/tasks/{number[1]}/finish")
    assert "Call Cobalt" not in words(kim, "/")


def test_whether_a_score_is_right(entered: Entered) -> None:
    kim = entered("kim")
    kim.look("/accounts/A3")
    assert kim.send("/accounts/A3/feedback", verdict="too_low", reason="They just renewed").status_code == 200
    assert kim.send("/accounts/A3/feedback", verdict="dunno").status_code == 422
