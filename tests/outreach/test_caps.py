"""Caps, counted by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keepwell.outreach.caps import Cap, Per, Sent
from keepwell.signals.window import Span

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Span.parse("7 days")
SENT = (
    Sent(NOON - 6 * DAY, "ana", "tips"),
    Sent(NOON - 3 * DAY, "ana", "offers"),
    Sent(NOON - DAY, "ben", "tips"),
    Sent(NOON - DAY, "ana", "invoices", transactional=True),
)


@pytest.mark.parametrize(
    ("cap", "contact", "category", "free_after"),
    [
        (Cap(3, WEEK), "ana", "tips", None),
        (Cap(2, WEEK), "ana", "tips", 1),  # the older of two goes out of the week in a day
        (Cap(1, WEEK), "ana", "tips", 4),  # of two there may be none but one: the younger has to go out too
        (Cap(1, WEEK), "eve", "tips", None),
        (Cap(1, WEEK, category="tips"), "ana", "tips", 1),
        (Cap(1, WEEK, category="tips"), "ana", "offers", None),
        (Cap(1, Span.parse("3 days")), "ana", "tips", None),  # sent three days ago to the instant: it is over
        (Cap(1, Span.parse("4 days")), "ana", "tips", 1),
        (Cap(3, WEEK, Per.ACCOUNT), "eve", "tips", 1),
        (Cap(1, WEEK, Per.ACCOUNT), "eve", "tips", 6),
        (Cap(4, WEEK, Per.ACCOUNT), "eve", "tips", None),
    ],
)
def test_a_cap_is_free_again_when_enough_has_gone_out_of_its_span(
    cap: Cap, contact: str, category: str, free_after: int | None
) -> None:
    expected = None if free_after is None else NOON + free_after * DAY
    assert cap.free_at(contact, category, SENT, NOON, BERLIN) == expected


def test_a_day_is_the_contacts_day_though_the_clock_changes() -> None:
    # Sent at 12:00 in Berlin (+1) on 2026-03-28; a day later it is 12:00 at +2.
    sent = (Sent(datetime(2026, 3, 28, 11, tzinfo=UTC), "ana", "tips"),)
    now = datetime(2026, 3, 29, 9, 59, tzinfo=UTC)
    free = Cap(1, Span.parse("1 day")).free_at("ana", "tips", sent, now, BERLIN)
    assert free == datetime(2026, 3, 29, 10, tzinfo=UTC)
    assert Cap(1, Span.parse("1 day")).free_at("ana", "tips", sent, free, BERLIN) is None


def test_a_cap_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Cap(0, WEEK)
