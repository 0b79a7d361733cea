"""A YAML file as nodes that know where they stand: `file:line:key` for every key and every item.

Only the safe part of YAML 1.2 is read: mappings, lists, scalars, anchors, aliases and merge keys. Every mistake in the
file itself (syntax, tabs, duplicate keys, tags) becomes a `Problem`.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as Parsed

from keepwell.errors import Problem
from keepwell.project.report import Place, Report
from keepwell.project.snapshot import Files

_MOST_NODES = 200_000
_DEEPEST = 40
_CORE = "tag:yaml.org,2002:"
_SCALARS = {"str", "int", "float", "bool", "null", "timestamp"}


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """One value: the `text` as written without its quotes, and the `value` that YAML makes of it.

    `start` and `end` are the (line, column) of its first character and after its last, counted from 0.
    """

    place: Place
    text: str
    value: str | int | float | bool | None
    quoted: bool = False
    end: tuple[int, int] = (0, 0)
    start: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list."""

    place: Place
    items: tuple["Node", ...]
    flow: bool = False
    end: tuple[int, int] = (0, 0)
    start: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A key and its value; `place` and `column` (from 0) are the key's, `end` is the (line, column) after it."""

    key: str
    place: Place
    column: int
    value: "Node"
    end: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A mapping, in the order written. `flow` says that it is written in braces."""

    place: Place
    pairs: tuple[Pair, ...]
    flow: bool = False
    end: tuple[int, int] = (0, 0)
    start: tuple[int, int] = (0, 0)

    def get(self, key: str) -> Pair | None:
        """The pair of that key, if there is one."""
        return next((pair for pair in self.pairs if pair.key == key), None)


Node: TypeAlias = Scalar | Items | Pairs


def read(files: Files, name: str, report: Report) -> Node | None:
    """The nodes of a project's file; `None` if it is empty or cannot be read, which `report` then holds."""
    try:
        content = files.content(name)
    except OSError as error:
        report.add(Place(name, 1), f"the file cannot be read: {error.strerror}", "check its permissions")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        report.add(Place(name, line), "the file is not UTF-8 text", "save the file with the encoding UTF-8")
        return None
    return parse(text, name, report)


