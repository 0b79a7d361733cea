"""Every address of the server, asked by every role and at every reach: nobody gets what is not theirs."""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from keepwell import clock
from keepwell.people import GRANTS, HIDDEN, Permission, Private, Role, Scope
from keepwell.project.schedule import Work
from keepwell.store import runs, teams
from keepwell.store.engine import Store
from keepwell.web.app import app
from keepwell.web.server.asking import Needs, Public
from keepwell.web.server.serving import Serving
from tests.web.entered import PASSWORD, Browser, key, program, user
from tests.web.firm import quick, stands_on
from tests.web.permissions import BESIDES, BODIES, filled, table
from tests.web.served import running

__all__ = ["quick", "stands_on"]

TABLE = table()
ASKED = {line: found for line, found in TABLE.items() if found != "public"}
OF_ACCOUNTS = sorted(line for line in TABLE if "{account_id" in line)
LISTS = sorted(
    line
    for line, found in TABLE.items()
    if found
    in (Permission.SCORES_READ, Permission.SIGNALS_READ, Permission.SCORES_EXPORT, Permission.DATA_READ)
    and "{account_id" not in line
    and line != "GET /api/events"
)
"""What shows accounts without naming one."""

NAMES = {"A1": "Northwind", "A2": "=Evil()", "A3": "Cobalt"}
REACHED = {
    Scope.OWN: {"A1", "A3"},
    Scope.TEAM: {"A2"},
    Scope.SEGMENT: {"A2", "A3"},
    Scope.ALL: {"A1", "A2", "A3"},
}
"""By hand: kim has A1 and A3; the team is kim's colleague ravi, who has A2; only A1 has 50 seats."""

SECRET = "they told me so in confidence"


@dataclass(frozen=True)
class Walk:
    """A server, browsers in which each role has signed in, and programs of each role at each reach."""

    nobody: Browser
    roles: dict[Role, Browser]
    reaches: dict[tuple[Role, Scope], httpx.Client]
    run: int

    def status(self, line: str, browser: Browser) -> tuple[int, str]:
        """How an address answers somebody in a browser, and where it leads."""
        method, path = line.split()
        headers = {"X-CSRF-Token": browser.token}
        account = "NOTHING" if method == "GET" else "A1"
        with browser.client.stream(method, filled(path, account), headers=headers) as answer:
            return answer.status_code, answer.headers.get("location", "")


@pytest.fixture(scope="module")
def walk(stands_on: Serving) -> Iterator[Walk]:
    """The server, and everybody."""
    store = stands_on.store
    with ExitStack() as stack:
        url = stack.enter_context(running(app(stands_on)))
        roles = {}
        for role in Role:
            user(store, f"{role}@walk.example", role, password=PASSWORD)
            roles[role] = stack.enter_context(Browser(url))
            roles[role].sign_in(f"{role}@walk.example")
            roles[role].look("/profile")
        ravi = user(store, "ravi@walk.example", Role.CSM, owner="ravi")
        reaches = {}
        for role in Role:
            for scope in Scope:
                owner = "kim" if scope is Scope.OWN else ""
                fields: dict[str, Any] = {"scope": scope, "owner": owner, "segments": ("small",)}
                made = user(store, f"{role}.{scope}@walk.example", role, **fields)
                if scope is Scope.TEAM:
                    with store.writing() as connection:
                        team = teams.add(connection, f"team of {role}", made.made_at)
                        teams.set_members(connection, team.number, [made.number, ravi.number])
                reaches[role, scope] = stack.enter_context(program(url, key(store, made)))
        nobody = stack.enter_context(Browser(url))
        nobody.look("/sign-in")
        yield Walk(nobody, roles, reaches, _failed(store))


def _failed(store: Store) -> int:
    """The number of a run that names every account in its error and its log."""
    names = ", ".join(NAMES.values())
    with store.writing() as connection:
        run = runs.begin(connection, Work.LOAD, due_at=None, asked_by="ada", at=clock.now())
        assert run is not None
        runs.settle(
            connection,
            run.number,
            runs.State.FAILED,
            at=clock.now(),
            outcome={"rejected": 77777},
            error=f"no: {names}",
            log=names,
        )
    return run.number


def _routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Every route, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from [route] if included is None else _routes(included.routes)


def _marks(route: APIRoute) -> set[str | Permission]:
    """What a route asks for, as the code says it."""
    waiting, found = [route.dependant], set()
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        if isinstance(dependant.call, Needs):
            found.add(dependant.call.permission or "signed in")
        elif isinstance(dependant.call, Public):
            found.add("public")
    return found


def test_every_route_has_its_entry_and_every_entry_its_route(stands_on: Serving) -> None:
    found: dict[str, set[str | Permission]] = {}
    besides = set()
    for route in _routes(app(stands_on).routes):
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                found[f"{method} {route.path}"] = _marks(route)
        else:
            besides.add(getattr(route, "path", ""))
    assert besides == BESIDES
    assert found == {line: {permission} for line, permission in TABLE.items()}


