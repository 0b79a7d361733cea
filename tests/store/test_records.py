"""Snapshots, versions, what was applied, waivers and certificates: written, and read as they were written."""

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from keepwell.store import applied, audit, certificates, snapshots, versions, waivers
from keepwell.store.applied import Kind
from keepwell.store.engine import Store
from keepwell.store.tables import TEXTS
from keepwell.store.versions import Seen
from tests.store.made import NOON


def test_a_snapshot_is_read_as_it_was_kept_and_equal_texts_are_kept_once(store: Store) -> None:
    texts = {
        "keepwell.yml": "\ufeffproject: größe\r\n",
        "scorecards/a.yml": "x: 1\n",
        "scorecards/b.yml": "x: 1\n",
    }
    with store.writing() as connection:
        before = connection.execute(sa.select(sa.func.count()).select_from(TEXTS)).scalar_one()
        snapshots.keep(connection, "s", texts, NOON)
        snapshots.keep(connection, "s", {"another": "text"}, NOON)
        assert snapshots.texts(connection, "s") == texts
        assert set(snapshots.digests(connection, "s")) == set(texts)
        after = connection.execute(sa.select(sa.func.count()).select_from(TEXTS)).scalar_one()
        assert after - before == 2
        assert snapshots.texts(connection, "unknown") == {}


def test_a_version_keeps_its_first_sight(store: Store) -> None:
    with store.writing() as connection:
        seen = versions.see(connection, Seen("one", "files of two", NOON + timedelta(days=1)))
        assert seen == Seen("one", "files of one", NOON, {"health": "hone"})
        assert versions.get(connection, "three") is None


def test_what_was_applied_is_told_in_order(store: Store) -> None:
    with store.writing() as connection:
        assert applied.latest(connection) is None
        for version, kind in (("one", Kind.APPLY), ("two", Kind.APPLY), ("one", Kind.ROLLBACK)):
            last = applied.add(
                connection,
                version=version,
                snapshot=f"files of {version}",
                at=NOON,
                actor="kim",
                why="it was agreed",
                kind=kind,
            )
        assert applied.latest(connection) == last
        past = applied.history(connection)
    assert [each.version for each in past] == ["one", "two", "one"]
    assert [each.number for each in past] == sorted({each.number for each in past})
    assert past[-1].kind is Kind.ROLLBACK


def test_instants_come_back_in_utc_and_naive_ones_are_refused(store: Store) -> None:
    berlin = datetime(2025, 6, 30, 14, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as connection:
        waivers.give(connection, "nps", "auc", why="known", actor="kim", at=berlin)
        (found,) = waivers.in_force(connection)
        assert (found.at, found.at.utcoffset()) == (berlin, timedelta(0))
    with pytest.raises(sa.exc.StatementError, match="aware instants"), store.writing() as connection:
        waivers.give(connection, "nps", "auc", why="", actor="kim", at=NOON.replace(tzinfo=None))


def test_a_waiver_holds_until_it_is_revoked(store: Store) -> None:
    with store.writing() as connection:
        waivers.give(connection, "nps", "auc", why="known before", actor="kim", at=NOON)
        waivers.give(connection, "seats", "auc", why="known too", actor="kim", at=NOON)
        assert waivers.revoke(connection, "nps", "auc", actor="ravi", at=NOON) == 1
        assert waivers.revoke(connection, "nps", "auc", actor="ravi", at=NOON) == 0
        assert [each.subject for each in waivers.in_force(connection)] == ["seats"]
        assert [each.event for each in audit.entries(connection)] == [
            "waiver:given",
            "waiver:given",
            "waiver:revoked",
        ]


def test_the_last_certificate_of_each_outcome_counts(store: Store) -> None:
    with store.writing() as connection:
        for outcome, auc in (("churn", 0.6), ("renewal", 0.7), ("churn", 0.8)):
            certificates.keep(connection, "hone", outcome, {"auc": auc}, NOON)
        certificates.keep(connection, "htwo", "churn", {"auc": 0.1}, NOON)
        found = certificates.latest(connection, "hone")
    assert [(each.outcome, each.content) for each in found] == [
        ("churn", {"auc": 0.8}),
        ("renewal", {"auc": 0.7}),
    ]
