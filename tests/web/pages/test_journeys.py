"""The pages and the API of journeys, on a firm of its own whose journeys are applied; what is counted is put there by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from keepwell import clock
from keepwell.outreach.engine import advance
from keepwell.outreach.enrollment import Enrollment
from keepwell.outreach.ledger import Key, Step
from keepwell.outreach.route import route_of
from keepwell.outreach.step import Note
from keepwell.outreach.timeline import Timeline
from keepwell.people import Role, Scope
from keepwell.runs.apply import apply
from keepwell.runs.plan import plan
from keepwell.store import alerts, enrollments, holds, ledger, sandbox, tasks, users
from keepwell.store.alerts import Alert
from keepwell.store.holds import Cause, Hold
from keepwell.store.ledger import Entry
from keepwell.store.sandbox import Caught
from keepwell.store.tasks import Task
from keepwell.store.users import User
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.outreach.made import DAY, SETTING
from tests.web.chromium import NEEDED
from tests.web.entered import PASSWORD, Browser, user
from tests.web.firm import small_firm
from tests.web.pages.test_in_chromium import AXE, WAYS, graves, opened
from tests.web.served import running

RULES = """enabled: true
sandbox: true
public_url: https://care.acme.example
from: {email: success@acme.example}
categories:
  tips: {about: How to get more out of it}
"""
RESCUE = """journey: rescue
trigger: {by_hand: true}
category: tips
holdout: 50%
goal: {band: green, within: 30 days}
approval: required
steps:
  - message: {template: guide, channel: email}
  - wait: {for: 3 days}
  - task: {to: owner, title: Call them, due: 2 business days}
"""
PEOPLE: dict[str, tuple[Role, dict[str, Any]]] = {
    "ada": (Role.ADMIN, {"scope": Scope.ALL}),
    "mia": (Role.MARKETER, {"scope": Scope.ALL}),
    "kim": (Role.CSM, {"scope": Scope.OWN, "owner": "kim"}),
}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[Serving]:
    with small_firm(tmp_path_factory.mktemp("journeys")) as made:
        _write(made.folder)
        drawn = plan(made.folder, actor="ann", evidence=False)
        assert drawn is not None
        apply(made.folder, drawn.plan.plan, why="as agreed", actor="ann")
        _people_are_in_it(made)
        yield made


def _write(folder: Path) -> None:
    (folder / "outreach.yml").write_text(RULES, encoding="utf-8")
    for name, text in (
        ("journeys/rescue.yml", RESCUE),
        ("templates/email/guide.liquid", "Subject: A guide\n\nHello\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _people_are_in_it(firm: Serving) -> None:
    """A1 was sent a message, A2's was skipped, A3 is held out."""
    project, now = firm.project(), clock.now()
    (journey,) = project.journeys
    version = project.journey_version(journey)
    with firm.store.writing() as connection:
        for account in ("A1", "A2", "A3"):
            begun = replace(_begun(f"e{account}", account, now), version=version)
            enrollments.begin(connection, replace(begun, held_out=account == "A3"))
            enrollments.sleep(connection, begun.id)  # so that the server's chores leave it where it stands
        sent, skipped = (
            ledger.plan(
                connection,
                Entry(
                    Key(f"e{account}", "message.guide", 1, f"p@{account}.example", "email"),
                    account,
                    "tips",
                    now,
                    now,
                    journey="rescue",
                    version=version,
                ),
            )
            for account in ("A1", "A2")
        )
        assert sent is not None
        assert skipped is not None
        for step in (Step.APPROVE, Step.HAND_OVER, Step.ACCEPT):
            ledger.move(connection, sent, step, now)
        ledger.move(connection, skipped, Step.SKIP, now, "opt_out")
        html = "<p onclick='x()'>Hello</p><script>alert(1)</script>"
        sandbox.catch(
            connection, [Caught(sent.number, now, "s@acme.example", "A <b>guide</b>", "Hello", html)]
        )
        holds.put(connection, Hold("rescue", 1, Cause.MASS, 0, now), [("A1", ""), ("A2", "")])


