"""Pictures and the tables behind them."""

from datetime import UTC, datetime

from keepwell.runs.board.current import Current
from keepwell.runs.board.trends import By, Series, Stop, TrendView
from keepwell.web.look.drawing import trend
from keepwell.web.look.saying import Saying

NOTHING = Current("health", ("health",), None, None, None, "v1", False, "", "UTC", 0)


def test_groups_are_called_by_words() -> None:
    stop = Stop(datetime(2025, 6, 30, tzinfo=UTC), 2, 71.25, {})
    drawn = trend(TrendView(NOTHING, By.SEGMENT, (Series("mid_market", (stop,)),)), Saying())
    assert [each["name"] for each in drawn.data["series"]] == ["mid market"]
    assert list(drawn.heads) == ["Day", "mid market"]
    assert drawn.rows == [["30 Jun 2025", "71.2"]]
