"""Letters on paper and messages by Apprise: what is written, and what is told where that cannot be."""

import csv
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.channels.apprise import Apprise
from keepwell.channels.channel import Answer, Fate, Letter
from keepwell.channels.letter_file import LetterFile
from keepwell.errors import UserError
from keepwell.outreach.rules import Sender
from tests.channels.receiver import receiving

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise reads a module that Python has deprecated."""

LETTER = Letter(
    1, "direct_mail", "Torstr. 1\n10119 Berlin", Sender("a@acme.example", "Acme"), "Hello", 'Dear "Ana",\nhi\n', "",
    datetime(2026, 7, 1, 12, tzinfo=UTC), key="k1", to_name="Ana Person",
)  # fmt: skip


def test_letters_are_rows_of_a_file_for_each_day(tmp_path: Path) -> None:
    letters = LetterFile(tmp_path / "letters")
    assert letters.hand_over(LETTER) == Answer(Fate.ACCEPTED, "2026-07-01.csv")
    assert letters.hand_over(replace(LETTER, key="k2")).fate is Fate.ACCEPTED
    with (tmp_path / "letters" / "2026-07-01.csv").open(encoding="utf-8", newline="") as file:
        head, first, second = csv.reader(file)
    assert head == ["key", "name", "address", "from", "subject", "text"]
    assert first == ["k1", "Ana Person", "Torstr. 1\n10119 Berlin", "Acme", "Hello", 'Dear "Ana",\nhi\n']
    assert second[0] == "k2"


def test_a_folder_that_cannot_be_written_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("a file", encoding="utf-8")
    assert LetterFile(tmp_path / "letters").hand_over(LETTER).fate is Fate.DEFERRED


def test_a_message_goes_by_apprise_to_whom_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as taking:
        monkeypatch.setenv("ACME_SMS", f"json://127.0.0.1:{taking.port}/to/{{to}}")
        channel = Apprise.declared("sms", "ACME_SMS")
        answer = channel.hand_over(replace(LETTER, recipient="+4930123456", text="Your code"))
    assert answer.fate is Fate.ACCEPTED
    ((path, _, body),) = taking.got
    assert "4930123456" in path
    assert "Your code" in body
    assert "ACME" not in repr(channel)
    assert "127.0.0.1" not in repr(channel)


def test_nobody_who_takes_it_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SMS", "json://127.0.0.1:9/")
    answer = Apprise.declared("sms", "ACME_SMS").hand_over(LETTER)
    assert answer.fate is Fate.UNKNOWN
    assert "127.0.0.1" not in answer.said


def test_what_cannot_be_used_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_SMS", raising=False)
    with pytest.raises(UserError, match="ACME_SMS, which is not set"):
        Apprise.declared("sms", "ACME_SMS")
    monkeypatch.setenv("ACME_SMS", "nonsense")
    with pytest.raises(UserError, match="holds no address that Apprise knows"):
        Apprise.declared("sms", "ACME_SMS")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UserError, match="not installed") as caught:
        Apprise.declared("sms", "ACME_SMS")
    assert caught.value.do == "pip install 'keepwell[channels]'"