def parse(text: str, name: str, report: Report) -> Node | None:
    """The nodes of a YAML text that messages call `name`; `None` if it is empty or cannot be read."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        report.problems.append(_syntax(error, name, text))
        return None
    except (YAMLError, ValueError, RecursionError) as error:
        report.add(Place(name, 1), f"the file is no YAML: {str(error).splitlines()[0]}")
        return None
    return None if root is None else _Reader(name, report).node(root, "")


def _syntax(error: MarkedYAMLError, name: str, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark is not None else 0
    lines = text.splitlines()
    written = lines[line] if line < len(lines) else ""
    what, do = _explained(str(error.problem or error.context or "the file is no YAML"), written)
    key = written.strip().partition(":")[0].strip() if ":" in written else ""
    return Problem(str(Place(name, line + 1, key)), what, do)


def _explained(problem: str, written: str) -> tuple[str, str]:
    if "\t" in written and ("\\t" in problem or written.lstrip(" ").startswith("\t")):
        return "a tab stands in the indentation", "indent with spaces: YAML takes no tabs"
    if "mapping values are not allowed" in problem:
        return (
            "a second colon stands in the line, or the line is indented too far",
            "put the value in quotes if the colon belongs to it; else align the key with its neighbours",
        )
    if "could not find expected ':'" in problem:
        return "a key without a colon", "type `key: value`"
    if "expected a single document" in problem or "another document" in problem:
        return "the file holds more than one document", "remove the line `---`, or split the file in two"
    if "undefined alias" in problem:
        return f"{problem}", "define it first with &name"
    if "cannot start any token" in problem and any(sign in written for sign in ("%", "@", "`")):
        return "a value begins with a sign that YAML keeps for itself", "put the value in quotes"
    if any(sign in problem for sign in ("expected <block end>", "did not find expected", "expected ',' or")):
        return (
            "the indentation does not fit, or a bracket, brace or quote is not closed",
            "align the key with its neighbours, and close what was opened above",
        )
    if "end of stream" in problem or "unexpected end" in problem:
        return "the file ends inside a quote, bracket or brace", "close what was opened"
    return f"this is no YAML: {problem}", ""


class _Reader:
    def __init__(self, name: str, report: Report) -> None:
        self._name = name
        self._report = report
        self._open: list[int] = []
        self._count = 0

    def node(self, parsed: Parsed, key: str) -> Node | None:
        place = Place(self._name, parsed.start_mark.line + 1, key)
        self._count += 1
        if self._count > _MOST_NODES:
            if self._count == _MOST_NODES + 1:
                self._report.add(
                    place, "the file is too large, or its aliases multiply", "write it out plainly"
                )
            return None
        if id(parsed) in self._open or len(self._open) > _DEEPEST:
            self._report.add(place, "the value holds itself, or is nested too deeply", "write it out plainly")
            return None
        self._open.append(id(parsed))
        try:
            return self._convert(parsed, place)
        finally:
            self._open.pop()

    def _convert(self, parsed: Parsed, place: Place) -> Node | None:
        kind = str(parsed.tag).removeprefix(_CORE)
        start = (parsed.start_mark.line, parsed.start_mark.column)
        end = (parsed.end_mark.line, parsed.end_mark.column)
        if isinstance(parsed, MappingNode) and kind == "map":
            return Pairs(place, self._pairs(parsed, place), bool(parsed.flow_style), end, start)
        if isinstance(parsed, SequenceNode) and kind == "seq":
            items = [self.node(item, f"{place.key}[{index}]") for index, item in enumerate(parsed.value)]
            return Items(place, tuple(filter(None, items)), bool(parsed.flow_style), end, start)
        if isinstance(parsed, ScalarNode) and kind in _SCALARS:
            quoted = parsed.style is not None
            return Scalar(place, parsed.value, _value(kind, parsed.value), quoted, end, start)
        self._report.add(
            place, f"the tag {parsed.tag} is not known here", "remove the tag and write the plain value"
        )
        return None

    def _pairs(self, parsed: MappingNode, place: Place) -> tuple[Pair, ...]:
        found: dict[str, Pair] = {}
        merged: dict[str, Pair] = {}
        for key, value in parsed.value:
            if not isinstance(key, ScalarNode):
                self._report.add(
                    Place(self._name, key.start_mark.line + 1, place.key),
                    "a key is a list or mapping",
                    "use a plain word",
                )
                continue
            if key.value == "<<" and key.style is None:
                self._merge(value, place, merged)
                continue
            at = Place(self._name, key.start_mark.line + 1, f"{place.key}.{key.value}".lstrip("."))
            if key.value in found:
                first = found[key.value].place.line
                self._report.add(
                    at,
                    f"the key {key.value!r} stands here a second time; the first is on line {first}",
                    "keep one of them",
                )
                continue
            node = self.node(value, at.key)
            if node is not None:
                end = (key.end_mark.line, key.end_mark.column)
                found[key.value] = Pair(key.value, at, key.start_mark.column, node, end)
        return (*(pair for name, pair in merged.items() if name not in found), *found.values())

    def _merge(self, value: Parsed, place: Place, into: dict[str, Pair]) -> None:
        for part in value.value if isinstance(value, SequenceNode) else [value]:
            node = self.node(part, place.key)
            if isinstance(node, Pairs):
                for pair in node.pairs:
                    into.setdefault(pair.key, pair)
            elif node is not None:
                self._report.add(node.place, "<< merges mappings only", "name a mapping: `<<: *anchor`")


def _value(kind: str, text: str) -> str | int | float | bool | None:
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            digits = text.replace("_", "")
            return int(digits, 0) if digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b") else int(digits)
        case "float":
            plain = text.replace("_", "").lower()
            if plain.endswith(".inf"):
                return -math.inf if plain.startswith("-") else math.inf
            return math.nan if plain == ".nan" else float(plain)
        case _:
            return text
