"""What the table of docs/security.md names is there, and some of it is checked here."""

import re

import pytest

from tests.docs.pages import DOCS, ROOT, read, sections

ROWS = [line for line in sections(DOCS / "security.md")["OWASP ASVS"].splitlines() if line.startswith("| ")][
    2:
]
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", "\n".join(ROWS))))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_test_that_is_named_is_there(file: str, test: str) -> None:
    text = read(ROOT / file)
    assert f"def {test}(" in text if test else "def test_" in text


def test_a_row_without_its_test_says_that_it_is_left_to_others() -> None:
    assert len(ROWS) > 30
    without = [row for row in ROWS if not re.search(r"`tests/", row)]
    assert [row for row in without if "**left to" not in row] == []


def test_nothing_is_unpickled() -> None:
    for path in sorted((ROOT / "src").rglob("*.py")):
        assert not re.search(r"^\s*(import|from) (pickle|marshal|shelve|dill)\b", read(path), re.MULTILINE), (
            path
        )
