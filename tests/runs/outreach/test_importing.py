"""Consents and suppressions from a file: good rows are kept once, bad ones are told by line and column."""

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.errors import AbsentError, UserError
from keepwell.outreach.consent import Basis, Cause, Consent, Suppression
from keepwell.outreach.ledger import State
from keepwell.outreach.recipient import erased
from keepwell.outreach.response import Kind, Response
from keepwell.runs.outreach import on_file
from keepwell.runs.outreach.importing import Imported, Refused, imported
from keepwell.runs.outreach.on_file import OnFile
from keepwell.store import audit, consents, ledger, remarks, responses
from keepwell.store.audit import Event
from keepwell.store.engine import Store
from keepwell.store.remarks import Remark, Verdict
from tests.outreach.made import BEGIN
from tests.runs.outreach.handed import ANA, handed

KEY = b"0123456789abcdef"
BERLIN = ZoneInfo("Europe/Berlin")
MAY = datetime(2026, 4, 30, 22, tzinfo=UTC)  # the first of May begins in Berlin

GOOD = """\
Email,Basis,Granted at,Withdrawn at,Category,Source,Cause,Since,Until
Ana@Other.example,consent,2026-05-01,,tips,Form of May,,,
ben@other.example,legitimate interest,2026-05-01T12:00:00+02:00,2026-06-01T00:00:00+00:00,,,,,
eve@other.example,,,,,,hard_bounce,2026-05-01,
kim@other.example,,,,offers,,opt-out,2026-05-01,2026-07-01
"""


def _imported(store: Store, folder: Path, text: str, **fields: str) -> Imported:
    file = folder / "consents.csv"
    file.write_bytes(text.encode("utf-8-sig"))
    return imported(store, file, zone=BERLIN, source=fields.get("source", ""), actor="kim", secret=KEY)


