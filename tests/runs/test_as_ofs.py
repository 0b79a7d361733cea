"""Which past instants are judged: counted back from the last horizon that is over, within what the data hold."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.clock import pinned
from keepwell.errors import UserError
from keepwell.project.project import Project
from keepwell.proof.outcome import Dated, Kind, Outcome, Snapshot
from keepwell.runs import purposes
from keepwell.runs.as_ofs import MOST, Rhythm, as_ofs, latest
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.expression import parse
from keepwell.signals.window import Span, Unit, Window
from tests.runs.firm import Firm, card, project

LOGINS = Signal("logins", Aggregate(How.COUNT, "events", window=Window(Span(7, Unit.DAYS))))
LEFT = Outcome(
    "left", Kind.CHURNED, Dated("accounts", at="ended_at"), Span.parse("30 days"), until="2025-05-31"
)
"""Known to be complete through 31 May 2025: of a horizon of 30 days the last as_of is 2 May."""

BEGUN = datetime(2025, 1, 6, tzinfo=UTC)
"""The first login: a Monday."""


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    with pinned(datetime(2026, 1, 1, tzinfo=UTC)), Firm(tmp_path) as made:
        made.account(1, datetime(2024, 6, 1, tzinfo=UTC))
        made.logins(1, BEGUN, datetime(2025, 5, 20, tzinfo=UTC))
        yield made


def chosen(firm: Firm, rhythm: Rhythm | None = None, outcome: Outcome = LEFT, **fields: object) -> list[date]:
    """The as_ofs, as days."""
    said = {"zone": ZoneInfo("UTC"), "signals": (LOGINS,), "outcomes": (outcome,)} | fields
    own: Project = project(card(), **said)
    definition = replace(purposes.unscored(own), signals=(LOGINS,))
    found = as_ofs(own, firm.warehouse, outcome, definition, rhythm or Rhythm())
    assert all(at.astimezone(own.zone).time().isoformat() == "00:00:00" for at in found)
    return [at.astimezone(own.zone).date() for at in found]


def test_weeks_back_from_the_last_horizon_that_is_over_until_the_window_is_full(firm: Firm) -> None:
    found = chosen(firm)
    # 2 May + 30 days is the end of 31 May; seven days after the first login the window of logins is full
    assert (found[0], found[-1], len(found)) == (date(2025, 1, 17), date(2025, 5, 2), 16)
    assert {(later - earlier).days for earlier, later in pairwise(found)} == {7}


def test_a_gap_ends_it_sooner(firm: Firm) -> None:
    late = replace(LEFT, gap=Span.parse("14 days"))
    assert chosen(firm, outcome=late)[-1] == date(2025, 4, 18)


def test_the_days_asked_for_are_both_kept_to(firm: Firm) -> None:
    asked = Rhythm(Span.parse("1 month"), datetime(2025, 2, 1, tzinfo=UTC), datetime(2025, 4, 30, tzinfo=UTC))
    # counted from the last one, so that a short month does not shorten those before it
    assert chosen(firm, asked) == [date(2025, 2, 28), date(2025, 3, 30), date(2025, 4, 30)]


def test_a_year_of_steps_unless_more_is_asked_for(firm: Firm) -> None:
    daily = Rhythm(Span.parse("1 day"))
    assert len(chosen(firm, daily)) == MOST == 52
    assert len(chosen(firm, replace(daily, first=datetime(2025, 2, 1, tzinfo=UTC)))) == 91


def test_a_last_day_before_its_horizon_is_over_is_as_it_is_asked_for(firm: Firm) -> None:
    assert chosen(firm, Rhythm(last=datetime(2025, 5, 20, tzinfo=UTC)))[-1] == date(2025, 5, 20)


def test_days_that_the_data_do_not_hold_are_told(firm: Firm) -> None:
    with pytest.raises(UserError, match="too short for") as told:
        chosen(firm, Rhythm(last=datetime(2025, 1, 1, tzinfo=UTC)))
    assert "--to 2025-01-06 or later" in str(told.value.do)
    with pytest.raises(UserError, match="2025-05-03, lies after the last, 2025-05-02") as told:
        chosen(firm, Rhythm(first=datetime(2025, 5, 3, tzinfo=UTC)))
    assert told.value.do == "type --from 2025-05-02 or earlier"


def test_a_horizon_beyond_the_data_is_told(firm: Firm) -> None:
    with pytest.raises(
        UserError, match=r"the data reach from 2025-01-06 to .*: 400 days must follow"
    ) as told:
        chosen(firm, outcome=replace(LEFT, horizon=Span.parse("400 days")))
    assert "shorten its `horizon:`" in str(told.value.do)


def test_without_dates_there_is_one_as_of(firm: Firm) -> None:
    gone = Outcome("gone", Kind.CHURNED, Snapshot(parse("account.plan == 'x'")), Span.parse("0 days"))
    assert chosen(firm, outcome=gone, as_of=datetime(2025, 3, 4, 15, tzinfo=UTC)) == [date(2025, 3, 4)]


def test_midnights_are_those_of_the_projects_zone_across_the_change_of_clocks(firm: Firm) -> None:
    found = chosen(firm, zone=ZoneInfo("Europe/Berlin"))
    assert {(later - earlier).days for earlier, later in pairwise(found)} == {7}
    assert found[0] < date(2025, 3, 30) < found[-1]


def test_the_latest_day_is_the_last_whose_horizon_is_over() -> None:
    zone = ZoneInfo("Europe/Berlin")
    month = replace(LEFT, horizon=Span.parse("1 month"))
    # a month after 28 February is 28 March, after 1 March it is 1 April, an hour too late
    until = datetime(2025, 4, 1, tzinfo=zone)
    assert latest(month, until, zone).astimezone(zone).date() == date(2025, 3, 1)
    hour_before = datetime(2025, 3, 31, 23, tzinfo=zone)
    assert latest(month, hour_before, zone).astimezone(zone).date() == date(2025, 2, 28)
