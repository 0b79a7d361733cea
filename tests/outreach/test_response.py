"""Responses: who has opened, clicked or replied, and since when."""

from keepwell.outreach.response import Kind, Response, first
from tests.outreach.made import BEGIN, DAY, HOUR


def test_who_clicks_has_opened_and_machines_are_nobody() -> None:
    came = [
        Response(1, Kind.OPENED, BEGIN, by_machine=True),
        Response(1, Kind.CLICKED, BEGIN + DAY),
        Response(1, Kind.OPENED, BEGIN + 2 * DAY),
        Response(1, Kind.AUTO_REPLIED, BEGIN),
    ]
    assert first(Kind.OPENED, came) == first(Kind.CLICKED, came) == BEGIN + DAY
    assert first(Kind.REPLIED, came) is None
    assert first(Kind.OPENED, [*came, Response(1, Kind.REPLIED, BEGIN + HOUR)]) == BEGIN + HOUR
