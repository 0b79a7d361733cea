"""The shape of an expression, and what to type in place of what people write instead of one."""

import re
from dataclasses import dataclass, field

from keepwell.project.document import Node, Scalar
from keepwell.project.report import Report
from keepwell.project.shape.base import BROKEN, QUOTE, Broken, JsonSchema, last
from keepwell.project.shape.scalar import Single
from keepwell.signals.expression import FUNCTIONS, Expression, ExpressionError, Functions, parse


@dataclass(frozen=True, slots=True)
class Written:
    """An expression and the text it was written as."""

    text: str
    expression: Expression


@dataclass(frozen=True)
class Formula(Single):
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
