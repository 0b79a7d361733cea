"""A server that runs forgets by itself what is over."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from keepwell import clock
from keepwell.people import Role
from keepwell.runs.people import sessions
from keepwell.web.app import app
from tests.runs.acme import copied
from tests.web.api.waiting import eventually
from tests.web.entered import user
from tests.web.served import running, serving


def test_a_session_of_long_ago_is_forgotten(acme_loaded: Path, tmp_path: Path) -> None:
    with serving(copied(acme_loaded, tmp_path / "acme")) as stands_on:
        store = stands_on.store
        ada = user(store, "ada@firm.example", Role.ADMIN)
        for days in (31, 0):
            with clock.pinned(clock.now() - timedelta(days=days)), store.writing() as connection:
                sessions.begin(connection, ada, address="203.0.113.7", agent="Firefox", by="password")

        def left() -> int:
            with store.reading() as connection:
                return int(connection.execute(sa.text("SELECT count(*) FROM sessions")).scalar_one())

        assert left() == 2
        with running(app(stands_on)):
            eventually(lambda: left() == 1)
