"""Double opt-in: an address is written to once whoever reads its mail has said yes."""

from datetime import timedelta

import httpx
import pytest

from keepwell import clock
from keepwell.errors import ConflictError, UserError
from keepwell.outreach.consent import Basis, Category, on_record
from keepwell.outreach.links import Links
from keepwell.runs.outreach import confirming
from keepwell.store import consents, ledger
from keepwell.web.server.serving import Serving

OFFERS, TIPS = Category("offers"), Category("tips")


def _agreed(firm: Serving, address: str) -> list[bool]:
    with firm.store.writing() as connection:
        granted = consents.of(connection, ledger.recipient(connection, "email", address))
    return [on_record(granted, "email", each, clock.now()) for each in (OFFERS, TIPS)]


def test_only_the_page_s_button_says_yes(client: httpx.Client, firm: Serving, links: Links) -> None:
    url = confirming.ask(firm.store, links, "Eva@New.example", category="offers", source="form")
    assert "Eva" not in url
    assert "about “Offers”" in client.get(url).text
    client.head(url)
    assert _agreed(firm, "eva@new.example") == [False, False]
    for _ in range(2):
        assert "You are on the list." in client.post(url).text
    assert _agreed(firm, "eva@new.example") == [True, False]
    with firm.store.writing() as connection:
        (kept,) = consents.of(connection, ledger.recipient(connection, "email", "eva@new.example"))
    assert (kept.basis, kept.source) == (Basis.CONSENT, "form, confirmed by mail")


def test_a_yes_after_a_no_counts(client: httpx.Client, firm: Serving, links: Links) -> None:
    with firm.store.writing() as connection:
        recipient = ledger.recipient(connection, "email", "ida@new.example")
        consents.opt_out(connection, recipient, clock.now())
    client.post(confirming.ask(firm.store, links, "ida@new.example", category=None, source="form"))
    with firm.store.reading() as connection:
        assert all(each.until is not None for each in consents.suppressions(connection, recipient))
    assert _agreed(firm, "ida@new.example") == [True, True]


def test_a_question_grows_old_and_is_not_put_again_at_once(
    client: httpx.Client, firm: Serving, links: Links
) -> None:
    url = confirming.ask(firm.store, links, "ben@new.example", category=None, source="form")
    with pytest.raises(ConflictError, match="within the last day"):
        confirming.ask(firm.store, links, "BEN@new.example", category=None, source="form")
    with clock.pinned(clock.now() + timedelta(days=8)):
        assert client.post(url).status_code == 404
        confirming.ask(firm.store, links, "ben@new.example", category=None, source="form")
    assert _agreed(firm, "ben@new.example") == [False, False]
    with pytest.raises(UserError, match="is no e-mail address"):
        confirming.ask(firm.store, links, "ben", category=None, source="form")
