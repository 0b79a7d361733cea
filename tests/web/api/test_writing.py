"""What people say through the API: kept, told, refused in the same words, and never done twice."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import sqlalchemy as sa

from keepwell.people import Permission, Role, granted
from keepwell.store import audit
from keepwell.web.server.serving import Serving
from tests.web.api.waiting import eventually

As = Callable[[str], httpx.Client]
LOW = {"value": 40, "reason": "Their champion left"}


def test_an_override_is_given_told_and_ended(ana: httpx.Client, stands_on: Serving) -> None:
    made = ana.post("/api/accounts/A1/overrides", json=LOW | {"until_at": "2025-07-20T00:00:00+02:00"})
    assert made.status_code == 201
    given = made.json()
    assert (given["account_id"], given["author"], given["target"]) == ("A1", "ana@firm.example", "score")
    assert given["until_at"] == "2025-07-19T22:00:00Z"
    assert given in ana.get("/api/accounts/A1/overrides").json()
    ended = ana.post(f"/api/accounts/A1/overrides/{given['number']}/end", json={"why": "She is back"})
    assert (ended.status_code, ended.json()["ended_by"]) == (200, "ana@firm.example")
    again = ana.post(f"/api/accounts/A1/overrides/{given['number']}/end", json={})
    assert (again.status_code, again.headers["Content-Type"]) == (409, "application/problem+json")
    with stands_on.store.reading() as connection:
        events = [(each.event, each.actor) for each in audit.entries(connection, 2)]
    assert events == [
        ("override:given", "ana@firm.example"),
        ("override:ended", "ana@firm.example"),
    ]


def test_what_is_said_becomes_a_fact_within_moments(ana: httpx.Client, stands_on: Serving) -> None:
    given = ana.post("/api/accounts/A1/pulses", json={"score": 87}).json()

    def copied() -> list[float]:
        with stands_on.warehouse.reading() as warehouse:
            if not warehouse.has("facts.pulses"):
                return []
            query = "SELECT score FROM facts.pulses WHERE author = 'ana@firm.example' AND score = 87"
            return [float(each) for each in warehouse.query(query)["score"].to_pylist()]

    assert eventually(copied) == [given["score"]]


def test_the_score_follows_an_override_within_moments(ana: httpx.Client, stands_on: Serving) -> None:
    given = ana.post("/api/accounts/A3/overrides", json={"value": 7, "reason": "They told us"}).json()

    def shown() -> list[float]:
        query = (
            "SELECT s.score FROM scores.scores s JOIN directory.accounts d USING (account)"
            " WHERE d.account_id = 'A3' AND s.score = 7"
        )
        with stands_on.warehouse.reading() as warehouse:
            return [float(each) for each in warehouse.query(query)["score"].to_pylist()]

    assert eventually(shown, 60)
    assert ana.post(f"/api/accounts/A3/overrides/{given['number']}/end", json={}).status_code == 200


def test_pulses_notes_feedback_and_owners_are_kept(ana: httpx.Client, asked_by: As) -> None:
    pulse = ana.post("/api/accounts/A2/pulses", json={"score": 75, "reason": "Calm"})
    assert (pulse.status_code, pulse.json()["score"]) == (201, 75)
    note = ana.post("/api/accounts/A2/notes", json={"words": "We met", "kind": "meeting"}).json()
    changed = ana.put(f"/api/accounts/A2/notes/{note['number']}", json={"words": "We met long"})
    assert changed.json()["words"] == "We met long"
    assert ana.get("/api/accounts/A2/notes").json() == [changed.json()]
    assert ana.delete(f"/api/accounts/A2/notes/{note['number']}").status_code == 204
    assert ana.get("/api/accounts/A2/notes").json() == []
    said = ana.post("/api/accounts/A2/feedback", json={"verdict": "too_low"}).json()
    assert (said["score"], said["band"], said["verdict"]) == (20.0, "red", "too_low")
    owned = asked_by("ada").put("/api/accounts/A2/owner", json={"owner": "kim@firm.example"})
    assert owned.json() == {"account_id": "A2", "owner": "kim@firm.example"}


def test_tasks_go_their_way(ana: httpx.Client) -> None:
    made = ana.post("/api/accounts/A3/tasks", json={"title": "Call", "due_on": "2025-07-02"}).json()
    assert made in ana.get("/api/tasks").json()
    put = ana.put(f"/api/tasks/{made['number']}", json={"title": "Write", "due_on": "2025-07-03"}).json()
    assert (put["title"], put["due_on"], put["assignee"]) == ("Write", "2025-07-03", "ana@firm.example")
    done = ana.post(f"/api/tasks/{made['number']}/steps", json={"step": "finish", "outcome": "Done"}).json()
    assert (done["state"], done["outcome"]) == ("done", "Done")
    assert ana.get("/api/accounts/A3/tasks", params={"state": "done"}).json() == [done]
    assert ana.get("/api/tasks/99999").status_code == 404


def test_views_are_saved_and_removed(ana: httpx.Client, asked_by: As) -> None:
    wanted = {"page": "portfolio", "name": "Red", "query": "band=red", "shared": True}
    saved = ana.put("/api/views", json=wanted).json()
    assert saved in asked_by("vi").get("/api/views", params={"page": "portfolio"}).json()
    assert asked_by("vi").delete(f"/api/views/{saved['number']}").status_code == 403
    assert ana.delete(f"/api/views/{saved['number']}").status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "permission"),
    [
        ("POST", "/api/accounts/A1/overrides", LOW, Permission.OVERRIDES_WRITE),
        ("POST", "/api/accounts/A1/overrides/1/end", {}, Permission.OVERRIDES_WRITE),
        ("POST", "/api/accounts/A1/pulses", {"score": 1}, Permission.PULSES_WRITE),
        ("POST", "/api/accounts/A1/notes", {"words": "x"}, Permission.NOTES_WRITE),
        ("PUT", "/api/accounts/A1/notes/1", {"words": "x"}, Permission.NOTES_WRITE),
        ("DELETE", "/api/accounts/A1/notes/1", None, Permission.NOTES_WRITE),
        ("POST", "/api/accounts/A1/feedback", {"verdict": "right"}, Permission.FEEDBACK_WRITE),
        ("PUT", "/api/accounts/A1/owner", {"owner": "x"}, Permission.OWNERS_WRITE),
        ("POST", "/api/accounts/A1/tasks", {"title": "x"}, Permission.TASKS_WRITE),
        ("GET", "/api/tasks", None, Permission.TASKS_WRITE),
    ],
)
def test_who_may_not_is_refused(
    asked_by: As, method: str, path: str, body: dict[str, object] | None, permission: Permission
) -> None:
    assert not granted(Role.VIEWER, permission)
    refused = asked_by("vi").request(method, path, json=body)
    assert (refused.status_code, str(permission) in refused.json()["detail"]) == (403, True)
    assert asked_by("nobody known").request(method, path, json=body).status_code == 401
    if "/accounts/" in path:
        assert asked_by("bo").request(method, path, json=body).status_code in (403, 404)


def test_accounts_out_of_reach_are_told_like_those_that_are_not_there(asked_by: As) -> None:
    bo = asked_by("bo")
    told = {
        bo.post(f"/api/accounts/{account}/overrides", json=LOW).text.replace(account, "it")
        for account in ("A1", "A77")
    }
    assert len({re.sub(r'"request":\s*"\w+"', "", text) for text in told}) == 1


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"value": 101, "reason": "x"}, 422, "body.value"),
        ({"value": "40", "reason": "x"}, 422, "body.value"),
        ({"value": True, "reason": "x"}, 422, "body.value"),
        ({"value": 40}, 422, "body.reason"),
        (LOW | {"until_at": "2025-07-20T00:00:00"}, 422, "body.until_at"),
        (LOW | {"until_at": 1753000000}, 422, "body.until_at"),
        (LOW | {"until_at": "9999-12-31T23:59:59-12:00"}, 422, "body.until_at"),
        (LOW | {"from": "2025-07-20T00:00:00Z"}, 422, "body.from"),
        (LOW | {"reason": "x" * 10_001}, 422, "body.reason"),
        (LOW | {"reason": " "}, 400, "reason is missing"),
        (LOW | {"reason": "\0"}, 400, "a character that is none"),
        (LOW | {"target": "nonsense"}, 400, "no scorecard of health has a dimension or measure 'nonsense'"),
        (LOW | {"until_at": "2020-01-01T00:00:00Z"}, 400, "is not after"),
    ],
)
def test_what_cannot_be_is_told(ana: httpx.Client, body: dict[str, object], status: int, told: str) -> None:
    before = ana.get("/api/accounts/A1/overrides").json()
    refused = ana.post("/api/accounts/A1/overrides", json=body)
    assert (refused.status_code, told in refused.text) == (status, True), refused.text
    assert ana.get("/api/accounts/A1/overrides").json() == before


def test_a_request_that_is_sent_twice_is_done_once(ana: httpx.Client) -> None:
    key = {"Idempotency-Key": "once"}
    first, second = (ana.post("/api/accounts/A3/pulses", json={"score": 33}, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert sum(each["score"] == 33 for each in ana.get("/api/accounts/A3/pulses").json()) == 1


def test_many_at_once_with_one_key_do_it_once(ana: httpx.Client) -> None:
    def send(_: int) -> int:
        headers = {"Idempotency-Key": "many"}
        return ana.post("/api/accounts/A3/pulses", json={"score": 44}, headers=headers).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, range(12)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert sum(each["score"] == 44 for each in ana.get("/api/accounts/A3/pulses").json()) == 1


def test_a_key_is_for_one_request_and_one_person(ana: httpx.Client, asked_by: As) -> None:
    key = {"Idempotency-Key": "mine"}
    assert ana.post("/api/accounts/A3/pulses", json={"score": 1}, headers=key).status_code == 201
    other = ana.post("/api/accounts/A3/pulses", json={"score": 2}, headers=key)
    assert (other.status_code, "was used for another request" in other.json()["detail"]) == (409, True)
    elsewhere = ana.post("/api/accounts/A2/pulses", json={"score": 1}, headers=key)
    assert elsewhere.status_code == 409
    hers = asked_by("ada").post("/api/accounts/A3/pulses", json={"score": 2}, headers=key)
    assert hers.status_code == 201


def test_what_was_refused_can_be_mended_under_the_same_key(ana: httpx.Client) -> None:
    key = {"Idempotency-Key": "mended"}
    for wrong, status in (({"score": 200}, 422), ({"score": 5, "reason": "\0"}, 400)):
        assert ana.post("/api/accounts/A3/pulses", json=wrong, headers=key).status_code == status
    assert ana.post("/api/accounts/A3/pulses", json={"score": 5}, headers=key).status_code == 201


def test_a_key_that_is_none_is_refused(ana: httpx.Client) -> None:
    for wrong in ("two words", "x" * 201, ""):
        refused = ana.post("/api/accounts/A3/pulses", json={"score": 5}, headers={"Idempotency-Key": wrong})
        assert (refused.status_code, "Idempotency-Key" in refused.text) == (422, True)


def test_a_request_whose_answer_was_lost_is_not_done_again(ana: httpx.Client, stands_on: Serving) -> None:
    key = {"Idempotency-Key": "lost"}
    first = ana.post("/api/accounts/A3/pulses", json={"score": 66}, headers=key)
    assert first.status_code == 201
    _forget_answer(stands_on, "lost")
    again = ana.post("/api/accounts/A3/pulses", json={"score": 66}, headers=key)
    assert (again.status_code, "was broken off" in again.json()["detail"]) == (409, True)
    assert sum(each["score"] == 66 for each in ana.get("/api/accounts/A3/pulses").json()) == 1


def _forget_answer(stands_on: Serving, key: str) -> None:
    """Leaves the store as a process leaves it that ends between the change and its answer."""
    with stands_on.store.writing() as connection:
        connection.execute(sa.text("UPDATE requests SET status = NULL WHERE key = :key"), {"key": key})


def test_what_is_left_of_the_quota_is_told(asked_by: As) -> None:
    vi = asked_by("vi")
    first, second = (vi.get("/api/views").headers for _ in range(2))
    assert first["RateLimit-Policy"] == '"read";q=1200;w=60'
    left = [int(re.search(r"r=(\d+)", each["RateLimit"])[1]) for each in (first, second)]  # type: ignore[index]
    assert left[1] <= left[0] < 1200
    assert vi.delete("/api/views/99999").headers["RateLimit-Policy"] == '"write";q=240;w=60'


def test_what_an_address_takes_is_told_where_it_does_not_take_something(ana: httpx.Client) -> None:
    refused = ana.request("PATCH", "/api/views")
    assert refused.status_code == 405
    assert {each.strip() for each in refused.headers["Allow"].split(",")} == {"GET", "PUT"}
