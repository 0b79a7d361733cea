"""A firm with a person at each account, to all of whom one journey wants to write."""

import atexit
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric import rsa

from keepwell.channels.dkim import Key
from keepwell.channels.mail import MailServer
from keepwell.channels.smtp import Smtp
from keepwell.outreach.consent import Basis, Category, Consent
from keepwell.outreach.enrollment import begun
from keepwell.outreach.journey import Journey
from keepwell.outreach.ledger import Key as Entry
from keepwell.outreach.lot import Drum
from keepwell.outreach.route import route_of
from keepwell.outreach.rules import Rules, Sender, Signing
from keepwell.outreach.step import Message
from keepwell.outreach.trigger import ByHand
from keepwell.project.project import Project
from keepwell.runs.outreach.facts import Facts
from keepwell.runs.outreach.sending import Sending
from keepwell.runs.outreach.ways_out import WaysOut
from keepwell.signals.definition import Aggregate, How, Signal
from keepwell.signals.window import Span, Unit, Window
from keepwell.sources.source import Rates
from keepwell.store import consents, enrollments, ledger
from keepwell.store.address import address
from keepwell.store.engine import Store, made
from keepwell.warehouse.duckdb import open_warehouse
from keepwell.warehouse.protocol import Warehouse

NOW = datetime.now(UTC)
SECRET = b"0123456789abcdef"
EVENTS = 20
"""So many events of late each account has."""

TEXT = """subject: {{ contact.first_name }}, {{ signals.logins }} logins this month

Hello {{ contact.name | default: "there" }},

**{{ account.name }}** has logged in {{ signals.logins }} times in the last four weeks.{% if signals.logins < 30 %} Others of your size do so
thirty times.{% endif %}

- [Read the guide](https://acme.example/guide)
- [Book a call](https://acme.example/call)

Kind regards, {{ sender.name }}
"""
LOGINS = Signal("logins", Aggregate(How.COUNT, "events", window=Window(Span(28, Unit.DAYS))), missing=0)
JOURNEY = Journey("bench", ByHand(), (Message("hello", "hello", "email"),), category="tips")
RULES = Rules(
    enabled=True,
    public_url="https://care.acme.example",
    sender=Sender("success@acme.example", "Acme Success"),
    postal_address="Acme GmbH, Berlin",
    categories={"tips": Category("tips", frozenset({Basis.CONSENT}))},
)


def project(folder: Path) -> Project:
    """The project: one signal, one journey, one text."""
    return Project(
        folder=folder,
        name="bench",
        zone=ZoneInfo("UTC"),
        currency="EUR",
        warehouse=folder / "warehouse.duckdb",
        as_of=None,
        history=10,
        simulated=True,
        value=None,
        rates=Rates(),
        databases={},
        sources=(),
        signals=(LOGINS,),
        segments=(),
        stages=(),
        scorecards=(),
        feeds=(),
        journeys=(JOURNEY,),
        templates={"email/hello": TEXT},
        outreach=RULES,
    )


def sending(folder: Path, count: int, *, signed: bool) -> Callable[[], object]:
    """All that it takes to send so many messages that wait in the ledger; every one of them is taken, or the run fails."""
    os.environ.pop("KEEPWELL_STORE_URL", None)
    store, its = made(address(folder), lasting=True), project(folder)
    warehouse = open_warehouse(its.warehouse)
    _facts(warehouse, count)
    _planned(store, its, count)
    key = Key(Signing("acme.example", "bench"), rsa.generate_private_key(65537, 2048)) if signed else None
    ways = WaysOut({"email": Smtp(MailServer("127.0.0.1", _sink(), False, "", "", ""), key)})
    work = Sending(its, store, Facts(its, warehouse), ways, SECRET)

    def everything() -> None:
        sent = work.everything()
        assert sent.accepted == count, sent

    return everything


def _sink() -> int:
    """The port of a mail server in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True)
    atexit.register(process.kill)
    assert process.stdout is not None
    return int(process.stdout.readline())


def _facts(warehouse: Warehouse, count: int) -> None:
    """Accounts, a champion at each, and some events of theirs."""
    numbers = range(1, count + 1)
    old, day = (
        (NOW - timedelta(days=400)).replace(tzinfo=None),
        (NOW - timedelta(days=1)).replace(tzinfo=None),
    )

    def rows(table: str, accounts: list[int], at: datetime, **columns: list[object]) -> None:
        warehouse.create_facts(table, {})
        book = {
            "account": accounts,
            "key": [str(UUID(int=n)) for n in range(1, len(accounts) + 1)],
            "occurred_at": [at] * len(accounts),
            "known_at": [at] * len(accounts),
            "occurred_on": [at.date()] * len(accounts),
            "source": ["bench"] * len(accounts),
            "load": [1] * len(accounts),
        }
        warehouse.append(f"facts.{table}", pa.table({**book, **columns}))

    mine = list(numbers)
    rows("accounts", mine, old)
    rows("contacts", mine, old, contact=list(mine), role=["champion"] * count)
    many = [n for n in numbers for _ in range(EVENTS)]
    rows("events", many, day, name=["login"] * len(many), contact=list(many))
    ids = [f"A{n}" for n in numbers]
    warehouse.append(
        "directory.accounts",
        pa.table({"account": mine, "account_id": ids, "name": [f"Firm {n}" for n in numbers]}),
    )
    people = {
        "contact": mine,
        "contact_id": [f"P{n}" for n in numbers],
        "name": [f"Ana Person {n}" for n in numbers],
    }
    warehouse.append(
        "directory.contacts", pa.table({**people, "email": [f"p{n}@firm.example" for n in numbers]})
    )


def _planned(store: Store, its: Project, count: int) -> None:
    """An entry for each of them, with consent on record."""
    version, route, drum = its.journey_version(JOURNEY), route_of(JOURNEY), Drum(SECRET)
    with store.writing() as connection:
        for number in range(1, count + 1):
            begins = begun(route, version, f"A{number}", NOW, drum)
            enrollments.begin(connection, replace(begins, done=frozenset({"hello"})))
            key = Entry(begins.id, "hello", 1, f"p{number}@firm.example", "email")
            made_ = ledger.Entry(
                key, f"A{number}", "tips", NOW, NOW, journey="bench", version=version, contact=f"P{number}"
            )
            entry = ledger.plan(connection, made_)
            assert entry is not None
            consents.grant(connection, entry.whom, Consent(Basis.CONSENT, NOW - timedelta(days=90)))
