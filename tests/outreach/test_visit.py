"""Visits: what people's programs call themselves is not taken for a machine's, and the other way round."""

from datetime import timedelta

import pytest

from keepwell.outreach.response import Kind, Response
from keepwell.outreach.visit import Visit, burst, by_machine
from tests.outreach.made import BEGIN, HOUR

PEOPLE = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.18227)",
    "Mozilla/5.0 (Linux; Android 15; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
]
MACHINES = [
    "",
    "Mozilla/5.0",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
    "Microsoft Office Existence Discovery",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
    "WhatsApp/2.23.20.0",
]


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are_taken_for_people(agent: str) -> None:
    assert not by_machine(Visit(BEGIN, agent=agent), Kind.CLICKED, BEGIN - HOUR, ())


@pytest.mark.parametrize("agent", MACHINES)
def test_machines_are_taken_for_machines(agent: str) -> None:
    assert by_machine(Visit(BEGIN, agent=agent), Kind.CLICKED, BEGIN - HOUR, ())


def test_a_click_comes_before_nothing_was_seen_only_after_a_while() -> None:
    opened = Response(1, Kind.OPENED, BEGIN + timedelta(seconds=15))
    loaded = Response(1, Kind.OPENED, BEGIN + timedelta(seconds=15), by_machine=True)

    def judged(seconds: int, *before: Response, kind: Kind = Kind.CLICKED) -> bool:
        return by_machine(Visit(BEGIN + timedelta(seconds=seconds), agent=PEOPLE[0]), kind, BEGIN, before)

    assert [judged(9), judged(11), judged(59), judged(60)] == [True, True, True, False]
    assert [judged(9, opened), judged(20, opened), judged(20, loaded)] == [True, False, True]
    assert [judged(9, kind=Kind.OPENED), judged(11, kind=Kind.OPENED)] == [True, False]


def test_a_burst_is_of_different_links_within_seconds() -> None:
    def clicks(*each: tuple[int, str]) -> list[Response]:
        return [Response(1, Kind.CLICKED, BEGIN + timedelta(seconds=s), detail=url) for s, url in each]

    now = BEGIN + timedelta(seconds=5)
    assert burst(clicks((0, "a"), (2, "b"), (5, "c")), now) == BEGIN
    assert burst(clicks((0, "a"), (2, "b"), (5, "b")), now) is None
    assert burst(clicks((-1, "a"), (2, "b"), (5, "c")), now) is None
    assert burst(clicks((-9, "a"), (1, "b"), (2, "d"), (5, "c")), now) == BEGIN + timedelta(seconds=1)
