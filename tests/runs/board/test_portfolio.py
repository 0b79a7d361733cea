"""The portfolio against what was worked out by hand, and against queries over the tables themselves."""

from datetime import timedelta

import pytest

from keepwell.errors import AbsentError, ForbiddenError, UserError
from keepwell.people import Private, Reach, Role, Scope
from keepwell.runs.board.filters import Column, Filters, Listing, Moved
from keepwell.runs.board.portfolio import PortfolioView, portfolio
from keepwell.runs.board.trends import By, trend
from keepwell.scoring.score import Band
from tests.runs.board.firm import BEFORE, SCORES, VALUES, firm_project, looked, own, person, scored
from tests.runs.firm import AS_OF, Firm, ago, card

GREEN, YELLOW, RED = Band.GREEN, Band.YELLOW, Band.RED


def view(
    firm: Firm, filters: Filters | None = None, listing: Listing | None = None, **looking: object
) -> PortfolioView:
    """The portfolio as somebody sees it."""
    return portfolio(looked(firm.warehouse, **looking), filters or Filters(), listing or Listing())  # type: ignore[arg-type]


def ids(rows: object) -> list[str]:
    """The ids of rows, in their order."""
    return [row.account_id for row in rows]  # type: ignore[attr-defined]


def test_scores_are_those_worked_out_by_hand(firm: Firm) -> None:
    rows = {row.account_id: row for row in view(firm).rows}
    assert {name: row.score for name, row in rows.items()} == SCORES
    assert {name: row.value for name, row in rows.items()} == {name: VALUES[name] for name in SCORES}
    assert {name: row.change for name, row in rows.items()} == {n: SCORES[n] - BEFORE[n] for n in SCORES}
    assert {name: row.band for name, row in rows.items()} == {
        "A1": GREEN,
        "A2": RED,
        "A3": YELLOW,
        "A6": GREEN,
        "A7": RED,
    }
    assert (rows["A3"].band_before, rows["A6"].band_before) == (GREEN, YELLOW)
    assert rows["A1"].renews_at == AS_OF + timedelta(days=20)
    assert (rows["A7"].owner, rows["A6"].owner, rows["A1"].segment, rows["A2"].segment) == (
        "Kim",
        "",
        "big",
        "small",
    )


def test_days_in_band_count_from_the_day_it_was_entered(firm: Firm) -> None:
    rows = {row.account_id: row for row in view(firm).rows}
    since = firm.warehouse.query(
        "SELECT min(as_of) AS first FROM scores.days WHERE account = 3 AND band = 1"
    ).to_pylist()[0]["first"]
    entered = (AS_OF.replace(tzinfo=None) - since).days
    assert rows["A3"].days_in_band == entered
    # the last login is of 9 June, 23:00 UTC; the week before midnight of 13 June in Berlin is the first to hold fewer than 6
    assert entered == 17


def test_sums_are_those_of_the_tables(firm: Firm) -> None:
    seen = view(firm)
    by_hand = firm.warehouse.query(
        "SELECT band, count(*) AS n, sum(value) AS value, sum(value_at_risk) AS at_risk FROM scores.scores"
        " WHERE score IS NOT NULL AND run = (SELECT max(run) FROM scores.runs) GROUP BY band ORDER BY band DESC"
    ).to_pylist()
    assert [(line.accounts, line.value, line.value_at_risk) for line in seen.bands] == [
        (row["n"], row["value"], row["at_risk"]) for row in by_hand
    ]
    assert [(line.band, line.accounts, line.before) for line in seen.bands] == [
        (GREEN, 2, 2),
        (YELLOW, 1, 1),
        (RED, 2, 2),
    ]
    assert (seen.value, seen.value_at_risk, seen.mean) == (
        16500,
        4000,
        49,
    )  # at risk: 1000 + 500 + half of 5000
    assert [(m.before, m.after, m.accounts, m.value) for m in seen.moves] == [
        (GREEN, YELLOW, 1, 5000),
        (YELLOW, GREEN, 1, 4000),
    ]
    assert {each.low: each.accounts for each in seen.distribution if each.accounts} == {
        10: 1,
        30: 1,
        40: 1,
        80: 1,
        85: 1,
    }
    assert sum(cell.accounts for cell in seen.matrix) == 5
    assert sum(cell.value_at_risk for cell in seen.matrix) == 4000
    assert [(c.low, c.accounts) for c in seen.matrix if c.band is RED and c.accounts] == [(500, 1), (1000, 1)]


def test_those_without_a_score_are_told_apart(firm: Firm) -> None:
    seen = view(firm)
    assert seen.unscored == {"not enough data": 1}
    listed = view(firm, Filters(unscored=True))
    assert [(row.account_id, row.score, row.why_not) for row in listed.rows] == [
        ("A4", None, "not enough data")
    ]
    assert (listed.total, listed.scored) == (1, 5)


