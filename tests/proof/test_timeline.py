"""Bands over time: by hand, and against walking through each account alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.proof.panel import CENSORED, HAPPENED, KEPT, NOT_AT_RISK, TOO_SOON
from keepwell.proof.timeline import timeline
from tests.proof.made import NONE, G, R, Y, line_of, one, panel


def test_the_first_warning_is_that_after_the_last_green() -> None:
    # green, yellow, green, yellow (day 21), red (28); gone on day 33: twelve days after the warning that lasted
    found = line_of(one([G, Y, G, Y, R], gone=33.0)).happenings
    assert found.lead.tolist() == [12.0]
    assert found.banded.tolist() == [True]
    assert found.from_start.tolist() == [False]
    # the last row before it, and the only happening although five rows tell of it
    assert found.row.tolist() == [4]


def test_never_green_is_warned_from_the_start_and_green_to_the_last_never() -> None:
    found = line_of(one([R, Y, R], gone=20.0)).happenings
    assert (found.lead.tolist(), found.from_start.tolist()) == ([20.0], [True])
    found = line_of(one([R, Y, G], gone=20.0)).happenings
    assert np.isnan(found.lead).tolist() == [True]


def test_a_gap_without_a_band_keeps_the_warning() -> None:
    assert line_of(one([G, Y, NONE, NONE], gone=25.0)).happenings.lead.tolist() == [18.0]


def test_where_it_stood_is_read_at_the_latest_instant_at_least_so_long_before() -> None:
    # steps at 0, 7, .., 42; gone on day 44.5: 30 days before is day 14.5, so the band of day 14
    bands = [R, R, G, Y, R, R, R]
    found = line_of(one(bands, gone=44.5), (30, 2, 45, 40)).happenings
    assert {days: stood.tolist() for days, stood in found.stood.items()} == {
        30: [G],
        2: [R],
        45: [-2],
        40: [R],
    }
    # exactly 30 days before an instant is that instant
    assert line_of(one(bands, gone=44.0), (30,)).happenings.stood[30].tolist() == [G]


def test_a_day_beyond_the_as_ofs_is_not_covered() -> None:
    # the last instant is day 14; day 20.9 is still within its step, day 21 is not
    assert line_of(one([G, G, G], gone=50.9)).happenings.stood[30].tolist() == [G]
    assert line_of(one([G, G, G], gone=51.0)).happenings.stood[30].tolist() == [-2]
    assert line_of(one([G, G, G], gone=51.0)).happenings.banded.tolist() == [False]


def test_without_a_band_then_it_is_unbanded() -> None:
    assert line_of(one([G, NONE, G, G, G, G], gone=38.0)).happenings.stood[30].tolist() == [NONE]


def test_happenings_come_from_rows_at_risk_whatever_else_became_of_them() -> None:
    def with_state(state: int) -> int:
        return len(
            line_of(
                panel([(0, 1, 50.0), (1, 1, 50.0)], state=[KEPT, state], days_to=[np.nan, 3.0], band=[G, G])
            ).happenings.row
        )

    assert [with_state(int(state)) for state in (HAPPENED, TOO_SOON, CENSORED, KEPT, NOT_AT_RISK)] == [
        1,
        1,
        1,
        0,
        0,
    ]


def test_fewer_than_two_instants_show_no_movement() -> None:
    assert timeline(one([G]), (30,), 14) is None
    assert timeline(panel([], points=3), (30,), 14) is None


@st.composite
def firms(draw: st.DrawFn) -> tuple[list[list[int | None]], list[float | None]]:
    """Accounts: a band per step (-1: none, None: not seen), and the day each is gone."""
    steps, accounts = draw(st.integers(2, 9)), draw(st.integers(1, 5))
    band = st.sampled_from([R, Y, G, G, NONE, None])
    bands = draw(
        st.lists(st.lists(band, min_size=steps, max_size=steps), min_size=accounts, max_size=accounts)
    )
    gone = draw(
        st.lists(st.one_of(st.none(), st.integers(1, 70).map(float)), min_size=accounts, max_size=accounts)
    )
    return bands, gone


@given(firms())
@settings(max_examples=150)
def test_it_is_what_walking_through_each_account_gives(
    firm: tuple[list[list[int | None]], list[float | None]],
) -> None:
    bands, gone = firm
    steps = len(bands[0])
    rows, codes, left = [], [], []
    for step in range(steps):
        for account, own in enumerate(bands):
            at = gone[account]
            if own[step] is not None and (at is None or 7 * step < at):
                rows.append((step, account, 50.0))
                codes.append(own[step])
                left.append(np.nan if at is None else at - 7 * step)
    if not rows:
        return
    of = panel(
        rows,
        points=steps,
        band=[int(code) for code in codes if code is not None],
        state=[KEPT if np.isnan(days) else HAPPENED for days in left],
        days_to=left,
    )
    line = line_of(of, (10,))
    spells, leads, stood = [], {}, {}
    for account in range(len(bands)):
        seen = [
            (step * 7.0, code) for (step, who, _), code in zip(rows, codes, strict=True) if who == account
        ]
        spells += walked([(day, code) for day, code in seen if code != NONE])
        at = gone[account]
        if at is not None and seen:
            leads[account] = lead([(day, code) for day, code in seen if code != NONE], at, 7.0 * steps)
            stood[account] = standing(dict(seen), at - 10, steps)
    found = line.spells
    got = zip(found.band, found.days, found.ended, found.begun, found.flap, strict=True)
    assert sorted((int(a), float(b), bool(c), bool(d), bool(e)) for a, b, c, d, e in got) == sorted(spells)
    names = sorted({who for _, who, _ in rows})
    happenings = line.happenings
    for place, code in enumerate(happenings.account):
        account = names[code]
        expected = leads[account]
        assert bool(happenings.banded[place]) == (expected != "unseen")
        if expected != "unseen":
            told = None if np.isnan(happenings.lead[place]) else float(happenings.lead[place])
            assert told == expected
        assert int(happenings.stood[10][place]) == stood[account]


def walked(seen: list[tuple[float, int | None]]) -> list[tuple[int, float, bool, bool, bool]]:
    """The spells of one account: band, days, ended, begun, flap."""
    runs: list[tuple[int, float]] = []
    for day, code in seen:
        if code is not None and (not runs or runs[-1][0] != code):
            runs.append((code, day))
    spells = []
    for place, (code, begin) in enumerate(runs):
        ended = place + 1 < len(runs)
        end = runs[place + 1][1] if ended else seen[-1][0]
        flap = place > 0 and ended and runs[place - 1][0] == runs[place + 1][0] and end - begin <= 14
        spells.append((code, end - begin, ended, place > 0, flap))
    return spells


def lead(seen: list[tuple[float, int | None]], at: float, until: float) -> float | str | None:
    """Days from the first warning to the end; None if green to the last."""
    if at >= until or not seen:
        return "unseen"
    first = None
    for day, code in seen:
        first = None if code == G else day if first is None else first
    return None if first is None else at - first


def standing(seen: dict[float, int | None], then: float, steps: int) -> int:
    """The band at the latest step at or before a day."""
    if then < 0 or then >= 7 * steps:
        return -2
    code = seen.get(then // 7 * 7)
    return NONE if code is None else code
