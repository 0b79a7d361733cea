"""Makes the pictures of the README: `python docs/pictures/make.py [PROJECT]`, the demo firm if no project is named.

The terminal's are what the commands print into a terminal of 100 columns, kept as SVG; the report's is a screenshot by the
Chromium that CHROMIUM names (/usr/bin/chromium if it names none).
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURES = Path(__file__).resolve().parent
COLUMNS = 100
MOST_BYTES = 300_000
ACCOUNT = re.compile(r"^  \S.*?  (C-\d+) .*■ red", re.MULTILINE)


def keepwell(folder: Path, *arguments: str) -> str:
    """What `keepwell ARGUMENTS` prints into a terminal, colours and all."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "keepwell", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=child, stderr=subprocess.DEVNULL
    ) as process:
        os.close(child)
        printed = b"".join(iter(lambda: _read(parent), b""))
    os.close(parent)
    if process.returncode:
        raise SystemExit(f"keepwell {' '.join(arguments)} failed in {folder}")
    return printed.decode().replace("\r\n", "\n")


def _read(parent: int) -> bytes:
    try:
        return os.read(parent, 65536)
    except OSError:  # the terminal's end: nobody writes to it any more
        return b""


def draw(command: str, printed: str, most_lines: int, picture: Path) -> None:
    """Keeps the first lines of what a command printed as an SVG that asks nothing of the network."""
    lines = printed.rstrip("\n").split("\n")
    shown = lines[:most_lines] + (["..."] if len(lines) > most_lines else [])
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(
            record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor"
        )
        console.print(Text.from_ansi("\n".join([f"$ {command}", "", *shown])))
        svg = console.export_svg(title=command, theme=MONOKAI)
    picture.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")


def photograph(page: Path, picture: Path) -> None:
    """Keeps the top of the report as a PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        shown = browser.new_page(viewport={"width": 1200, "height": 1250}, color_scheme="light")
        shown.goto(page.as_uri())
        shown.screenshot(path=picture)
        browser.close()
    if picture.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{picture} is larger than {MOST_BYTES:,} bytes: make the viewport smaller")


def make(project: Path, scratch: Path) -> None:
    """Makes all pictures of a project's folder."""
    portfolio = keepwell(project, "score")
    draw("keepwell score", portfolio, 32, PICTURES / "score.svg")
    found = ACCOUNT.search(re.sub(r"\x1b\[[0-9;]*m", "", portfolio))
    if found is None:
        raise SystemExit(f"no account of {project} is red, so that there is none to explain")
    draw(f"keepwell explain {found[1]}", keepwell(project, "explain", found[1]), 58, PICTURES / "explain.svg")
    keepwell(project, "report", "-o", str(scratch / "report.html"))
    photograph(scratch / "report.html", PICTURES / "report.png")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        if len(sys.argv) > 1:
            make(Path(sys.argv[1]), Path(temporary))
        else:
            keepwell(Path(temporary), "demo", "firm")
            make(Path(temporary) / "firm", Path(temporary))
