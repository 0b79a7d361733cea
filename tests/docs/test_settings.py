"""Every key of every definition file is in project.md, and every key there is one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from keepwell.project.lint.registry import RULES
from keepwell.project.schema import SHAPES, json_schema
from tests.docs.pages import DOCS, first_names, sections

PROJECT = DOCS / "project.md"
FOLDERS = {"scorecard": "scorecards", "model": "models", "journey": "journeys"}
HEADINGS = {kind: FOLDERS.get(kind, f"{kind}.yml") for kind in SHAPES}


def keys(schema: Any) -> Iterator[str]:
    """Every property's name, at any depth of a JSON Schema."""
    match schema:
        case dict():
            for word, value in schema.items():
                if word == "properties":
                    yield from value
                    yield from (key for below in value.values() for key in keys(below))
                elif word not in ("if", "then"):
                    yield from keys(value)
        case list():
            for item in schema:
                yield from keys(item)


def told(kind: str) -> set[str]:
    """The last part of every key in the docs; capitals, which stand for names of one's own, are none."""
    return {path.rpartition(".")[2] for path in first_names(sections(PROJECT)[HEADINGS[kind]])}


@pytest.mark.parametrize("kind", SHAPES)
def test_the_docs_have_every_key_and_no_other(kind: str) -> None:
    assert told(kind) == set(keys(json_schema(kind)))


def test_the_docs_have_every_rule_of_good_practice_and_no_other() -> None:
    assert first_names(sections(PROJECT)["Good practice"]) == [rule.name() for rule in RULES]


def test_rules_that_are_named_elsewhere_are_there() -> None:
    named = re.findall(r"ignore: \[(\w+)\]", PROJECT.read_text(encoding="utf-8"))
    assert named
    assert set(named) <= {rule.name() for rule in RULES}