def test_good_rows_are_kept_with_source_and_basis(store: Store, tmp_path: Path) -> None:
    assert _imported(store, tmp_path, GOOD) == Imported(4, 2, 2, ())
    noon, june = datetime(2026, 5, 1, 10, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    july = datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert on_file.every(store) == (
        OnFile("email", ANA, Consent(Basis.CONSENT, MAY, None, None, "tips", "Form of May")),
        OnFile(
            "email",
            "ben@other.example",
            Consent(Basis.LEGITIMATE_INTEREST, noon, june, source="consents.csv"),
        ),
        OnFile("email", "eve@other.example", Suppression(Cause.HARD_BOUNCE, MAY, None, "email")),
        OnFile("email", "kim@other.example", Suppression(Cause.OPT_OUT, MAY, july, None, "offers")),
    )
    with store.reading() as connection:
        last = audit.last(connection, Event.CONSENTS_IMPORTED)
    assert last is not None
    assert (last.actor, last.about) == ("kim", "consents.csv")


def test_importing_again_adds_nothing(store: Store, tmp_path: Path) -> None:
    _imported(store, tmp_path, GOOD)
    assert _imported(store, tmp_path, GOOD) == Imported(4, 0, 0, ())


def test_what_is_exported_can_be_imported(store: Store, tmp_path: Path) -> None:
    _imported(store, tmp_path, GOOD)
    written = io.StringIO()
    assert on_file.export(store, written) == 4
    assert _imported(store, tmp_path, written.getvalue()) == Imported(4, 0, 0, ())


def test_bad_rows_are_told_one_by_one_and_good_ones_are_kept(store: Store, tmp_path: Path) -> None:
    rows = """\
recipient;channel;basis;granted_at;withdrawn_at;cause;since;until
nobody;;consent;2026-05-01;;;;
ana@other.example;;consent;;;;;
ana@other.example;;hope;2026-05-01;;;;
ana@other.example;;;2026-05-01;;;;
ana@other.example;;consent;1.5.2026;;;;
ana@other.example;;consent;2099-05-01;;;;
ana@other.example;;consent;2026-05-01;2026-04-01;;;

ana@other.example;pigeon;consent;2026-05-01;;;;
12345;sms;consent;2026-05-01;;;;
ana@other.example;;consent;;;opt_out;2026-05-01;
ana@other.example;;;;;opt_out;;
ana@other.example;;;;;opt_out;2026-05-01;2026-04-01
+49 (0)30 123456;sms;consent;2026-05-01;;;;
"""
    found = _imported(store, tmp_path, rows)
    assert (found.rows, found.consents, found.suppressions) == (13, 1, 0)
    assert [(each.line, each.column) for each in found.refused] == [
        (2, "recipient"),
        (3, "granted_at"),
        (4, "basis"),
        (5, "basis"),
        (6, "granted_at"),
        (7, "granted_at"),
        (8, "withdrawn_at"),
        (10, "channel"),
        (11, "recipient"),
        (12, "cause"),
        (13, "since"),
        (14, "until"),
    ]
    assert found.refused[4] == Refused(6, "granted_at", "'1.5.2026' is no day or time such as 2026-01-31")
    assert [(each.channel, each.recipient) for each in on_file.every(store)] == [("sms", "+4930123456")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("email,since\n", "there is no column basis"),
        ("basis\nconsent\n", "there is no column recipient"),
        ("email,e-mail,basis\n", "the column recipient twice"),
        ("", "there is no column recipient"),
    ],
)
def test_a_file_without_the_columns_is_told(store: Store, tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        _imported(store, tmp_path, text)


def test_a_file_that_is_not_there_or_no_text_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        imported(store, tmp_path / "no.csv", zone=BERLIN, source="", actor="kim", secret=KEY)
    (tmp_path / "no.csv").write_bytes(b"email,basis\n\xff\xfe,consent\n")
    with pytest.raises(UserError, match="is no CSV file in UTF-8"):
        imported(store, tmp_path / "no.csv", zone=BERLIN, source="", actor="kim", secret=KEY)


def test_who_is_forgotten_leaves_a_number_and_is_not_written_to(store: Store, tmp_path: Path) -> None:
    _imported(store, tmp_path, GOOD)
    entry = handed(store, contact="C1")
    with store.writing() as connection:
        responses.keep(
            connection, Response(entry.number, Kind.CLICKED, BEGIN, detail="https://a.example/?for=ana")
        )
        remarks.keep(connection, Remark(entry.number, Verdict.USEFUL, "I am Ana", BEGIN))
    number = on_file.forget(store, KEY, "email", "ANA@other.example", actor="kim")
    assert number == entry.whom
    with store.reading() as connection:
        left = ledger.get(connection, entry.number)
        assert left is not None
        assert (left.state, left.key.recipient, left.contact) == (
            State.ACCEPTED,
            erased(KEY, "email", ANA),
            "",
        )
        assert ANA not in left.key.recipient
        assert consents.of(connection, number) == ()
        (kept,) = consents.suppressions(connection, number)
        assert kept.cause is Cause.ERASED
        assert [each.detail for each in responses.of(connection, entry.number)] == [""]
        assert [each.words for each in remarks.of(connection, entry.number)] == [""]
    assert ANA not in {each.recipient for each in on_file.every(store)}
    assert on_file.of(store, "email", ANA) == ()
    with pytest.raises(AbsentError, match="nobody of that address"):
        on_file.forget(store, KEY, "email", ANA, actor="kim")


def test_an_old_list_brings_nobody_back_who_was_forgotten(store: Store, tmp_path: Path) -> None:
    _imported(store, tmp_path, GOOD)
    on_file.forget(store, KEY, "email", ANA, actor="kim")
    again = _imported(store, tmp_path, GOOD)
    assert (again.consents, [(each.line, each.column) for each in again.refused]) == (0, [(2, "recipient")])
    with store.writing() as connection:  # she leaves her address anew
        ledger.recipient(connection, "email", ANA)
    assert on_file.forget(store, KEY, "email", ANA, actor="kim") > 0
    assert [each.line for each in _imported(store, tmp_path, GOOD).refused] == [2]
