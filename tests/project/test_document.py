"""YAML with positions, and its mistakes as problems."""

import pytest

from keepwell.project.document import Items, Node, Pairs, Scalar, parse
from keepwell.project.report import Report


def read(text: str) -> tuple[Node | None, list[tuple[str, str]]]:
    report = Report()
    node = parse(text, "a.yml", report)
    return node, [(problem.where, problem.what) for problem in report.problems]


def test_every_key_and_item_knows_its_line() -> None:
    node, problems = read("a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n")
    assert problems == []
    assert isinstance(node, Pairs)
    inner = node.pairs[0].value
    assert isinstance(inner, Pairs)
    assert [str(pair.place) for pair in inner.pairs] == ["a.yml:2:a.b", "a.yml:3:a.c"]
    items = inner.pairs[1].value
    assert isinstance(items, Items)
    assert [str(item.place) for item in items.items] == ["a.yml:4:a.c[0]", "a.yml:5:a.c[1]"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-1.5", -1.5), ("true", True), ("yes", "yes"), ("'12'", "12"), ("~", None), ("", None),
     ("2025-06-30", "2025-06-30"), ("0x1F", 31), ("010", 10), ("1_000", 1000), ("-60%", "-60%"), ("1e3", 1000.0)],
)  # fmt: skip
def test_values_are_those_of_yaml_1_2(text: str, value: object) -> None:
    node, _ = read(f"a: {text}")
    assert isinstance(node, Pairs)
    scalar = node.pairs[0].value
    assert isinstance(scalar, Scalar)
    assert (scalar.value, type(scalar.value)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: 1\na: 2\n", "a.yml:2:a", "the key 'a' stands here a second time; the first is on line 1"),
        ("a:\n\tb: 1\n", "a.yml:2:b", "a tab stands in the indentation"),
        ("a: b: c\n", "a.yml:1:a", "a second colon stands in the line, or the line is indented too far"),
        ("a: [1, 2\nb: 3\n", "a.yml:2:b", "the indentation does not fit, or a bracket, brace or quote is not closed"),
        ("a: 'x\n", "a.yml:2", "the file ends inside a quote, bracket or brace"),
        ("a: *x\n", "a.yml:1:a", "found undefined alias 'x'"),
        ("a: %x\n", "a.yml:1:a", "a value begins with a sign that YAML keeps for itself"),
        ("---\na: 1\n---\nb: 1\n", "a.yml:3", "the file holds more than one document"),
        ("a: !!python/object:os.system x\n", "a.yml:1:a", "the tag tag:yaml.org,2002:python/object:os.system is not known here"),
        ("a: &x [*x]\n", "a.yml:1:a[0]", "the value holds itself, or is nested too deeply"),
        ("? [a]\n: 1\n", "a.yml:1", "a key is a list or mapping"),
    ],
)  # fmt: skip
def test_mistakes_of_the_file_are_problems(text: str, where: str, what: str) -> None:
    _, problems = read(text)
    assert (where, what) in problems


def test_aliases_and_merges_are_followed() -> None:
    node, problems = read("base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\ntwo: *b\n")
    assert problems == []
    assert isinstance(node, Pairs)
    one = node.pairs[1].value
    assert isinstance(one, Pairs)
    assert {pair.key: pair.value.text for pair in one.pairs if isinstance(pair.value, Scalar)} == {
        "x": "1",
        "y": "3",
    }


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    _, problems = read("\n".join(lines))
    assert any(what == "the file is too large, or its aliases multiply" for _, what in problems)


def test_an_empty_file_is_nothing() -> None:
    assert read("# only a comment\n") == (None, [])
