"""Surveys by their links: followed, nothing is kept; sent, one answer is, and becomes a fact."""

import re

import httpx

from keepwell.outreach.links import Links
from keepwell.outreach.response import Kind
from keepwell.runs import copying
from keepwell.store import responses, survey_answers
from keepwell.store.ledger import Entry
from keepwell.web.server.serving import Serving
from tests.web.public.conftest import Sends


def _kept(firm: Serving, entry: Entry, survey: str = "pulse") -> tuple[int, str] | None:
    with firm.store.reading() as connection:
        found = survey_answers.of(connection, entry.number, survey)
    return None if found is None else (found.score, found.comment)


def test_following_a_link_keeps_nothing_and_has_its_answer_at_hand(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    page = client.get(links.answer(entry.number, "pulse", 9)).text
    client.head(links.answer(entry.number, "pulse", 9))
    assert "How likely are you to recommend us" in page
    assert re.findall(r'value="(\d+)" required( checked)?', page) == [
        (str(n), " checked" if n == 9 else "") for n in range(11)
    ]
    assert _kept(firm, entry) is None


def test_the_first_answer_stays_and_its_comment_can_be_changed(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    said = client.post(links.answer(entry.number, "pulse", 9), data={"score": "8", "comment": "Good"})
    assert "Your answer is noted." in said.text
    assert _kept(firm, entry) == (8, "Good")
    client.post(links.answer(entry.number, "pulse", 2), data={"score": "2", "comment": "Very <good>"})
    assert _kept(firm, entry) == (8, "Very <good>")
    assert "Very &lt;good&gt;" in client.get(links.answer(entry.number, "pulse", 2)).text
    with firm.store.reading() as connection:
        came = responses.of(connection, entry.number)
    assert [(each.kind, each.detail) for each in came] == [(Kind.ANSWERED, "pulse")]


def test_what_is_no_answer_is_refused(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    url = links.answer(entry.number, "ease")
    for score in ("0", "8", ""):
        assert client.post(url, data={"score": score}).status_code in (400, 422)
    assert _kept(firm, entry, "ease") is None
    assert client.get(links.answer(entry.number, "no_more")).status_code == 404


def test_a_survey_asks_in_its_own_words(client: httpx.Client, links: Links, sends: Sends) -> None:
    assert "Was it easy?" in client.get(links.answer(sends().number, "ease")).text


def test_an_answer_becomes_a_fact_once(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    for score in ("6", "1"):
        client.post(links.answer(entry.number, "ease"), data={"score": score})
    with firm.store.reading() as connection:
        answer = survey_answers.of(connection, entry.number, "ease")
    assert answer is not None
    with firm.warehouse.writing() as warehouse:
        copying.copy(firm.store, warehouse, firm.project().zone)
        facts = warehouse.query(
            "SELECT s.kind, s.score, a.account_id, s.occurred_at FROM facts.surveys s "
            f"JOIN directory.accounts a USING (account) WHERE s.key = '{answer.key}'"
        ).to_pylist()
    assert facts == [
        {
            "kind": "ces",
            "score": 6.0,
            "account_id": "A1",
            "occurred_at": answer.answered_at.replace(tzinfo=None),
        }
    ]
