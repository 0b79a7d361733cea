"""Writing a project's folder: a worked example's YAML, or a proposal's. Nothing that is there is ever overwritten."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from keepwell.errors import UserError
from keepwell.project import schema
from keepwell.project.folder import KEEPWELL
from keepwell.project.report import hint
from keepwell.project.schema import SCHEMAS

IGNORED = ".keepwell/\ndata/\ntruth/\n"
_KINDS = {
    "keepwell.yml": "keepwell",
    "sources.yml": "sources",
    "signals.yml": "signals",
    "segments.yml": "segments",
    "outcomes.yml": "outcomes",
    "governance.yml": "governance",
    "outreach.yml": "outreach",
}
_FOLDERS = {"scorecards": "scorecard", "models": "model", "journeys": "journey"}


def examples() -> tuple[str, ...]:
    """The names of the worked examples."""
    return tuple(sorted(entry.name for entry in _examples().iterdir() if (entry / KEEPWELL).is_file()))


def example(name: str) -> dict[str, str]:
    """The files of a worked example, by name.

    Raises:
        UserError: there is no such example.
    """
    if name not in examples():
        raise UserError(f"there is no example {name!r}", do=hint(name, examples()))
    return dict(sorted(_texts(_examples() / name, "")))


def write(folder: Path, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Writes a project's files into a folder, with their schemas for editors and a `.gitignore`; gives the files' names.

    Raises:
        UserError: one of them is there already; nothing is written then.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file, not a folder", where=str(folder), do="name another folder")
    there = [name for name in texts if (folder / name).exists()]
    if there:
        raise UserError(
            f"{folder} holds {', '.join(there[:4])} already, which `init` never overwrites",
            where=str(folder / there[0]),
            do=f"name another folder, or move {'it' if len(there) == 1 else 'them'} away",
        )
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(with_schema(name, text), encoding="utf-8")
    schema.write(folder / SCHEMAS)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text(IGNORED, encoding="utf-8")
    return tuple(texts)


def with_schema(name: str, text: str) -> str:
    """The text with a first line that tells editors its schema, unless it has one or is none of a project's files."""
    depth = name.count("/")
    kind = _FOLDERS.get(name.partition("/")[0]) if depth else _KINDS.get(name)
    if kind is None or text.startswith("# yaml-language-server:"):
        return text
    return f"{schema.comment(kind, '../' * depth + SCHEMAS)}\n{text}"


def _examples() -> Traversable:
    return files("keepwell.project") / "examples"


def _texts(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found.extend(_texts(entry, f"{prefix}{entry.name}/"))
        elif entry.name.endswith(".yml"):
            found.append((f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")))
    return found