@pytest.fixture(scope="module")
def url(firm: Serving) -> Iterator[str]:
    for name, (role, fields) in PEOPLE.items():
        user(firm.store, f"{name}@acme.example", role, password=PASSWORD, **fields)
    with running(app(firm)) as at:
        yield at


@pytest.fixture(scope="module")
def entered(url: str) -> Iterator[Callable[[str], Browser]]:
    opened: dict[str, Browser] = {}

    def of(name: str) -> Browser:
        if name not in opened:
            opened[name] = Browser(url)
            assert opened[name].sign_in(f"{name}@acme.example").status_code == 200
        return opened[name]

    yield of
    for each in opened.values():
        each.client.close()


Entered = Callable[[str], Browser]


def test_the_list_and_what_is_held(entered: Entered) -> None:
    page = entered("mia").look("/journeys").text
    assert "caught there, and none leaves" in page
    assert "not approved" in page
    assert "2 held" in page
    assert "/holds/1/released" in page
    assert "/holds/1/released" not in entered("kim").look("/journeys").text


def test_who_is_where_and_what_was_sent(entered: Entered) -> None:
    page = entered("ada").look("/journeys/rescue").text
    told = entered("ada").client.get("/api/journeys/rescue").json()
    assert [(each["here"], each["ghosts"]) for each in told["places"]] == [(2, 1), (0, 0), (0, 0)]
    assert told["places"][0]["step"] == "message.guide"
    assert {(each["state"], each["reason"], each["count"]) for each in told["messages"]} == {
        ("accepted", "", 1),
        ("skipped", "opt_out", 1),
    }
    assert told["effect"]["more"] is None
    assert "Too little data" in page
    assert "they have unsubscribed" in page
    assert "<svg" in page
    assert "style=" not in page.partition("<main")[2]
    assert entered("ada").look("/journeys/none").status_code == 404


def test_only_accounts_within_reach_are_named(entered: Entered) -> None:
    """Kim has A1 and A3, Northwind and Cobalt."""
    page = entered("kim").look("/journeys/rescue").text
    assert "Northwind" in page
    assert "Cobalt" in page
    assert "Evil()" not in page
    assert "held out" in page


def test_the_account_shows_its_outreach(entered: Entered) -> None:
    page = entered("kim").look("/accounts/A1").text
    assert "under way" in page
    assert 'href="/journeys/rescue"' in page
    skipped = entered("ada").client.get("/api/accounts/A2/outreach").json()
    assert [(each["state"], each["reason"]) for each in skipped["messages"]] == [("skipped", "opt_out")]
    assert entered("kim").client.get("/api/accounts/A2/outreach").status_code == 404


def test_paused_and_let_go_on(entered: Entered) -> None:
    mia = entered("mia")
    mia.look("/journeys/rescue")
    assert mia.send("/journeys/rescue/stop", because=" ").status_code == 400
    mia.look("/journeys/rescue")
    assert "the link is wrong" in mia.send("/journeys/rescue/stop", because="the link is wrong").text
    assert entered("ada").client.get("/api/journeys/rescue").json()["paused"]
    assert "Paused since" not in mia.send("/journeys/rescue/resume").text
    kim = entered("kim")
    kim.look("/journeys/rescue")
    assert kim.send("/journeys/rescue/stop", because="x").status_code == 403


def test_an_approval_is_of_what_was_looked_at(entered: Entered, firm: Serving) -> None:
    ada, approval = entered("ada"), "/journeys/rescue/approval"
    ada.look("/journeys/rescue")
    assert ada.send(f"{approval}/approve", content="0" * 12).status_code == 409
    version = firm.project().journey_version(firm.project().journeys[0])
    ada.look("/journeys/rescue")
    assert "Approved by ada@acme.example" in ada.send(f"{approval}/approve", content=version).text
    assert "Nothing goes out until" in ada.send(f"{approval}/withdraw").text
    mia = entered("mia")
    assert "Approve what it sends" not in mia.look("/journeys/rescue").text
    assert mia.send(f"{approval}/approve", content=version).status_code == 403


