"""The shell examples that the docs mark with `sh run` run, in the order of their page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, Snippet, snippets

RUN = [snippet for snippet in snippets("sh") if "run" in snippet.info]
BY_PAGE = {page: [snippet for snippet in RUN if snippet.page == page] for page in PAGES}

ACCOUNTS = "account_id,name,signup_date,plan\n" + "".join(
    f"A-{n},Firm {n},2024-0{n}-01,{'pro' if n % 2 else 'basic'}\n" for n in range(1, 10)
)
EVENTS = "account_id,user_id,timestamp,event\n" + "".join(
    f"A-{n},U-{n}-{day % 3},2025-05-{day:02}T09:00:00Z,login\n"
    for n in range(1, 10)
    for day in range(1, 29, n)
)


def exports(folder: Path) -> None:
    """A small folder of exports, as the README speaks of."""
    (folder / "exports").mkdir()
    (folder / "exports" / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (folder / "exports" / "events.csv").write_text(EVENTS, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "page_snippets", [found for found in BY_PAGE.values() if found], ids=lambda found: found[0].page.name
)
def test_the_examples_of_a_page_run(page_snippets: list[Snippet], tmp_path: Path) -> None:
    exports(tmp_path)
    script = "\n".join(["set -euo pipefail", *(snippet.text for snippet in page_snippets)])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_the_readme_and_the_start_are_run() -> None:
    assert {"README.md", "start.md"} <= {snippet.page.name for snippet in RUN}
