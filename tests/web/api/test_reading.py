"""The API's reading routes on a real server."""

import io
from collections.abc import Callable

import httpx
import pyarrow.parquet as pq
import pytest

As = Callable[[str], httpx.Client]


def test_a_list_of_accounts_page_by_page(ana: httpx.Client) -> None:
    whole = ana.get("/api/accounts", params={"sort": "account"}).json()
    ids = [each["account_id"] for each in whole["accounts"]]
    assert (whole["total"], whole["next"]) == (len(ids), None)
    assert len(ids) > 2
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = ana.get("/api/accounts", params={"sort": "account", "limit": 1, "after": after}).json()
        found += [each["account_id"] for each in page["accounts"]]
        after = page["next"]
    assert found == ids
    assert whole["current"]["purpose"] == "health"


def test_filters_and_fields(ana: httpx.Client) -> None:
    asked = {"band": "red", "fields": ["score", "band"]}
    found = ana.get("/api/accounts", params=asked).json()["accounts"]
    assert found
    for each in found:
        assert set(each) == {"account_id", "score", "band"}
        assert each["band"] == "red"
    everything = ana.get("/api/accounts").json()["accounts"]
    assert {each["account_id"] for each in found} == {
        e["account_id"] for e in everything if e["band"] == "red"
    }


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"sort": "reason"}, 422),
        ({"sort": "mood"}, 422),
        ({"limit": 0}, 422),
        ({"limit": 1001}, 422),
        ({"band": "blue"}, 422),
        ({"colour": "red"}, 422),
        ({"fields": "password"}, 422),
        ({"least_score": "nan"}, 422),
        ({"after": "nonsense"}, 400),
        ({"purpose": "joy"}, 404),
    ],
)
def test_what_makes_no_sense_is_a_problem(ana: httpx.Client, params: dict[str, str], status: int) -> None:
    answer = ana.get("/api/accounts", params=params)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_answers_are_tagged(ana: httpx.Client) -> None:
    first = ana.get("/api/accounts")
    tag = first.headers["ETag"]
    again = ana.get("/api/accounts", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = ana.get("/api/accounts", params={"limit": 1}, headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert other.headers["ETag"] != tag
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_one_account(ana: httpx.Client) -> None:
    row = ana.get("/api/accounts", params={"limit": 1}).json()["accounts"][0]
    path = f"/api/accounts/{row['account_id']}"
    assert ana.get(path).json() == row
    score = ana.get(f"{path}/score").json()
    assert score["score"] == row["score"]
    points = sum(reason["points"] for reason in score["reasons"])
    assert score["baseline"] + points == pytest.approx(score["score"], abs=1e-9)
    assert score["reasons"][-1]["after"] == score["score"]
    history = ana.get(f"{path}/history").json()["points"]
    assert history
    assert [point["as_of"] for point in history] == sorted(point["as_of"] for point in history)
    moved = ana.get(f"{path}/moved").json()
    if moved["then"] is not None:
        assert sum(part["points"] for part in moved["parts"]) == pytest.approx(
            moved["now"] - moved["then"], abs=1e-6
        )
    assert ana.get(f"{path}/remedies").json()["band"] == row["band"]
    assert ana.get(f"{path}/timeline").json()["happenings"]
    assert ana.get(f"{path}/signals").json()


def test_history_between_two_days(ana: httpx.Client) -> None:
    account = ana.get("/api/accounts", params={"limit": 1}).json()["accounts"][0]["account_id"]
    path = f"/api/accounts/{account}/history"
    whole = ana.get(path).json()["points"]
    some = ana.get(path, params={"since": whole[-3]["as_of"], "until": whole[-2]["as_of"]}).json()["points"]
    assert some == whole[-3:-1]
    backwards = ana.get(path, params={"since": whole[-1]["as_of"], "until": whole[0]["as_of"]})
    assert (backwards.status_code, backwards.json()["where"]) == (400, "since")
    assert ana.get(path, params={"since": "1990-01-01T00:00:00Z"}).status_code == 400
    assert ana.get(path, params={"since": "yesterday"}).status_code == 422


def test_sums_agree_with_the_list(ana: httpx.Client) -> None:
    listed = ana.get("/api/accounts").json()["accounts"]
    summed = ana.get("/api/portfolio").json()
    assert summed["scored"] == len(listed)
    for line in summed["bands"]:
        assert line["accounts"] == sum(each["band"] == line["band"] for each in listed)
    assert summed["value"] == pytest.approx(sum(each["value"] or 0 for each in listed))
    trend = ana.get("/api/portfolio/trend", params={"by": "all"}).json()
    assert trend["series"][0]["stops"][-1]["accounts"] == len(listed)
    segments = ana.get("/api/segments").json()["segments"]
    for each in segments:
        members = ana.get("/api/accounts", params={"segment": each["value"]}).json()
        assert members["total"] <= each["accounts"]


def test_signals(ana: httpx.Client) -> None:
    lines = ana.get("/api/signals").json()["signals"]
    name = lines[0]["name"]
    one = ana.get(f"/api/signals/{name}").json()
    assert one["known"] + one["unknown"] == ana.get("/api/accounts").json()["total"]
    assert ana.get("/api/signals/mood").status_code == 404


def test_definitions_and_data(asked_by: As) -> None:
    ada = asked_by("ada")
    cards = ada.get("/api/scorecards").json()
    assert cards["scorecards"][0]["dimensions"]
    assert ada.get("/api/versions").json() == []
    assert ada.get("/api/evidence").json() == []
    assert ada.get("/api/evidence", params={"purpose": "joy"}).status_code == 404
    runs = ada.get("/api/runs").json()
    assert runs[0]["accounts"] == ada.get("/api/accounts").json()["total"]
    assert {each["source"] for each in ada.get("/api/sources").json()["loads"]}
    assert isinstance(ada.get("/api/rejects").json(), list)


def test_people_see_their_own(asked_by: As) -> None:
    bo, vi = asked_by("bo"), asked_by("vi")
    account = asked_by("ada").get("/api/accounts").json()["accounts"][0]["account_id"]
    assert bo.get("/api/accounts").json()["total"] == 0
    for path in ("", "/score", "/history", "/moved", "/remedies", "/timeline", "/signals"):
        assert bo.get(f"/api/accounts/{account}{path}").status_code == 404
    assert {each["value"] for each in vi.get("/api/accounts").json()["accounts"]} == {None}
    assert vi.get("/api/accounts", params={"sort": "-value"}).status_code == 403
    assert vi.get("/api/accounts", params={"least_value": 1}).status_code == 403
    assert vi.get("/api/portfolio", params={"most_value": 1}).status_code == 403
    for path in (
        "/api/export",
        "/api/scorecards",
        "/api/versions",
        "/api/evidence",
        "/api/runs",
        "/api/sources",
        "/api/rejects",
    ):
        assert vi.get(path).status_code == 403
        assert httpx.get(str(vi.base_url) + path).status_code == 401


def test_exports_are_sent_as_files(ana: httpx.Client) -> None:
    total = ana.get("/api/accounts").json()["total"]
    for form, kind in (
        ("csv", "text/csv"),
        ("jsonl", "application/jsonl"),
        ("parquet", "application/vnd.apache.parquet"),
    ):
        answer = ana.get("/api/export", params={"format": form})
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="keepwell-')
        assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
        if form == "parquet":
            assert pq.read_table(io.BytesIO(answer.content)).num_rows == total
        else:
            assert len(answer.text.splitlines()) == total + (form == "csv")
    assert ana.get("/api/export", params={"format": "xls"}).status_code == 422
