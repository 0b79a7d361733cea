"""Every worked playbook passes `keepwell check` in the example it fits, and its texts can be written for whoever is known least."""

import re
from pathlib import Path

import pytest

from keepwell.errors import UserError
from keepwell.messages.lint import findings
from keepwell.messages.template import Template
from keepwell.messages.written import written
from keepwell.outreach.journey import walked
from keepwell.outreach.step import Message, Task
from keepwell.project import lint, load
from keepwell.project.playbooks import EXAMPLES, add, playbook, playbooks
from keepwell.project.project import Project
from keepwell.project.scaffold import example, write

AWAY = "https://example.org/unsubscribe"
LEAST = {"account": {"name": "Acme"}, "unsubscribe_url": AWAY, "score": {"reasons": []}}
"""What is known of every account and nothing more."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Project, set[tuple[str, str]]]]:
    """Each example with all the playbooks that fit it, and what had been found in it before."""
    found = {}
    for name in dict.fromkeys(EXAMPLES.values()):
        folder = tmp_path_factory.mktemp(name)
        write(folder, example(name))
        before = {(one.rule, one.what) for one in lint.check(load(folder))}
        for each in (one for one, fits in EXAMPLES.items() if fits == name):
            add(each, folder)
        found[name] = (load(folder), before)
    return found


def test_each_passes_the_check_of_its_example(
    filled: dict[str, tuple[Project, set[tuple[str, str]]]],
) -> None:
    for name, (project, before) in filled.items():
        assert {journey.name for journey in project.journeys} == {
            one for one, fits in EXAMPLES.items() if fits == name
        }
        assert {(one.rule, one.what) for one in lint.check(project)} == before


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_has_a_mail_a_note_in_the_app_and_a_script_and_uses_all_its_texts(
    name: str, filled: dict[str, tuple[Project, set[tuple[str, str]]]]
) -> None:
    journey = filled[EXAMPLES[name]][0].journey(name)
    used = {f"{step.channel}/{step.template}" for step in walked(journey.steps) if isinstance(step, Message)}
    used |= {
        f"call/{step.script}" for step in walked(journey.steps) if isinstance(step, Task) and step.script
    }
    texts = {
        file.removeprefix("templates/").removesuffix(".liquid")
        for file in playbook(name).texts
        if "templates" in file
    }
    assert used == texts
    assert {text.partition("/")[0] for text in texts} == {"email", "in_app", "call"}
    assert journey.description


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_texts_can_be_written_and_read_only_what_the_example_measures(
    name: str, filled: dict[str, tuple[Project, set[tuple[str, str]]]]
) -> None:
    project = filled[EXAMPLES[name]][0]
    signals = {signal.name for signal in project.signals}
    for file, content in playbook(name).texts.items():
        if file.endswith(".yml"):
            continue
        template = Template.read(file.removeprefix("templates/").removesuffix(".liquid"), content)
        message = written(template, LEAST)
        ways_out = (AWAY,) if template.channel == "email" else ()
        assert findings(message, template.channel, ways_out=ways_out) == ()
        assert set(re.findall(r"signals\.(\w+)", content)) <= signals
        if template.channel != "call":
            assert "score." not in content, "customers do not read their score"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    write(tmp_path, example("saas"))
    files = add("win_back", tmp_path)
    assert (
        (tmp_path / "journeys/win_back.yml")
        .read_text(encoding="utf-8")
        .startswith("# yaml-language-server: $schema=../")
    )
    (tmp_path / files[-1]).write_text("Mine", encoding="utf-8")
    (tmp_path / files[0]).unlink()
    with pytest.raises(UserError, match="never overwrites"):
        add("win_back", tmp_path)
    assert not (tmp_path / files[0]).exists()
    assert (tmp_path / files[-1]).read_text(encoding="utf-8") == "Mine"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no playbook 'winback'") as caught:
        playbook("winback")
    assert "'win_back'" in str(caught.value)
    with pytest.raises(UserError, match="holds no project"):
        add("win_back", tmp_path)


def test_the_library_is_whole() -> None:
    assert [one.name for one in playbooks()] == list(EXAMPLES)
    assert len({one.description for one in playbooks()}) == len(EXAMPLES)
