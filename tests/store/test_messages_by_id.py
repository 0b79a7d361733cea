"""Entries that were kept before the store knew their Message-ID get it with the step that brings it."""

import sqlalchemy as sa

from keepwell.outreach.ledger import Key
from keepwell.store import engine, enrollments, ledger, schema
from keepwell.store.address import Address
from tests.outreach.made import BEGIN, enrolled, journey, message

BEGUN = enrolled(journey(message("guide")))
KEY = Key.to(BEGUN.id, "guide", 1, "email", "ana@firm.example")


def test_old_entries_are_known_by_their_message_id(at: Address) -> None:
    if at.file is not None:
        at.file.parent.mkdir(parents=True, exist_ok=True)
    store = engine.opened(at)
    with store.writing() as connection:
        schema.upgrade(connection, "0005")
        enrollments.begin(connection, BEGUN)
        ana = ledger.recipient(connection, "email", "ana@firm.example")
        row = {
            "enrollment": BEGUN.id,
            "step": "guide",
            "occurrence": 1,
            "recipient": ana,
            "channel": "email",
            "account_id": "A1",
            "category": "tips",
            "transactional": False,
            "state": "planned",
            "reason": "",
            "planned_at": BEGIN,
            "changed_at": BEGIN,
        }
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(sa.text(f"INSERT INTO ledger ({names}) VALUES ({values})"), row)
    engine.upgrade(at)
    with store.reading() as connection:
        found = ledger.named(connection, [KEY.message])
        assert found is not None
        assert found.key == KEY