def test_what_is_held_is_let_go_once(entered: Entered, firm: Serving) -> None:
    """A1 and A2 are under way already, so nobody enters anew."""
    mia = entered("mia")
    mia.look("/journeys")
    assert "Held for you" not in mia.send("/holds/1/released").text
    mia.look("/journeys")
    assert mia.send("/holds/1/dismissed").status_code == 409
    with firm.store.reading() as connection:
        assert holds.every(connection) == ()


def test_what_the_sandbox_caught_is_looked_at_and_runs_nothing(entered: Entered) -> None:
    mia = entered("mia")
    assert "A &lt;b&gt;guide&lt;/b&gt;" in mia.look("/sandbox").text
    entry = mia.client.get("/api/sandbox").json()[0]["entry"]
    assert "<script>alert" not in mia.look(f"/sandbox/{entry}").text
    page = mia.client.get(f"/sandbox/{entry}/page")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert mia.look("/sandbox/99999").status_code == 404


def test_today_shows_tasks_with_their_time_and_alerts(entered: Entered, firm: Serving) -> None:
    now = clock.now()
    with firm.store.writing() as connection:
        advanced = advance(
            route_of(replace(firm.project().journeys[0], steps=(Note("seen", "Seen"),))),
            replace(_begun("eX", "A1", now), place="seen"),
            Timeline(),
            SETTING,
            now,
        )
        enrollments.begin(connection, replace(_begun("eX", "A1", now), place="seen"))
        enrollments.keep(connection, replace(_begun("eX", "A1", now), place="seen"), advanced)
        wanted = next(each for each in enrollments.wanted(connection, 99) if each.enrollment == "eX")
        alert = alerts.put(connection, Alert(wanted.number, "A1", "kim", "rescue", "Usage <fell>", now))
        task = tasks.make(
            connection,
            Task(
                "A1",
                "Ring them up",
                "kim@acme.example",
                "journey rescue",
                now,
                due_at=now + DAY,
                intent=wanted.number,
            ),
        )
    kim = entered("kim")
    page = kim.look("/").text
    assert "Usage &lt;fell&gt;" in page
    assert "Ring them up" in page
    assert kim.send(f"/alerts/{alert.number}/dismissed", because=" ").status_code == 400
    kim.look("/")
    assert "Usage &lt;fell&gt;" not in kim.send(f"/alerts/{alert.number}/seen").text
    assert kim.send(f"/tasks/{task.number}/drop").status_code == 400
    kim.look("/")
    assert "Ring them up" not in kim.send(f"/tasks/{task.number}/later/7").text
    told = kim.client.get("/api/tasks").json()
    assert [each["snoozed_until"] is not None for each in told if each["number"] == task.number] == [True]
    ada = entered("ada")
    ada.look("/admin/people")
    number = next(one.number for one in _users(firm) if one.email == "kim@acme.example")
    ada.look(f"/admin/people/{number}")
    assert ada.send(f"/admin/people/{number}/hand-over", to="mia@acme.example").status_code == 200
    with firm.store.reading() as connection:
        handed = tasks.get(connection, task.number)
    assert handed is not None
    assert handed.assignee == "mia@acme.example"


def _users(firm: Serving) -> tuple[User, ...]:
    with firm.store.reading() as connection:
        return tuple(users.everybody(connection))


def _begun(id: str, account: str, now: datetime) -> Enrollment:
    return Enrollment(id, "rescue", "v", account, now - DAY, now - DAY, "message.guide", now - DAY)


@NEEDED
def test_pages_fit_and_can_be_read_by_everybody(browser: Chromium, url: str, entered: Entered) -> None:
    context = browser.new_context(base_url=url)
    jar = entered("ada").client.cookies.jar
    context.add_cookies([{"name": one.name, "value": one.value or "", "url": url} for one in jar])
    for path in ("/", "/journeys", "/journeys/rescue", "/sandbox", "/sandbox/1", "/accounts/A1"):
        page, said = opened(context, path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for width, scheme in WAYS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(too_wide) <= 0, f"{path} at {width}"
            assert graves(page) == [], f"{path} at {width}, {scheme}"
        assert said == [], path
        page.close()
    context.close()
