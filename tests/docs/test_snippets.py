"""Every YAML snippet of the docs is a sound part of a project."""

from pathlib import Path

import pytest

from keepwell import project
from tests.docs import acme
from tests.docs.pages import Snippet, snippets

SNIPPETS = snippets("yaml")
DEFINITIONS = [snippet for snippet in SNIPPETS if len(snippet.info) > 1]


def test_there_are_snippets_of_every_kind() -> None:
    assert {snippet.info[1] for snippet in DEFINITIONS} == {*acme.PIECES, acme.SCORECARD}


@pytest.mark.parametrize("snippet", DEFINITIONS, ids=str)
def test_a_definition_is_sound(snippet: Snippet, tmp_path: Path) -> None:
    acme.write(tmp_path, snippet.info[1], snippet.text)
    project.load(tmp_path)


@pytest.mark.parametrize("snippet", [one for one in SNIPPETS if len(one.info) == 1], ids=str)
def test_any_other_snippet_is_a_comment(snippet: Snippet) -> None:
    assert acme.parsed(snippet.text) is None
