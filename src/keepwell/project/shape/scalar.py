"""Shapes of single values: texts, choices, numbers, shares, spans of time and expressions."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keepwell.project.document import Node, Scalar
from keepwell.project.report import Report, hint, listed
from keepwell.project.shape.base import BROKEN, QUOTE, Broken, JsonSchema, Shape, last
from keepwell.signals.expression import FUNCTIONS, Expression, ExpressionError, Functions, parse
from keepwell.signals.window import Span

_PERCENT = r"^[+-]?\d+(\.\d+)?\s*%$"


class _Single(Shape):
    def accepts(self, node: Node) -> bool:
        return isinstance(node, Scalar)


@dataclass(frozen=True)
class Text(_Single):
    """Any text; with `pattern` only such as match it, of which `example` is one. Numbers are taken as written."""

    about: str = ""
    pattern: str | None = None
    example: str = ""
    empty: bool = False

    def read(self, node: Node, report: Report) -> str | Broken:
        """The text as written."""
        if not isinstance(node, Scalar) or (node.value is None and not node.quoted):
            return self.refuse(node, report, f"type, for example, {self.example}" if self.example else "")
        if not node.text and not self.empty:
            report.add(
                node.place, f"{last(node.place.key)} is an empty text", "write something, or remove the key"
            )
            return BROKEN
        if self.pattern and not re.search(self.pattern, node.text):
            report.add(
                node.place,
                f"{last(node.place.key)} is {node.text!r}, not {self.wanted}",
                f"type, for example, {self.example}" if self.example else "",
            )
            return BROKEN
        return node.text

    def schema(self) -> JsonSchema:
        """A string."""
        schema: JsonSchema = {"type": ["string", "number"] if self.pattern is None else "string"}
        if self.pattern:
            schema["pattern"] = self.pattern
        if self.example:
            schema["examples"] = [self.example]
        return schema

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return self.about or "a text"


@dataclass(frozen=True)
class Choice(_Single):
    """One of a few words. `synonyms` lead other words that people type to the right one."""

    options: tuple[str, ...]
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def read(self, node: Node, report: Report) -> str | Broken:
        """The word chosen."""
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, report)
        if node.text in self.options:
            return node.text
        report.add(
            node.place,
            f"{last(node.place.key)} is {node.text!r}, not {self.wanted}",
            hint(node.text, self.options, dict(self.synonyms)),
        )
        return BROKEN

    def schema(self) -> JsonSchema:
        """An enumeration."""
        return {"enum": [_plain(option) for option in self.options]}

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return listed(self.options, 20)


def _plain(option: str) -> str | int:
    return int(option) if option.isdigit() else option


@dataclass(frozen=True)
class Number(_Single):
    """A number from `low` to `high`, ends included; `above` excludes the end. `whole` takes integers only."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    whole: bool = False

    def read(self, node: Node, report: Report) -> float | int | Broken:
        """The number; an integer stays one."""
        if not isinstance(node, Scalar) or not _is_number(node.value):
            do = (
                "remove the quotes"
                if isinstance(node, Scalar) and node.quoted and _numeric(node.text)
                else ""
            )
            if isinstance(node, Scalar) and isinstance(node.value, float):
                report.add(
                    node.place,
                    f"{last(node.place.key)} is {node.text}, which is not finite",
                    f"type {self.wanted}",
                )
                return BROKEN
            return self.refuse(node, report, do)
        value = node.value
        assert isinstance(value, int | float)
        if self.whole and value != int(value):
            return self.refuse(node, report)
        if self._outside(value):
            report.add(
                node.place, f"{last(node.place.key)} is {node.text}, not {self.wanted}", f"type {self.wanted}"
            )
            return BROKEN
        return int(value) if self.whole else value

    def _outside(self, value: float) -> bool:
        return (
            (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
            or (self.above is not None and value <= self.above)
        )

    def schema(self) -> JsonSchema:
        """A number with its range."""
        bounds = {"minimum": self.low, "maximum": self.high, "exclusiveMinimum": self.above}
        kind: JsonSchema = {"type": "integer" if self.whole else "number"}
        return kind | {name: value for name, value in bounds.items() if value is not None}

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        noun = "a whole number" if self.whole else "a number"
        if self.low is not None and self.high is not None:
            return f"{noun} from {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"{noun} of {self.low:g} or more"
        if self.above is not None:
            return f"{noun} above {self.above:g}"
        return noun


@dataclass(frozen=True)
class Share(_Single):
    """A share of a whole, `60%` or `0.6`, read as a fraction from 0 to 1."""

    def read(self, node: Node, report: Report) -> float | Broken:
        """The fraction."""
        value = fraction(node) if isinstance(node, Scalar) else None
        if value is None:
            return self.refuse(node, report, "type, for example, 60% or 0.6")
        if not 0 <= value <= 1:
            do = f"did you mean {value:g}%?" if 1 < value <= 100 else "type, for example, 60% or 0.6"
            report.add(node.place, f"{last(node.place.key)} is {value:g}, which is more than the whole", do)
            return BROKEN
        return value

    def schema(self) -> JsonSchema:
        """A number or a percentage."""
        return {
            "anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": _PERCENT}]
        }

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "a share such as 60% or 0.6"


