"""Every dependency is explained, and the lock is plain."""

import re
import tomllib
from itertools import chain

from tests.docs.pages import ROOT, first_names, read, sections

NAME = re.compile(r"[A-Za-z0-9._-]+")


def declared(*left_out: str) -> set[str]:
    """Every dependency that pyproject.toml names, but those of some extras."""
    said = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    extras = [names for extra, names in said["optional-dependencies"].items() if extra not in left_out]
    everything = chain(said["dependencies"], *extras)
    return {match[0] for requirement in everything if (match := NAME.match(requirement))}


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_explained_once_and_nothing_else_is() -> None:
    assert sorted(first_names(sections(ROOT / "CONTRIBUTING.md")["Dependencies"])) == sorted(declared())


def test_the_lock_is_plain_and_pins_whatever_the_tests_need() -> None:
    lines = read(ROOT / "constraints.txt").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []
    pinned = {normal(line.partition("==")[0]) for line in lines}
    assert {normal(name) for name in declared("bench")} <= pinned
