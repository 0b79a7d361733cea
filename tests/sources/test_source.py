"""What a source is, as data."""

import pytest

from keepwell.sources.source import MaxRejects


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (MaxRejects(count=2500), "2,500"),
        (MaxRejects(share=0.01), "1% of the rows"),
        (MaxRejects(share=0.0025), "0.25% of the rows"),
        (MaxRejects(share=0.0), "0% of the rows"),
    ],
)
def test_how_many_rejects_are_too_many_in_words(most: MaxRejects, words: str) -> None:
    assert str(most) == words


def test_as_many_rejects_as_allowed_are_not_too_many() -> None:
    assert not MaxRejects(share=0.01).exceeded(5, 500)
    assert MaxRejects(share=0.01).exceeded(6, 500)
    assert not MaxRejects(count=3).exceeded(3, 10)
