"""A small firm with people at its accounts, to whom journeys want to write."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from keepwell.clock import pinned
from keepwell.outreach.consent import Basis, Category, Consent
from keepwell.outreach.engine import Advanced, Intent
from keepwell.outreach.enrollment import Enrollment, begun
from keepwell.outreach.journey import Journey
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import route_of
from keepwell.outreach.rules import Rules, Sender
from keepwell.outreach.step import Message
from keepwell.outreach.trigger import ByHand
from keepwell.project.project import Project
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.planning import Planned, plan
from keepwell.runs.outreach.sending import Sending, Sent
from keepwell.runs.outreach.ways_out import WaysOut
from keepwell.store import consents, engine, enrollments, ledger, sandbox
from keepwell.store.address import URL_VARIABLE, address
from keepwell.store.engine import Store
from keepwell.store.ledger import Entry
from keepwell.store.sandbox import Shown
from tests.runs.firm import AS_OF, Firm, ago, project

KEY = b"0123456789abcdef"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXT = "subject: Hello {{ contact.first_name | default: 'there' }}\n\nYou logged in {{ signals.logins }} times. [Guide](https://acme.example/guide)\n"
RULES = Rules(
    enabled=True,
    sandbox=True,
    public_url="https://care.acme.example",
    sender=Sender("success@acme.example", "Acme"),
    postal_address="Acme GmbH, Berlin",
    senders={"billing": Sender("billing@acme.example", "Acme Billing", "desk@acme.example")},
    categories={
        "tips": Category("tips", frozenset({Basis.CONSENT})),
        "payments": Category("payments", frozenset({Basis.CONTRACT}), transactional=True),
    },
)
TEMPLATES = {
    "email/hello": TEXT,
    "email/hello.de": TEXT.replace("Hello", "Hallo"),
    "email/offered": "subject: A gift\n\n{% if offer %}Code {{ offer.code }}{% else %}No gift{% endif %}\n",
    "email/broken": "subject: Hi\n\n{{ account.nickname }}\n",
    "in_app/hello": "Hello {{ contact.name }}\n",
    "sms/hello": "Hello {{ contact.name }}\n",
}


def hello(id: str = "hello", **fields: Any) -> Message:
    """An e-mail to the champion."""
    made: dict[str, Any] = {"template": "hello", "channel": "email"}
    return Message(id, **(made | fields))


def journey(*steps: Message, name: str = "rescue", **fields: Any) -> Journey:
    """A journey of messages, of the category `tips`."""
    made: dict[str, Any] = {"category": "tips"}
    return Journey(name, ByHand(), steps or (hello(),), **(made | fields))


@dataclass
class Post:
    """The firm, its store, and a project whose journeys write; instants are counted in hours from `AS_OF`, a midnight in UTC."""

    firm: Firm
    store: Store
    project: Project
    secret: bytes = KEY
    _people: int = 10
    _wanted: int = field(default=0, repr=False)

    @property
    def facts(self) -> Facts:
        """The firm's facts."""
        return Facts(self.project, self.firm.warehouse)

    def account(self, number: int = 1, **columns: Any) -> None:
        """An account of long standing that has logged in thrice of late."""
        self.firm.account(number, ago(400), seats=10, **columns)
        self.firm.logins(number, ago(1), ago(2), ago(3))

    def person(self, account: int, id: str, role: str = "champion", **said: Any) -> None:
        """Somebody at an account, who has consented to everything unless `consent` is false."""
        self._people += 1
        number, consent = self._people, said.pop("consent", True)
        email, name = said.pop("email", f"{id}@firm.example"), said.pop("name", f"{id.title()} Person")
        uses = said.pop("uses", 0)
        row = {"account": account, "occurred_at": ago(100), "contact": number, "role": role, **said}
        self.firm.facts("contacts", [row])
        called = {"contact": [number], "contact_id": [id], "name": [name], "email": [email]}
        self.firm.warehouse.append("directory.contacts", pa.table(called))
        if uses:
            used = [
                {"account": account, "occurred_at": ago(1), "name": "login", "contact": number}
                for _ in range(uses)
            ]
            self.firm.facts("events", used)
        if consent and email:
            self.consent(email)

    def consent(self, email: str, basis: Basis = Basis.CONSENT, **fields: Any) -> int:
        """A basis on record for an address; the number of the recipient."""
        with self.store.writing() as connection:
            number = ledger.recipient(connection, "email", email.lower())
            consents.grant(connection, number, Consent(basis, ago(90), **fields))
        return number

    def want(
        self, account: int = 1, step: str = "hello", *, name: str = "rescue", hours: float = 0
    ) -> Enrollment:
        """The account comes to a step of a journey, which wants its message sent."""
        found = self.project.journey(name)
        self._wanted += 1
        version = self.project.journey_version(found)
        at = AS_OF + hours * HOUR
        begins = begun(route_of(found), version, f"A{account}", at, Drum(KEY), earlier=self._wanted)
        steps = {each.id: each for each in found.steps if isinstance(each, Message)}
        after = replace(begins, at=at, done=frozenset({step}))
        intent = Intent(begins.id, steps[step], 1, at, steps[step].offer)
        with self.store.writing() as connection:
            enrollments.begin(connection, begins)
            enrollments.keep(connection, begins, Advanced(after, (intent,), None))
        return after

    def plan(self, hours: float = 0) -> Planned:
        """Plans what is wanted."""
        with pinned(AS_OF + hours * HOUR):
            return plan(self.project, self.store, self.facts, AS_OF + hours * HOUR)

    def send(self, hours: float = 0, ways: WaysOut | None = None, **fields: Any) -> Sent:
        """Sends what is due."""
        with pinned(AS_OF + hours * HOUR):
            out = ways or WaysOut(caught=True)
            return Sending(self.project, self.store, self.facts, out, self.secret, **fields).everything()

    def entries(self, **said: Any) -> list[Entry]:
        """The ledger, the oldest first."""
        with self.store.reading() as connection:
            return list(reversed(ledger.of(connection, **said)))

    def fates(self) -> list[tuple[str, str, str]]:
        """Of each entry the recipient, the state and the reason."""
        return [(each.key.recipient, str(each.state), each.reason) for each in self.entries()]

    def caught(self) -> list[Shown]:
        """What the sandbox has caught, the oldest first."""
        with self.store.reading() as connection:
            return list(reversed(sandbox.shown(connection)))


def posted(firm: Firm, store: Store, *journeys: Journey, rules: Rules = RULES, **fields: Any) -> Post:
    """The firm with journeys and the rules of outreach; its facts are known as of the time at which something is done."""
    made = project(**({"as_of": None, "templates": TEMPLATES} | fields))
    return Post(firm, store, replace(made, journeys=journeys or (journey(),), outreach=rules))


def lite(seeded: Path, folder: Path, patch: pytest.MonkeyPatch) -> Store:
    """A store in a SQLite file of the folder, copied from one that is made."""
    patch.delenv(URL_VARIABLE, raising=False)
    at = address(folder)
    assert at.file is not None
    at.file.parent.mkdir(exist_ok=True)
    shutil.copy(seeded, at.file)
    found = engine.existing(at)
    assert found is not None
    return found


def at(hours: float) -> datetime:
    """An instant so many hours after `AS_OF`."""
    return AS_OF + hours * HOUR
