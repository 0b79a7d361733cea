"""The worked examples: whole projects in YAML, to read, to copy and to change."""

import shutil
from pathlib import Path

NAMES = {
    "saas": "software by subscription: seats, usage, support, renewals",
    "shop": "a shop without contracts: orders and their lateness, judged by rules",
    "services": "a consultancy: projects, talks, bills, and the economy of its clients' sectors",
}
"""Each example's name and what it is about."""


def copy(name: str, folder: Path) -> tuple[Path, ...]:
    """Copies the definitions of an example (one of `NAMES`) into `folder`, and returns the files written.

    Raises:
        FileExistsError: the folder holds a file of that name already; nothing is written then.
    """
    origin = Path(__file__).parent / name
    files = sorted(path.relative_to(origin) for path in origin.rglob("*.yml"))
    for file in files:
        if (folder / file).exists():
            raise FileExistsError(folder / file)
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin / file, folder / file)
    return tuple(folder / file for file in files)
