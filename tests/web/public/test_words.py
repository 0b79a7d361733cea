"""Each language says everything, with the same places for what is put in."""

import re
from dataclasses import fields

import pytest

from keepwell.outreach.consent import Basis
from keepwell.outreach.preference import Frequency
from keepwell.outreach.step import Channel
from keepwell.store.remarks import Verdict
from keepwell.web.public.words import ENGLISH, GERMAN, LANGUAGES, Words, preferred


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
def test_a_language_says_everything(words: Words) -> None:
    for field in fields(Words):
        said, english = getattr(words, field.name), getattr(ENGLISH, field.name)
        assert said
        if isinstance(said, str) and field.name != "day":
            assert re.findall(r"\{.*?\}", said) == re.findall(r"\{.*?\}", english), field.name
    for kind, told in (
        (Basis, words.bases),
        (Frequency, words.frequencies),
        (Verdict, words.verdicts),
        (Channel, words.channels),
    ):
        assert set(map(str, kind)) == set(told)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", ENGLISH),
        ("de", GERMAN),
        ("de-CH, fr;q=0.9", GERMAN),
        ("fr, de;q=0.5, en;q=0.8", ENGLISH),
        ("fr", ENGLISH),
        ("en;q=0, de;q=0.1", GERMAN),
        ("*, nonsense;;q=2", ENGLISH),
    ],
)
def test_the_reader_s_favourite_language_is_taken(header: str, words: Words) -> None:
    assert preferred(header) is words
