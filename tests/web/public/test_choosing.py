"""The page of preferences: what is chosen is kept, why somebody was written to is told, and somebody can be called."""

import re
from datetime import datetime

import httpx

from keepwell import clock
from keepwell.outreach.links import Links
from keepwell.outreach.preference import Frequency, Preferences
from keepwell.people import Role
from keepwell.store import ledger, preferences, remarks, tasks
from keepwell.store.ledger import Entry
from keepwell.store.remarks import Verdict
from keepwell.web.server.serving import Serving
from tests.outreach.made import DAY
from tests.web.entered import user
from tests.web.public.conftest import Sends

SHOWN = {"shown": ["tips", "offers"], "shown_channels": ["email"]}
ALL = {**SHOWN, "wanted": ["tips", "offers"], "wanted_channels": ["email"], "frequency": "any", "pause": ""}


def _wants(firm: Serving, entry: Entry) -> Preferences:
    with firm.store.reading() as connection:
        return preferences.of(connection, ledger.recipient_of(connection, entry.number))


def _checked(text: str, name: str) -> set[str]:
    return set(re.findall(rf'name="{name}" value="([^"]*)" checked', text))


def test_what_is_chosen_is_kept_and_shown(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    url = links.preferences(entry.number)
    page = client.get(url).text
    assert _checked(page, "wanted") == {"tips", "offers"}  # an invoice cannot be declined
    assert _checked(page, "frequency") == {"any"}
    assert "How to get more out of it" in page
    before = clock.now()
    chosen = ALL | {
        "wanted": ["offers"],
        "wanted_channels": [],
        "frequency": "weekly",
        "pause": "30",
        "sharing": "true",
    }
    page = client.post(url, data=chosen).text
    assert "Saved." in page
    assert (_checked(page, "wanted"), _checked(page, "wanted_channels")) == ({"offers"}, set())
    wants = _wants(firm, entry)
    assert (wants.declined, wants.unwanted) == (frozenset({"tips"}), frozenset({"email"}))
    assert (wants.frequency, wants.sharing) == (Frequency.WEEKLY, True)
    assert wants.paused_until is not None
    assert abs((wants.paused_until - before) / DAY - 30) < 0.01
    kept = client.post(url, data=ALL | {"pause": "keep"})
    assert kept.status_code == 200
    assert _wants(firm, entry).paused_until == wants.paused_until
    client.post(url, data=ALL)
    assert _wants(firm, entry) == Preferences(sharing=False)


def test_what_the_page_did_not_show_is_not_declined_by_it(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    entry = sends()
    client.post(links.preferences(entry.number), data={"shown": ["offers", "made_up"], "wanted": ["offers"]})
    assert _wants(firm, entry).declined == frozenset()


def test_why_somebody_was_written_to_is_told_in_plain_words(
    client: httpx.Client, links: Links, sends: Sends
) -> None:
    at = datetime.fromisoformat("2026-07-01T12:00:00+00:00")
    url = links.preferences(sends(at).number)
    page = client.get(url).text
    assert "This message was sent on 1 July 2026." in page
    assert "It belongs to: How to get more out of it" in page
    assert "because you have agreed to it. (since 30 June 2026, from: form of 2025)" in page
    german = client.get(url, headers={"Accept-Language": "de"}).text
    assert '<html lang="de">' in german
    assert "Diese Nachricht wurde am 1. Juli 2026 verschickt." in german


def test_a_remark_is_kept_once(client: httpx.Client, firm: Serving, links: Links, sends: Sends) -> None:
    entry = sends()
    url = links.preferences(entry.number) + "/remark"
    for _ in range(2):
        said = client.post(url, data={"verdict": "too_often", "text": " <b>Enough</b> "})
        assert "Thank you. We have noted it." in said.text
    with firm.store.reading() as connection:
        kept = remarks.of(connection, entry.number)
    assert [(each.verdict, each.words) for each in kept] == [(Verdict.TOO_OFTEN, "<b>Enough</b>")]
    assert client.post(url, data={"verdict": "rude"}).status_code == 422


def test_who_asks_to_be_called_becomes_a_task_of_the_owner(
    client: httpx.Client, firm: Serving, links: Links, sends: Sends
) -> None:
    """The firm's data say that A1 is kim's."""
    user(firm.store, "kim@public.example", Role.CSM, owner="kim")
    url = links.preferences(sends().number) + "/call"
    assert "Somebody will call you." in client.post(url, data={"text": "mornings, +49 30 123456"}).text
    assert "A call is noted already." in client.post(url, data={"text": "again"}).text
    with firm.store.reading() as connection:
        (task,) = tasks.of(connection, account_id="A1")
    assert (task.assignee, task.detail) == ("kim@public.example", "mornings, +49 30 123456")
    assert task.due_on is not None
    assert task.due_on > clock.now().date()
    assert task.due_on.weekday() < 5
