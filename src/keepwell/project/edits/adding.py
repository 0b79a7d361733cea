"""Keys added to a file."""

from keepwell.project.document import Node, Pairs, Scalar, parse
from keepwell.project.edits.edit import AddKey
from keepwell.project.report import Report


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
