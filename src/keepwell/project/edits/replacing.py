"""Values replaced in place: every other byte stays, but for the comments that stood inside the value, which move above it."""

import re
from collections.abc import Iterator

from keepwell.project.document import Items, Node, Pair, Pairs, Scalar, parse
from keepwell.project.edits.edit import SetValue
from keepwell.project.report import Report

Spot = tuple[int, int]
"""A line and a column, from 0."""

_ANCHOR = re.compile(r"&\S+\s+")
_ALIAS = re.compile(r"\*[^\s,\]}]+")


def replaced(text: str, edit: SetValue) -> str | None:
    """The text with the value at the edit's path replaced; `None` if there is none, or the change would reach further.

    A value that an anchor hands to other places, or that was merged in from one, cannot be changed by itself.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    bare = text[len(mark) :]
    root = parse(bare, edit.file, Report())
    pair = _find(root, edit.path)
    new = parse(edit.value, edit.file, Report())
    if pair is None or "\n" in edit.value:
        return None
    lines = bare.splitlines(keepends=True)
    start, end = _span(lines, pair)
    if start is None:
        return None
    wanted = _meaning(root, edit.path, _meaning(new))
    for because in dict.fromkeys((edit.because, "")):
        after = _put(lines, pair, (start, end), edit.value, because)
        report = Report()
        if _meaning(parse(after, edit.file, report)) == wanted and not report.problems:
            return mark + after
    return None


def _find(root: Node | None, path: tuple[str, ...]) -> Pair | None:
    node, pair = root, None
    for key in path:
        pair = node.get(key) if isinstance(node, Pairs) else None
        if pair is None:
            return None
        node = pair.value
    return pair


def _span(lines: list[str], pair: Pair) -> tuple[Spot | None, Spot]:
    """From where to where the value is written; it has no start if it is not written in its place."""
    value = pair.value
    if isinstance(value, Scalar) and value.value is None and not value.text and not value.quoted:
        colon = lines[pair.end[0]].find(":", pair.end[1]) + 1
        return ((pair.end[0], colon), (pair.end[0], colon)) if colon else (None, pair.end)
    if value.start < pair.end:
        alias = _ALIAS.search(lines[pair.end[0]], pair.end[1])
        return (
            (None, pair.end) if alias is None else ((pair.end[0], alias.start()), (pair.end[0], alias.end()))
        )
    line, column = value.start
    return (line, column + _anchored(lines[line][column:])), _last(lines, value)


def _last(lines: list[str], node: Node) -> Spot:
    """Where a value's last character was; a block ends with its last value, not with the blanks and comments after it."""
    if isinstance(node, Pairs) and not node.flow and node.pairs:
        final = node.pairs[-1]
        return max(_span(lines, final)[1], final.end)
    if isinstance(node, Items) and not node.flow and node.items:
        return max(_last(lines, node.items[-1]), node.start)
    if isinstance(node, Scalar) and _is_block(lines, node):
        line = min(node.end[0], len(lines)) - (node.end[1] == 0 or node.end[0] >= len(lines))
        while line > node.start[0] and not lines[line].strip():
            line -= 1
        return line, len(lines[line].rstrip("\r\n"))
    return node.end


def _put(lines: list[str], pair: Pair, span: tuple[Spot, Spot], value: str, because: str) -> str:
    start, end = span
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    bodies = frozenset(_bodies(lines, pair.value))
    moved = _comments(lines, start, end, bodies)
    first, head = start[0], lines[start[0]][: start[1]]
    if first > pair.end[0]:
        # the value began below its key: it goes beside it, and what stood between goes above
        first, colon = pair.end[0], lines[pair.end[0]].find(":", pair.end[1]) + 1
        moved = [*_comments(lines, (first, colon), start), *moved]
        head = lines[first][:colon]
    if head.endswith(":"):
        head += " "
    tail = lines[end[0]][end[1] :]
    if because and not _comments(lines, end, (end[0], len(lines[end[0]]))):
        bare = tail.rstrip("\r\n")
        tail = f"{bare.rstrip()}  # {because}{tail[len(bare) :]}"
    notes = [f"{' ' * pair.column}{comment}{ending}" for comment in moved]
    return "".join((*lines[:first], *notes, head + value + tail, *lines[end[0] + 1 :]))


def _bodies(lines: list[str], node: Node) -> Iterator[int]:
    """The lines of block scalars: nothing in them is a comment."""
    match node:
        case Pairs():
            for pair in node.pairs:
                yield from _bodies(lines, pair.value)
        case Items():
            for item in node.items:
                yield from _bodies(lines, item)
        case Scalar() if _is_block(lines, node):
            yield from range(node.start[0] + 1, _last(lines, node)[0] + 1)


def _is_block(lines: list[str], node: Scalar) -> bool:
    if not node.quoted or node.start[0] >= len(lines):
        return False
    written = lines[node.start[0]][node.start[1] :]
    return written[_anchored(written) :].startswith(("|", ">"))


def _anchored(written: str) -> int:
    anchor = _ANCHOR.match(written)
    return anchor.end() if anchor else 0


def _comments(lines: list[str], start: Spot, end: Spot, bodies: frozenset[int] = frozenset()) -> list[str]:
    """The comments between two spots, in their order; a # inside quotes or a word begins none."""
    found = []
    quote = ""
    for number in (one for one in range(start[0], end[0] + 1) if one not in bodies):
        text = lines[number].rstrip("\r\n")
        column = start[1] if number == start[0] else 0
        stop = min(end[1], len(text)) if number == end[0] else len(text)
        while column < stop:
            sign = text[column]
            if quote:
                escaped = text[column : column + 2] == "''" if quote == "'" else sign == "\\"
                quote = "" if sign == quote and not escaped else quote
                column += escaped
            elif sign == "#" and (column == 0 or text[column - 1] in " \t"):
                found.append(text[column:])
                break
            elif sign in "'\"" and (column == 0 or text[column - 1] in " \t,[{:"):
                quote = sign
            column += 1
    return found


def _meaning(node: Node | None, path: tuple[str, ...] = (), instead: object = None) -> object:
    """What a document says, to be compared; with `instead` in place of what stands at `path`."""
    match node:
        case Pairs():
            return [
                (
                    pair.key,
                    instead
                    if path == (pair.key,)
                    else _meaning(pair.value, path[1:] if path[:1] == (pair.key,) else (), instead),
                )
                for pair in node.pairs
            ]
        case Items():
            return [_meaning(item) for item in node.items]
        case Scalar():
            return (repr(node.value), node.text)
        case None:
            return None
