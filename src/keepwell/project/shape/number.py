"""Shapes of numbers: plain ones within a range, and shares of a whole."""

import math
import re
from dataclasses import dataclass
from typing import Any

from keepwell.project.document import Node, Scalar
from keepwell.project.report import Report
from keepwell.project.shape.base import BROKEN, Broken, JsonSchema, last
from keepwell.project.shape.scalar import Single

_PERCENT = r"^[+-]?\d+(\.\d+)?\s*%$"


@dataclass(frozen=True)
class Number(Single):
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
class Share(Single):
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