@pytest.mark.parametrize("line", sorted(ASKED))
def test_a_route_is_for_those_who_may(walk: Walk, line: str) -> None:
    needed = ASKED[line]
    status, leads = walk.status(line, walk.nobody)
    assert status == 401 if " /api/" in line else (status, leads[:8]) == (303, "/sign-in")
    for role, browser in walk.roles.items():
        status, leads = walk.status(line, browser)
        if isinstance(needed, Permission) and needed not in GRANTS[role]:
            assert status == 403, role
        else:
            assert status not in (401, 403, 405), role
            assert status < 500, role
            assert not leads.startswith("/sign-in"), role


@pytest.mark.parametrize("line", OF_ACCOUNTS)
def test_an_account_out_of_reach_is_answered_like_one_that_is_not_there(walk: Walk, line: str) -> None:
    method, path = line.split()
    permission = TABLE[line]
    assert isinstance(permission, Permission)
    nothing = _asked(walk.reaches[Role.ADMIN, Scope.ALL], method, path, "NOTHING")
    assert nothing[0] == 404
    for (role, scope), client in walk.reaches.items():
        if permission not in GRANTS[role]:
            continue
        beyond = next((account for account in NAMES if account not in REACHED[scope]), None)
        if beyond is not None:
            assert _asked(client, method, path, beyond) == nothing, (role, scope)
        if method == "GET" and role is Role.CSM:
            assert _asked(client, method, path, min(REACHED[scope]))[0] == 200, scope


@pytest.mark.parametrize("line", LISTS)
def test_lists_show_nothing_out_of_reach(walk: Walk, line: str) -> None:
    seen = False
    for (role, scope), client in walk.reaches.items():
        text = client.get(filled(line.split()[1]).replace("2147483000", str(walk.run))).text
        for account, name in NAMES.items():
            if account not in REACHED[scope]:
                assert name not in text, (role, scope)
            seen = seen or name in text
    assert seen or line in WITHOUT_NAMES


WITHOUT_NAMES = {
    "GET /portfolio",
    "GET /portfolio/trend",
    "GET /api/portfolio",
    "GET /api/portfolio/trend",
    "GET /api/segments",
    "GET /signals",
    "GET /api/signals",
    "GET /signals/{name}",
    "GET /api/signals/{name}",
    "GET /api/rejects",
    "GET /api/runs",
    "GET /api/sources",
    "GET /news",
}
"""Lists that count accounts and name none, or tell of what has changed, where nothing has."""


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
def test_the_data_are_told_as_far_as_somebody_reaches(walk: Walk, role: Role) -> None:
    for scope in Scope:
        client = walk.reaches[role, scope]
        whole = scope is Scope.ALL
        assert client.get("/api/rejects").status_code == (200 if whole else 403)
        assert [each["accounts"] for each in client.get("/api/runs").json()] == [3 if whole else None]
        work = client.get(f"/api/works/{walk.run}").json()
        assert (work["state"], work["outcome"]) == ("failed", {"rejected": 77777} if whole else {})
        signals: dict[str, list[bool]] = {}
        for account in REACHED[scope]:
            for each in client.get(f"/api/accounts/{account}/signals").json():
                signals.setdefault(each["name"], []).append(each["value"] is not None)
        known = {name: sum(values) / len(values) for name, values in signals.items()}
        measures = client.get("/api/sources").json()["measures"]
        assert measures
        for each in measures:
            assert each["known"] == pytest.approx(known[each["signal"]]), (scope, each)
        page = client.get("/data").text
        assert ("no account has the id" in page) == whole, scope


def test_words_and_values_are_for_those_who_see_them(walk: Walk) -> None:
    admin = walk.reaches[Role.ADMIN, Scope.ALL]
    for what in ("pulses", "notes", "feedback"):
        words = {"words": SECRET} if what == "notes" else {**BODIES[what], "reason": SECRET}
        assert admin.post(f"/api/accounts/A1/{what}", json=words).status_code == 201
    pages = [line.split()[1] for line in (*OF_ACCOUNTS, *LISTS) if line.startswith("GET")]
    quick = [path for path in pages if not path.endswith(("moved", "remedies"))]
    for role in Role:
        client = walk.reaches[role, Scope.ALL]
        texts = {path: client.get(filled(path)).text for path in (pages if role is Role.VIEWER else quick)}
        told = {path for path, text in texts.items() if SECRET in text}
        worth = {path for path, text in texts.items() if re.search(r"6[,.]?000\b|6\.00\s*k", text)}
        if Private.WORDS in HIDDEN[role]:
            assert told == set(), role
        else:
            assert told, role
        if Private.VALUE in HIDDEN[role]:
            assert worth == set(), role
        else:
            assert worth, role


def _asked(client: httpx.Client, method: str, path: str, account: str) -> tuple[int, str]:
    """How an address answers, but for the account's name, the request's number, and what is around a page for its reader."""
    api = path.startswith("/api/")
    body = BODIES.get(path.rpartition("/")[2], {}) if method != "GET" else {}
    said = {"json": body} if api and method not in ("GET", "DELETE") else {"data": body} if body else {}
    answer = client.request(method, filled(path, account), **said)  # type: ignore[arg-type]
    told = answer.text if api else answer.text.partition("<main")[2]
    text = re.sub(r"[0-9a-f]{16}", "", told.replace(account, ""))
    return answer.status_code, text if answer.status_code == 404 else ""
