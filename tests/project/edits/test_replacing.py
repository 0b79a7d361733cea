"""Values are replaced in place: the document says the same but for them, and no comment is lost."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from keepwell.project.edits import SetValue, edited


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a: 1\n", "a", "2", "a: 2  # why\n"),
        ("a: 1  # mine\n", "a", "2", "a: 2  # mine\n"),
        ("a: 'x # y'\r\nb: 2\r\n", "a", "2", "a: 2  # why\r\nb: 2\r\n"),
        ("a:\nb: 2\n", "a", "2", "a: 2  # why\nb: 2\n"),
        ("a: {x: 1, y: {z: 2}}\n", "a.x", "7", "a: {x: 7, y: {z: 2}}  # why\n"),
        ("a: {x: 1, y: {z: 2}}  # mine\n", "a.y", "{q: 3}", "a: {x: 1, y: {q: 3}}  # mine\n"),
        ("a:\n  x: 1\n  y: 2  # two\n\n# end\nb: 3\n", "a.y", "5", "a:\n  x: 1\n  y: 5  # two\n\n# end\nb: 3\n"),
        (
            "a:\n  s:  # knots\n    0: 0  # none\n    # many\n    9: 100\n\n  # next\n  t: 1\n",
            "a.s",
            "{1: 0, 8: 100}",
            "a:\n  # knots\n  # none\n  # many\n  s: {1: 0, 8: 100}  # why\n\n  # next\n  t: 1\n",
        ),
        ("a: {x: 1, # one\n    y: 2}\nb: 3\n", "a", "4", "# one\na: 4  # why\nb: 3\n"),
        ("a: |\n  text # no comment\n\n# end\nb: 3\n", "a", "4", "a: 4  # why\n\n# end\nb: 3\n"),
        ("a:\n- 1\n- x: 2 # two\nb: 3", "a", "[1]", "a: [1] # two\nb: 3"),
        ("a: &one 1\nb: 2\n", "a", "3", "a: &one 3  # why\nb: 2\n"),
        ("a: &one 1\nb: *one\n", "b", "3", "a: &one 1\nb: 3  # why\n"),
        ("\ufeffa: 1", "a", "3", "\ufeffa: 3  # why"),
        ("t: \"two\n  lines\"\na: {x: 1, y: \"two\n  lines\"}\n", "a.x", "3", "t: \"two\n  lines\"\na: {x: 3, y: \"two\n  lines\"}\n"),
    ],
)  # fmt: skip
def test_a_value_is_replaced(before: str, path: str, value: str, after: str) -> None:
    assert edited(before, SetValue("a.yml", tuple(path.split(".")), value, "why")) == after


@pytest.mark.parametrize(
    ("before", "path"),
    [
        ("a: 1\n", "b"),
        ("a: [1]\n", "a.b"),
        # others read the same value
        ("a: &one 1\nb: *one\n", "a"),
        ("base: &base {x: 1}\na:\n  <<: *base\n", "a.x"),
        ("base: &base {x: 1}\na: *base\n", "a.x"),
    ],
)
def test_what_cannot_be_changed_by_itself_is_left_alone(before: str, path: str) -> None:
    assert edited(before, SetValue("a.yml", tuple(path.split(".")), "2")) is None


def test_a_value_that_is_no_yaml_is_not_written() -> None:
    assert edited("a: 1\n", SetValue("a.yml", ("a",), "{x: 2")) is None
    assert edited("a: {x: 1}\n", SetValue("a.yml", ("a", "x"), "2, y: 3")) is None


KEYS = st.sampled_from(["a", "b_2", "'a:b'", '"c # d"', "-60%", "+10%", "0", "12.5"])
SCALARS = st.sampled_from(
    ["1", "-2.5", "", "text", "don't # ' stop", "'it''s # so'", '"q\\" # x"', "60%", "~", "true"]
)
"""As they may stand in a block; `#` after a blank begins a comment in plain text."""


class Writer:
    """Writes a made-up document, numbering its comments."""

    def __init__(self, draw: Callable[..., object]) -> None:
        self.draw = draw
        self.comments = 0

    def chance(self) -> bool:
        return bool(self.draw(st.integers(0, 2)) == 0)

    def comment(self) -> str:
        self.comments += 1
        return f"# comment {self.comments}."

    def trailing(self) -> str:
        return f"  {self.comment()}" if self.chance() else ""

    def mapping(self, indent: int, depth: int) -> str:
        lines = []
        for key in self.draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)):  # type: ignore[attr-defined]
            if self.chance():
                lines.append(f"{' ' * indent}{self.comment()}\n")
            lines.append(f"{' ' * indent}{key}:{self.value(indent, depth)}")
            if self.chance():
                lines.append("\n")
        return "".join(lines)

    def value(self, indent: int, depth: int) -> str:
        kinds = ["scalar", "flow", "text", "mapping", "list"] if depth else ["scalar", "flow", "text"]
        match self.draw(st.sampled_from(kinds)):
            case "scalar":
                said = str(self.draw(SCALARS))
                if said.startswith("don't"):
                    # what stands after the sign is a comment of its own
                    said = said.split(" #", maxsplit=1)[0]
                return f" {said}{self.trailing()}\n"
            case "flow":
                return f" {self.flow(indent)}{self.trailing()}\n"
            case "text":
                deeper = " " * (indent + 2)
                return f" |{self.trailing()}\n{deeper}some text # not a comment\n\n{deeper}more\n"
            case "mapping":
                return f"{self.trailing()}\n{self.mapping(indent + 2, depth - 1)}"
            case _:
                items = [f"{' ' * indent}- {self.flow(indent)}{self.trailing()}\n" for _ in range(2)]
                return f"{self.trailing()}\n{''.join(items) if indent else ''.join(' ' + i for i in items)}"

    def flow(self, indent: int) -> str:
        broken = f"{self.trailing()}\n{' ' * (indent + 4)}" if self.chance() else " "
        inner = "['x # y', 2]" if self.chance() else "{q: 1, 'r': \"s # t\"}"
        return f"{{x: 1,{broken}y: {inner}, z: it's}}"


@st.composite
def documents(draw: Callable[..., object]) -> tuple[str, int]:
    writer = Writer(draw)
    return writer.mapping(0, 2), writer.comments


def paths(node: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(node, dict):
        return []
    return [one for key in node for one in ((*path, key), *paths(node[key], (*path, key)))]


def read(text: str) -> object:
    """The document by the library's own reader, every key and scalar as text."""
    return YAML(typ="rt", pure=True).load(text)


def plain(node: object) -> object:
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    return [plain(one) for one in node] if isinstance(node, list) else node


@settings(max_examples=150)
@given(documents(), st.data(), st.sampled_from(["7", "{1: 0, 20%: 100}", "'a # b'", "[1, {x: 2}]"]))
def test_all_else_stays(made: tuple[str, int], data: st.DataObject, value: str) -> None:
    text, comments = made
    before = plain(read(text))
    path = data.draw(st.sampled_from(paths(before)))
    after = edited(text, SetValue("a.yml", path, value, "why"))
    assert after is not None
    node = wanted = before
    for key in path[:-1]:
        node = node[key]  # type: ignore[index]
    node[path[-1]] = plain(read(value))  # type: ignore[index]
    assert plain(read(after)) == wanted
    for number in range(1, comments + 1):
        assert after.count(f"# comment {number}.") == 1
