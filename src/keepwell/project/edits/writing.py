"""Makes edits in a project's folder."""

from collections.abc import Iterable
from pathlib import Path

from keepwell.project.edits.adding import added
from keepwell.project.edits.edit import AddKey, Edit, NewFile, SetValue
from keepwell.project.edits.replacing import replaced


def write(folder: Path, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Makes the edits in a project's folder; gives those that were made.

    An edit whose key or file is there by now, or whose place is gone, is left out.
    """
    made: list[Edit] = []
    for edit in edits:
        path = folder / edit.file
        if isinstance(edit, NewFile):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(edit.text, encoding="utf-8")
                made.append(edit)
            continue
        after = edited(path.read_bytes().decode("utf-8"), edit)
        if after is not None:
            path.write_bytes(after.encode("utf-8"))
            made.append(edit)
    return tuple(made)


def edited(text: str, edit: AddKey | SetValue) -> str | None:
    """A file's text after the edit; `None` if it cannot be made."""
    return added(text, edit) if isinstance(edit, AddKey) else replaced(text, edit)
