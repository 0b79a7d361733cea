"""What the files of deploy/ say is what there is: as far as it can be told without a container engine."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from keepwell.cli.commands.serve import serve
from tests.runs.acme import copied
from tests.web.server.test_process import started

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "keepwell.service").read_text(encoding="utf-8")
    here = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable} -m keepwell", unit, flags=re.M)
    (tmp_path / "keepwell.service").write_text(here, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "keepwell.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_the_units_command_can_be_typed() -> None:
    unit = (DEPLOY / "keepwell.service").read_text(encoding="utf-8")
    words = re.findall(r"^ExecStart=(.+)$", unit, flags=re.M)[0].split()
    assert words[1] == "serve"
    assert parsed(words[2:])["folder"] == Path("/srv/keepwell/project")


def parsed(arguments: list[str]) -> dict[str, object]:
    with click.Context(serve) as context:
        serve.parse_args(context, list(arguments))
        return {name: value for name, value in context.params.items() if name != "json_wanted"}


def instructions() -> dict[str, list[str]]:
    """The Containerfile's instructions, by their word."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            found.setdefault(word, []).append(rest)
    return found


def test_the_container_copies_what_there_is_and_serves_where_it_says() -> None:
    said = instructions()
    for line in said["COPY"]:
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line
    command = json.loads(said["CMD"][0])
    assert command[:2] == ["keepwell", "serve"]
    assert parsed(command[2:]) == {"folder": Path(said["VOLUME"][0]), "host": "0.0.0.0", "port": 8337}
    assert said["EXPOSE"] == ["8337"]
    assert said["USER"] == ["keepwell"]


def test_the_containers_check_of_health_tells_a_server_that_answers(
    acme_loaded: Path, tmp_path: Path
) -> None:
    check = json.loads(instructions()["HEALTHCHECK"][0].split("CMD ", 1)[1])
    with started(copied(acme_loaded, tmp_path / "acme")) as server:
        there = [sys.executable, *check[1:-1], check[-1].replace("http://127.0.0.1:8337", server.url)]
        assert subprocess.run(there, check=False).returncode == 0
    assert subprocess.run(there, check=False, stderr=subprocess.DEVNULL).returncode != 0
