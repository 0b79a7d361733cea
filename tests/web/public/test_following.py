"""Clicks and opens: led on to the signed target alone; what machines do is kept apart."""

import httpx
import pytest

from keepwell import clock
from keepwell.outreach.links import Links
from keepwell.outreach.response import Kind
from keepwell.store import responses
from keepwell.store.ledger import Entry
from keepwell.web.public.following import DOT
from keepwell.web.server.serving import Serving
from tests.web.public.conftest import Sends

GUIDE = "https://shop.example/guide?a=1&b=%C3%BC#top"


def _came(firm: Serving, entry: Entry) -> list[tuple[Kind, bool, str]]:
    with firm.store.reading() as connection:
        return [(each.kind, each.by_machine, each.detail) for each in responses.of(connection, entry.number)]


def test_a_click_leads_to_its_target_and_is_noted(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    answer = client.get(links.click(entry.number, GUIDE))
    assert (answer.status_code, answer.headers["location"]) == (302, GUIDE)
    assert _came(firm, entry) == [(Kind.CLICKED, False, GUIDE)]


def test_no_other_target_can_be_put_in(client: httpx.Client, links: Links, sends: Sends) -> None:
    url = links.click(sends().number, GUIDE)
    for more in ("?url=https://evil.example", "&to=https://evil.example"):
        answer = client.get(url + more)
        assert answer.headers.get("location") in (GUIDE, None)


@pytest.mark.parametrize(
    "headers",
    [
        {
            "User-Agent": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
        },
        {"User-Agent": "Mozilla/5.0"},
        {"User-Agent": "Barracuda Sentinel (EE)"},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
    ids=["Google's proxy", "Apple's", "a scanner", "a prefetch"],
)
def test_what_machines_load_is_kept_apart(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends, headers: dict[str, str]
) -> None:
    entry = sends()
    answer = client.get(links.pixel(entry.number), headers=headers)
    assert (answer.content, answer.headers["content-type"]) == (DOT, "image/gif")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert _came(firm, entry) == [(Kind.OPENED, True, "")]


def test_a_picture_that_a_person_loads_is_an_open(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    client.get(links.pixel(entry.number))
    client.head(links.pixel(entry.number))
    assert _came(firm, entry) == [(Kind.OPENED, False, ""), (Kind.OPENED, True, "")]


def test_who_follows_every_link_at_once_is_a_scanner_also_for_the_first(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    targets = [f"https://shop.example/{n}" for n in range(3)]
    with clock.pinned(clock.now()):
        for target in targets:
            client.get(links.click(entry.number, target))
    assert _came(firm, entry) == [(Kind.CLICKED, True, target) for target in targets]


def test_a_click_right_after_the_message_went_is_a_scanners(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends(clock.now())
    client.get(links.click(entry.number, GUIDE))
    assert _came(firm, entry) == [(Kind.CLICKED, True, GUIDE)]


def test_a_link_of_a_message_that_is_gone_leads_on_all_the_same(client: httpx.Client, links: Links) -> None:
    answer = client.get(links.click(2**40, GUIDE))
    assert answer.headers["location"] == GUIDE
