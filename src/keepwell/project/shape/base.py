"""What every shape can do: read a node into a value, and describe itself as JSON Schema."""

from abc import ABC, abstractmethod
from enum import Enum
from typing import Any, Final, TypeAlias

from keepwell.project.document import Items, Node, Pairs, Scalar
from keepwell.project.report import Report

JsonSchema: TypeAlias = dict[str, Any]


class Broken(Enum):
    """Stands for a value that could not be read; the report holds why."""

    BROKEN = "broken"


BROKEN: Final = Broken.BROKEN

QUOTE: Final = "inside braces a comma ends the value: put the whole value in quotes"


class Shape(ABC):
    """What a value may be."""

    @abstractmethod
    def read(self, node: Node, report: Report) -> Any:
        """The value that the node holds, or `BROKEN` once `report` says why it holds none."""

    @abstractmethod
    def schema(self) -> JsonSchema:
        """The same shape in JSON Schema (draft 7)."""

    @abstractmethod
    def accepts(self, node: Node) -> bool:
        """Whether a node of this kind (scalar, list, mapping) is meant for this shape."""

    @property
    @abstractmethod
    def wanted(self) -> str:
        """What is wanted, in words: `a number`, `a list of texts`."""

    def refuse(self, node: Node, report: Report, do: str = "") -> Broken:
        """Notes that the node is of another kind than is wanted."""
        report.add(node.place, f"{last(node.place.key)} is {described(node)}, not {self.wanted}", do)
        return BROKEN


def last(key: str) -> str:
    """The last part of a dotted key, as messages quote it."""
    return f"`{key.rpartition('.')[2]}`" if key else "the file"


def described(node: Node) -> str:
    """What a node is, in words."""
    match node:
        case Pairs():
            return "a mapping"
        case Items():
            return "a list"
        case Scalar(value=None):
            return "empty"
        case Scalar(value=bool()):
            return f"the truth value {node.text}"
        case Scalar(value=int() | float()):
            return f"the number {node.text}"
        case _:
            return f"the text {node.text!r}"
