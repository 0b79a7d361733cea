"""Unsubscribing, as mail programs and people do it: RFC 8058, and a page. Scanners that only look unsubscribe nobody."""

import httpx
import pytest

from keepwell import clock
from keepwell.outreach.arbiter import Candidate, Policy, Reason, Standing, Verdict, decide
from keepwell.outreach.consent import Basis, Category, Consent
from keepwell.outreach.links import Links
from keepwell.outreach.response import Kind
from keepwell.store import consents, ledger, responses
from keepwell.store.ledger import Entry
from keepwell.web.server.serving import Serving
from tests.outreach.made import ZONE
from tests.web.public.conftest import Sends

TIPS = Category("tips", frozenset(Basis))
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _says(firm: Serving, entry: Entry, category: Category = TIPS) -> Reason | None:
    """Why the arbiter does not let another message to the recipient of an entry go."""
    now = clock.now()
    candidate = Candidate("k", "A1", entry.key.recipient, "email", category, now)
    with firm.store.reading() as connection:
        recipient = ledger.recipient_of(connection, entry.number)
        standing = Standing(
            ZONE,
            consents=consents.of(connection, recipient),
            suppressions=consents.suppressions(connection, recipient),
        )
    decision = decide(candidate, standing, Policy(), now)
    return None if decision.verdict is Verdict.SEND else decision.reason


def _kinds(firm: Serving, entry: Entry) -> list[Kind]:
    with firm.store.reading() as connection:
        return [each.kind for each in responses.of(connection, entry.number)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends, method: str
) -> None:
    entry = sends()
    for _ in range(3):
        client.request(method, links.unsubscribe(entry.number))
    assert _says(firm, entry) is None
    assert _kinds(firm, entry) == []


def test_one_click_needs_no_cookie_and_no_token_and_may_be_repeated(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry, waiting = sends(), sends()
    for _ in range(3):
        answer = client.post(links.unsubscribe(entry.number), data=ONE_CLICK)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert _says(firm, entry) is Reason.NO_BASIS
    with firm.store.reading() as connection:
        recipient = ledger.recipient_of(connection, entry.number)
        assert len(consents.suppressions(connection, recipient)) == 1
    assert _kinds(firm, entry) == [Kind.UNSUBSCRIBED]
    assert _says(firm, waiting) is None


def test_one_click_as_a_multipart_form(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    """RFC 8058, 3.1: the body may be multipart/form-data, and this is what it sends."""
    entry = sends()
    answer = client.post(links.unsubscribe(entry.number), files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert _says(firm, entry) is Reason.NO_BASIS


def test_what_rests_on_another_basis_stops_too_and_what_is_transactional_goes_on(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    with firm.store.writing() as connection:
        recipient = ledger.recipient_of(connection, entry.number)
        for basis in (Basis.LEGITIMATE_INTEREST, Basis.CONTRACT):
            consents.grant(connection, recipient, Consent(basis, clock.now()))
    client.post(links.unsubscribe(entry.number), data=ONE_CLICK)
    assert _says(firm, entry) is Reason.OPT_OUT
    assert _says(firm, entry, Category("payments", frozenset({Basis.CONTRACT}), transactional=True)) is None


def test_a_post_that_does_not_say_what_it_means_changes_nothing(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    assert client.post(links.unsubscribe(entry.number), data={"List-Unsubscribe": "Maybe"}).status_code == 400
    assert _says(firm, entry) is None


def test_a_person_unsubscribes_by_the_page_and_comes_back_by_the_other(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    page = client.get(links.unsubscribe(entry.number))
    assert "Do you want to get no more messages" in page.text
    assert 'name="meant" value="yes"' in page.text
    page = client.post(links.unsubscribe(entry.number), data={"meant": "yes"})
    assert "You are unsubscribed" in page.text
    assert "You are unsubscribed" in client.get(links.unsubscribe(entry.number)).text
    preferences = links.preferences(entry.number)
    assert preferences in page.text
    assert "You are unsubscribed" in client.get(preferences).text
    page = client.post(f"{preferences}/again")
    assert "You get messages again." in page.text
    assert _says(firm, entry) is None


@pytest.mark.parametrize("use", ["unsubscribe", "preferences", "confirm", "go", "seen"])
def test_a_link_that_is_none_and_one_for_another_use_lead_nowhere(
    client: httpx.Client, links: Links, sends: Sends, use: str
) -> None:
    entry = sends()
    other = links.unsubscribe(entry.number) if use != "unsubscribe" else links.preferences(entry.number)
    for token in ("nothing", other.rpartition("/")[2]):
        answer = client.get(f"/m/{use}/{token}")
        assert answer.status_code == 404
        assert "This link does not work" in answer.text
    said = client.get(f"/m/{use}/nothing", headers={"Accept-Language": "de-AT, en;q=0.7"})
    assert "Dieser Link funktioniert nicht" in said.text


def test_no_answer_is_kept_found_or_passed_on(client: httpx.Client, links: Links, sends: Sends) -> None:
    number = sends().number
    for url in (
        links.unsubscribe(number),
        links.preferences(number),
        links.pixel(number),
        links.click(number, "https://a.example"),
    ):
        headers = client.get(url).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_nothing_of_the_address_is_said(client: httpx.Client, links: Links, sends: Sends) -> None:
    entry = sends(to="somebody.secret@firm.example")
    for url in (links.unsubscribe(entry.number), links.preferences(entry.number)):
        assert "somebody" not in url + client.get(url).text


def test_a_link_is_not_followed_without_end(client: httpx.Client, links: Links, sends: Sends) -> None:
    url = links.unsubscribe(sends().number)
    followed = next(n for n in range(200) if client.head(url).status_code == 429)
    assert followed >= 60  # and as many more as seconds have passed
    assert client.head(links.unsubscribe(sends().number)).status_code == 200
