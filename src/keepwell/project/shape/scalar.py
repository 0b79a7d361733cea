"""Shapes of single values: texts, choices, flags and spans of time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from keepwell.project.document import Node, Scalar
from keepwell.project.report import Report, hint, listed
from keepwell.project.shape.base import BROKEN, Broken, JsonSchema, Shape, last
from keepwell.signals.window import Span, Unit


class Single(Shape):
    """What one scalar holds."""

    def accepts(self, node: Node) -> bool:
        """Scalars."""
        return isinstance(node, Scalar)


@dataclass(frozen=True)
class Text(Single):
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
class Choice(Single):
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
class Flag(Single):
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
class Length(Single):
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
class Worked:
    """A span of time, and whether it is counted in business days and hours."""

    span: Span
    business: bool = False


@dataclass(frozen=True)
class Working(Single):
    """A span of time that may be counted in business days or hours: `3 days`, `2 business days`, `8 business hours`."""

    def read(self, node: Node, report: Report) -> Worked | Broken:
        """The span, and how it is counted."""
        if not isinstance(node, Scalar) or node.value is None:
            return self.refuse(node, report)
        plain, business = re.subn(r"\b(business|working|work)\s+", "", node.text)
        span = Length().read(Scalar(node.place, plain, plain), report)
        if not isinstance(span, Span):
            return BROKEN
        if business and span.unit not in (Unit.DAYS, Unit.HOURS):
            report.add(
                node.place,
                f"{last(node.place.key)} is {node.text!r}: only days and hours are counted as business ones",
                "type, for example, 10 business days",
            )
            return BROKEN
        return Worked(span, bool(business))

    def schema(self) -> JsonSchema:
        """A string."""
        return {
            "type": "string",
            "pattern": r"^\s*\d+\s*((business|working|work)\s+)?(hour|day|week|month|year)s?\s*$",
            "examples": ["2 business days"],
        }

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return "a span of time such as '3 days' or '2 business days'"
