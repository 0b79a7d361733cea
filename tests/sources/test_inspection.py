"""What is found in a delimited text before an engine reads it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.sources import inspection, record
from keepwell.sources.inspection import Inspection, inspect

_PIECES = st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "a", "long text", " ", "é", '"x","y\nz",', "1,2,3\n"]
)


def _inspect(text: str, header: bool = False) -> Inspection:
    return inspect(io.BytesIO(text.encode()), ",", 3, header=header, skip=0)


def test_sound_text_has_no_gaps_and_no_jumps() -> None:
    found = _inspect('a,b,c\n1,"x, y","z ""q"""\n2,24" x 3", "spaced" \n\n\n')
    assert found.sound
    assert found.broken == []


def test_a_record_of_two_lines_moves_what_follows_it() -> None:
    found = _inspect('a,b,c\n1,2,3\n1,"x\ny",3\n4,5,6\n', header=True)
    assert found.sound
    assert [list(each) for each in found.jumps] == [[2], [1]]


def test_blank_and_broken_lines_are_gaps() -> None:
    text = 'a,b,c\n\n1,"x,3\n4,5,6\n'
    found = _inspect(text, header=True)
    assert [(each.line, each.text) for each in found.broken] == [(3, '1,"x,3')]
    assert [text[first:last] for first, last in found.gaps] == ["\n", '1,"x,3\n']
    assert [list(each) for each in found.jumps] == [[0], [2]]


def test_a_broken_header_is_told() -> None:
    header = _inspect('a,"b,c\n1,2,3\n', header=True).header
    assert header is not None
    assert (header.line, header.text) == (1, 'a,"b,c')


@given(st.lists(_PIECES, max_size=200).map("".join))
def test_windows_however_small_find_the_same(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection, "MOST_BYTES", 100)
        patch.setattr(record, "MOST_BYTES", 100)
        whole = _inspect(text)
        patch.setattr(inspection, "_WINDOW_BYTES", 64)
        assert _inspect(text) == whole


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_every_line_is_of_a_record_or_a_gap(text: str) -> None:
    found = _inspect(text)
    octets = text.encode()
    for first, last in found.gaps:
        assert octets[first:last].count(b"\n") <= 1
    assert found.gaps == sorted(found.gaps)
    assert len({each.line for each in found.broken}) == len(found.broken)
