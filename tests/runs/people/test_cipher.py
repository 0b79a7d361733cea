"""What was hidden is shown again by the same key alone."""

import pytest

from keepwell.errors import StoreError
from keepwell.runs.people.cipher import Cipher

OURS = Cipher(b"k" * 32)


def test_what_is_hidden_is_shown_again() -> None:
    first, second = OURS.hide("GEZDGNBVGY3TQOJQ"), OURS.hide("GEZDGNBVGY3TQOJQ")
    assert first != second
    assert "GEZDGNBVGY3TQOJQ" not in first
    assert OURS.show(first) == OURS.show(second) == "GEZDGNBVGY3TQOJQ"


def test_another_key_shows_nothing() -> None:
    with pytest.raises(StoreError, match="enciphered with another key"):
        Cipher(b"o" * 32).show(OURS.hide("secret"))


def test_what_was_touched_is_told() -> None:
    kept = OURS.hide("secret")
    touched = ("B" if kept[0] == "A" else "A") + kept[1:]
    with pytest.raises(StoreError):
        OURS.show(touched)
