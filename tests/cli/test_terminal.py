"""On a terminal there is colour and progress; NO_COLOR takes the colour away, and words remain."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from keepwell.cli.screens.strokes import verbatim
from keepwell.cli.terminal import show
from tests.cli.run import keepwell
from tests.cli.test_commands import make

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")


def on_a_terminal(folder: Path, *arguments: str, environment: Mapping[str, str]) -> str:
    """What a command writes to a terminal of 80 columns, standard error among it."""
    ours, theirs = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "KEEPWELL_NOW")}
    with subprocess.Popen(
        [sys.executable, "-m", "keepwell", *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**known, "TERM": "xterm-256color", "COLUMNS": "80", **environment},
    ) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed: Linux says so with an error
                break
            if not piece:
                break
            written += piece
        process.wait(timeout=60)
    os.close(ours)
    assert process.returncode == 0, written.decode()
    return written.decode()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("acme"))
    assert keepwell("load", cwd=folder).returncode == 0
    return folder


def test_a_terminal_gets_colour_and_a_bar(acme: Path) -> None:
    text = on_a_terminal(acme, "score", environment={})
    assert COLOUR.search(text)
    assert "scored" in text


def test_no_color_takes_colour_away_and_words_remain(acme: Path) -> None:
    text = on_a_terminal(acme, "score", environment={"NO_COLOR": "1"})
    assert not COLOUR.search(text)
    assert "■ red" in text


def test_binary_formats_are_not_written_to_a_terminal(acme: Path) -> None:
    with pytest.raises(AssertionError, match="xlsx is not for a terminal"):
        on_a_terminal(acme, "score", "--format", "xlsx", environment={"NO_COLOR": "1"})


def test_output_that_knows_only_ascii_still_says_everything(acme: Path) -> None:
    done = keepwell("score", cwd=acme, environment={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "# red" in done.stdout
    assert "?" not in done.stdout


def test_what_somebody_may_copy_is_never_wrapped_or_cut(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines = "-      active_days: {weight: 20}  # " + "w" * 200 + "\n+ short"
    show(verbatim(lines))
    assert capsys.readouterr().out == lines + "\n"
    show(verbatim(lines), output=tmp_path / "said.txt")
    assert (tmp_path / "said.txt").read_text(encoding="utf-8") == lines + "\n"
