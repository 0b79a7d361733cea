"""The files that browsers fetch."""

import re
from pathlib import Path

import pytest

from keepwell.web.look.assets import address, assets
from vendor import PACKAGES, PICKED

TEMPLATES = Path(__file__).parents[3] / "src/keepwell/web/templates"


def test_every_icon_that_a_page_draws_is_there() -> None:
    drawn = {
        name
        for page in TEMPLATES.rglob("*.j2")
        for name in re.findall(r'm\.icon\("([a-z-]+)"', page.read_text(encoding="utf-8"))
    }
    assert drawn <= set(PICKED)
    sprite = assets()["vendor/icons.svg"].content.decode()
    assert all(f'id="{name}"' in sprite for name in PICKED)


def test_what_is_taken_has_its_licence_and_is_the_version_that_is_named() -> None:
    names = set(assets())
    assert {"vendor/tabler.LICENSE.txt", "vendor/htmx.LICENSE.txt", "vendor/echarts.LICENSE.txt"} <= names
    versions = assets()["vendor/VERSIONS.txt"].content.decode()
    assert all(f"{each.name} {each.version}\n" in versions for each in PACKAGES)
    assert f"Tabler v{PACKAGES[0].version}".encode() in assets()["vendor/tabler.css"].content[:200]


def test_nothing_is_fetched_from_elsewhere() -> None:
    for name in ("app.css", "vendor/tabler.css"):
        found = re.findall(rb"url\(\s*['\"]?(?!data:)([^)'\"]{3,60})", assets()[name].content)
        assert found == [], name


def test_an_address_names_what_is_there() -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{12}/app\.css", address("app.css"))
    with pytest.raises(KeyError):
        address("nowhere.css")
