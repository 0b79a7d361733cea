"""Every command and option is in the docs, and every one in the docs is there."""

import re
import shlex

import click
import pytest

from keepwell.cli.main import COMMANDS, keepwell
from tests.docs.pages import DOCS, PAGES, read, sections, snippets

COMMANDS_PAGE = DOCS / "commands.md"


def options(name: str) -> set[str]:
    """Every way in which a command's options can be spelt."""
    command = keepwell.get_command(click.Context(keepwell), name)
    assert command is not None
    return {
        spelling
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for spelling in parameter.opts
    }


def test_every_command_has_its_section_and_every_section_its_command() -> None:
    assert [heading.removeprefix("keepwell ") for heading in sections(COMMANDS_PAGE)] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_every_option_and_no_other(name: str) -> None:
    section = sections(COMMANDS_PAGE)[f"keepwell {name}"]
    head = [line for line in section.splitlines() if line.startswith("| `-")]
    told = {
        option for line in head for option in re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", line.split("|")[1])
    }
    assert told == options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_an_example(name: str) -> None:
    assert f"\nkeepwell {name}" in sections(COMMANDS_PAGE)[f"keepwell {name}"]


def test_every_command_line_in_the_docs_can_be_typed() -> None:
    lines = [
        (str(snippet), command)
        for snippet in snippets("sh")
        for line in snippet.text.splitlines()
        for command in re.split(r"&&|\||>", line.split(" #")[0])
        if command.strip().startswith("keepwell ")
    ]
    assert lines
    for where, line in lines:
        _, name, *arguments = shlex.split(line)
        assert name in COMMANDS, (where, line)
        assert {word for word in arguments if word.startswith("-")} <= options(name), (where, line)


def test_every_command_named_in_a_sentence_is_there() -> None:
    for page in PAGES:
        for name, rest in re.findall(r"`keepwell ([a-z]\w*)([^`]*)`", read(page)):
            assert name in COMMANDS, page
            assert set(re.findall(r"(?<=\s)--?[a-zA-Z][\w-]*", rest)) <= options(name), (page, name, rest)
