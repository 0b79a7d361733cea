"""A firm that writes to people, on a real server, and messages that went out."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

import httpx
import pytest

from keepwell import clock
from keepwell.outreach.consent import Basis, Consent
from keepwell.outreach.ledger import Key, Step
from keepwell.outreach.links import SECRET, Links
from keepwell.store import consents, enrollments, ledger
from keepwell.store.ledger import Entry
from keepwell.web.app import app
from keepwell.web.server.serving import Serving
from tests.outreach.made import DAY, enrolled, journey, message
from tests.servers import free_port
from tests.web.firm import quick, small_firm
from tests.web.served import running

__all__ = ["quick"]

RULES = """\
enabled: true
sandbox: true
public_url: {url}
origins: {app}
surveys:
  pulse: {{kind: nps}}
  ease: {{kind: ces, question: Was it easy?, sample: 50%, every: 30 days}}
categories:
  tips: {{about: How to get more out of it, bases: [consent, legitimate_interest]}}
  offers: {{about: Offers}}
  payments: {{about: Invoices, bases: contract, transactional: true}}
"""

APP = f"http://127.0.0.1:{free_port()}"
"""An origin whose pages may show messages in the app."""

BEGUN = enrolled(journey(message("guide")))
_numbers = count(1)

Sends = Callable[..., Entry]


@pytest.fixture(scope="package")
def firm(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Iterator[Serving]:
    """The firm."""
    with small_firm(tmp_path_factory.mktemp("writing")) as made:
        yield made


@pytest.fixture(scope="package")
def client(firm: Serving) -> Iterator[httpx.Client]:
    """Somebody without a cookie, who reads English."""
    with running(app(firm)) as url:
        (firm.folder / "outreach.yml").write_text(RULES.format(url=url, app=APP), encoding="utf-8")
        headers = {"Accept-Language": "en", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
        with httpx.Client(base_url=url, headers=headers, timeout=60) as made:
            yield made


@pytest.fixture(scope="package")
def links(firm: Serving, client: httpx.Client) -> Links:
    """What makes the links in messages."""
    return Links(firm.secret(SECRET), firm.project().outreach.public_url)


@pytest.fixture
def sends(firm: Serving) -> Sends:
    """Hands a message over, to somebody who has agreed a day before, at an hour ago if nothing else is said."""

    def sent(at: datetime | None = None, **fields: Any) -> Entry:
        number = next(_numbers)
        at = clock.now() - DAY / 24 if at is None else at
        to = fields.pop("to", f"ana{number}@firm.example")
        key = Key.to(BEGUN.id, "guide", number, fields.pop("channel", "email"), to)
        made = Entry(key, "A1", fields.pop("category", "tips"), at, at, **fields)
        with firm.store.writing() as connection:
            enrollments.begin(connection, BEGUN)
            entry = ledger.plan(connection, made)
            assert entry is not None
            yes = Consent(Basis.CONSENT, at - DAY, source="form of 2025")
            consents.grant(connection, ledger.recipient_of(connection, entry.number), yes)
            for step in (Step.APPROVE, Step.HAND_OVER, Step.ACCEPT):
                entry = ledger.move(connection, entry, step, at)
        return entry

    return sent
