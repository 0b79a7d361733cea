"""Texts of messages: mistakes are told with their line, and e-mails without a way out are named."""

from pathlib import Path

import pytest

from keepwell.errors import DefinitionError
from keepwell.project import lint, load
from tests.cli.test_commands import make

GOOD = "subject: Hello\n\nText\n\n[Out]({{ unsubscribe_url }})\n"


def wrong(folder: Path) -> list[tuple[str, str]]:
    return [(one.where, one.what) for one in lint.check(load(folder)) if one.rule == "no_way_out"]


def test_emails_without_a_way_out_are_named(tmp_path: Path) -> None:
    folder = make(
        tmp_path,
        **{
            "templates/email/good.liquid": GOOD,
            "templates/email/bad.liquid": "subject: Hello\n\nunsubscribe_url\n",
            "templates/in_app/note.liquid": "Text\n",
        },
    )
    assert wrong(folder) == [("templates/email/bad.liquid:1", "nobody can unsubscribe from email/bad")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (GOOD + "{% if a %}\n", 6),
        (GOOD + "\n{{ a | no_such_filter }}\n", 7),
        (GOOD + "{% no_such_tag %}\n", 6),
        (GOOD + "{{ a", 6),
    ],
)
def test_what_is_no_template_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    folder = make(tmp_path, **{"templates/email/broken.liquid": text})
    with pytest.raises(DefinitionError) as raised:
        load(folder)
    (problem,) = raised.value.problems
    assert str(problem).startswith(f"templates/email/broken.liquid:{line}: ")