@dataclass(frozen=True)
class Flag(_Single):
    """true or false."""

    def read(self, node: Node, report: Report) -> bool | Broken:
        """The truth value."""
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        word = node.text.lower() if isinstance(node, Scalar) else ""
        meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}.get(
            word
        )
        return self.refuse(node, report, f"type {meant}" if meant else "type true or false, without quotes")

    def schema(self) -> JsonSchema:
        """A boolean."""
        return {"type": "boolean"}

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "true or false"


@dataclass(frozen=True)
class Length(_Single):
    """A span of time such as `28 days`; `suffix` words such as `ago` may follow."""

    suffix: str = ""
    positive: bool = True

    def read(self, node: Node, report: Report) -> Span | Broken:
        """The span."""
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, report)
        text = node.text.strip()
        try:
            span = Span.parse(text.removesuffix(self.suffix) if self.suffix else text)
        except ValueError:
            bare = text.isdigit()
            do = (
                f"type {text} days{' ' * bool(self.suffix)}{self.suffix}"
                if bare
                else f"type, for example, {self._example}"
            )
            report.add(node.place, f"{last(node.place.key)} is {text!r}, not {self.wanted}", do)
            return BROKEN
        if self.positive and span.count == 0:
            report.add(
                node.place, f"{last(node.place.key)} has no length", f"type, for example, {self._example}"
            )
            return BROKEN
        return span

    @property
    def _example(self) -> str:
        return f"28 days {self.suffix}".strip()

    def schema(self) -> JsonSchema:
        """A string."""
        end = rf"\s*({self.suffix})?\s*$" if self.suffix else r"\s*$"
        return {
            "type": "string",
            "pattern": r"^\s*\d+\s*(hour|day|week|month|year)s?" + end,
            "examples": [self._example],
        }

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return f"a span of time such as '{self._example}'"


@dataclass(frozen=True, slots=True)
class Written:
    """An expression and the text it was written as."""

    text: str
    expression: Expression


@dataclass(frozen=True)
class Formula(_Single):
    """An expression that may call the given functions."""

    about: str
    functions: Functions = field(default_factory=lambda: FUNCTIONS)
    example: str = ""

    def read(self, node: Node, report: Report) -> Written | Broken:
        """The expression, parsed."""
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, report, f"type, for example, {self.example}" if self.example else "")
        try:
            return Written(node.text.strip(), parse(node.text, self.functions))
        except ExpressionError as error:
            report.add(node.place, f"{last(node.place.key)}: {error}", _remedy(node.text, self.example))
            return BROKEN

    def schema(self) -> JsonSchema:
        """A string, or a plain number or truth value."""
        schema: JsonSchema = {"type": ["string", "number", "boolean"]}
        return schema | ({"examples": [self.example]} if self.example else {})

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return self.about


def _remedy(text: str, example: str) -> str:
    if text.count("(") > text.count(")") or text.count("[") > text.count("]"):
        return f"close the bracket; {QUOTE}"
    if re.search(r"[^=!<>]=[^=]", text):
        return "to compare, type == in place of ="
    if "&&" in text or "||" in text:
        return "type `and` and `or` in place of && and ||"
    if "<>" in text:
        return "type != in place of <>"
    if re.search(r"\bis\s+(not\s+)?null\b", text, re.IGNORECASE):
        return "type unknown(x) or known(x) in place of `is null` and `is not null`"
    if re.search(r"\b(AND|OR|NOT|IN)\b", text):
        return "type and, or, not and in in small letters"
    return f"type, for example, {example}" if example else ""


def fraction(node: Scalar) -> float | None:
    """A number, or a percentage such as `-60%` as a fraction; `None` if the node is neither."""
    if _is_number(node.value):
        assert isinstance(node.value, int | float)
        return float(node.value)
    return percentage(node.text)


def percentage(text: str) -> float | None:
    """`-60%` as -0.6, a plain number as itself, `None` for anything else."""
    plain = text.strip().replace(" ", "")
    if re.match(_PERCENT, plain):
        return float(f"{float(plain[:-1]) / 100:.12g}")
    return float(plain) if _numeric(plain) else None


def _numeric(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text.strip()))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
