"""A real provider of OpenID Connect in a process of its own, and somebody who signs in there."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.servers import free_port

HERE = Path(__file__).parent
SECRET = "s e+cret/%"
"""Of signs that have to be encoded on the way."""


def installed(folder: Path) -> Path:
    """The provider with all that it needs, as its lock says."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm to install the provider with")
    for name in ("package.json", "package-lock.json", "server.mjs"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        pytest.skip(f"npm cannot install the provider: {done.stderr[-300:]}")
    return folder


@contextmanager
def provider(folder: Path, callback: str) -> Iterator[str]:
    """The issuer of a provider that sends people back to an address."""
    port = free_port()
    command = ["node", "server.mjs", str(port), callback]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def signs_in(url: str, who: str, back: str) -> str:
    """What somebody does at the provider: the address to which it sends them back, with its answer."""
    with httpx.Client(timeout=30) as client:
        answer = client.get(url)
        for _ in range(12):
            if answer.is_redirect:
                url = urljoin(str(answer.url), answer.headers["location"])
                if url.startswith(back):
                    return url
                answer = client.get(url)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert form, answer.text[:500]
            fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
            if 'name="login"' in answer.text:
                fields |= {"login": who, "password": "anything"}
            answer = client.post(urljoin(str(answer.url), unescape(form[1])), data=fields)
    raise AssertionError("the provider never sent anybody back")