def test_what_is_most_at_risk_comes_first(firm: Firm) -> None:
    seen = view(firm)
    assert ids(seen.rows) == ["A3", "A2", "A7", "A1", "A6"]
    assert (seen.listing.sort, seen.listing.descending) == (Column.VALUE_AT_RISK, True)
    assert ids(seen.rising) == ["A3"]
    assert ids(seen.renewals) == ["A2", "A1", "A3"]
    assert seen.renewals_due == 3
    assert not seen.ready_known


def test_costs_are_told_in_words(firm: Firm) -> None:
    rows = {row.account_id: row for row in view(firm).rows}
    cost = rows["A3"].cost
    assert cost is not None
    assert (cost.name, cost.points, cost.text) == (
        "logins",
        -50,
        "Logins: 0 in the last 7 days, full marks at 10",
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(segments=("big",)), {"A1", "A3"}),
        (Filters(bands=(RED, YELLOW)), {"A2", "A3", "A7"}),
        (Filters(owners=("KIM",)), {"A1", "A2", "A7"}),
        (Filters(text="firm 3"), {"A3"}),
        (Filters(text="a7"), {"A7"}),
        (Filters(least_score=40, most_score=80), {"A1", "A3"}),
        (Filters(least_value=1000, most_value=4000), {"A2", "A6"}),
        (Filters(renews_within=60), {"A1", "A2"}),
        (Filters(moved=Moved.WORSE), {"A3"}),
        (Filters(moved=Moved.BETTER), {"A6"}),
        (Filters(scorecards=("default",), segments=("small",)), {"A2", "A6", "A7"}),
        (Filters(segments=("nothing",)), set()),
    ],
)
def test_filters(firm: Firm, filters: Filters, expected: set[str]) -> None:
    seen = view(firm, filters)
    assert set(ids(seen.rows)) == expected
    assert seen.total == seen.scored == len(expected)


@pytest.mark.parametrize("sort", [column for column in Column if column is not Column.REASON])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_account_once_in_the_order_of_one_page(
    firm: Firm, sort: Column, descending: bool
) -> None:
    def page(size: int, after: str = "") -> PortfolioView:
        return view(firm, listing=Listing(sort, descending, after, size))

    whole = ids(page(100).rows)
    assert sorted(whole) == sorted(SCORES)
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        part = page(2, after)
        found += ids(part.rows)
        after = part.after
    assert found == whole


@pytest.mark.parametrize(
    ("sort", "descending", "expected"),
    [
        (Column.ACCOUNT, False, ["A1", "A2", "A3", "A6", "A7"]),
        (Column.SCORE, False, ["A2", "A7", "A3", "A1", "A6"]),
        (Column.CHANGE, True, ["A6", "A1", "A2", "A7", "A3"]),
        (Column.RENEWS_AT, False, ["A2", "A1", "A3", "A6", "A7"]),
        (Column.RENEWS_AT, True, ["A6", "A3", "A1", "A2", "A7"]),
        (Column.OWNER, False, ["A1", "A2", "A7", "A3", "A6"]),
        (Column.VALUE, True, ["A1", "A3", "A6", "A2", "A7"]),
    ],
)
def test_orders(firm: Firm, sort: Column, descending: bool, expected: list[str]) -> None:
    rows = view(firm, listing=Listing(sort, descending)).rows
    if sort is Column.OWNER:  # kim and Kim are two ways of writing, next to each other
        assert {row.owner.casefold() for row in rows[:3]} == {"kim"}
        assert rows[-1].account_id == "A6"
    else:
        assert ids(rows) == expected


def test_a_cursor_holds_when_its_account_is_gone(firm: Firm) -> None:
    first = view(firm, listing=Listing(Column.SCORE, size=2))
    assert ids(first.rows) == ["A2", "A7"]
    then = view(firm, Filters(segments=("big",)), Listing(Column.SCORE, after=first.after or "", size=2))
    assert ids(then.rows) == ["A3", "A1"]


@pytest.mark.parametrize("cursor", ["x", "????", "bm90IGEgY3Vyc29y", "WzEsMiwzLDRd", "é"])
def test_a_strange_cursor_is_refused(firm: Firm, cursor: str) -> None:
    with pytest.raises(UserError, match="none of this list's"):
        view(firm, listing=Listing(Column.SCORE, after=cursor))


def test_a_cursor_of_another_order_is_refused(firm: Firm) -> None:
    cursor = view(firm, listing=Listing(Column.SCORE, size=1)).after
    assert cursor
    for other in (Listing(Column.VALUE, after=cursor), Listing(Column.SCORE, True, cursor)):
        with pytest.raises(UserError, match="none of this list's"):
            view(firm, listing=other)
    with pytest.raises(UserError, match="cannot be sorted by reason"):
        view(firm, listing=Listing(Column.REASON))
    with pytest.raises(UserError, match="1 to 1000"):
        view(firm, listing=Listing(size=0))


