"""Edits to a project's YAML that leave everything else, comments among it, as it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from keepwell.project.document import Node, Pairs, Scalar, parse
from keepwell.project.report import Report


@dataclass(frozen=True, slots=True)
class AddKey:
    """Adds `key: value` to the mapping at `path` (its keys from the root) of a file."""

    file: str
    path: tuple[str, ...]
    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}: {'.'.join((*self.path, self.key))}: {self.value}"


@dataclass(frozen=True, slots=True)
class NewFile:
    """Writes a file that is not there."""

    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: a new file"


Edit: TypeAlias = AddKey | NewFile


def write(folder: Path, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Makes the edits in a project's folder; gives those that were made.

    An edit whose key or file is there by now, or whose mapping is gone, is left out.
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
        before = path.read_bytes().decode("utf-8")
        after = added(before, edit)
        if after is not None:
            path.write_bytes(after.encode("utf-8"))
            made.append(edit)
    return tuple(made)


def added(text: str, edit: AddKey) -> str | None:
    """The text with the key added; `None` if its mapping is gone or has the key."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    node: Node | None = parse(text[len(mark) :], edit.file, Report())
    for key in edit.path:
        pair = node.get(key) if isinstance(node, Pairs) else None
        node = pair.value if pair is not None else None
    if not isinstance(node, Pairs) or not node.pairs or node.get(edit.key) is not None:
        return None
    lines = text[len(mark) :].splitlines(keepends=True)
    if node.flow:
        _into_braces(lines, node, edit)
    else:
        _below(lines, node, edit)
    return mark + "".join(lines)


def _into_braces(lines: list[str], node: Pairs, edit: AddKey) -> None:
    line, column = node.end[0], node.end[1] - 1
    before = lines[line][:column].rstrip()
    comma = "" if before.endswith(",") or not before.strip() else ","
    lines[line] = f"{before}{comma} {edit.key}: {edit.value}{lines[line][column:]}"


def _below(lines: list[str], node: Pairs, edit: AddKey) -> None:
    """After the last key if its value ends on a line of its own, else before the first."""
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    new = f"{' ' * node.pairs[0].column}{edit.key}: {edit.value}{ending}"
    final = node.pairs[-1].value
    simple = isinstance(final, Scalar) and not _is_block(lines, final)
    if simple or (not isinstance(final, Scalar) and final.flow):
        line = final.end[0]
        if not lines[line].endswith("\n"):
            lines[line] += ending
        lines.insert(line + 1, new)
    else:
        lines.insert(node.pairs[0].place.line - 1, new)


def _is_block(lines: list[str], value: Scalar) -> bool:
    """Whether a scalar is written in a block (`|` or `>`), or is empty: its end then lies elsewhere."""
    if value.value is None and not value.text:
        return True
    written = lines[value.place.line - 1].partition("#")[0].rstrip()
    return written.endswith(("|", ">", "|-", ">-", "|+", ">+"))
