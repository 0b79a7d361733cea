"""What is over is forgotten, and nothing that still counts."""

from datetime import timedelta

import sqlalchemy as sa

from keepwell import clock
from keepwell.people import Permission, Role
from keepwell.runs import forgetting
from keepwell.runs.forgetting import Forgotten
from keepwell.runs.people import keys, links, sessions, signing_in, tokens
from keepwell.runs.people.links import Offer
from keepwell.store import attempts, requests, sign_ins
from keepwell.store.engine import Store
from keepwell.store.links import Kind
from tests.runs.people.made import ADMIN, PASSWORD, admin, events, person_of, signed_in, token
from tests.store.made import NOON

NOTHING = Forgotten(0, 0, 0, 0, 0, 0)


def _filled(store: Store) -> str:
    """One of each kind at noon, besides the link by which the admin came; gives the key's secret."""
    with clock.pinned(NOON):
        admin(store)
        signed_in(store)
        links.invite(store, "kim@example.com", Offer(Role.CSM), actor=ADMIN)
        made = keys.make(store, person_of(store), "export", [Permission.SCORES_READ], 365)
        with store.writing() as connection:
            until = NOON + signing_in.CODE_WAITS
            sign_ins.begin(connection, sign_ins.Kind.CODE, tokens.digest("a"), {}, at=NOON, until=until)
            attempts.count(connection, tokens.digest("b"), 1, NOON)
            requests.claim(connection, ADMIN, "once", "f", at=NOON, oldest=NOON - timedelta(days=1))
    return made.secret


def _forgotten(store: Store, **later: float) -> Forgotten:
    with clock.pinned(NOON + timedelta(**later)):
        return forgetting.forget(store)


def test_each_kind_goes_when_nobody_can_use_it_any_more(store: Store) -> None:
    _filled(store)
    assert _forgotten(store, minutes=9) == NOTHING
    assert _forgotten(store, minutes=11) == Forgotten(0, 0, 0, sign_ins=1, attempts=0, requests=0)
    assert _forgotten(store, hours=25) == Forgotten(0, 0, 0, 0, attempts=3, requests=1), (
        "the admin and their address count too, of whom nothing failed"
    )
    assert _forgotten(store, days=31) == Forgotten(
        sessions=1, links=1, keys=0, sign_ins=0, attempts=0, requests=0
    )
    assert _forgotten(store, days=36.9) == NOTHING, "the invitation worked for 7 days, and stays for 30 more"
    assert _forgotten(store, days=37.1) == Forgotten(0, links=1, keys=0, sign_ins=0, attempts=0, requests=0)
    assert _forgotten(store, days=365 + 89) == NOTHING
    assert _forgotten(store, days=365 + 91) == Forgotten(0, 0, keys=1, sign_ins=0, attempts=0, requests=0)
    assert _forgotten(store, days=1000) == NOTHING


def test_what_still_counts_stays(store: Store) -> None:
    secret = _filled(store)
    with clock.pinned(NOON + timedelta(days=100)):
        again = signed_in(store)
        came = token(links.invite(store, "ravi@example.com", Offer(Role.CSM), actor=ADMIN))
        before = events(store)
        forgetting.forget(store)
        assert sessions.recognise(store, again) is not None
        assert keys.recognise(store, secret) is not None
        assert links.accept(store, Kind.INVITATION, came, name="Ravi", password=PASSWORD).name == "Ravi"
        assert events(store)[: len(before)] == before, "the audit forgets nothing"
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM sessions")).scalar_one() == 1