def test_people_see_what_their_work_reaches(firm: Firm) -> None:
    kim = view(firm, who=person(Role.CSM, own("kim")))
    assert set(ids(kim.rows)) == {"A1", "A2", "A7"}
    assert (kim.total, kim.value) == (3, 7500)
    assert [choice.value for choice in kim.choices.segments] == ["big", "small"]
    assert [(choice.value, choice.accounts) for choice in kim.choices.owners] == [("Kim", 1), ("kim", 2)]
    both = view(firm, who=person(Role.CSM, own("kim", "lee")))
    assert (both.total, both.unscored) == (4, {"not enough data": 1})
    big = view(firm, who=person(Role.ANALYST, Reach(Scope.SEGMENT, segments=frozenset({"big"}))))
    assert set(ids(big.rows)) == {"A1", "A3"}
    assert view(firm, who=person(Role.CSM, own("nobody"))).total == 0
    assert view(firm, who=person(Role.CSM, own(""))).total == 0


def test_owners_named_in_keepwell_count(firm: Firm) -> None:
    named = {"A6": "kim", "A2": "lee", "gone": "kim"}
    seen = view(firm, who=person(Role.CSM, own("kim")), owners=named)
    assert set(ids(seen.rows)) == {"A1", "A6", "A7"}


def test_viewers_learn_nothing_of_what_accounts_are_worth(firm: Firm) -> None:
    seen = view(firm, who=person(Role.VIEWER))
    assert seen.hidden == frozenset(Private)
    assert {row.value for row in (*seen.rows, *seen.rising, *seen.renewals)} == {None}
    assert {row.value_at_risk for row in seen.rows} == {None}
    assert {line.value for line in seen.bands} == {line.value for line in seen.moves} == {None}
    assert (seen.value, seen.value_at_risk, seen.matrix) == (None, None, ())
    assert ids(seen.rows) == ["A2", "A7", "A3", "A1", "A6"]  # by score
    for filters, listing in (
        (Filters(least_value=1), Listing()),
        (Filters(most_value=1), Listing()),
        (Filters(), Listing(Column.VALUE)),
        (Filters(), Listing(Column.VALUE_AT_RISK)),
    ):
        with pytest.raises(ForbiddenError, match="your role does not see"):
            view(firm, filters, listing, who=person(Role.VIEWER))


def test_a_purpose_that_is_not_there(firm: Firm) -> None:
    with pytest.raises(AbsentError, match="no purpose 'joy'"):
        view(firm, purpose="joy")


def test_trends_are_those_of_the_grid(firm: Firm) -> None:
    seen = trend(looked(firm.warehouse), Filters(), By.SEGMENT)
    by_hand = firm.warehouse.query(
        "SELECT as_of, segment, count(*) AS n, avg(d.score) AS mean FROM scores.days d JOIN scores.scores s USING (account)"
        " WHERE s.score IS NOT NULL GROUP BY as_of, segment ORDER BY segment, as_of"
    ).to_pylist()
    expected: dict[str, list[tuple[object, ...]]] = {
        name: [(row["as_of"], row["n"], row["mean"]) for row in by_hand if row["segment"] == name]
        for name in ("big", "small")
    }
    for series in seen.series:
        for stop, (at, n, mean) in zip(series.stops, expected[series.name], strict=True):
            assert (stop.as_of.replace(tzinfo=None), stop.accounts) == (at, n)
            assert stop.mean == pytest.approx(mean)
    assert [series.name for series in seen.series] == ["small", "big"]
    assert seen.series[0].stops[-1].counts == {GREEN: 1, YELLOW: 0, RED: 2}


def test_trends_by_cohort_and_of_few(firm: Firm) -> None:
    (only,) = trend(looked(firm.warehouse), Filters(), By.COHORT).series
    assert only.name == "2024 Q2"  # all began about 400 days before 30 June 2025
    (kim,) = trend(
        looked(firm.warehouse, person(Role.CSM, own("kim"))), Filters(bands=(GREEN,)), By.ALL
    ).series
    assert {stop.accounts for stop in kim.stops} == {1}
    assert {stop.mean for stop in kim.stops} == {80}


def test_before_the_first_run_everything_is_empty(tmp_path: object) -> None:
    with Firm(tmp_path) as new:  # type: ignore[arg-type]
        new.account(1, ago(10), seats=1)
        seen = view(new)
        assert (seen.current.run, seen.total, seen.rows) == (None, 0, ())
        assert seen.current.notes == ("nothing has been scored yet",)
        assert trend(looked(new.warehouse), Filters()).series == ()
        with pytest.raises(AbsentError, match="no account 'A1'"):
            looked(new.warehouse).position("A1")


def test_ready_accounts_are_those_green_for_expansion(tmp_path: object) -> None:
    cards = (card(min_coverage=0.6), card("grow", purpose="expansion", min_coverage=0.6))
    project = firm_project(scorecards=cards)
    with scored(tmp_path, project) as both:  # type: ignore[arg-type]
        seen = view(both, by=project)
        assert seen.ready_known
        assert ids(seen.ready) == ["A1", "A6"]
        assert ids(view(both, by=project, who=person(Role.CSM, own("kim"))).ready) == ["A1"]
        other = view(both, by=project, purpose="expansion")
        assert (other.listing.sort, other.listing.descending) == (Column.SCORE, True)
        assert ids(other.rows)[:2] == ["A6", "A1"]
